"""How a record or a copy stands now: whether it counts, what took its force (itself or the record behind it), since
when, by whom, why. Every verification asks here, so what is done to either shows at the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import field_rows
from archive.clock import VIETNAM
from archive.copy_rows import CopyRequest, CopyUse
from archive.lifecycle import Act, CopyState, Standing
from archive.tables import Agency, Copy, Document, Event

Which = Literal["record", "copy"]

FALLEN = {CopyState.REVOKED.value: Standing.REVOKED, CopyState.REPLACED.value: Standing.REPLACED}
DONE_BY = {Act.REVOKE_COPY: Standing.REVOKED, Act.REPLACE_COPY: Standing.REPLACED}


@dataclass(frozen=True)
class Stands:
    """``which`` of the two decides; ``since`` and ``by`` (the agency's name) are empty while it is in force. ``by``
    is an agency, never a person: verification is open to anyone."""

    standing: Standing
    which: Which
    since: datetime | None = None
    by: str = ""
    vi: str = ""
    en: str = ""


@dataclass(frozen=True)
class Uses:
    """How often a copy was used, and how often it may be (None: without limit)."""

    used: int
    most: int | None

    @property
    def left(self) -> int | None:
        """Uses that are left."""
        return None if self.most is None else max(0, self.most - self.used)


def judged(document: Document, valid_until: str | None, today: date) -> Standing:
    """Whether the record counts today. Raised standings win over the date; the last valid day still counts.

    ``valid_until`` is a date as the field holds it; empty (a person struck it out) is none.
    """
    kept = Standing(document.standing)
    if kept is Standing.VALID and valid_until and date.fromisoformat(valid_until) < today:
        return Standing.EXPIRED
    return kept


def last_day(session: Session, document: Document) -> str | None:
    """The record's last valid day as its field holds it."""
    values = field_rows.read(session, [document.id])[document.id]
    return values["valid_until"].values[0] if "valid_until" in values else None


def of_record(session: Session, document: Document, at: datetime) -> Stands:
    """How the record stands at ``at``."""
    until = last_day(session, document)
    now = judged(document, until, at.astimezone(VIETNAM).date())
    if now is Standing.VALID:
        return Stands(now, "record")
    agency = session.get_one(Agency, document.agency_id).name
    if now is Standing.EXPIRED and until:
        vi, en = "Hết thời hạn ghi trên giấy tờ", "The term written on the record is over"
        return Stands(now, "record", day_after(date.fromisoformat(until)), agency, vi, en)
    told = document.standing_reason
    return Stands(now, "record", document.standing_since, agency, told, told)


def of_copy(session: Session, copy: Copy, document: Document, at: datetime) -> Stands:
    """How the copy stands at ``at``: taken back or replaced itself, fallen with its record, past its own last day, or
    used as often as it may be. Of a replaced copy of a revoked record the record is told: it weighs more."""
    agency = session.get_one(Agency, document.agency_id).name
    behind = of_record(session, document, at)
    replaced = copy.state == CopyState.REPLACED.value
    if copy.state in FALLEN and not (replaced and behind.standing is Standing.REVOKED):
        reason = copy.reason or {}
        since = _fallen_at(session, copy)
        return Stands(FALLEN[copy.state], "copy", since, agency, reason.get("vi", ""), reason.get("en", ""))
    if behind.standing is not Standing.VALID:
        return behind
    asked = session.get(CopyRequest, copy.id)
    if asked is None:
        return Stands(Standing.VALID, "copy")
    if asked.valid_until is not None and asked.valid_until < at.astimezone(VIETNAM).date():
        vi, en = "Bản sao hết hạn dùng", "The copy's own term is over"
        return Stands(Standing.EXPIRED, "copy", day_after(asked.valid_until), agency, vi, en)
    uses = of_uses(session, copy.id, asked.most_uses)
    if uses.left == 0:
        last = session.scalar(select(func.max(CopyUse.used_at)).where(CopyUse.copy_id == copy.id))
        vi = f"Bản sao chỉ được dùng {uses.most} lần và đã dùng hết"
        en = f"The copy was good for {uses.most} uses, and all are recorded"
        return Stands(Standing.USED_UP, "copy", last, agency, vi, en)
    return Stands(Standing.VALID, "copy")


def of_uses(session: Session, copy_id: str, most: int | None) -> Uses:
    """The recorded uses of a copy."""
    used = session.scalar(select(func.count()).select_from(CopyUse).where(CopyUse.copy_id == copy_id))
    return Uses(used or 0, most)


def day_after(day: date) -> datetime:
    """The instant at which a last day is over in Việt Nam."""
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM).astimezone(UTC)


def _fallen_at(session: Session, copy: Copy) -> datetime | None:
    """When the copy was taken back or replaced: the history says."""
    acts = [act.value for act in DONE_BY]
    query = select(Event).where(Event.subject == copy.document_id, Event.act.in_(acts))
    for event in session.scalars(query.order_by(Event.number.desc())):
        if event.details.get("copy") == copy.id:
            return event.at
    return None
