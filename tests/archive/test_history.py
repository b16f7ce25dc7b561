"""The chain of events: whole as written, and every way of rewriting it is found at its number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from archive import history
from archive.clock import VIETNAM
from archive.database import Database
from archive.errors import Problem
from archive.lifecycle import Act
from archive.tables import Agency
from tests import world
from tests.archive import rivals


def write(database: Database, count: int, code: str = "H12.34") -> None:
    """An agency whose chain holds ``count`` events."""
    with database.writing() as session:
        agency = world.an_agency(session, code)
        for number in range(2, count + 1):
            details = {"name": f"giấy số {number}", "confidence": 0.1 * number, "pages": [number]}
            history.append(session, agency.id, world.NOON, Act.RECEIVE, world.CLERK, f"doc-{number}", details)


def prove(database: Database, code: str = "H12.34") -> history.ChainProof:
    with database.reading() as session:
        agency = next(one for one in session.query(Agency) if one.code == code)
        return history.prove(session, agency)


def test_a_chain_is_whole_as_it_was_written(database: Database) -> None:
    write(database, 10)
    assert prove(database) == history.ChainProof("H12.34", 10, True)


TAMPERINGS = {
    "a changed detail": ("UPDATE event SET details = '{}' WHERE number = 4", 4, "EVENT_CHANGED"),
    "another agent": ("UPDATE event SET agent = 'someone' WHERE number = 1", 1, "EVENT_CHANGED"),
    "another time": (
        "UPDATE event SET at = '2020-01-01 00:00:00.000000' WHERE number = 7",
        7,
        "EVENT_CHANGED",
    ),
    "another act": ("UPDATE event SET act = 'read' WHERE number = 5", 5, "EVENT_CHANGED"),
    "another subject": ("UPDATE event SET subject = 'doc-9' WHERE number = 5", 5, "EVENT_CHANGED"),
    "another hash": ("UPDATE event SET hash = 'ab' WHERE number = 3", 3, "EVENT_CHANGED"),
    "one removed": ("DELETE FROM event WHERE number = 6", 6, "EVENT_MISSING"),
    "the first removed": ("DELETE FROM event WHERE number = 1", 1, "EVENT_MISSING"),
    "the tail cut off": ("DELETE FROM event WHERE number > 8", 9, "TAIL_MISSING"),
    "the last cut off": ("DELETE FROM event WHERE number = 10", 10, "TAIL_MISSING"),
    "all removed": ("DELETE FROM event", 1, "TAIL_MISSING"),
    "one added": (
        "INSERT INTO event SELECT agency_id, 11, at, act, agent, subject, details, hash FROM event WHERE number = 10",
        11,
        "EVENT_CHANGED",
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_at_its_number(database: Database, name: str) -> None:
    statement, number, reason = TAMPERINGS[name]
    write(database, 10)
    with database.writing() as session:
        session.execute(text(statement))
    assert prove(database) == history.ChainProof("H12.34", number - 1, False, number, reason)


def test_swapped_events_are_found_at_the_first_of_them(database: Database) -> None:
    write(database, 10)
    with database.writing() as session:
        for before, after in ((3, 100), (8, 3), (100, 8)):
            session.execute(text(f"UPDATE event SET number = {after} WHERE number = {before}"))
    found = prove(database)
    assert (found.whole, found.broken_at, found.reason) == (False, 3, "EVENT_CHANGED")


def test_each_agency_has_a_chain_of_its_own(database: Database) -> None:
    write(database, 3, "H01")
    write(database, 5, "H02")
    with database.writing() as session:
        session.execute(text("DELETE FROM event WHERE agency_id = 1 AND number = 2"))
    assert prove(database, "H01").broken_at == 2
    assert prove(database, "H02") == history.ChainProof("H02", 5, True)


def test_an_event_moved_to_another_agency_does_not_fit_there(database: Database) -> None:
    for code in ("H01", "H02"):
        write(database, 3, code)
    with database.writing() as session:
        session.execute(text("DELETE FROM event WHERE agency_id = 2 AND number = 3"))
        session.execute(text("UPDATE event SET agency_id = 2 WHERE agency_id = 1 AND number = 3"))
    assert prove(database, "H02").broken_at == 3


@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_a_number_that_json_does_not_have_is_not_written(database: Database, number: float) -> None:
    with pytest.raises(ValueError), database.writing() as session:
        agency = world.an_agency(session)
        history.append(session, agency.id, world.NOON, Act.PARK, world.CLERK, "doc-1", {"confidence": number})


@pytest.mark.parametrize("zone", [UTC, VIETNAM, timezone(timedelta(hours=-9, minutes=-30))])
def test_a_chain_is_whole_whatever_time_zone_the_clock_tells(database: Database, zone: timezone) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        at = datetime(2026, 1, 1, 0, 30, 15, 123456, tzinfo=zone)
        history.append(session, agency.id, at, Act.PARK, world.CLERK, "doc-1", {})
    assert prove(database).whole


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(details=st.dictionaries(TEXTS, VALUES, max_size=4), agent=TEXTS)
def test_whatever_an_event_says_its_chain_can_be_proved(
    database: Database, details: dict, agent: str
) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        history.append(session, agency.id, world.NOON, Act.PARK, agent, "doc-1", details)
    assert prove(database).whole


@pytest.mark.parametrize(("agent", "details"), [("A\x00", {}), ("A", {"name": ["\x00"]}), ("A", {"\x00": 1})])
def test_a_text_that_not_every_database_can_keep_is_refused(
    database: Database, agent: str, details: dict[str, Any]
) -> None:
    with pytest.raises(Problem) as refused, database.writing() as session:
        agency = world.an_agency(session)
        history.append(session, agency.id, world.NOON, Act.PARK, agent, "doc-1", details)
    assert refused.value.code == "BAD_TEXT"


def test_writers_at_the_same_time_never_fork_a_chain(database: Database) -> None:
    write(database, 1)
    rivals.race(rivals.append_events, 3, database.url, 40)
    assert prove(database) == history.ChainProof("H12.34", 121, True)


def test_an_event_that_is_rolled_back_leaves_no_gap(database: Database) -> None:
    write(database, 2)
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        agency = session.query(Agency).one()
        history.append(session, agency.id, world.NOON, Act.PARK, world.CLERK, "doc-1", {})
        raise ZeroDivisionError
    write(database, 2)
    assert prove(database) == history.ChainProof("H12.34", 3, True)
