"""What every test of the API may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import world
from tests.api.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An office on SQLite."""
    database = world.a_database(tmp_path)
    yield Desk(tmp_path, database)
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """An office, once on each kind of database."""
    if request.param == "postgresql":
        with world.a_served_database(request.getfixturevalue("postgresql")) as served:
            yield Desk(tmp_path, served)
        return
    database = world.a_database(tmp_path)
    yield Desk(tmp_path, database)
    database.close()
