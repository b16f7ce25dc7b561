"""The embedded runner: looks for ripe steps itself and runs them on threads of its own. No broker, no dispatcher."""

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
from pathlib import Path

from archive import steps
from archive.database import DatabaseAway
from workers.patience import patiently
from workers.renewal import looking
from workers.worker import Job, run_step
from workers.workshop import Workshop

SCRATCH_SECONDS = 24 * 3600
PAUSE_SECONDS = 0.05
"""How long an idle worker sleeps before it looks again: a question of a millisecond."""


@dataclass(frozen=True)
class Tally:
    """What a worker did before it went idle."""

    done: int
    parked: int


def run_until_idle(shop: Workshop, jobs: dict[str, Job]) -> Tally:
    """Work until no step is due, running or waiting to be tried again."""
    return _tally(_run(shop, jobs, lambda: _is_idle(shop)))


def run_until_stopped(shop: Workshop, jobs: dict[str, Job], stop: threading.Event) -> Tally:
    """Work until told to stop; steps that have begun are finished."""
    look = looking(shop.database, shop.settings, shop.clock, shop.notice)
    return _tally(_run(shop, jobs, stop.is_set, look))


def _tally(states: Iterator[str | None]) -> Tally:
    counts = {steps.DONE: 0, steps.PARKED: 0}
    for state in states:
        if state in counts:
            counts[state] += 1
    return Tally(counts[steps.DONE], counts[steps.PARKED])


def _run(
    shop: Workshop,
    jobs: dict[str, Job],
    finished: Callable[[], bool],
    look: Callable[[], None] = lambda: None,
) -> Iterator[str | None]:
    """Run ripe steps on as many threads as they have use for; give the state of each as it ends. ``look`` makes
    steps due that recur."""
    lanes = _lanes(shop, jobs)
    running: dict[Future[str | None], tuple[_Lane, int]] = {}
    with (
        sole_worker(shop.settings.home) as first,
        ThreadPoolExecutor(sum(one.most for one in lanes)) as threads,
    ):
        if first:
            sweep(shop.scratch, time.time())
        if first and shop.settings.alone:
            with shop.database.writing() as session:
                left = steps.rescue(session, shop.clock())
            if left:
                shop.notice("steps of a worker that died are taken up again", steps=left)
        while not (finished() and not running):
            if not finished():
                patiently(look, shop.notice, shop.hands.stop)
            for lane in lanes:
                busy = {step_id for its, step_id in running.values() if its is lane}
                if not finished() and len(busy) < lane.most:
                    for step_id in [one for one in _ripe(shop, lane) if one not in busy][
                        : lane.most - len(busy)
                    ]:
                        running[threads.submit(run_step, shop, jobs, step_id)] = (lane, step_id)
            if not running:
                time.sleep(PAUSE_SECONDS)
                continue
            ended, _ = wait(running, timeout=PAUSE_SECONDS, return_when=FIRST_COMPLETED)
            for future in ended:
                del running[future]
                try:
                    yield future.result()
                except DatabaseAway as away:
                    shop.notice(
                        "stopped waiting", code=away.code
                    )  # only when told to stop; the lease brings the step back


@dataclass(frozen=True)
class _Lane:
    """Steps of some names, so many at once: those that compute and those that wait are not in each other's way."""

    names: frozenset[str]
    most: int


def _lanes(shop: Workshop, jobs: dict[str, Job]) -> tuple[_Lane, ...]:
    many = frozenset(name for name, job in jobs.items() if job.many)
    both = (_Lane(many, shop.children.resident.places), _Lane(frozenset(jobs) - many, shop.children.slots))
    return tuple(one for one in both if one.names)


def _ripe(shop: Workshop, lane: _Lane) -> list[int]:
    def look() -> list[int]:
        with shop.database.reading() as session:
            return steps.ripe(session, shop.clock(), lane.most * 2, lane.names)

    return patiently(look, shop.notice, shop.hands.stop)


def _is_idle(shop: Workshop) -> bool:
    def look() -> bool:
        with shop.database.reading() as session:
            return steps.open_count(session) == 0

    return patiently(look, shop.notice, shop.hands.stop)


def sweep(scratch: Path, now: float) -> None:
    """Remove what commands that died left on its way; what is younger than a day may be in use."""
    for leftover in scratch.iterdir():
        if now - leftover.stat().st_mtime > SCRATCH_SECONDS:
            shutil.rmtree(leftover, ignore_errors=True)


@contextmanager
def sole_worker(home: Path) -> Iterator[bool]:
    """Whether no other embedded worker lives in this home; the lock falls with the process, however it ends."""
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
