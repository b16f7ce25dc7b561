"""Working days of Vietnamese offices: Monday to Friday without public holidays, with days moved by decision.

Holidays and exchanges of years that are known stand in the library ``holidays`` (no network); what is decided later
is data (``archive/law/workdays.toml``, and the office's own).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

ONE_DAY = timedelta(days=1)
LONGEST_REST = 60
"""Days in a row without work that no calendar has: more is a fault of the data."""


class NoWorkingDay(Exception):
    """The data leave no working day within ``LONGEST_REST`` days."""


@dataclass(frozen=True)
class WorkingDays:
    """The calendar with exceptional days ``off`` and days ``on`` that are worked although they would be free."""

    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day. An exception wins over the calendar."""
        if day in self.off or day in self.on:
            return day in self.on and day not in self.off
        return bool(_public().is_working_day(day))

    def next(self, day: date) -> date:
        """The first working day behind ``day``. Raises NoWorkingDay."""
        for step in range(1, LONGEST_REST + 1):
            if self.is_working(day + step * ONE_DAY):
                return day + step * ONE_DAY
        raise NoWorkingDay(day.isoformat())

    def later(self, day: date, count: int) -> date:
        """The ``count``-th working day behind ``day``; ``day`` itself for 0. Raises NoWorkingDay."""
        for _ in range(count):
            day = self.next(day)
        return day


@cache
def _public() -> Any:
    """Public holidays of Việt Nam; loaded when first asked for (it costs some 50 ms)."""
    import holidays

    return holidays.country_holidays("VN")
