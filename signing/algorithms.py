"""Until when algorithms are relied on: a table with dates, shipped (``algorithms.toml``) or an office's own.

Free of pyHanko. Algorithms of a timestamp are written as one text of sorted names, ``ec-256 sha256``: a key with its
bits, digests by themselves. What the table does not name has no end (what is allowed at all: checks/integrity.py).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

FILE = "algorithms.toml"
HANOI = timezone(timedelta(hours=7))
DIGESTS = ("sha256", "sha384", "sha512")
"""What we hash with when we stamp, the first that lasts."""


class BadTable(ValueError):
    """The table of algorithms cannot be read; the message says where."""


@dataclass(frozen=True)
class Algorithm:
    """One line: a digest, or a kind of key by its length in bits."""

    name: str
    from_bits: int = 0
    below_bits: int = 1 << 30
    renew_by: datetime | None = None
    refused_after: datetime | None = None

    def covers(self, one: str) -> bool:
        """Say whether a name such as ``rsa-2048`` or ``sha256`` is of this line."""
        name, _, bits = one.partition("-")
        return name == self.name and self.from_bits <= int(bits or 0) < self.below_bits


@dataclass(frozen=True)
class Algorithms:
    """The table, in force since ``effective``. Picklable."""

    effective: date
    rows: tuple[Algorithm, ...]

    def renew_by(self, names: str) -> datetime | None:
        """Give the instant before which what rests on all these algorithms is to be renewed; None: no end known."""
        return self._first(names, "renew_by")

    def refused_after(self, names: str) -> datetime | None:
        """Give the instant from which one of these is refused; None: no end known."""
        return self._first(names, "refused_after")

    def digest(self, until: datetime) -> str:
        """Give the digest to stamp with: the first that is relied on at `until`, else the longest."""
        for name in DIGESTS:
            end = self.renew_by(name)
            if end is None or end > until:
                return name
        return DIGESTS[-1]

    def _first(self, names: str, which: str) -> datetime | None:
        ends = [
            getattr(row, which) for row in self.rows for one in names.split() if row.covers(one) and getattr(row, which)
        ]  # fmt: skip
        return min(ends, default=None)


def written(names: Iterable[str]) -> str:
    """Give the names as they are kept: sorted, each once."""
    return " ".join(sorted(set(names)))


def load(directory: Path | None) -> Algorithms:
    """Give the office's own table from its folder of keys, or the shipped one. Raises BadTable."""
    own = None if directory is None else directory / FILE
    return shipped() if own is None or not own.exists() else read(own)


@cache
def shipped() -> Algorithms:
    """Give the table that comes with the program."""
    return read(Path(__file__).parent / FILE)


def read(path: Path) -> Algorithms:
    """Give the table in this file. Raises BadTable."""
    try:
        told = tomllib.loads(path.read_text("utf-8"))
        rows = tuple(_row(one) for one in told["algorithm"])
        effective = told["effective"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise BadTable(f"{path}: {type(error).__name__}: {error}") from error
    if not isinstance(effective, date) or not rows:
        raise BadTable(f"{path}: effective must be a date, and there must be algorithms")
    return Algorithms(effective, rows)


def _row(told: dict[str, Any]) -> Algorithm:
    if unknown := set(told) - {one.name for one in fields(Algorithm)}:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    return Algorithm(
        str(told["name"]),
        int(told.get("from_bits", 0)),
        int(told.get("below_bits", 1 << 30)),
        _end(told["renew_by"]) if "renew_by" in told else None,
        _end(told["refused_after"]) if "refused_after" in told else None,
    )


def _end(day: Any) -> datetime:
    """Give the instant at which the day has ended in Việt Nam."""
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ValueError(f"not a day: {day!r}")
    return datetime.combine(day + timedelta(days=1), time(), HANOI)
