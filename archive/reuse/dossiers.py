"""Dossiers: opened with the code the one-stop system gave, and which required papers were here from the start."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import codes, history, official_codes
from archive.clock import VIETNAM
from archive.errors import Problem
from archive.holders import Holder
from archive.identifiers import Entropy, new_id
from archive.lifecycle import Act
from archive.reuse.proposals import Proposal, Usable, propose
from archive.reuse.tables import Dossier, PaperHere, Procedure
from archive.tables import Agency


def open_dossier(
    session: Session, agency: Agency, code: str, of: Procedure, holder: Holder, received_at: datetime, agent: str,
    at: datetime, entropy: Entropy,
) -> tuple[Dossier, Proposal]:  # fmt: skip
    """Open a dossier and propose its papers; what is usable now is noted for the shares of M-03 and M-04.

    The code is unique, its day that of receipt in Việt Nam, its agency this one or a unit of it (V-19). The same
    dossier again is the same dossier. Raises Problem BAD_DOSSIER_CODE, BAD_DOSSIER_DATE, DOSSIER_DATE_DIFFERS,
    DOSSIER_AGENCY_DIFFERS or DOSSIER_CODE_USED.
    """
    parsed = codes.dossier(code, at.astimezone(VIETNAM).date())
    codes.check_receipt(parsed, official_codes.agency(agency.code), received_at.astimezone(VIETNAM).date())
    history.head(session, agency.id)
    known = session.scalars(select(Dossier).where(Dossier.key == parsed.key)).one_or_none()
    if known is None:
        known = Dossier(
            id=new_id("dossier", entropy), agency_id=agency.id, procedure_id=of.id, code=code, key=parsed.key,
            holder=holder.number, received_at=received_at, opened_by=agent,
        )  # fmt: skip
        session.add(known)
        session.flush()
        details = {"code": known.key, "procedure": of.code}
        history.append(session, agency.id, at, Act.OPEN_DOSSIER, agent, known.id, details)
    elif (known.agency_id, known.procedure_id, known.holder) != (agency.id, of.id, holder.number):
        raise Problem(
            "DOSSIER_CODE_USED",
            f"Mã hồ sơ {parsed.key} đã dùng cho một hồ sơ khác",
            f"Dossier code {parsed.key} belongs to another dossier",
        )
    proposal = propose(session, agency, of, holder, at, dossier_id=known.id)
    for one in proposal.answers:
        if isinstance(one, Usable):
            note_here(session, known, one.requirement.id, one.paper.document_id, at)
    return known, proposal


def dossier(session: Session, agency: Agency, code: str) -> Dossier:
    """The agency's dossier with this code. Raises Problem UNKNOWN_DOSSIER."""
    key = official_codes.key_of(code)
    query = select(Dossier).where(Dossier.key == key, Dossier.agency_id == agency.id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise Problem("UNKNOWN_DOSSIER", f"Không có hồ sơ {code[:80]}", f"No dossier {code[:80]}")
    return found


def note_here(session: Session, of: Dossier, requirement_id: int, document_id: str, at: datetime) -> None:
    """A required paper of the dossier is here: kept from the first time on, for the report."""
    if session.get(PaperHere, (of.id, requirement_id)) is None:
        session.add(
            PaperHere(dossier_id=of.id, requirement_id=requirement_id, document_id=document_id, found_at=at)
        )
        session.flush()
