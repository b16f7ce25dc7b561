"""Copies for a dossier, and their use: bound to one dossier and one required paper, recorded once in the history."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from archive import copies, copy_uses, history
from archive.clock import VIETNAM
from archive.copies import CopyBasis
from archive.copy_law import CopyLaw
from archive.copy_rules import Capacity, Limits, Requester, Wish
from archive.errors import Problem
from archive.identifiers import Entropy
from archive.lifecycle import Act, CopyState
from archive.reuse import consents, dossiers, grants, papers
from archive.reuse.judging import Required, judge
from archive.reuse.tables import Dossier, Procedure, Requirement, Use
from archive.tables import Agency, Copy, Document

GONE = (CopyState.REFUSED.value, CopyState.REVOKED.value, CopyState.REPLACED.value)
"""Copies that do not stand in the way of a new one."""


def requirement(session: Session, of: Dossier, requirement_id: int) -> Required:
    """The required paper of the dossier's procedure with this id. Raises Problem UNKNOWN_REQUIREMENT."""
    row = session.get(Requirement, requirement_id)
    if row is None or row.procedure_id != of.procedure_id:
        raise Problem(
            "UNKNOWN_REQUIREMENT",
            f"Thủ tục của hồ sơ {of.key} không yêu cầu giấy tờ số {requirement_id}",
            f"The procedure of dossier {of.key} requires no paper {requirement_id}",
        )
    return papers.required(row)


def request_copy(
    session: Session, of: Dossier, wanted: Required, document_id: str, basis: CopyBasis, agent: str, at: datetime,
    entropy: Entropy, law: CopyLaw | None = None,
) -> Copy:  # fmt: skip
    """Ask for the copy that will stand for ``wanted`` in the dossier; asked twice it is the same copy.

    A copy that was refused or revoked before does not stand in the way of a new one. Raises Problem CONSENT_MISSING,
    BASIS_NOT_ACCEPTED, UNKNOWN_DOCUMENT (not in the agency's sight), or what ``judging.judge`` says of the paper.
    """
    agency = session.get_one(Agency, of.agency_id)
    if basis not in wanted.bases:
        raise Problem(
            "BASIS_NOT_ACCEPTED",
            f"Thủ tục không nhận bản sao loại «{basis.value}» cho {wanted.title}",
            f"The procedure does not accept a copy on the basis {basis.value!r} for {wanted.title}",
        )
    document = _usable(session, of, wanted, document_id, at)
    dossiers.note_here(session, of, wanted.id, document.id, at)
    history.head(session, document.agency_id)
    for attempt in range(1, 1000):
        key = _key(of, wanted, document.id, attempt)
        known = session.scalars(select(Copy).where(Copy.request_key == key)).one_or_none()
        if known is None or known.state not in GONE:
            purpose = f"Hồ sơ {of.key}"
            # The holder agreed (looked at above); the copy is good for this agency and this dossier only.
            asker = Requester(Capacity.CONSENT, agency.name[:200], power=purpose)
            limits = Limits(only_recipient=True, only_purpose=True, organisation=True)
            return copies.request(
                session, document, basis, agency.name[:200], purpose, agent, at, entropy, key,
                Wish(asker, 1, limits), law=law,
            )  # fmt: skip
    raise Problem(
        "TOO_MANY_COPIES", "Đã yêu cầu bản sao này quá nhiều lần", "This copy was asked for too often"
    )


def use(session: Session, of: Dossier, wanted: Required, copy: Copy, agent: str, at: datetime) -> Use:
    """Record that the copy stood for ``wanted``: one event in the history of the document, once.

    The same again gives what is recorded. Raises Problem COPY_NOT_FOR_DOSSIER (made for another dossier or paper),
    COPY_NOT_ISSUED, REQUIREMENT_FILLED (another copy stands there), CONSENT_MISSING, or why the paper does not count
    any more.
    """
    history.head(session, session.get_one(Document, copy.document_id).agency_id)
    known = session.scalars(
        select(Use).where(Use.dossier_id == of.id, Use.requirement_id == wanted.id)
    ).one_or_none()
    if known is not None and known.copy_id == copy.id:
        return known
    session.refresh(copy)
    if not (copy.request_key or "").startswith(_key(of, wanted, copy.document_id, None)):
        raise Problem(
            "COPY_NOT_FOR_DOSSIER",
            f"Bản sao {copy.id} không được cấp cho giấy tờ này của hồ sơ {of.key}",
            f"Copy {copy.id} was not made for this paper of dossier {of.key}",
        )
    if known is not None:
        raise Problem(
            "REQUIREMENT_FILLED",
            f"Hồ sơ {of.key} đã dùng bản sao {known.copy_id} cho giấy tờ này",
            f"Dossier {of.key} has copy {known.copy_id} for this paper",
        )
    if copy.state != CopyState.ISSUED.value:
        raise Problem(
            "COPY_NOT_ISSUED",
            f"Bản sao {copy.id} chưa được cấp hoặc không còn giá trị ({copy.state})",
            f"Copy {copy.id} is not issued, or does not count any more ({copy.state})",
        )
    document = _usable(session, of, wanted, copy.document_id, at)
    dossiers.note_here(session, of, wanted.id, document.id, at)
    name, purpose = session.get_one(Agency, of.agency_id).name, f"Hồ sơ {of.key}"
    # Its last day, its number of uses, its recipient and its purpose are enforced as for any verifier.
    copy_uses.record(
        session, copy, document, name[:200], purpose, agent, at, f"{of.id}/{wanted.id}", note=False
    )
    done = Use(
        dossier_id=of.id, requirement_id=wanted.id, copy_id=copy.id, document_id=document.id, used_at=at, agent=agent
    )  # fmt: skip
    session.add(done)
    details = {"copy": copy.id, "dossier": of.key, "agency": of.agency_id, "paper": wanted.title}
    history.append(session, document.agency_id, at, Act.USE_COPY, agent, document.id, details)
    return done


def _usable(session: Session, of: Dossier, wanted: Required, document_id: str, at: datetime) -> Document:
    """The document, when the agency may use it now and its holder agrees."""
    procedure = session.get_one(Procedure, of.procedure_id).code
    if not consents.stands(session, of.agency_id, of.holder, procedure, of.id):
        raise Problem(
            "CONSENT_MISSING",
            f"Chủ giấy tờ chưa đồng ý cho dùng giấy tờ trong hồ sơ {of.key}",
            f"The holder has not agreed that papers are used for dossier {of.key}",
        )
    sight = grants.within(session, of.agency_id, procedure, at)
    seen = papers.load(session, and_(Document.id == document_id, sight), at)
    if not seen:
        raise Problem(
            "UNKNOWN_DOCUMENT", f"Không có giấy tờ {document_id[:40]}", f"No paper {document_id[:40]}"
        )
    reason = judge(seen[0], wanted, of.holder, at.astimezone(VIETNAM).date())
    if reason is not None:
        raise reason
    return session.get_one(Document, document_id)


def _key(of: Dossier, wanted: Required, document_id: str, attempt: int | None) -> str:
    """What binds a copy to dossier and paper: its request key, at most 64 characters; None: how it begins."""
    return f"{of.id}/{wanted.id}/{document_id}/" + ("" if attempt is None else str(attempt))
