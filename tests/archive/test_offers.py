"""Offers to a broker: each step once until it is time again, whoever offers, whatever becomes of the message."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from archive import steps
from archive.database import Database
from archive.steps import DONE, DUE, OFFERED, PARKED, RUNNING, Claimed
from archive.tables import Step
from tests import world
from tests.archive import rivals

LEASE = timedelta(minutes=10)
AGAIN = timedelta(minutes=5)
LATER = world.NOON + AGAIN


@pytest.fixture
def step(database: Database) -> int:
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session))
        session.query(Step).delete()
        return world.a_step(session, document)


def offer(database: Database, at: datetime = world.NOON, most: int = 100, name: str = "test") -> list[int]:
    with database.writing() as session:
        return [step.id for step in steps.offer(session, [name], at, AGAIN, most)]


def claim(database: Database, step: int, at: datetime = world.NOON) -> Claimed | None:
    with database.writing() as session:
        return steps.claim(session, step, at, LEASE)


def row(database: Database) -> Step:
    with database.reading() as session:
        return session.scalars(select(Step)).one()


def test_a_step_is_offered_once_and_again_when_nobody_took_it(database: Database, step: int) -> None:
    assert offer(database) == [step]
    assert offer(database) == [] == offer(database, LATER - world.MINUTE)
    assert offer(database, LATER) == [step]


def test_who_gets_the_message_claims_at_once_and_a_second_message_gets_nothing(
    database: Database, step: int
) -> None:
    offer(database)
    held = claim(database, step)
    assert held is not None and held.attempt == 1
    assert claim(database, step) is None
    assert offer(database, LATER) == []
    with database.writing() as session:
        assert steps.settle(session, held, DONE, world.NOON)
    assert claim(database, step, LATER) is None and offer(database, LATER + LEASE) == []


def test_a_late_message_of_a_step_that_failed_does_not_jump_the_backoff(
    database: Database, step: int
) -> None:
    offer(database)
    held = claim(database, step)
    assert held is not None
    with database.writing() as session:
        steps.settle(session, held, DUE, world.NOON + world.MINUTE, {"code": "PASSING"})
    assert claim(database, step) is None
    assert claim(database, step, world.NOON + world.MINUTE) is not None


def test_a_message_that_comes_before_its_offer_is_known_to_have_failed_is_honoured(
    database: Database, step: int
) -> None:
    with database.writing() as session:
        offered = steps.offer(session, ["test"], world.NOON, AGAIN, 10)
    with database.writing() as session:
        steps.take_back(session, offered, world.NOON)
    assert row(database).state == DUE
    assert claim(database, step) is not None
    with database.writing() as session:
        steps.take_back(session, offered, world.NOON)
    assert row(database).state == RUNNING


def test_the_step_of_a_dead_worker_is_offered_and_the_dead_cannot_settle(
    database: Database, step: int
) -> None:
    offer(database)
    first = claim(database, step)
    assert first is not None and offer(database, world.NOON + LEASE - world.MINUTE) == []
    assert offer(database, world.NOON + LEASE) == [step]
    with database.writing() as session:
        assert not steps.settle(session, first, DONE, world.NOON + LEASE)
    second = claim(database, step, world.NOON + LEASE)
    assert second is not None and second.attempt == 2


def test_a_step_whose_worker_stopped_is_offered_at_once_and_the_attempt_does_not_count(
    database: Database, step: int
) -> None:
    offer(database)
    held = claim(database, step)
    assert held is not None
    with database.writing() as session:
        assert steps.give_back(session, held, world.NOON)
    assert (row(database).state, row(database).attempt) == (DUE, 0)
    assert offer(database) == [step]


def test_an_embedded_runner_takes_what_a_broker_lost_and_at_once_when_it_is_alone(
    database: Database, step: int
) -> None:
    offer(database)
    with database.reading() as session:
        assert steps.ripe(session, world.NOON) == [] and steps.ripe(session, LATER) == [step]
        assert steps.open_count(session) == 1 and steps.next_offer(session) == LATER
    with database.writing() as session:
        assert steps.rescue(session, world.NOON) == 1
    assert row(database).state == OFFERED and claim(database, step) is not None


def test_only_so_many_of_a_name_wait_in_the_broker(database: Database, step: int) -> None:
    with database.writing() as session:
        document = session.scalars(select(world.Document)).one()
        due = [step, *(world.a_step(session, document, given=f"n{number}") for number in range(9))]
        other = world.a_step(session, document, "other")
        world.a_step(session, document, "parked", state=PARKED)
    assert offer(database, most=4) == due[:4]
    assert offer(database, most=4) == []
    assert claim(database, due[0]) is not None
    assert offer(database, most=4) == due[4:5]
    assert offer(database, name="other") == [other]


def test_rival_dispatchers_offer_each_of_two_hundred_steps_once(database: Database) -> None:
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session))
        session.query(Step).delete()
        due = [world.a_step(session, document, given=str(number)) for number in range(200)]
    offered = rivals.race(rivals.offer_all, 3, database.url)
    assert sorted(step for ours in offered for step in ours) == due
