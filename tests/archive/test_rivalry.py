"""Two who do the same at the same time: it happens once, and both learn the same."""

from __future__ import annotations

from sqlalchemy import func, select

from archive.database import Database
from archive.history import prove
from archive.lifecycle import State
from archive.tables import Agency, Copy, Document, Event, Scan
from tests import world
from tests.archive import rivals


def test_the_same_file_handed_in_by_rivals_is_one_document(database: Database) -> None:
    with database.writing() as session:
        world.an_agency(session)
    assert len(set(rivals.race(rivals.receive_the_same, 4, database.url, "one scan"))) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 1
        assert session.scalar(select(func.count()).select_from(Scan)) == 1
        assert prove(session, session.scalars(select(Agency)).one()).whole


def test_of_one_number_read_by_rivals_each_knows_of_those_before(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        documents = [world.a_document(session, agency).id for _ in range(4)]
    assert sorted(rivals.race(rivals.read_one_number, 4, database.url, documents)) == [0, 1, 2, 3]


def test_an_agency_that_rivals_open_is_one_with_one_event(database: Database) -> None:
    assert len(set(rivals.race(rivals.open_the_same_agency, 4, database.url))) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 1


def test_a_copy_that_rivals_ask_for_with_one_key_is_one_copy_with_one_number(database: Database) -> None:
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session), State.HELD).id
    assert len(set(rivals.race(rivals.request_the_same_copy, 4, database.url, document))) == 1
    with database.reading() as session:
        assert session.scalars(select(Copy.number)).all() == [1]
