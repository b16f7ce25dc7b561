"""The step table: what is due, who works on it, and what came of it. The database is the truth of all work.

Either a runner looks for ``ripe`` steps and claims them, or a dispatcher ``offer``s them to a broker and whoever gets
the message claims. ``offer_at`` is the only clock: schedule, lease, backoff and next offer. ``attempt`` counts at the
claim, before the work, so work that kills its worker counts too; it is also the fencing token: only its holder may
settle.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from archive.tables import Step

DUE, OFFERED, RUNNING, DONE, PARKED = "due", "offered", "running", "done", "parked"

OPEN = (DUE, OFFERED, RUNNING)
"""States of steps that are not at an end."""


@dataclass(frozen=True)
class Offered:
    """A step to be told to a broker."""

    id: int
    name: str


@dataclass(frozen=True)
class Claimed:
    """A step in our hands. ``attempt`` proves that it is still ours when we settle."""

    id: int
    document_id: str
    name: str
    input: str
    attempt: int


def ripe(
    session: Session, now: datetime, limit: int = 100, names: Collection[str] | None = None
) -> list[int]:
    """Steps (of these names) that may be claimed: due, running under a lease that has run out, or offered and never
    taken."""
    query = (
        select(Step.id)
        .where(Step.state.in_(OPEN), Step.offer_at <= now)
        .order_by(Step.offer_at, Step.id)
        .limit(limit)
    )
    if names is not None:
        query = query.where(Step.name.in_(names))
    return list(session.scalars(query))


def offer(
    session: Session, names: Collection[str], now: datetime, again: timedelta, most: int
) -> list[Offered]:
    """Choose ripe steps of these names for the broker; they are not chosen again before ``again`` has passed.

    At most ``most`` wait in the broker at a time, so that a backlog is not told twice. Any number of dispatchers may
    do this at once: what one is choosing another skips. A holder whose lease has run out loses the step here.
    """
    waiting = session.scalar(
        select(func.count()).where(Step.name.in_(names), Step.state == OFFERED, Step.offer_at > now)
    )
    chosen = session.scalars(
        select(Step)
        .where(Step.name.in_(names), Step.state.in_(OPEN), Step.offer_at <= now)
        .order_by(Step.offer_at, Step.id)
        .limit(max(most - (waiting or 0), 0))
        .with_for_update(skip_locked=True)
    ).all()
    session.execute(
        update(Step)
        .where(Step.id.in_([step.id for step in chosen]))
        .values(state=OFFERED, offer_at=now + again)
        .execution_options(synchronize_session=False)
    )
    return [Offered(step.id, step.name) for step in chosen]


def take_back(session: Session, untold: Collection[Offered], now: datetime) -> None:
    """The broker did not take these: they are due again. What was claimed all the same stays claimed."""
    session.execute(
        update(Step)
        .where(Step.id.in_([step.id for step in untold]), Step.state == OFFERED)
        .values(state=DUE, offer_at=now)
    )


def claim(session: Session, step_id: int, now: datetime, lease: timedelta) -> Claimed | None:
    """Take a step that is ripe or offered; None when someone else was first.

    An offered step is taken whatever the clock says; a second message finds it running and gets nothing, and one that
    comes after a failure waits for the backoff like everybody.
    """
    taken = session.execute(
        update(Step)
        .where(
            Step.id == step_id,
            or_(Step.state == OFFERED, and_(Step.state.in_((DUE, RUNNING)), Step.offer_at <= now)),
        )
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
    """Make all running and offered steps ripe. Only for who knows that no other worker lives; gives how many."""
    result = session.execute(
        update(Step).where(Step.state.in_((RUNNING, OFFERED)), Step.offer_at > now).values(offer_at=now)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def give_back(
    session: Session, held: Claimed, offer_at: datetime, error: dict[str, Any] | None = None
) -> bool:
    """Return a step for no fault of its own (the worker stops, a service is away); the attempt does not count."""
    return _ours(session, held, state=DUE, offer_at=offer_at, attempt=held.attempt - 1, error=error)


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


def end(session: Session, name: str, given: str, now: datetime, error: dict[str, Any]) -> bool:
    """A person ends the step of this name and input for good: it is done, with the reason. False while a worker has it
    in hand, or when it is at an end already."""
    result = session.execute(
        update(Step)
        .where(
            Step.name == name,
            Step.input == given,
            or_(Step.state.in_((DUE, OFFERED, PARKED)), and_(Step.state == RUNNING, Step.offer_at <= now)),
        )
        .values(state=DONE, error=error)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def parked_with(session: Session, name: str, given: str) -> dict[str, Any] | None:
    """Why the step of this name and input is parked, or None when it is not."""
    query = select(Step.error).where(Step.name == name, Step.input == given, Step.state == PARKED)
    return session.scalars(query).one_or_none()


def open_count(session: Session) -> int:
    """How many steps are not at an end: due (also later), offered or running."""
    return session.scalar(select(func.count()).select_from(Step).where(Step.state.in_(OPEN))) or 0


def next_offer(session: Session) -> datetime | None:
    """When the next open step becomes ripe."""
    return session.scalar(select(Step.offer_at).where(Step.state.in_(OPEN)).order_by(Step.offer_at))


def _ours(session: Session, held: Claimed, **values: Any) -> bool:
    result = session.execute(
        update(Step)
        .where(Step.id == held.id, Step.state == RUNNING, Step.attempt == held.attempt)
        .values(**values)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]
