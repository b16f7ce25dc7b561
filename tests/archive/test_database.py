"""The database: migrations make exactly the tables of the code, writers take turns, readers see one moment."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from archive import migrating
from archive.clock import VIETNAM, stamp
from archive.database import REVISION, Database, DatabaseAway, open_database
from archive.errors import Problem
from archive.tables import Agency, Base, Document
from tests import world
from tests.archive import rivals
from tests.servers.ports import free_ports
from tests.servers.postgresql import RunningPostgresql
from tests.servers.postgresql import running as running_postgresql


def test_a_migrated_database_is_what_the_tables_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "compare_server_default": True, "include_name": _not_of_fts5},
        )
        assert compare_metadata(context, Base.metadata) == []


def _not_of_fts5(name: str | None, kind: str, parents: object) -> bool:
    """SQLite shows the inside of a full-text index as tables (migration 0011)."""
    return not (kind == "table" and (name or "").startswith("search_index"))


def test_the_revision_that_the_code_works_on_is_the_newest_migration() -> None:
    assert migrating.newest() == REVISION


def test_migrating_again_keeps_what_is_there(database: Database) -> None:
    with database.writing() as session:
        world.an_agency(session)
    database.migrate()
    assert database.is_current()
    with database.reading() as session:
        assert session.scalars(select(Agency.code)).all() == ["H12.34"]


def test_processes_that_migrate_at_once_all_find_it_done(tmp_path: Path) -> None:
    assert rivals.race(rivals.migrate, 3, f"sqlite:///{tmp_path / 'hoso.sqlite3'}") == [True, True, True]


def test_processes_that_migrate_a_server_at_once_all_find_it_done(postgresql: RunningPostgresql) -> None:
    name = f"empty_{os.urandom(4).hex()}"
    postgresql.database(name)
    assert rivals.race(rivals.migrate, 3, world.address(postgresql, name)) == [True, True, True]


def test_a_server_without_an_archive_is_told_without_its_password(postgresql: RunningPostgresql) -> None:
    url = postgresql.sqlalchemy_url.replace("postgres@", "postgres:very-secret@")
    with pytest.raises(Problem) as missing:
        open_database(url)
    assert missing.value.code == "NOT_INITIALISED" and str(postgresql.port) in missing.value.en
    assert "very-secret" not in missing.value.en + missing.value.vi


def test_a_server_that_is_away_is_told_without_its_password() -> None:
    with pytest.raises(DatabaseAway) as away:
        open_database(f"postgresql+psycopg://hoso:very-secret@127.0.0.1:{free_ports()[0]}/hoso")
    assert away.value.code == "DATABASE_AWAY" and "very-secret" not in away.value.en + away.value.vi


@pytest.mark.parametrize("url", ["mysql://host/name", "postgresql+psycopg2://host/name", "hoso", "://"])
def test_an_address_of_no_database_that_we_know_is_told(url: str) -> None:
    with pytest.raises(Problem) as wrong:
        open_database(url)
    assert wrong.value.code == "DATABASE_URL"


def test_a_server_that_dies_in_a_transaction_is_told_and_found_again() -> None:
    with running_postgresql() as server:
        database = Database(server.sqlalchemy_url)
        database.migrate()
        with database.writing() as session:
            world.an_agency(session)
        with pytest.raises(DatabaseAway), database.writing() as session:
            world.an_agency(session, "H99")
            server.kill()
            world.an_agency(session, "H98")
        with pytest.raises(DatabaseAway), database.reading() as session:
            session.scalars(select(Agency.code)).all()
        server.start()
        with database.writing() as session:
            world.an_agency(session, "H97")
        with database.reading() as session:
            assert set(session.scalars(select(Agency.code))) == {"H12.34", "H97"}
        database.close()


def test_a_folder_without_an_archive_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem) as missing:
        open_database(f"sqlite:///{tmp_path / 'hoso.sqlite3'}")
    assert missing.value.code == "NOT_INITIALISED" and str(tmp_path) in missing.value.en
    assert list(tmp_path.iterdir()) == []


def test_an_archive_of_another_version_is_told(tmp_path: Path) -> None:
    database = world.a_database(tmp_path)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(Problem) as other:
        open_database(f"sqlite:///{tmp_path / 'hoso.sqlite3'}")
    assert other.value.code == "NOT_INITIALISED"


@pytest.mark.parametrize("name", ["kho số 1", "100%", "a?b", "a#b", "a%20b", "file:x", "a@b:c"])
def test_the_folder_of_an_archive_may_have_any_name(tmp_path: Path, name: str) -> None:
    file = tmp_path / name / "hoso.sqlite3"
    file.parent.mkdir()
    database = Database(f"sqlite:///{file}")
    database.migrate()
    database.close()
    assert file.stat().st_size > 0
    opened = open_database(f"sqlite:///{file}")
    with opened.writing() as session:
        world.an_agency(session)
    opened.close()
    assert {path.name for path in tmp_path.iterdir()} == {name}


def test_commits_survive_a_power_cut_and_readers_do_not_wait(tmp_path: Path) -> None:
    database = world.a_database(tmp_path)
    with database.engine.connect() as connection:
        told = [
            connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")
        ]
    database.close()
    assert told == ["wal", 2]


def test_a_reader_sees_one_moment_while_others_write(database: Database) -> None:
    with database.reading() as reader:
        before = reader.execute(text("SELECT count(*) FROM agency")).scalar()
        with database.writing() as writer:
            world.an_agency(writer)
        assert reader.execute(text("SELECT count(*) FROM agency")).scalar() == before == 0
    with database.reading() as reader:
        assert reader.execute(text("SELECT count(*) FROM agency")).scalar() == 1


def test_what_a_reader_changes_is_thrown_away(database: Database) -> None:
    with database.reading() as session:
        world.an_agency(session)
    with database.reading() as session:
        assert session.scalars(select(Agency)).all() == []


def test_a_row_cannot_point_at_nothing(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        world.a_batch(session, Agency(id=77, code="H99", name="không có"))


def test_times_come_back_as_the_same_instant_and_naive_ones_are_not_kept(database: Database) -> None:
    at = datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=VIETNAM)
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session), at=at)
    with database.reading() as session:
        kept = session.get_one(Document, document.id).received_at
    assert kept == at and stamp(kept) == "2026-12-31T23:59:59+07:00"
    with pytest.raises(StatementError), database.writing() as session:
        world.a_document(session, session.scalars(select(Agency)).one(), at=datetime(2026, 1, 1))  # noqa: DTZ001
