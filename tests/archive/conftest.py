"""What every test of the archive may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from archive.store import FolderStore

# A machine under load is slow and still right.
settings.register_profile("hoso", deadline=None)
settings.load_profile("hoso")


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")
