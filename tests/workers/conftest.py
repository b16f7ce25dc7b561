"""What tests of workers have in common."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.signing.office import Office
from tests.workers.personal import in_earnest
from workers.jobs import seals


@pytest.fixture(autouse=True)
def unbound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs that a test runs in its own process do not limit that process for ever; children limit themselves."""
    monkeypatch.setattr(seals, "bound", lambda size: None)


@pytest.fixture
def earnest(tmp_path: Path) -> Office:
    """An agency that seals with a key of its own; its home is ``tmp_path / "home"``."""
    return in_earnest(tmp_path / "home" / "test-pki")
