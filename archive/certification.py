"""What an officer does with requests for copies: grants, refuses, extends; and what is due when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive import copies, history, steps
from archive.clock import VIETNAM
from archive.copy_law import CopyLaw, shipped_law
from archive.copy_rows import CopyRequest
from archive.copy_rules import Certification, CopyBasis, certifiable, extract_refusal, refusal
from archive.errors import Problem
from archive.identifiers import Entropy
from archive.lifecycle import Act, CopyState, IllegalMove
from archive.lists import Sight, visible
from archive.tables import Copy, Document
from archive.written import MOST_NAME, MOST_REASON, check_lines

OPEN = (CopyState.REQUESTED.value, CopyState.GRANTED.value)
"""Asked for and not handed out yet."""


@dataclass(frozen=True)
class DueCopy:
    """A request that is open, with the record it is about."""

    copy: Copy
    asked: CopyRequest
    document: Document

    def overdue(self, at: datetime) -> bool:
        """Whether its deadline has passed at ``at``."""
        return self.asked.due_at < at


def grant(
    session: Session, copy: Copy, document: Document, found: Certification, agent: str, at: datetime,
    entropy: Entropy, law: CopyLaw | None = None,
) -> Copy:  # fmt: skip
    """The officer compared the paper original: the copy is granted with its number, or refused on the grounds ticked.

    Raises Problem PAPER_NOT_PRESENTED, CERTIFIER_MISSING or, of an extract, EXTRACT_OF_WHAT (nothing is decided yet),
    UNKNOWN_GROUND, BAD_TEXT; IllegalMove when it is decided already. A record that lost its force meanwhile is
    refused with that reason.
    """
    _open(session, copy, document, Act.GRANT_COPY)
    if CopyBasis(copy.basis) is CopyBasis.EXTRACT:
        raise copies.extract_of_what()
    if not found.grounds:
        missing = certifiable(found, at.astimezone(VIETNAM).date())
        if missing is not None:
            raise missing
    gone = copies.why_not(session, document, at)
    return copies.certified(session, copy, document, gone, found, agent, at, entropy, law)


def grant_extract(
    session: Session, copy: Copy, document: Document, show: Collection[str], hide: Collection[str], agent: str,
    at: datetime, entropy: Entropy, law: CopyLaw | None = None,
) -> Copy:  # fmt: skip
    """The officer chose the parts of an extract that was asked for in words: it is granted with its number, or refused
    when the record lost its force meanwhile. Raises Problem EXTRACT_OF_WHAT, IllegalMove when it is decided already."""
    _open(session, copy, document, Act.GRANT_COPY)
    if CopyBasis(copy.basis) is not CopyBasis.EXTRACT or not (show or hide):
        raise copies.extract_of_what()
    copy.extract = {**(copy.extract or {}), "show": [*show], "hide": [*hide]}
    session.flush()
    gone = copies.why_not(session, document, at)
    return copies.certified(session, copy, document, gone, None, agent, at, entropy, law)


def refuse(
    session: Session, copy: Copy, document: Document, grounds: Collection[str], note: str, agent: str,
    at: datetime,
) -> Copy:  # fmt: skip
    """Refuse on grounds of the closed list (NĐ 23/2015/NĐ-CP Đ.22); an extract in words, with the reason as ``note``.
    Raises Problem UNKNOWN_GROUND, REASON_MISSING, BAD_TEXT, IllegalMove."""
    check_lines(MOST_NAME, note=note)
    _open(session, copy, document, Act.REFUSE_COPY)
    is_extract = CopyBasis(copy.basis) is CopyBasis.EXTRACT
    why = extract_refusal(grounds, note) if is_extract else refusal(grounds, note)
    session.get_one(CopyRequest, copy.id).grounds = [one for one in grounds]
    copies.act(session, copy, document, Act.REFUSE_COPY, agent, at, {**why.as_dict(), "grounds": [*grounds]})
    copy.reason = dict(why.as_dict())
    return copy


def give_up(session: Session, copy: Copy, document: Document, reason: str, agent: str, at: datetime) -> Copy:
    """Nobody makes the granted copy any more, and nobody waits for its key: its number is void with the reason (CC-07).

    Raises Problem COPY_IN_HAND while a worker makes it, BAD_TEXT; IllegalMove when it is not granted, or issued
    already.
    """
    check_lines(MOST_REASON, reason=reason)
    history.head(session, document.agency_id)
    session.refresh(copy)
    if copy.state != CopyState.GRANTED.value:
        raise IllegalMove(CopyState(copy.state), Act.VOID_COPY)
    why = Problem("GIVEN_UP", f"Không cấp nữa: {reason}", f"Given up: {reason}")
    if not steps.end(session, "issue", copy.id, at, why.as_dict()):
        raise Problem(
            "COPY_IN_HAND",
            f"Bản sao {copy.id} đang được tạo. Hãy thử lại sau ít phút.",
            f"Copy {copy.id} is being made just now. Try again in a few minutes.",
        )
    copies.give_up(session, copy, document, why, agent, at)
    return copy


def extend(
    session: Session, copy: Copy, document: Document, days: int, until: date | None, agreement: str, agent: str,
    at: datetime, law: CopyLaw | None = None,
) -> CopyRequest:  # fmt: skip
    """Put the deadline off: by working days within the law's limit, or to a day that the requester agreed to in
    writing (CC-02). From then on there is an appointment slip. Raises Problem BAD_EXTENSION, BAD_TEXT, IllegalMove."""
    check_lines(MOST_NAME, agreement=agreement)
    law = law or shipped_law()
    _open(session, copy, document, Act.EXTEND_COPY)
    asked = session.get_one(CopyRequest, copy.id)
    rule = law.deadline(copy.requested_at.astimezone(VIETNAM).date())
    before = asked.due_at.astimezone(VIETNAM).date()
    if until is None:
        if days < 1 or asked.extended_days + days > rule.extension_days:
            raise _bad_extension(rule.extension_days)
        day = law.days.later(before, days)
        asked.extended_days += days
    else:
        if days or not agreement.strip() or until <= before or not law.days.is_working(until):
            raise _bad_extension(rule.extension_days)
        day = until
        asked.agreement = agreement.strip()
    asked.due_at = datetime.combine(day, rule.closing, VIETNAM)
    asked.slip = True
    session.flush()
    told = {"copy": copy.id, "due": asked.due_at.isoformat(), "days": days, "agreement": asked.agreement}
    history.append(session, document.agency_id, at, Act.EXTEND_COPY, agent, document.id, told)
    return asked


def due(session: Session, sight: Sight, limit: int, basis: CopyBasis | None = None) -> Sequence[DueCopy]:
    """Open requests that may be seen, the earliest deadline first: what is overdue stands at the top."""
    query = (
        select(Copy, CopyRequest, Document)
        .join(CopyRequest, CopyRequest.copy_id == Copy.id)
        .join(Document, Document.id == Copy.document_id)
        .where(or_(*(Copy.state == one for one in OPEN)), visible(sight))
        .order_by(CopyRequest.due_at, Copy.requested_at, Copy.id)
        .limit(limit)
    )
    if basis is not None:
        query = query.where(Copy.basis == basis.value)
    return [DueCopy(*row) for row in session.execute(query)]


def requests_of(session: Session, copy_ids: Collection[str]) -> dict[str, CopyRequest]:
    """The requests behind these copies, by the copy's id; those of before requests were kept are missing."""
    rows = session.scalars(select(CopyRequest).where(CopyRequest.copy_id.in_(copy_ids)))
    return {one.copy_id: one for one in rows}


def _open(session: Session, copy: Copy, document: Document, act: Act) -> None:
    history.head(session, document.agency_id)
    session.refresh(copy)
    session.refresh(document)
    if copy.state != CopyState.REQUESTED.value:
        raise IllegalMove(CopyState(copy.state), act)


def _bad_extension(most: int) -> Problem:
    return Problem(
        "BAD_EXTENSION",
        f"Kéo dài tối đa {most} ngày làm việc; lâu hơn cần thỏa thuận bằng văn bản đến một ngày làm việc sau hạn",
        f"At most {most} working days more; longer needs a written agreement and a working day behind the deadline",
    )
