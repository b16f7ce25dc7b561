"""The database, SQLite or PostgreSQL by its URL: one engine a process, short transactions, migrations at ``init``.

What differs between the two is said here and nowhere else. On SQLite one writer at a time has the whole file; on
PostgreSQL writers of one agency take turns at the agency's row (``history.head``), which every act locks.
"""

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
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, InterfaceError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from archive.errors import Problem

BUSY_SECONDS = 60
"""How long a writer waits for another; transactions here take milliseconds."""

CONNECT_SECONDS = 10
SILENCE_SECONDS = 30
"""How long a server that was there may stay silent before the connection counts as lost."""

LEAST_POSTGRESQL = 15
MIGRATION_LOCK = 0x686F736F
"""Key of the advisory lock that migrations take turns at: ``hoso`` in ASCII."""


class DatabaseAway(Problem):
    """The server does not answer, shuts down or gave this transaction up. Nothing was written; a commit that was
    under way may have been. Worth trying again."""


class Database:
    """Opens sessions. ``reading`` sees one moment and never blocks; ``writing`` commits or leaves no trace."""

    def __init__(self, url: str) -> None:
        self.url = url
        parsed = _parsed(url)
        self._served = parsed.get_backend_name() == "postgresql"
        self.engine: Engine = _postgresql(parsed) if self._served else _sqlite(parsed)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session whose changes, if any, are thrown away. Raises DatabaseAway."""
        options = {"isolation_level": "REPEATABLE READ"} if self._served else {}
        with (
            self._told(),
            self.engine.connect().execution_options(**options) as connection,
            Session(connection, expire_on_commit=False) as session,
        ):
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at the end and rolls back on any error. Raises DatabaseAway."""
        with (
            self._told(),
            self.engine.connect().execution_options(hoso_writes=True) as connection,
            Session(connection, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def migrate(self) -> None:
        """Bring the tables to this version of the code; of several that do, one does. Raises DatabaseAway."""
        with (
            self._told(),
            self.engine.connect().execution_options(hoso_writes=True) as connection,
            connection.begin(),
        ):
            if self._served:
                _require_version(connection)
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            config = _migrations()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def is_current(self) -> bool:
        """Whether the tables are those of this version. Raises DatabaseAway."""
        head = ScriptDirectory.from_config(_migrations()).get_current_head()
        with self._told(), self.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() == head

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell failures of a server as DatabaseAway; a file has none that pass by themselves."""
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            if not self._served:
                raise
            # psycopg counts here what ends a connection and what ends one transaction (deadlock, shutdown).
            why = str(error.orig).strip().split("\n")[0]
            raise DatabaseAway(
                "DATABASE_AWAY",
                f"Cơ sở dữ liệu {place(self.url)} chưa dùng được ({why}). Việc sẽ được thử lại.",
                f"The database at {place(self.url)} cannot be used now ({why}). It will be tried again.",
            ) from error


def open_database(url: str) -> Database:
    """The database of an installation. Raises Problem NOT_INITIALISED when there is none of this version, and
    DatabaseAway."""
    if is_there(url):
        database = Database(url)
        try:
            if database.is_current():
                return database
        except BaseException:
            database.close()
            raise
        database.close()
    raise Problem(
        "NOT_INITIALISED",
        f"Chưa khởi tạo kho tại {place(url)}, hoặc kho thuộc phiên bản khác. Hãy chạy: hoso init",
        f"There is no archive of this version in {place(url)}. Run: hoso init",
    )


def is_there(url: str) -> bool:
    """Whether there may be a database: False only for an SQLite file that is not there (and is not made)."""
    parsed = _parsed(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").exists()


def place(url: str) -> str:
    """Where the database is, for people: the SQLite file's folder, or host and name without user and password."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        return str(Path(parsed.database or "").parent)
    return f"{parsed.host or ''}:{parsed.port or 5432}/{parsed.database or ''}"


def _parsed(url: str) -> URL:
    """The URL; of an SQLite file the whole rest is its path, so that a folder may be called ``100%?``."""
    file = url.removeprefix("sqlite:///")
    if file != url:
        return URL.create("sqlite", database=file)
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgresql+psycopg"):
            return parsed.set(drivername="postgresql+psycopg")
    except (ArgumentError, NoSuchModuleError, ValueError):
        pass
    raise Problem(
        "DATABASE_URL",
        "HOSO_DATABASE_URL phải có dạng postgresql+psycopg://người_dùng@máy:cổng/tên",
        "HOSO_DATABASE_URL must look like postgresql+psycopg://user@host:port/name",
    )


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql(url: URL) -> Engine:
    # Connections that died while they lay in the pool are found before they are used. READ COMMITTED with locked
    # rows and compare-and-set; nothing here relies on a stricter level.
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=20,
        isolation_level="READ COMMITTED",
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "keepalives_idle": SILENCE_SECONDS,
            "tcp_user_timeout": SILENCE_SECONDS * 1000,
            "options": f"-c timezone=UTC -c lock_timeout={BUSY_SECONDS}s",
        },
    )


def _require_version(connection: Connection) -> None:
    found = int((connection.dialect.server_version_info or (0,))[0])
    if found < LEAST_POSTGRESQL:
        raise Problem(
            "DATABASE_TOO_OLD",
            f"Cần PostgreSQL {LEAST_POSTGRESQL} trở lên, máy chủ là {found}",
            f"PostgreSQL {LEAST_POSTGRESQL} or newer is needed, the server is {found}",
        )


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
    writes = connection.get_execution_options().get("hoso_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
