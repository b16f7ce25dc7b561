"""Fixtures for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.database import Database
from tests import world
from tests.office import Office
from tests.servers.postgresql import RunningPostgresql
from tests.servers.postgresql import running as running_postgresql

pytest_plugins = ["tests.sealed_files"]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[RunningPostgresql]:
    """One server for all tests; each takes a database of its own."""
    with running_postgresql() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An open database without rows, once of each kind."""
    if request.param == "postgresql":
        with world.a_served_database(request.getfixturevalue("postgresql")) as served:
            yield served
        return
    opened = world.a_database(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A home with one agency."""
    made = Office(tmp_path / "home", {"HOSO_BACKOFF_SECONDS": "0.1"})
    made.run("init", "--agency", "H01.010", "--name", "SỞ XÂY DỰNG TỈNH MẪU")
    return made
