"""The database, SQLite or PostgreSQL by its URL: one engine a process, short transactions, migrations at ``init``.

What differs between the two is said here and in ``engines``, nowhere else. On SQLite one writer at a time has the
whole file; on PostgreSQL writers of one agency take turns at the agency's row (``history.head``) that every act locks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import inspect, text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from archive.engines import is_there, open_engine, place, require_version
from archive.errors import Problem

REVISION = "0023"
"""The newest migration, whose tables this code works on; a test holds it to the folder of migrations."""

MIGRATION_LOCK = 0x686F736F
"""Key of the advisory lock that migrations take turns at: ``hoso`` in ASCII."""


class DatabaseAway(Problem):
    """The server does not answer, shuts down or gave this transaction up. Nothing was written; a commit that was
    under way may have been. Worth trying again."""


class Database:
    """Opens sessions. ``reading`` sees one moment and never blocks; ``writing`` commits or leaves no trace."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = open_engine(url)
        self._served = self.engine.dialect.name == "postgresql"

    def reading(self) -> AbstractContextManager[Session]:
        """A session whose changes, if any, are thrown away. Raises DatabaseAway."""
        return self._looking("REPEATABLE READ")

    def asking(self) -> AbstractContextManager[Session]:
        """As ``reading``, for a single question: it needs no transaction around it. Raises DatabaseAway."""
        return self._looking("AUTOCOMMIT")

    @contextmanager
    def _looking(self, level: str) -> Iterator[Session]:
        options = {"isolation_level": level} if self._served else {}
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
                require_version(connection)
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            from archive import migrating  # costly to load, and only needed here

            migrating.upgrade(connection)

    def is_current(self) -> bool:
        """Whether the tables are those of this version. Raises DatabaseAway."""
        with self._told(), self.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return found == REVISION

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
