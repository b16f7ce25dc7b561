"""The worker of the service: runs steps whose ids come through the broker, until it is told to stop."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from dramatiq import Broker, Worker

from archive import steps
from archive.errors import Problem
from archive.notices import frames
from workers.broker import SEALING, full, listen
from workers.worker import Job, run_step
from workers.workshop import Workshop

MILLISECONDS = 1000
WAKE_MS = 500
"""How often idle threads look whether they are to stop."""


def work_until_stopped(shop: Workshop, jobs: dict[str, Job], broker: Broker, queues: frozenset[str]) -> int:
    """Run what comes through these queues; gives how many steps came to an end here.

    When told to stop it begins nothing new, has ``stop_seconds`` to finish, and gives back what it could not. The
    caller ends the process then: threads may still be at work whose results nobody will take.
    """
    ended: list[str] = []
    listen(broker, queues, lambda step_id: _run_told(shop, jobs, step_id, ended))
    workers = _workers(shop, broker, queues)
    for one in workers:
        one.start()
    shop.hands.stop.wait()
    shop.notice("stopping", in_hand=len(shop.hands.full_of()))
    with ThreadPoolExecutor() as stopping:  # beside each other: the time to finish is one for all
        list(
            stopping.map(
                lambda one: one.stop(timeout=int(shop.settings.stop_seconds * MILLISECONDS)), workers
            )
        )
    give_back(shop)
    return len(ended)


def _workers(shop: Workshop, broker: Broker, queues: frozenset[str]) -> list[Worker]:
    """Two pools of threads: sealing mostly waits and has many, the rest has as many as there are children."""
    pools = (
        (queues & {SEALING}, shop.children.resident.places),
        (queues - {SEALING}, shop.children.slots),
    )
    made = []
    for names, threads in pools:
        if names:
            its = {full(name) for name in names}
            one = Worker(broker, queues=its, worker_threads=threads, worker_timeout=WAKE_MS)
            one.queue_prefetch = threads  # more would only keep them from other workers
            made.append(one)
    return made


def _run_told(shop: Workshop, jobs: dict[str, Job], step_id: int, ended: list[str]) -> None:
    """Run the step of a message. Nothing it does is the broker's business, least of all its failures."""
    try:
        state = run_step(shop, jobs, step_id)
    except Exception as error:
        # The step stays claimed until its lease lapses; said here because no row can say it.
        code = error.code if isinstance(error, Problem) else "UNEXPECTED"
        shop.notice("step left to its lease", step=step_id, code=code, where=frames(error))
        return
    if state is not None:
        ended.append(state)


def give_back(shop: Workshop) -> None:
    """Make the steps in hand due again at once. Those it cannot tell the database come back with their lease."""
    for held in shop.hands.full_of():
        try:
            with shop.database.writing() as session:
                ours = steps.give_back(session, held, shop.clock())
        except Problem as problem:
            shop.notice("cannot give back", code=problem.code)
            return
        if ours:
            shop.notice("step given back", document=held.document_id, step=held.name)
