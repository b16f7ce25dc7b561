"""The step table: what is due, who works on it, and what came of it. The database is the truth of all work.

``offer_at`` is the only clock: schedule, lease and backoff. ``attempt`` counts at the claim, before the work, so
work that kills its worker counts too; it is also the fencing token: only its holder may settle.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive.tables import Step

DUE, RUNNING, DONE, PARKED = "due", "running", "done", "parked"


@dataclass(frozen=True)
class Claimed:
    """A step in our hands. ``attempt`` proves that it is still ours when we settle."""

    id: int
    document_id: str
    name: str
    input: str
    attempt: int


def ripe(session: Session, now: datetime, limit: int = 100) -> list[int]:
    """Steps that may be claimed: due, or running under a lease that has run out."""
    query = (
        select(Step.id)
        .where(Step.state.in_((DUE, RUNNING)), Step.offer_at <= now)
        .order_by(Step.offer_at, Step.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def claim(session: Session, step_id: int, now: datetime, lease: timedelta) -> Claimed | None:
    """Take a ripe step; None when someone else was first."""
    taken = session.execute(
        update(Step)
        .where(Step.id == step_id, Step.state.in_((DUE, RUNNING)), Step.offer_at <= now)
        .values(state=RUNNING, attempt=Step.attempt + 1, offer_at=now + lease)
        .returning(Step.id, Step.document_id, Step.name, Step.input, Step.attempt)
    ).one_or_none()
    return None if taken is None else Claimed(*taken)


def extend(session: Session, held: Claimed, now: datetime, lease: timedelta) -> bool:
    """Push the lease on while long work goes well; False when the step is not ours any more."""
    return _ours(session, held, offer_at=now + lease)


def settle(
    session: Session, held: Claimed, state: str, offer_at: datetime, error: dict[str, Any] | None = None
) -> bool:
    """Say what came of it. False: the claim was lost, and the caller throws its result away."""
    return _ours(session, held, state=state, offer_at=offer_at, error=error)


def rescue(session: Session, now: datetime) -> int:
    """Make all running steps ripe. Only for who knows that no other worker lives; gives how many."""
    result = session.execute(
        update(Step).where(Step.state == RUNNING, Step.offer_at > now).values(offer_at=now)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def give_back(session: Session, held: Claimed, now: datetime) -> bool:
    """Return a step untouched because the worker stops; the attempt does not count."""
    return _ours(session, held, state=DUE, offer_at=now, attempt=held.attempt - 1)


def try_again(session: Session, document_id: str, now: datetime) -> list[str]:
    """Make the document's parked steps due once more with a fresh count; gives their names."""
    return list(
        session.scalars(
            update(Step)
            .where(Step.document_id == document_id, Step.state == PARKED)
            .values(state=DUE, attempt=0, offer_at=now, error=None)
            .returning(Step.name)
        )
    )


def open_count(session: Session) -> int:
    """How many steps are not at an end: due (also later) or running."""
    return session.scalar(select(func.count()).select_from(Step).where(Step.state.in_((DUE, RUNNING)))) or 0


def next_offer(session: Session) -> datetime | None:
    """When the next open step becomes ripe."""
    return session.scalar(select(Step.offer_at).where(Step.state.in_((DUE, RUNNING))).order_by(Step.offer_at))


def _ours(session: Session, held: Claimed, **values: Any) -> bool:
    result = session.execute(
        update(Step)
        .where(Step.id == held.id, Step.state == RUNNING, Step.attempt == held.attempt)
        .values(**values)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]
