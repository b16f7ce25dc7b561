"""Dispatcher and worker on real brokers: a broker that is away, loses or doubles messages only delays."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import steps
from archive.clock import system_clock
from archive.database import Database
from archive.errors import Problem
from archive.settings import Settings
from archive.steps import DONE, DUE, OFFERED, PARKED, Claimed, Offered
from archive.store import FolderStore
from archive.tables import Step
from tests import world
from tests.servers import rabbitmq, redis
from tests.servers.ports import free_ports
from workers.broker import QUEUE_OF, BrokerAway, open_broker, tell
from workers.children import Children
from workers.dispatcher import dispatch_once
from workers.listener import work_until_stopped
from workers.steps import STEPS
from workers.worker import Job, Record, run_step
from workers.workshop import Workshop

ALL = frozenset(QUEUE_OF.values())


@pytest.fixture(scope="module", params=["redis", "rabbitmq"])
def server(request: pytest.FixtureRequest) -> Iterator[redis.RunningRedis | rabbitmq.RunningRabbitmq]:
    with redis.running() if request.param == "redis" else rabbitmq.running() as one:
        yield one


@pytest.fixture
def shop(tmp_path: Path, postgresql, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    """A workshop on PostgreSQL whose steps do nothing but take notes."""
    monkeypatch.setenv("HOSO_WAIT_SECONDS", "0")
    monkeypatch.setenv("HOSO_BACKOFF_SECONDS", "0")
    monkeypatch.setenv("HOSO_STOP_SECONDS", "1")
    monkeypatch.setenv("HOSO_OFFER_AGAIN_SECONDS", "0.5")
    with world.a_served_database(postgresql) as database:
        settings = Settings(home=tmp_path, children=2)
        yield Workshop(
            settings,
            database,
            FolderStore(tmp_path / "store"),
            Children(2, 1024, ()),
            system_clock,
            os.urandom,
            lambda event, /, **values: None,
        )


def due(database: Database, count: int, name: str = "read") -> list[int]:
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session))
        session.query(Step).delete()
        return [world.a_step(session, document, name, f"n{number}") for number in range(count)]


def states(database: Database) -> set[tuple[str, int]]:
    with database.reading() as session:
        return {(step.state, step.attempt) for step in session.scalars(select(Step))}


class Notes:
    """A job that notes which step it ran."""

    def __init__(self, act: Callable[[], None] = lambda: None) -> None:
        self.ran: list[int] = []
        self.act = act

    def jobs(self) -> dict[str, Job]:
        return dict.fromkeys(QUEUE_OF, Job(self.work))

    def work(self, shop: Workshop, held: Claimed) -> Record:
        self.ran.append(held.id)
        self.act()

        def record(session: Session, at: datetime) -> None:
            pass

        return record


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def listening(shop: Workshop, notes: Notes, url: str, queues: frozenset[str] = ALL) -> threading.Thread:
    thread = threading.Thread(target=work_until_stopped, args=(shop, notes.jobs(), open_broker(url), queues))
    thread.start()
    return thread


def test_every_step_has_a_queue() -> None:
    assert set(QUEUE_OF) == set(STEPS)


def test_steps_run_once_though_messages_are_doubled_lost_and_late(shop: Workshop, server) -> None:
    ids = due(shop.database, 12)
    broker, notes = open_broker(server.url), Notes()
    # Lost: offered, but never told. Doubled: told three times before anybody listens.
    with shop.database.writing() as session:
        offered = steps.offer(session, ["read"], shop.clock(), world.MINUTE / 60, 4)
    for step in [*offered[:2], *offered[:2], *offered[:2]]:
        tell(broker, step)
    thread = listening(shop, notes, server.url)
    try:

        def all_done() -> bool:
            dispatch_once(shop.settings, shop.database, broker, shop.clock)
            return states(shop.database) == {(DONE, 1)}

        until(all_done)
    finally:
        shop.hands.stop.set()
        thread.join()
    assert sorted(notes.ran) == ids
    for step in offered:  # late: whoever gets it finds it done
        tell(broker, step)
        assert run_step(shop, notes.jobs(), step.id) is None


def test_a_worker_of_one_queue_leaves_the_others_alone(shop: Workshop, server) -> None:
    read, notes = due(shop.database, 1), Notes()
    with shop.database.writing() as session:
        document = session.scalars(select(world.Document)).one()
        seal = world.a_step(session, document, "seal")
    dispatch_once(shop.settings, shop.database, open_broker(server.url), shop.clock)
    thread = listening(shop, notes, server.url, frozenset({"sealing"}))
    try:
        until(lambda: bool(notes.ran))
    finally:
        shop.hands.stop.set()
        thread.join()
    assert notes.ran == [seal] and states(shop.database) == {(DONE, 1), (OFFERED, 0)}
    assert run_step(shop, notes.jobs(), read[0]) == DONE


def test_a_worker_told_to_stop_gives_back_what_it_cannot_finish(shop: Workshop, server) -> None:
    (step,) = due(shop.database, 1)
    go_on = threading.Event()
    notes = Notes(lambda: (go_on.wait(60), None)[1])
    dispatch_once(shop.settings, shop.database, open_broker(server.url), shop.clock)
    thread = listening(shop, notes, server.url)
    until(lambda: notes.ran == [step])
    shop.hands.stop.set()
    thread.join()
    assert states(shop.database) == {(DUE, 0)}
    with shop.database.reading() as session:
        assert steps.ripe(session, shop.clock()) == [step]
    go_on.set()
    until(lambda: shop.hands.full_of() == [])
    assert states(shop.database) == {(DUE, 0)}, "what was given back was settled all the same"


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_steps_that_a_broker_did_not_take_are_due_again(shop: Workshop, scheme: str) -> None:
    ids = due(shop.database, 3)
    broker = open_broker(f"{scheme}://127.0.0.1:{free_ports()[0]}")
    with pytest.raises(BrokerAway):
        dispatch_once(shop.settings, shop.database, broker, shop.clock)
    assert states(shop.database) == {(DUE, 0)}
    with shop.database.reading() as session:
        assert sorted(steps.ripe(session, shop.clock())) == ids


@pytest.mark.parametrize("url", ["", "http://host", "kafka://host"])
def test_an_address_of_no_broker_that_we_know_is_told(url: str) -> None:
    with pytest.raises(Problem) as told:
        open_broker(url)
    assert told.value.code == "BROKER_URL"


def test_a_message_of_a_step_that_is_not_there_is_nothing(shop: Workshop) -> None:
    assert run_step(shop, Notes().jobs(), Offered(4711, "read").id) is None


def test_a_service_that_is_away_is_waited_for_without_limit_and_never_parks(shop: Workshop) -> None:
    (step,) = due(shop.database, 1)

    def away() -> None:
        raise Problem("STORE_UNREACHABLE", "", "")

    for _ in range(3 * shop.settings.most_attempts):
        assert run_step(shop, Notes(away).jobs(), step) == DUE
    assert states(shop.database) == {(DUE, 0)}
    assert run_step(shop, Notes().jobs(), step) == DONE


def test_what_fails_again_and_again_is_parked(shop: Workshop) -> None:
    (step,) = due(shop.database, 1)

    def broken() -> None:
        raise RuntimeError("no such thing")

    told = [run_step(shop, Notes(broken).jobs(), step) for _ in range(shop.settings.most_attempts)]
    assert told == [DUE] * (shop.settings.most_attempts - 1) + [PARKED]
