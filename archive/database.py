"""The database: one engine a process, short transactions, migrations at ``init``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

from archive.errors import Problem

BUSY_SECONDS = 60
"""How long a writer waits for another; transactions here take milliseconds."""


class Database:
    """Opens sessions. ``reading`` sees one moment and never blocks; ``writing`` is exclusive and commits."""

    def __init__(self, url: str) -> None:
        self.engine: Engine = create_engine(_parsed(url), connect_args={"timeout": BUSY_SECONDS})
        event.listen(self.engine, "connect", _prepare_connection)
        event.listen(self.engine, "begin", _begin)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session whose changes, if any, are thrown away."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at the end and rolls back on any error."""
        with (
            self.engine.connect().execution_options(hoso_writes=True) as connection,
            Session(connection, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def migrate(self) -> None:
        """Bring the tables to this version of the code."""
        with self.engine.connect().execution_options(hoso_writes=True) as connection, connection.begin():
            config = _migrations()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def is_current(self) -> bool:
        """Whether the tables are those of this version."""
        head = ScriptDirectory.from_config(_migrations()).get_current_head()
        with self.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() == head

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def open_database(file: Path) -> Database:
    """The database of an installation. Raises Problem NOT_INITIALISED when there is none of this version."""
    if file.exists():
        database = Database(f"sqlite:///{file}")
        if database.is_current():
            return database
        database.close()
    raise Problem(
        "NOT_INITIALISED",
        f"Chưa khởi tạo kho tại {file.parent}, hoặc kho thuộc phiên bản khác. Hãy chạy: hoso init",
        f"There is no archive of this version in {file.parent}. Run: hoso init",
    )


def _parsed(url: str) -> URL:
    """The URL; of an SQLite file the whole rest is its path, so that a folder may be called ``100%?``."""
    file = url.removeprefix("sqlite:///")
    return make_url(url) if file == url else URL.create("sqlite", database=file)


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def _prepare_connection(connection: Any, record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    # We begin transactions ourselves: the driver's own habit delays BEGIN until the first write, which would
    # let two writers read the same number before either writes it.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # a commit that was reported survives a power cut
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("hoso_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
