"""Limits of copying by their effective dates: deadline, fee, printed number, working days. Data, read once.

NĐ 23/2015/NĐ-CP Đ.7, 13, 21; TT 226/2016/TT-BTC (domain.md CC-01, 02, 07, 13). Shipped rows stand in ``archive/law``;
rows of the office's folder are added.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol, TypeVar

from archive.clock import VIETNAM
from archive.errors import Problem
from archive.workdays import WorkingDays

COPIES, WORKDAYS = "copies.toml", "workdays.toml"


class Dated(Protocol):
    """A rule that counts from a day on."""

    @property
    def starts(self) -> date:
        """Its first day."""


Rule = TypeVar("Rule", bound=Dated)


@dataclass(frozen=True)
class Deadline:
    """Until ``cut_off`` (Việt Nam time, inclusive) the copy is due the same day, later the next working day.
    ``closing``: the hour an appointment is for. At most ``extension_days`` working days more without agreement."""

    starts: date
    cut_off: time
    closing: time
    extension_days: int
    basis: str


@dataclass(frozen=True)
class Fee:
    """Fee of one legal act in đồng: so much a page for the first pages, then less, at most so much a copy."""

    starts: date
    act: str
    first_pages: int
    first_price: int
    next_price: int
    most: int
    basis: str

    def amount(self, pages: int, quantity: int) -> int:
        """đồng for ``quantity`` copies of an original of ``pages`` pages (CC-13)."""
        first = self.first_price * min(pages, self.first_pages)
        return min(self.most, first + self.next_price * max(pages - self.first_pages, 0)) * quantity


@dataclass(frozen=True)
class Numbering:
    """How a number of this register is printed: ``form`` with ``number``, ``volume``, ``year``."""

    starts: date
    kind: str
    form: str


@dataclass(frozen=True)
class Due:
    """When a copy is due, and whether the requester gets an appointment slip (TT 01/2020/TT-BTP Đ.2)."""

    at: datetime
    slip: bool


@dataclass(frozen=True)
class CopyLaw:
    """All limits with the calendar they count in."""

    deadlines: tuple[Deadline, ...]
    fees: tuple[Fee, ...]
    numberings: tuple[Numbering, ...]
    days: WorkingDays

    def deadline(self, on: date) -> Deadline:
        """The deadline in force on a day; before the first, the first. Raises Problem BAD_LAW when there is none."""
        found = _in_force(self.deadlines, on)
        if found is None:
            raise bad_law(COPIES, "no deadline is in force")
        return found

    def due(self, received: datetime) -> Due:
        """When a copy asked for at ``received`` is due (CC-01). What comes on a free day counts as after hours."""
        here = received.astimezone(VIETNAM)
        rule = self.deadline(here.date())
        in_time = here.time() <= rule.cut_off and self.days.is_working(here.date())
        day = here.date() if in_time else self.days.next(here.date())
        return Due(datetime.combine(day, rule.closing, VIETNAM), not in_time)

    def fee(self, act: str, pages: int, quantity: int, on: date) -> int:
        """đồng; 0 for an act that has no fee rule in force."""
        found = _in_force((one for one in self.fees if one.act == act), on, before_first=False)
        return 0 if found is None else found.amount(pages, quantity)

    def printed(self, kind: str, number: int, volume: int, year: int, on: date) -> str:
        """The number as it is printed on the copy and in the book, such as ``12/01-SCT/BS``."""
        found = _in_force((one for one in self.numberings if one.kind == kind), on)
        form = "{number}/{year}" if found is None else found.form
        return form.format(number=number, volume=volume, year=year)


def _in_force(rules: Iterable[Rule], on: date, before_first: bool = True) -> Rule | None:
    ordered = sorted(
        rules, key=lambda one: one.starts
    )  # stable: of one day the office's row, read later, wins
    begun = [one for one in ordered if one.starts <= on]
    if begun:
        return begun[-1]
    return ordered[0] if ordered and before_first else None


def load_law(folder: Path | None) -> CopyLaw:
    """The shipped limits and those of the office's ``folder``. Raises Problem BAD_LAW."""
    if folder is None:
        return shipped_law()
    if not folder.is_dir():
        raise bad_law(str(folder), "no such folder")
    told = [_shipped(name) for name in (COPIES, WORKDAYS)]
    for number, name in enumerate((COPIES, WORKDAYS)):
        path = folder / name
        if path.exists():
            told[number] = _joined(told[number], _parsed(path.read_bytes(), str(path)))
    return _law(told[0], told[1], str(folder))


@cache
def shipped_law() -> CopyLaw:
    """The limits that hoso comes with (constant, so read once)."""
    return _law(_shipped(COPIES), _shipped(WORKDAYS), "archive/law")


def bad_law(where: str, why: str) -> Problem:
    """The data cannot be used."""
    return Problem("BAD_LAW", f"Dữ liệu thời hạn, phí sai: {where}: {why}", f"Bad limits: {where}: {why}")


def _shipped(name: str) -> dict[str, Any]:
    return _parsed((files("archive") / "law" / name).read_bytes(), name)


def _parsed(data: bytes, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise bad_law(where, str(error)) from error


def _joined(first: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    return {name: [*first.get(name, []), *more.get(name, [])] for name in {*first, *more}}


def _law(told: dict[str, Any], days: dict[str, Any], where: str) -> CopyLaw:
    try:
        law = CopyLaw(
            tuple(
                Deadline(
                    _day(one["from"]), one["cut_off"], one["closing"], one["extension_days"], one["basis"]
                )
                for one in told.get("deadline", [])
            ),
            tuple(
                Fee(
                    _day(one["from"]), one["act"], one["first_pages"], one["first_price"], one["next_price"],
                    one["most"], one["basis"],
                )
                for one in told.get("fee", [])
            ),
            tuple(Numbering(_day(one["from"]), one["kind"], one["form"]) for one in told.get("number", [])),
            WorkingDays(
                frozenset(_day(one["off"]) for one in days.get("day", []) if "off" in one),
                frozenset(_day(one["on"]) for one in days.get("day", []) if "on" in one),
            ),
        )  # fmt: skip
        if not all(isinstance(hour, time) for one in law.deadlines for hour in (one.cut_off, one.closing)):
            raise TypeError("an hour is written as 15:00:00")
        for one in law.numberings:
            one.form.format(number=1, volume=1, year=2026)
        for fee in law.fees:
            fee.amount(3, 1)
        law.deadline(date(2026, 1, 1))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise bad_law(where, f"{type(error).__name__}: {error}") from error
    return law


def _day(told: object) -> date:
    if not isinstance(told, date) or isinstance(told, datetime):
        raise TypeError(f"{told!r} is no day")
    return told
