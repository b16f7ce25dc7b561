"""Pages are tested on the desk of the API."""

from __future__ import annotations

from tests.api.conftest import desk

__all__ = ["desk"]
