"""Asking the holder for a paper: refused, and counted, when the paper is here (domain.md V-27, TT 04/2025/TT-VPCP)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from archive import history, holders
from archive.errors import Problem
from archive.lifecycle import Act
from archive.reuse import dossiers, proposals
from archive.reuse.judging import Required
from archive.reuse.proposals import Usable
from archive.reuse.tables import Ask, Dossier, Procedure
from archive.tables import Agency


def ask(
    session: Session, of: Dossier, wanted: Required, agent: str, at: datetime, suspicion: str = ""
) -> Problem | None:
    """May the holder be asked for this paper? None: yes. Problem ALREADY_HERE: no, a usable one is here.

    The Problem is given back, not raised: the count of it has to be committed. ``suspicion`` says why forgery is
    suspected, the one reason to ask for an original all the same (NĐ 23/2015/NĐ-CP Đ.6); it is counted too.
    """
    agency = session.get_one(Agency, of.agency_id)
    procedure = session.get_one(Procedure, of.procedure_id)
    proposal = proposals.propose(session, agency, procedure, holders.holder(of.holder), at, dossier_id=of.id)
    here = next(
        (one for one in proposal.answers if isinstance(one, Usable) and one.requirement.id == wanted.id), None
    )
    if here is None:
        return None
    document_id, reason = here.paper.document_id, suspicion.strip()
    dossiers.note_here(session, of, wanted.id, document_id, at)
    session.add(
        Ask(
            dossier_id=of.id, requirement_id=wanted.id, document_id=document_id, asked_at=at, agent=agent,
            suspicion=reason, refused=not reason,
        )
    )  # fmt: skip
    details = {"paper": wanted.title, "document": document_id, "refused": not reason, "suspicion": reason}
    history.append(session, of.agency_id, at, Act.ASK_AGAIN, agent, of.id, details)
    if reason:
        return None
    return Problem(
        "ALREADY_HERE",
        f"Không được yêu cầu nộp lại «{wanted.title}»: cơ quan đang giữ {document_id} còn giá trị. Hãy dùng bản này.",
        f"{wanted.title!r} must not be asked for again: {document_id} is here and counts. Use it.",
    )
