"""Times as people give them: a day in Việt Nam, or a moment with its zone."""

from __future__ import annotations

import re
from datetime import datetime, time

from archive.clock import VIETNAM
from archive.errors import Problem

YEARS = range(1990, 2201)
"""Signatures are not older; nobody asks for later, and certificates' arithmetic does not reach for ever."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def beginning(text: str) -> datetime:
    """The moment at which a term begins: a day is its first moment in Việt Nam.

    Raises Problem BAD_TIME, TIME_WITHOUT_ZONE.
    """
    found = moment(text)
    return found if not _DAY.fullmatch(text.strip()) else datetime.combine(found.date(), time(), VIETNAM)


def moment(text: str) -> datetime:
    """The moment: ``2031-01-01`` is the end of that day in Việt Nam, so that what was done on it counts;
    ``2031-01-01T08:00+07:00`` is itself.

    Raises Problem BAD_TIME, TIME_WITHOUT_ZONE.
    """
    told = text.strip()
    try:
        found = datetime.fromisoformat(told)
    except ValueError as error:
        raise _bad(text) from error
    if found.year not in YEARS:
        raise _bad(text)
    if _DAY.fullmatch(told):
        return datetime.combine(found.date(), time(23, 59, 59), VIETNAM)
    if found.tzinfo is None:
        raise Problem("TIME_WITHOUT_ZONE", "Thời điểm phải kèm múi giờ", "A time needs its zone")
    return found


def _bad(text: str) -> Problem:
    return Problem(
        "BAD_TIME",
        f"«{text[:40]}» không phải ngày (ví dụ 2031-01-01) từ năm {YEARS[0]} đến {YEARS[-1]}",
        f"{text[:40]!r} is not a day (such as 2031-01-01) from {YEARS[0]} to {YEARS[-1]}",
    )
