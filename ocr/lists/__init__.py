"""Closed lists as data: provinces, ministries, kinds of agencies, titles, each with the days in which it was right.

A name is right on a paper of its own time: Hà Tây on one of 2005, Kiên Giang until 30 June 2025. The files beside this
one say the source of every day.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from ocr.vietnamese import bare, one_style

HERE = Path(__file__).parent
JUDGED_SINCE = date(1976, 7, 2)
"""Papers older than the unified state are not held against the lists: names came and went before."""

GRACE = timedelta(days=90)
"""Offices go on with old seals and letterheads for a while after a change, and prepare new ones before."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A name and the days in which it was right; None: no such day is known. ``part``: what the list says of it."""

    name: str
    valid_from: date | None
    valid_until: date | None
    successors: tuple[str, ...]
    spellings: tuple[str, ...]
    source: str
    part: str

    def in_force(self, on: date) -> bool:
        """Whether the name was right on this day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on <= self.valid_until
        )

    def out_of_time(self, on: date) -> bool:
        """Whether the name is wrong on a paper of this day beyond doubt: outside of its days and of the grace."""
        early = self.valid_from is not None and on < self.valid_from - GRACE
        late = self.valid_until is not None and on > self.valid_until + GRACE
        return on >= JUDGED_SINCE and (early or late)


@cache
def listed(name: str) -> tuple[Listed, ...]:
    """The entries of one list: ``provinces``, ``ministries``, ``agencies``, ``titles``."""
    lines = (HERE / f"{name}.csv").read_text("utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return tuple(
        Listed(
            row["name"], _day(row["valid_from"]), _day(row["valid_until"]), _several(row["successor"]),
            _several(row["spellings"]), row["source"], row.get("part") or row.get("level") or "",
        )
        for row in rows
    )  # fmt: skip


@cache
def provinces(before_1997: bool = False) -> tuple[str, ...]:
    """Names to hold a reading against. Those that ended in 1996 only where the paper is of that time: on any later one
    VĨNH PHÚ is VĨNH PHÚC with a letter lost."""
    started = date(1997, 1, 1)
    return tuple(
        one.name
        for one in listed("provinces")
        if before_1997 or one.valid_until is None or one.valid_until >= started
    )


@cache
def spelled() -> dict[str, str]:
    """Other spellings of provinces, without marks and spaces, to the listed name."""
    return {key(other): one.name for one in listed("provinces") for other in one.spellings}


def find(name: str, text: str) -> Listed | None:
    """The entry of the list that this text is, in any of its spellings; case, spaces and marks count for nothing when
    only one entry is left by them."""
    wanted = key(text)
    same = [one for one in listed(name) if wanted in (key(one.name), *map(key, one.spellings))]
    exact = [one for one in same if one_style(one.name).lower() == one_style(text).lower()]
    return next(iter(exact or same), None)


def key(text: str) -> str:
    """Text as it is compared: letters and digits without marks."""
    return "".join(c for c in bare(text) if c.isalnum())


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
