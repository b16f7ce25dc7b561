"""What tests of workers have in common."""

from __future__ import annotations

import pytest

from workers.jobs import seals


@pytest.fixture(autouse=True)
def unbound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs that a test runs in its own process do not limit that process for ever; children limit themselves."""
    monkeypatch.setattr(seals, "bound", lambda size: None)
