"""Registers: numbers from 1 without gap, each for one subject, by agency, kind and year in Việt Nam."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from archive import registers
from archive.database import Database
from archive.tables import Entry, Register
from tests import world
from tests.archive import rivals

KINDS = (registers.RECORDS, registers.COPIES_FROM_REGISTER, registers.COPIES_FROM_ORIGINAL)


def reserve(
    database: Database, subject: str, kind: str = registers.RECORDS, at: datetime = world.NOON
) -> int:
    with database.writing() as session:
        agency = world.an_agency(session)
        return registers.reserve(session, agency.id, kind, subject, at).number


def test_numbers_run_from_one_without_gap(database: Database) -> None:
    assert [reserve(database, f"doc-{index}") for index in range(5)] == [1, 2, 3, 4, 5]


def test_the_same_subject_keeps_its_number(database: Database) -> None:
    given_first = [reserve(database, subject) for subject in "abc"]
    assert [reserve(database, subject) for subject in "cabcab"] == [3, 1, 2, 3, 1, 2]
    assert given_first == [1, 2, 3]


def test_every_kind_and_every_agency_counts_for_itself(database: Database) -> None:
    with database.writing() as session:
        agencies = [world.an_agency(session, code) for code in ("H01", "H02")]
        given = {
            (agency.code, kind): registers.reserve(session, agency.id, kind, "doc-1", world.NOON)
            for agency in agencies
            for kind in KINDS
        }
    assert {number.number for number in given.values()} == {1}
    assert {(number.kind, number.year) for number in given.values()} == {(kind, 2026) for kind in KINDS}


@pytest.mark.parametrize(
    ("at", "year"),
    [
        (datetime(2026, 12, 31, 16, 59, 59, 999999, tzinfo=UTC), 2026),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), 2027),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), 2027),
        (datetime(2026, 12, 31, 23, 59, tzinfo=world.VIETNAM), 2026),
        (datetime(2027, 1, 1, 0, 0, tzinfo=world.VIETNAM), 2027),
    ],
)
def test_the_year_turns_at_midnight_in_viet_nam(database: Database, at: datetime, year: int) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        assert registers.reserve(session, agency.id, registers.RECORDS, "doc-1", at).year == year


def test_a_new_year_begins_at_one_and_old_subjects_keep_their_year(database: Database) -> None:
    before, after = datetime(2026, 12, 31, 16, tzinfo=UTC), datetime(2026, 12, 31, 18, tzinfo=UTC)
    assert [reserve(database, subject, at=before) for subject in "ab"] == [1, 2]
    assert reserve(database, "c", at=after) == 1
    with database.writing() as session:
        agency = world.an_agency(session)
        again = registers.reserve(session, agency.id, registers.RECORDS, "b", after)
    assert again == registers.Number(registers.RECORDS, 2026, 2)


def test_a_void_number_keeps_its_line_and_its_reason_and_is_not_given_again(database: Database) -> None:
    for subject in "ab":
        reserve(database, subject)
    with database.writing() as session:
        agency = world.an_agency(session)
        registers.void(session, agency.id, registers.RECORDS, "b", "TOKEN_LOST")
    assert reserve(database, "c") == 3
    with database.reading() as session:
        lines = [(line.number, line.state, line.void_reason) for line in session.scalars(select(Entry))]
        assert lines == [(1, "reserved", ""), (2, "void", "TOKEN_LOST"), (3, "reserved", "")]
        assert registers.gaps(session, 1) == []


@pytest.mark.parametrize(
    "again", [registers.enter, partial(registers.void, reason="OTHER")], ids=["enter", "void"]
)
def test_a_void_number_is_never_entered_nor_voided_for_another_reason(
    database: Database, again: Callable[..., None]
) -> None:
    reserve(database, "a")
    with database.writing() as session:
        registers.void(session, 1, registers.RECORDS, "a", "TOKEN_LOST")
    with pytest.raises(registers.NotReserved), database.writing() as session:
        again(session, 1, registers.RECORDS, "a")
    with database.reading() as session:
        line = session.scalars(select(Entry)).one()
        assert (line.state, line.void_reason) == ("void", "TOKEN_LOST")


def test_an_entered_number_is_not_voided(database: Database) -> None:
    reserve(database, "a")
    with database.writing() as session:
        registers.enter(session, 1, registers.RECORDS, "a")
    with pytest.raises(registers.NotReserved), database.writing() as session:
        registers.void(session, 1, registers.RECORDS, "a", "TOO_LATE")


def test_a_reservation_that_is_rolled_back_leaves_no_gap(database: Database) -> None:
    reserve(database, "a")
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        registers.reserve(session, 1, registers.RECORDS, "b", world.NOON)
        raise ZeroDivisionError
    assert reserve(database, "c") == 2


@pytest.mark.parametrize(
    "tampering",
    [
        "DELETE FROM entry WHERE number = 2",
        "DELETE FROM entry WHERE number = 3",
        "UPDATE register SET last = 4",
    ],
)
def test_a_gap_is_found(database: Database, tampering: str) -> None:
    for subject in "abc":
        reserve(database, subject)
    with database.writing() as session:
        session.execute(text(tampering))
    with database.reading() as session:
        (told,) = registers.gaps(session, 1)
    assert told.startswith("records 2026")


def test_rival_processes_leave_no_gap_and_no_repeat(database: Database) -> None:
    with database.writing() as session:
        world.an_agency(session)
    given = rivals.race(rivals.reserve_numbers, 3, database.url, 20)
    own = [number for numbers in given for number in numbers[0::2]]
    shared = [numbers[1::2] for numbers in given]
    assert shared[0] == shared[1] == shared[2]
    assert sorted(own + shared[0]) == list(range(1, 81))
    with database.reading() as session:
        assert registers.gaps(session, 1) == []
        assert session.scalars(select(Register.last)).one() == 80


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wanted=st.lists(
        st.tuples(st.sampled_from(KINDS), st.sampled_from("abcdef"), st.sampled_from([2026, 2027])),
        max_size=15,
    )
)
def test_any_order_of_requests_leaves_whole_registers(
    database: Database, wanted: list[tuple[str, str, int]]
) -> None:
    with database.writing() as session:
        agency = world.an_agency(session, f"H{os.urandom(6).hex()}")
        given: dict[tuple[str, str], registers.Number] = {}
        for kind, subject, year in wanted:
            number = registers.reserve(session, agency.id, kind, subject, datetime(year, 6, 1, tzinfo=UTC))
            assert given.setdefault((kind, subject), number) == number
        assert len(set(given.values())) == len(given)
        assert registers.gaps(session, agency.id) == []
