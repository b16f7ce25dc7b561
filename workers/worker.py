"""The worker: claims ripe steps, runs them, settles them. Any number of times, killed at any instant."""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from archive import ledger, steps
from archive.errors import Problem
from archive.lifecycle import Act
from archive.steps import Claimed
from archive.tables import Document
from workers.children import ChildFailed
from workers.workshop import Workshop

Record = Callable[[Session, datetime], None]
"""What a step leaves to be written: runs in the commit that settles the step, or never."""

Work = Callable[[Workshop, Claimed], Record]
"""A step's work: outside any transaction, repeatable, effects only in the store by digest. Raises Problem."""

GiveUp = Callable[[Session, Claimed, Problem, datetime], None]
"""What else has to be written when a step is parked."""

AGENT = "hoso worker"
LONGEST_BACKOFF_SECONDS = 300
SCRATCH_SECONDS = 24 * 3600
PAUSE_SECONDS = 0.2
"""How long an idle worker sleeps before it looks again."""


@dataclass(frozen=True)
class Job:
    """One line of the step table's wiring."""

    work: Work
    give_up: GiveUp | None = None


WAITS = frozenset({"TIMESTAMP_UNAVAILABLE"})
"""Somebody else's service is away: wait for it however long it takes (signing.md 8)."""


def run_step(shop: Workshop, jobs: dict[str, Job], step_id: int) -> str | None:
    """Claim, work, settle one step. Gives its new state, None when it was not ours to take."""
    lease = timedelta(seconds=shop.settings.lease_seconds)
    with shop.database.writing() as session:
        held = steps.claim(session, step_id, shop.clock(), lease)
    if held is None:
        return None
    job = jobs[held.name]
    started = time.monotonic()
    try:
        if held.attempt > shop.settings.most_attempts:
            raise Problem(
                "TOO_MANY_ATTEMPTS",
                f"Bước {held.name} đã thử {held.attempt - 1} lần không xong",
                f"Step {held.name} was tried {held.attempt - 1} times and never came to an end",
            )
        record = job.work(shop, held)
    except Exception as error:
        return _failed(shop, job, held, error)
    with shop.database.writing() as session:
        at = shop.clock()
        if not steps.settle(session, held, steps.DONE, at):
            shop.notice(f"{held.document_id} {held.name}: claim lost, result thrown away")
            return None
        record(session, at)
    shop.notice(f"{held.document_id} {held.name}: done in {time.monotonic() - started:.1f} s")
    return steps.DONE


def _failed(shop: Workshop, job: Job, held: Claimed, error: Exception) -> str | None:
    """Decide between waiting, trying again and a person; nothing is swallowed: the reason goes on the row."""
    problem = error if isinstance(error, Problem) else _unexpected(error)
    backoff = min(shop.settings.backoff_seconds * 2 ** (held.attempt - 1), LONGEST_BACKOFF_SECONDS)
    # What our own code reports about a paper will be so again; anything else may pass.
    passing = problem.code in WAITS or problem.code == "UNEXPECTED" or isinstance(problem, ChildFailed)
    spent = held.attempt >= shop.settings.most_attempts and problem.code not in WAITS
    state = steps.DUE if passing and not spent else steps.PARKED
    with shop.database.writing() as session:
        at = shop.clock()
        after = timedelta(seconds=backoff) if state == steps.DUE else timedelta(0)
        if not steps.settle(session, held, state, at + after, problem.as_dict()):
            return None
        if state == steps.PARKED:
            document = session.get_one(Document, held.document_id)
            details = {"step": held.name, "attempt": held.attempt, **problem.as_dict()}
            ledger.note(session, document, Act.PARK, AGENT, at, details)
            if job.give_up is not None:
                job.give_up(session, held, problem, at)
    shop.notice(f"{held.document_id} {held.name}: {state} ({problem})")
    for note in getattr(error, "__notes__", ()):
        shop.notice(note)
    return state


def _unexpected(error: Exception) -> Problem:
    text = f"{type(error).__name__}: {error}"
    return Problem("UNEXPECTED", f"Lỗi ngoài dự kiến: {text}", f"Unexpected error: {text}")


@dataclass(frozen=True)
class Tally:
    """What a worker did before it went idle."""

    done: int
    parked: int


def run_until_idle(shop: Workshop, jobs: dict[str, Job]) -> Tally:
    """Work until no step is due, running or waiting to be tried again."""
    counts = {steps.DONE: 0, steps.PARKED: 0}
    for state in _run(shop, jobs, lambda: _is_idle(shop)):
        if state in counts:
            counts[state] += 1
    return Tally(counts[steps.DONE], counts[steps.PARKED])


def run_until_stopped(shop: Workshop, jobs: dict[str, Job], stop: threading.Event) -> Tally:
    """Work until told to stop; steps that have begun are finished."""
    counts = {steps.DONE: 0, steps.PARKED: 0}
    for state in _run(shop, jobs, stop.is_set):
        if state in counts:
            counts[state] += 1
    return Tally(counts[steps.DONE], counts[steps.PARKED])


def _run(shop: Workshop, jobs: dict[str, Job], finished: Callable[[], bool]) -> Iterator[str | None]:
    """Run ripe steps on as many threads as there are children; give the state of each as it ends."""
    slots = shop.children.slots
    running: dict[Future[str | None], int] = {}
    with sole_worker(shop.settings.home) as alone, ThreadPoolExecutor(slots) as threads:
        if alone:
            with shop.database.writing() as session:
                left = steps.rescue(session, shop.clock())
            sweep(shop.scratch, time.time())
            if left:
                shop.notice(f"{left} step(s) of a worker that died are taken up again")
        while not (finished() and not running):
            if not finished() and len(running) < slots:
                with shop.database.reading() as session:
                    ripe = steps.ripe(session, shop.clock(), limit=slots * 2)
                for step_id in [one for one in ripe if one not in running.values()][: slots - len(running)]:
                    running[threads.submit(run_step, shop, jobs, step_id)] = step_id
            if not running:
                time.sleep(PAUSE_SECONDS)
                continue
            ended, _ = wait(running, timeout=PAUSE_SECONDS, return_when=FIRST_COMPLETED)
            for future in ended:
                del running[future]
                yield future.result()


def sweep(scratch: Path, now: float) -> None:
    """Remove what commands that died left on its way; what is younger than a day may be in use."""
    for leftover in scratch.iterdir():
        if now - leftover.stat().st_mtime > SCRATCH_SECONDS:
            shutil.rmtree(leftover, ignore_errors=True)


def _is_idle(shop: Workshop) -> bool:
    with shop.database.reading() as session:
        return steps.open_count(session) == 0


@contextmanager
def sole_worker(home: Path) -> Iterator[bool]:
    """Whether no other worker lives in this home; the lock falls with the process, however it ends."""
    handle = os.open(home / "worker.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            alone = True
        except BlockingIOError:
            alone = False
        yield alone
    finally:
        os.close(handle)
