"""Time as the archive sees it: aware instants; legal days and years are those of Việt Nam (UTC+07:00)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

Clock = Callable[[], datetime]

VIETNAM = timezone(timedelta(hours=7), "+07:00")
"""Fixed offset: Việt Nam has kept UTC+7 without daylight saving since 1975."""


def system_clock() -> datetime:
    """The machine's time, aware, in UTC."""
    return datetime.now(UTC)


def stamp(at: datetime) -> str:
    """An instant for people and marks: ISO 8601, whole seconds, +07:00 (NĐ 30/2020 annex I)."""
    return at.astimezone(VIETNAM).replace(microsecond=0).isoformat()
