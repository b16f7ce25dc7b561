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


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = world.a_database(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")
