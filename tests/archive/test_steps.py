"""The step table: a claim is exclusive, a lapsed lease is taken over, and who lost a claim cannot settle."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from archive import steps
from archive.database import Database
from archive.steps import DONE, DUE, PARKED, RUNNING, Claimed
from archive.tables import Step
from tests import world
from tests.archive import rivals

LEASE = timedelta(minutes=10)
AFTER = world.NOON + LEASE
BEFORE = AFTER - timedelta(seconds=1)


@pytest.fixture
def step(database: Database) -> int:
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session))
        session.query(Step).delete()
        return world.a_step(session, document)


def claim(database: Database, step: int, at=world.NOON) -> Claimed | None:
    with database.writing() as session:
        return steps.claim(session, step, at, LEASE)


def settle(database: Database, held: Claimed, state: str = DONE, at=world.NOON, error=None) -> bool:
    with database.writing() as session:
        return steps.settle(session, held, state, at, error)


def row(database: Database) -> Step:
    with database.reading() as session:
        return session.scalars(select(Step)).one()


def ripe(database: Database, at=world.NOON) -> list[int]:
    with database.reading() as session:
        return steps.ripe(session, at)


def test_a_claim_is_exclusive_and_counts_at_once(database: Database, step: int) -> None:
    held = claim(database, step)
    assert held is not None and held.attempt == 1
    assert claim(database, step) is None
    assert (row(database).state, row(database).attempt, row(database).offer_at) == (RUNNING, 1, AFTER)


def test_a_step_is_not_ripe_before_its_time(database: Database, step: int) -> None:
    early = world.NOON - world.MINUTE
    assert ripe(database, early) == [] and claim(database, step, early) is None
    assert ripe(database) == [step]


def test_a_running_step_is_not_ripe_until_its_lease_lapses(database: Database, step: int) -> None:
    claim(database, step)
    assert ripe(database, BEFORE) == [] and claim(database, step, BEFORE) is None
    assert ripe(database, AFTER) == [step]


def test_after_a_lapsed_lease_only_the_second_holder_can_settle(database: Database, step: int) -> None:
    first, second = claim(database, step), claim(database, step, AFTER)
    assert first is not None and second is not None and second.attempt == 2
    assert not settle(database, first, PARKED, error={"code": "LATE"})
    assert row(database).state == RUNNING
    assert settle(database, second)
    assert not settle(database, second) and not settle(database, first)
    assert (row(database).state, row(database).error) == (DONE, None)


def test_a_holder_that_is_late_but_still_the_last_may_settle(database: Database, step: int) -> None:
    held = claim(database, step)
    assert held is not None
    assert settle(database, held, at=AFTER + LEASE)


def test_a_lost_claim_is_neither_extended_nor_given_back(database: Database, step: int) -> None:
    first, second = claim(database, step), claim(database, step, AFTER)
    assert first is not None and second is not None
    with database.writing() as session:
        assert not steps.extend(session, first, AFTER + LEASE, LEASE)
        assert not steps.give_back(session, first, AFTER)
    assert (row(database).attempt, row(database).offer_at) == (2, AFTER + LEASE)


def test_an_extended_lease_holds_rivals_off(database: Database, step: int) -> None:
    held = claim(database, step)
    assert held is not None
    with database.writing() as session:
        assert steps.extend(session, held, BEFORE, LEASE)
    assert claim(database, step, AFTER) is None
    assert claim(database, step, BEFORE + LEASE) is not None


def test_giving_back_does_not_count(database: Database, step: int) -> None:
    for _ in range(3):
        held = claim(database, step)
        assert held is not None and held.attempt == 1
        with database.writing() as session:
            assert steps.give_back(session, held, world.NOON)
    assert (row(database).state, row(database).attempt) == (DUE, 0)


def test_a_failed_step_is_offered_again_later_and_counts(database: Database, step: int) -> None:
    later = world.NOON + world.MINUTE
    for attempt in (1, 2, 3):
        held = claim(database, step, world.NOON + attempt * world.MINUTE)
        assert held is not None and held.attempt == attempt
        assert settle(database, held, DUE, later + attempt * world.MINUTE, {"code": "AGAIN"})
    assert row(database).error == {"code": "AGAIN"}


def test_a_parked_step_is_not_offered_until_a_person_says_so(database: Database, step: int) -> None:
    held = claim(database, step)
    assert held is not None and settle(database, held, PARKED, error={"code": "BLURRED"})
    assert ripe(database, AFTER + LEASE) == []
    with database.writing() as session:
        assert steps.try_again(session, held.document_id, AFTER) == ["test"]
        assert steps.try_again(session, held.document_id, AFTER) == []
    again = row(database)
    assert (again.state, again.attempt, again.error, again.offer_at) == (DUE, 0, None, AFTER)


def test_trying_again_touches_only_parked_steps_of_that_document(database: Database, step: int) -> None:
    with database.writing() as session:
        mine = session.scalars(select(Step)).one().document_id
        other = world.a_document(session, world.an_agency(session))
        world.a_step(session, other, "other", state=PARKED)
        document = session.get_one(world.Document, mine)
        world.a_step(session, document, "finished", state=DONE)
        assert steps.try_again(session, mine, AFTER) == []
        assert steps.try_again(session, other.id, AFTER) == ["other"]


def test_rescue_makes_all_running_steps_ripe_and_keeps_their_count(database: Database, step: int) -> None:
    first = claim(database, step)
    assert first is not None
    with database.writing() as session:
        assert steps.rescue(session, world.NOON) == 1
        assert steps.rescue(session, world.NOON) == 0
    second = claim(database, step)
    assert second is not None and second.attempt == 2
    assert not settle(database, first)


def test_open_steps_are_counted_and_the_next_is_known(database: Database, step: int) -> None:
    with database.writing() as session:
        document = session.scalars(select(world.Document)).one()
        world.a_step(session, document, "later", offer_at=AFTER)
        world.a_step(session, document, "parked", state=PARKED)
        assert (steps.open_count(session), steps.next_offer(session)) == (2, world.NOON)
    held = claim(database, step)
    assert held is not None and settle(database, held)
    with database.reading() as session:
        assert (steps.open_count(session), steps.next_offer(session)) == (1, AFTER)


def test_ripe_steps_come_oldest_first_and_bounded(database: Database, step: int) -> None:
    with database.writing() as session:
        document = session.scalars(select(world.Document)).one()
        older = world.a_step(session, document, "older", offer_at=world.NOON - world.MINUTE)
        younger = world.a_step(session, document, "younger", offer_at=world.NOON)
    assert ripe(database) == [older, step, younger]
    with database.reading() as session:
        assert steps.ripe(session, world.NOON, limit=2) == [older, step]


def test_the_same_work_is_never_due_twice(database: Database, step: int) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        document = session.scalars(select(world.Document)).one()
        world.a_step(session, document)


def test_rivals_do_each_of_two_hundred_steps_exactly_once(database: Database) -> None:
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session))
        session.query(Step).delete()
        due = [world.a_step(session, document, given=world.digest(str(number))) for number in range(200)]
    done = rivals.race(rivals.claim_all, 3, database.url)
    assert sorted(step for ours in done for step in ours) == due
    with database.reading() as session:
        assert {(one.state, one.attempt) for one in session.scalars(select(Step))} == {(DONE, 1)}
