"""Volumes (quyển) of a register: opened by the office when the book before is full; numbers run on (CC-07).

A second volume in the same year continues the numbers; a new year begins at 1 even in the same volume.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive import history
from archive.copy_rows import Volume
from archive.errors import Problem
from archive.lifecycle import Act
from archive.tables import Agency, Entry, Register

KEPT = ("copies-register", "copies-original")
"""Registers that are kept in volumes."""


def current(session: Session, agency_id: int, kind: str, agent: str, at: datetime) -> Volume:
    """The open volume; the first one is opened when there is none. Whoever calls has locked the agency's row."""
    found = session.scalars(_of(agency_id, kind).where(Volume.closed_at.is_(None))).first()
    return _opened(session, agency_id, kind, 1, agent, at) if found is None else found


def open_next(session: Session, agency: Agency, kind: str, agent: str, at: datetime) -> Volume:
    """Close the open volume and open the next. Raises Problem UNKNOWN_REGISTER, VOLUME_EMPTY (nothing is in it)."""
    if kind not in KEPT:
        known = ", ".join(KEPT)
        raise Problem(
            "UNKNOWN_REGISTER", f"Sổ theo quyển: {known}", f"Registers that are kept in volumes: {known}"
        )
    history.head(session, agency.id)
    before = current(session, agency.id, kind, agent, at)
    if not _used(session, agency.id, kind, before.number):
        raise Problem(
            "VOLUME_EMPTY",
            f"Quyển {before.number:02} đang mở chưa có số nào",
            f"Volume {before.number:02} is open and holds no number yet",
        )
    before.closed_at, before.closed_by = at, agent
    session.flush()
    made = _opened(session, agency.id, kind, before.number + 1, agent, at)
    history.append(session, agency.id, at, Act.OPEN_VOLUME, agent, kind, {"volume": made.number})
    return made


def listed(session: Session, agency_id: int, kind: str) -> Sequence[Volume]:
    """All volumes of a register in order."""
    return session.scalars(_of(agency_id, kind).order_by(Volume.number)).all()


def _of(agency_id: int, kind: str) -> Select[Volume]:
    return select(Volume).where(Volume.agency_id == agency_id, Volume.kind == kind)


def _opened(session: Session, agency_id: int, kind: str, number: int, agent: str, at: datetime) -> Volume:
    made = Volume(agency_id=agency_id, kind=kind, number=number, opened_at=at, opened_by=agent)
    session.add(made)
    session.flush()
    return made


def _used(session: Session, agency_id: int, kind: str, number: int) -> bool:
    query = (
        select(Entry.number)
        .join(Register, Register.id == Entry.register_id)
        .where(Register.agency_id == agency_id, Register.kind == kind, Entry.volume == number)
    )
    return session.execute(query.limit(1)).first() is not None
