"""What every test of the archive may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from archive.database import Database
from archive.store import FolderStore
from tests import world

# A machine under load is slow and still right.
settings.register_profile("hoso", deadline=None)
settings.load_profile("hoso")


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
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")
