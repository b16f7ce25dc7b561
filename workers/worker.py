"""One step, claimed, run and settled. Any number of times, anywhere, killed at any instant."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from archive import ledger, steps
from archive.errors import Problem
from archive.lifecycle import Act
from archive.notices import frames, without_messages
from archive.steps import Claimed
from archive.tables import Document
from workers.children import ChildFailed
from workers.patience import WAITS, patiently
from workers.workshop import Workshop

Record = Callable[[Session, datetime], None]
"""What a step leaves to be written: runs in the commit that settles the step, or never."""

Work = Callable[[Workshop, Claimed], Record]
"""A step's work: outside any transaction, repeatable, effects only in the store by digest. Raises Problem."""

GiveUp = Callable[[Session, Claimed, Problem, datetime], None]
"""What else has to be written when a step is parked."""

AGENT = "hoso worker"
LONGEST_BACKOFF_SECONDS = 300

Written = TypeVar("Written")


@dataclass(frozen=True)
class Job:
    """One line of the step table's wiring."""

    work: Work
    give_up: GiveUp | None = None
    many: bool = False
    """It mostly waits for others: as many at once as resident children have places, not as there are children."""
    wait_seconds: float = 0
    """Least time until a service that is away is asked again, for work that has months."""


PASSING = frozenset({"UNEXPECTED", "OBJECT_NOT_KEPT"})
"""What may be gone the next time, besides what we wait for and what happens to children; counted, and limited."""


def run_step(shop: Workshop, jobs: dict[str, Job], step_id: int) -> str | None:
    """Claim, work, settle one step. Gives its new state, None when it was not ours to take.

    While the database is away it waits: what was worked out is not thrown away for that. Raises DatabaseAway only
    when the workshop is told to stop meanwhile; the lease then brings the step back.
    """
    lease = timedelta(seconds=shop.settings.lease_seconds)
    held = _write(shop, lambda session: steps.claim(session, step_id, shop.clock(), lease))
    if held is None:
        return None
    with shop.hands.holding(held):
        return _run(shop, jobs[held.name], held)


def _run(shop: Workshop, job: Job, held: Claimed) -> str | None:
    started = time.monotonic()
    try:
        if held.attempt > shop.settings.most_attempts:
            raise Problem(
                "TOO_MANY_ATTEMPTS",
                f"Bước {held.name} đã thử {held.attempt - 1} lần không xong",
                f"Step {held.name} was tried {held.attempt - 1} times and never came to an end",
            )
        record = job.work(shop, held)

        def settle(session: Session) -> bool:
            at = shop.clock()
            if not steps.settle(session, held, steps.DONE, at):
                return False
            record(session, at)
            return True

        ours = _write(shop, settle)
    except Exception as error:
        return _failed(shop, job, held, error, time.monotonic() - started)
    if not ours:
        shop.notice("claim lost, result thrown away", document=held.document_id, step=held.name)
        return None
    seconds = time.monotonic() - started
    shop.observed(held.name, steps.DONE, seconds)
    shop.notice("step done", document=held.document_id, step=held.name, seconds=round(seconds, 1))
    return steps.DONE


def _failed(shop: Workshop, job: Job, held: Claimed, error: Exception, seconds: float) -> str | None:
    """Decide between waiting, trying again and a person; nothing is swallowed: the reason goes on the row."""
    problem = error if isinstance(error, Problem) else _unexpected(error)
    state = _write(shop, lambda session: _write_failure(shop, job, held, problem, session))
    if state is not None:
        shop.observed(held.name, state, seconds)
        # Not the sentence: it may quote the paper. It stands on the step's row, for those who may see the paper.
        told = {"document": held.document_id, "step": held.name, "state": state, "attempt": held.attempt}
        shop.notice("step not done", **told, code=problem.code)
        if not isinstance(error, Problem):
            shop.notice("unexpected error", **told, where=frames(error))
        for note in getattr(error, "__notes__", ()):
            shop.notice("in a child", **told, where=without_messages(note))
    return state


def _write_failure(shop: Workshop, job: Job, held: Claimed, problem: Problem, session: Session) -> str | None:
    """Give the step its next state and time; None when it is not ours any more."""
    at = shop.clock()
    if problem.code in WAITS:
        # Not the step's fault: the attempt does not count, or a long outage would park everything.
        later = at + timedelta(seconds=max(shop.settings.wait_seconds, job.wait_seconds))
        return steps.DUE if steps.give_back(session, held, later, problem.as_dict()) else None
    # What our own code reports about a paper will be so again; anything else may pass.
    passing = problem.code in PASSING or isinstance(problem, ChildFailed)
    if passing and held.attempt < shop.settings.most_attempts:
        backoff = min(shop.settings.backoff_seconds * 2 ** (held.attempt - 1), LONGEST_BACKOFF_SECONDS)
        later = at + timedelta(seconds=backoff)
        return steps.DUE if steps.settle(session, held, steps.DUE, later, problem.as_dict()) else None
    if not steps.settle(session, held, steps.PARKED, at, problem.as_dict()):
        return None
    document = session.get_one(Document, held.document_id)
    details = {"step": held.name, "attempt": held.attempt, **problem.as_dict()}
    ledger.note(session, document, Act.PARK, AGENT, at, details)
    if job.give_up is not None:
        job.give_up(session, held, problem, at)
    return steps.PARKED


def _write(shop: Workshop, act: Callable[[Session], Written]) -> Written:
    """One commit, waiting for the database while it is away. A commit whose answer was lost is harmless to repeat:
    the claim or the fencing token has changed."""

    def once() -> Written:
        with shop.database.writing() as session:
            return act(session)

    return patiently(once, shop.notice, shop.hands.stop)


def _unexpected(error: Exception) -> Problem:
    text = f"{type(error).__name__}: {error}"
    return Problem("UNEXPECTED", f"Lỗi ngoài dự kiến: {text}", f"Unexpected error: {text}")
