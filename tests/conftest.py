"""Fixtures for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A home with one agency."""
    made = Office(tmp_path / "home", {"HOSO_BACKOFF_SECONDS": "0.1"})
    made.run("init", "--agency", "H01.010", "--name", "SỞ XÂY DỰNG TỈNH MẪU")
    return made
