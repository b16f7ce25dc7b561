"""Versions of what an agency's approved records taught: made, used, taken back. Never a word of another agency.

The lesson itself is an object of the store, named by its digest (what is in it: ``ocr.lessons``). At most one version
of an agency is in use; only what is read from then on is read with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive import field_rows, history
from archive.errors import Problem
from archive.lifecycle import Act, Standing, State
from archive.tables import Agency, Base, Document, Event

MOST_RECORDS = 5000
"""The newest records that a lesson is made from: offices change, and making one stays within minutes."""

SLICE = 200
_TAUGHT_BY = (State.APPROVED.value, State.SEALED.value, State.HELD.value)


class Lesson(Base):
    """A version. ``papers``: how many different papers it rests on; ``last_event``: number of the newest approval
    among them; ``counts``: how much of each kind it holds."""

    __tablename__ = "lesson"
    __table_args__ = (
        Index("lesson_active", "agency_id", unique=True, sqlite_where=text("active"), postgresql_where=text("active")),
    )  # fmt: skip
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    papers: Mapped[int]
    counts: Mapped[dict[str, Any]]
    last_event: Mapped[int]
    made_at: Mapped[datetime]
    active: Mapped[bool]


@dataclass(frozen=True)
class Evidence:
    """An approval of a document that a person looked at. ``values`` as approved; ``before``: of the fields they
    corrected, what had been read, () for nothing. ``suggested``: fields that a lesson had filled in when the document
    was read and the person let stand. ``event``: its number in the agency's history."""

    document_id: str
    event: int
    held: bool
    reading_sha256: str
    values: dict[str, tuple[str, ...]]
    before: dict[str, tuple[str, ...]]
    suggested: tuple[str, ...]


def evidence(session: Session, agency: Agency, most: int = MOST_RECORDS) -> Iterator[Evidence]:
    """What the agency's newest approvals teach, in the order of approval.

    Approvals in bulk teach nothing: nobody looked, so they would only confirm the reader's own mistakes. Neither do
    records withdrawn or revoked since.
    """
    newest: list[tuple[Event, Document]] = []
    query = (
        select(Event, Document)
        .join(Document, Document.id == Event.subject)
        .where(
            Event.agency_id == agency.id,
            Document.agency_id == agency.id,
            Event.act == Act.APPROVE.value,
            Document.state.in_(_TAUGHT_BY),
            Document.standing != Standing.REVOKED.value,
            Document.reading_sha256.is_not(None),
        )
        .order_by(Event.number.desc())
        .execution_options(yield_per=SLICE)
    )
    found = session.execute(query)
    for event, document in found:
        if event.details.get("bulk") is False:
            newest.append((event, document))
            if len(newest) == most:
                break
    found.close()
    newest.reverse()
    for start in range(0, len(newest), SLICE):
        part = newest[start : start + SLICE]
        values = field_rows.read(session, [document.id for _, document in part])
        filled = _filled_in(session, agency, [document.id for _, document in part])
        for event, document in part:
            corrected = event.details.get("corrected", {})
            yield Evidence(
                document.id,
                event.number,
                document.state == State.HELD.value,
                str(document.reading_sha256),
                {name: one.values for name, one in values[document.id].items()},
                {name: _plain(change["from"]) for name, change in corrected.items()},
                tuple(sorted(filled.get(document.id, set()) - set(corrected))),
            )


def _filled_in(session: Session, agency: Agency, document_ids: list[str]) -> dict[str, set[str]]:
    """The fields that a lesson filled in when each document was read last."""
    query = select(Event).where(
        Event.agency_id == agency.id, Event.act == Act.READ.value, Event.subject.in_(document_ids)
    )
    events = session.scalars(query.order_by(Event.number))
    return {event.subject: set(event.details.get("taught", {})) for event in events}


def _plain(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def versions(session: Session, agency: Agency) -> list[Lesson]:
    """All versions, oldest first."""
    return list(session.scalars(select(Lesson).where(Lesson.agency_id == agency.id).order_by(Lesson.version)))


def active(session: Session, agency_id: int) -> Lesson | None:
    """The version that this agency's papers are read with now, if any."""
    return session.scalars(
        select(Lesson).where(Lesson.agency_id == agency_id, Lesson.active.is_(True))
    ).one_or_none()


def add(
    session: Session, agency: Agency, sha256: str, papers: int, counts: dict[str, Any], last_event: int, agent: str,
    at: datetime,
) -> tuple[Lesson, bool]:  # fmt: skip
    """Record a lesson that is in the store; gives it and whether it is new. The same bytes as the newest version's
    are that version.

    It comes into use when the newest version was in use, or when it is the first: whoever went back to an earlier
    one, or to none, is not overruled by the next night's run.
    """
    history.head(session, agency.id)
    known = versions(session, agency)
    if known and known[-1].sha256 == sha256:
        return known[-1], False
    follows = not known or known[-1].active
    if known and follows:
        _put_away(session, agency)
    made = Lesson(
        agency_id=agency.id, version=len(known) + 1, sha256=sha256, papers=papers, counts=counts,
        last_event=last_event, made_at=at, active=follows,
    )  # fmt: skip
    session.add(made)
    session.flush()
    details = {
        "version": made.version, "lesson": sha256, "papers": papers, "last_event": last_event, "active": follows,
    }  # fmt: skip
    history.append(session, agency.id, at, Act.LEARN, agent, agency.code, details)
    return made, True


def use(session: Session, agency: Agency, version: int | None, agent: str, at: datetime) -> Lesson | None:
    """Read this agency's papers with that version from now on, None: with none. Raises Problem NO_SUCH_LESSON.

    What is in use already is left as it is, without an event.
    """
    history.head(session, agency.id)
    chosen = None if version is None else session.get(Lesson, (agency.id, version))
    if version is not None and chosen is None:
        raise no_such(agency, version)
    before = active(session, agency.id)
    if before is chosen:
        return chosen
    _put_away(session, agency)
    if chosen is not None:
        chosen.active = True
        session.flush()
    details = {
        "version": version,
        "lesson": None if chosen is None else chosen.sha256,
        "before": None if before is None else before.version,
    }
    history.append(session, agency.id, at, Act.USE_LESSON, agent, agency.code, details)
    return chosen


def no_such(agency: Agency, version: int) -> Problem:
    """The agency has no such version."""
    return Problem(
        "NO_SUCH_LESSON",
        f"Cơ quan {agency.code} không có bài học số {version}; xem: hoso learn --list",
        f"Agency {agency.code} has no lesson {version}; see: hoso learn --list",
    )


def _put_away(session: Session, agency: Agency) -> None:
    session.execute(
        update(Lesson)
        .where(Lesson.agency_id == agency.id, Lesson.active.is_(True))
        .values(active=False)
        .execution_options(synchronize_session="fetch")
    )
    session.flush()
