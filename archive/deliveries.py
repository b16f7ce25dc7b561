"""Batches while their files are coming in over the network: named and stored one by one, then closed and received.

A delivery and its batch bear the same identifier. Files are in the store before a row names them, so any process
of any machine can take a closed delivery in; ``lease_until`` says that one is at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive.errors import Problem
from archive.tables import Base

OPEN, CLOSED, RECEIVED = "OPEN", "CLOSED", "RECEIVED"


class Delivery(Base):
    """A batch on its way in: OPEN for files, CLOSED while they are looked at, RECEIVED with ``outcomes``.

    Papers taken in at the counter (TT 01/2023 Đ.8) have the ``officer`` who signs each capture, and how many
    ``originals`` there are; ``failure``: why none of them could be taken in, so that it is open again."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("delivery_state", "state", "opened_at"),
        Index("delivery_agency", "agency_id", "id"),
    )
    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    cover: Mapped[str] = mapped_column(String(500))
    form: Mapped[str] = mapped_column(String(40))
    agent: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(8), default=OPEN)
    opened_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    outcomes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    officer: Mapped[str | None] = mapped_column(String(100))
    originals: Mapped[int | None]
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class DeliveredFile(Base):
    """A file of a delivery: the name people gave it, and its bytes in the work area."""

    __tablename__ = "delivered_file"
    delivery_id: Mapped[str] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]


def files(session: Session, delivery_id: str) -> Sequence[DeliveredFile]:
    """The files in the order of their names."""
    query = select(DeliveredFile).where(DeliveredFile.delivery_id == delivery_id)
    return session.scalars(query.order_by(DeliveredFile.name)).all()


def add(session: Session, delivery: Delivery, name: str, sha256: str, size: int, most_files: int) -> bool:
    """Record that the file is here; the same name again replaces it. Gives whether it is new.

    Raises Problem BATCH_CLOSED, TOO_MANY_FILES.
    """
    session.refresh(delivery, with_for_update=True)
    if delivery.state != OPEN:
        raise closed(delivery)
    before = session.get(DeliveredFile, (delivery.id, name))
    if before is not None:
        before.sha256, before.size = sha256, size
        return False
    query = select(func.count()).select_from(DeliveredFile).where(DeliveredFile.delivery_id == delivery.id)
    if (session.scalar(query) or 0) >= most_files:
        raise Problem(
            "TOO_MANY_FILES",
            f"Một lô có tối đa {most_files} tệp",
            f"A batch holds {most_files} files at most",
        )
    session.add(DeliveredFile(delivery_id=delivery.id, name=name, sha256=sha256, size=size))
    return True


def close(session: Session, delivery: Delivery) -> None:
    """No more files; to be received. Raises Problem BATCH_CLOSED, BATCH_EMPTY."""
    session.refresh(delivery, with_for_update=True)
    if delivery.state != OPEN:
        raise closed(delivery)
    if not files(session, delivery.id):
        raise Problem("BATCH_EMPTY", "Lô chưa có tệp nào", "The batch holds no file yet")
    delivery.state, delivery.failure = CLOSED, None


def waiting(session: Session, now: datetime) -> bool:
    """Whether there is a closed delivery that nobody is at."""
    return _oldest(session, now) is not None


def claim(session: Session, now: datetime, lease: timedelta) -> Delivery | None:
    """Take a closed delivery that nobody is at, oldest first; None when there is none."""
    found = _oldest(session, now)
    if found is None:
        return None
    taken = session.execute(
        update(Delivery)
        .where(Delivery.id == found, Delivery.state == CLOSED, _free(now))
        .values(lease_until=now + lease)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        return None
    return session.get(Delivery, found, populate_existing=True)


def extend(session: Session, delivery_id: str, until: datetime) -> None:
    """Push the lease on while receiving goes well."""
    session.execute(update(Delivery).where(Delivery.id == delivery_id).values(lease_until=until))


def reopen(session: Session, delivery_id: str, why: Problem) -> None:
    """Nothing of it could be taken in: it takes files again and says why."""
    session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(state=OPEN, failure=why.as_dict(), lease_until=None)
    )


def received(session: Session, delivery_id: str, outcomes: list[dict[str, Any]]) -> None:
    """Every file has its answer."""
    session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(state=RECEIVED, outcomes=outcomes, lease_until=None)
    )


def _oldest(session: Session, now: datetime) -> str | None:
    query = select(Delivery.id).where(Delivery.state == CLOSED, _free(now)).order_by(Delivery.opened_at)
    return session.scalar(query.limit(1))


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(Delivery.lease_until.is_(None), Delivery.lease_until <= now)


def closed(delivery: Delivery) -> Problem:
    """Why nothing more can be done to a delivery."""
    return Problem(
        "BATCH_CLOSED", f"Lô {delivery.id} đã đóng, không nhận thêm tệp", f"Batch {delivery.id} is closed"
    )
