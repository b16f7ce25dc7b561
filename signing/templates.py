"""The marks of the law as data: which lines, where on the page, how large, since when (signing/marks/*.toml).

Every limit has an effective date; the template in force at the time of the act is the one that counts, and its name
and version are recorded with the seal. Light: no font, no PDF library.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from itertools import pairwise
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CORNERS = ("top-left", "top-right", "bottom-left", "bottom-right")
PAGES = ("first", "last")
IMAGES = ("none", "hidden")
PLACEHOLDERS = frozenset(["form", "agency", "signer", "time", "number", "volume", "pages", "date", "title"])


class NoTemplate(LookupError):
    """No template of that name was in force on that day."""


class BadTemplate(ValueError):
    """A template file does not say what a template must say; the text names file and entry."""


@dataclass(frozen=True)
class Template:
    """One version of one mark, in force from ``since`` to ``until`` (both days count; None: still).

    ``corner`` of the upright page is where the law wants it; it may move by the share ``across`` of the page's width
    and ``reach`` of its height to keep off ink. Lengths in pt. ``lines`` hold the placeholders of PLACEHOLDERS; a
    line that comes out empty is left out. ``image``: no picture of seal or signature is shown by any shipped mark.
    """

    name: str
    title: str
    form: str
    law: str
    since: date
    until: date | None
    page: str
    corner: str
    lines: tuple[str, ...]
    size_pt: float
    smallest_pt: float
    colour: tuple[float, float, float]
    image: str
    width_pt: float
    height_pt: float
    across: float
    reach: float

    @property
    def version(self) -> str:
        """The day from which it counts."""
        return self.since.isoformat()

    def texts(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """Give the lines with ``values`` filled in."""
        known = dict.fromkeys(PLACEHOLDERS, "") | dict(values)
        return tuple(text for line in self.lines if (text := line.format_map(known).strip()))


def in_force(name: str, at: datetime) -> Template:
    """Give the template ``name`` as it stood at ``at`` (aware), by the day in Vietnam.

    Raises:
        NoTemplate: there was none.
    """
    day = at.astimezone(HANOI).date()
    for one in shipped():
        if one.name == name and one.since <= day and (one.until is None or day <= one.until):
            return one
    raise NoTemplate(f"{name} on {day}")


def of_form(form: str, at: datetime) -> Template:
    """Give the template of a form of copy (SAO Y …), or the one for copies by another name.

    Raises:
        NoTemplate: there was none.
    """
    name = next((one.name for one in shipped() if one.form and one.form == form), "COPY")
    return in_force(name, at)


@cache
def shipped() -> tuple[Template, ...]:
    """Give all templates that come with the program (constant)."""
    folder = files("signing") / "marks"
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)
    return tuple(version for one in found for version in read(one.read_text("utf-8"), one.name))


def read(text: str, file: str) -> tuple[Template, ...]:
    """Give the versions of the mark that a file describes, oldest first.

    Raises:
        BadTemplate: an entry is missing, unknown or out of range, or two versions are in force at once.
    """
    try:
        told = tomllib.loads(text)
        versions = tuple(_version(told, one) for one in told["version"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise BadTemplate(f"{file}: {error}") from error
    versions = tuple(sorted(versions, key=lambda one: one.since))
    for older, newer in pairwise(versions):
        if older.until is None or older.until >= newer.since:
            raise BadTemplate(f"{file}: {older.version} and {newer.version} are in force at once")
    return versions


def _version(told: Mapping[str, Any], one: Mapping[str, Any]) -> Template:
    made = Template(
        name=str(told["name"]),
        title=str(told["title"]),
        form=str(told.get("form", "")),
        law=str(one["law"]),
        since=one["from"],
        until=one.get("until"),
        page=str(one["page"]),
        corner=str(one["corner"]),
        lines=tuple(map(str, one["lines"])),
        size_pt=float(one["size_pt"]),
        smallest_pt=float(one["smallest_pt"]),
        colour=_colour(one["colour"]),
        image=str(one["image"]),
        width_pt=float(one["width_pt"]),
        height_pt=float(one["height_pt"]),
        across=float(one["across"]),
        reach=float(one["reach"]),
    )
    for name, value, allowed in (
        ("page", made.page, PAGES),
        ("corner", made.corner, CORNERS),
        ("image", made.image, IMAGES),
    ):
        if value not in allowed:
            raise ValueError(f"{name} is {value!r}, not one of {', '.join(allowed)}")
    asked = {name for line in made.lines for _, name, _, _ in Formatter().parse(line) if name is not None}
    if asked - PLACEHOLDERS:
        raise ValueError(f"unknown placeholders {sorted(asked - PLACEHOLDERS)}")
    if not (0 < made.smallest_pt <= made.size_pt and min(made.width_pt, made.height_pt) > 0):
        raise ValueError("sizes must be above 0, and the smallest no larger than the usual one")
    if not (0 < made.across <= 1 and 0 < made.reach <= 1):
        raise ValueError("across and reach are shares, above 0 and at most 1")
    if type(made.since) is not date or not (made.until is None or type(made.until) is date):
        raise ValueError("from and until are days")
    return made


def _colour(told: Any) -> tuple[float, float, float]:
    red, green, blue = (float(one) for one in told)
    if not all(0 <= one <= 1 for one in (red, green, blue)):
        raise ValueError("a colour has three shares from 0 to 1")
    return red, green, blue
