"""What differs between SQLite and PostgreSQL when a database is opened: address, driver, limits, how writers begin."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError, NoSuchModuleError

from archive.errors import Problem

BUSY_SECONDS = 60
"""How long a writer waits for another; transactions here take milliseconds."""

CONNECT_SECONDS = 10
SILENCE_SECONDS = 30
"""How long a server that was there may stay silent before the connection counts as lost."""

TRUSTED_SECONDS = 1.0
"""How long a connection in the pool is taken to be alive without being asked."""

LEAST_POSTGRESQL = 15


def open_engine(url: str) -> Engine:
    """An engine for the URL; nothing is sent yet. Raises Problem DATABASE_URL."""
    parsed = _parsed(url)
    return _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)


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
    # READ COMMITTED with locked rows and compare-and-set; nothing here relies on a stricter level.
    engine = create_engine(
        url,
        pool_size=20,
        max_overflow=10,
        isolation_level="READ COMMITTED",
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "keepalives_idle": SILENCE_SECONDS,
            "tcp_user_timeout": SILENCE_SECONDS * 1000,
            "options": f"-c timezone=UTC -c lock_timeout={BUSY_SECONDS}s",
        },
    )
    event.listen(engine, "checkin", _laid_down)
    event.listen(engine, "checkout", _taken_up)
    return engine


def require_version(connection: Connection) -> None:
    """Raise Problem DATABASE_TOO_OLD for a PostgreSQL that was not tried."""
    found = int((connection.dialect.server_version_info or (0,))[0])
    if found < LEAST_POSTGRESQL:
        raise Problem(
            "DATABASE_TOO_OLD",
            f"Cần PostgreSQL {LEAST_POSTGRESQL} trở lên, máy chủ là {found}",
            f"PostgreSQL {LEAST_POSTGRESQL} or newer is needed, the server is {found}",
        )


def _laid_down(connection: Any, record: Any) -> None:
    record.info["laid_down"] = time.monotonic()


def _taken_up(connection: Any, record: Any, proxy: Any) -> None:
    """A connection that lay in the pool for a while may have died: it is asked first. One that was in use a moment ago
    is not: a lookup over HTTP would ask three times."""
    if time.monotonic() - record.info.get("laid_down", time.monotonic()) < TRUSTED_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        raise DisconnectionError(str(error)) from error  # the pool tries another, at last a new one


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
