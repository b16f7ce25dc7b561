"""The marks of the law as data: which lines, where on the page, how large, since when (signing/marks/*.toml,
and an office's own folder laid over them).

Every limit has an effective date; the template in force at the time of the act is the one that counts, and its name
and version are recorded with the seal. Light: no font, no PDF library.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise, zip_longest
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from signing.errors import NotSealed

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CORNERS = ("top-left", "top-right", "bottom-left", "bottom-right")
PAGES = ("first", "last")
IMAGES = ("none", "hidden")
PLACEHOLDERS = frozenset(["form", "agency", "signer", "time", "number", "volume", "pages", "date", "title"])


class NoTemplate(NotSealed):
    """NO_MARK_TEMPLATE: no template of that name was in force on that day."""

    def __init__(self, what: str) -> None:
        super().__init__("NO_MARK_TEMPLATE", what)


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


Templates = tuple[Template, ...]
"""All versions of all marks, each mark's oldest first. Handed on as a value; empty stands for those shipped."""


def in_force(name: str, at: datetime, templates: Templates = ()) -> Template:
    """Give the template ``name`` as it stood at ``at`` (aware), by the day in Vietnam.

    Raises:
        NoTemplate: there was none.
    """
    day = at.astimezone(HANOI).date()
    for one in templates or shipped():
        if one.name == name and one.since <= day and (one.until is None or day <= one.until):
            return one
    raise NoTemplate(f"{name} on {day}")


def of_form(form: str, at: datetime, templates: Templates = ()) -> Template:
    """Give the template of a form of copy (SAO Y …), or the one for copies by another name.

    Raises:
        NoTemplate: there was none.
    """
    known = templates or shipped()
    name = next((one.name for one in known if one.form and one.form == form), "COPY")
    return in_force(name, at, templates)


@cache
def shipped() -> Templates:
    """Give all templates that come with the program (constant)."""
    return tuple(version for _, versions in sorted(_shipped().items()) for version in versions)


@cache
def _shipped() -> dict[str, Templates]:
    """By the name of the file."""
    folder = files("signing") / "marks"
    return {
        one.name: read(one.read_text("utf-8"), one.name)
        for one in folder.iterdir()
        if one.name.endswith(".toml")
    }


def laid_over(folder: Path | None) -> Templates:
    """Give the shipped templates with the office's own from ``*.toml`` of ``folder`` over them.

    A file named as a shipped one adds versions to its mark; a version with the same ``from`` takes the place of the
    shipped one; of two that overlap the earlier ends the day before the later begins. Any other file is a new mark.

    Raises:
        BadTemplate: a file is no template, or two are of one mark or one form. Then none is used: half of an office's
            rules would be other rules.
    """
    if folder is None:
        return shipped()
    if not folder.is_dir():
        raise BadTemplate(f"{folder}: there is no such folder")
    found = dict(_shipped())
    for path in sorted(folder.glob("*.toml")):
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadTemplate(f"{path.name}: unreadable: {error}") from error
        found[path.name] = _over(found.get(path.name, ()), read(text, path.name), path.name)
    _tell_apart(found)
    return tuple(version for _, versions in sorted(found.items()) for version in versions)


def _over(shipped: Templates, own: Templates, file: str) -> Templates:
    """Give both as one history of the mark."""
    if not own:
        raise BadTemplate(f"{file}: version: there is none")
    for key in ("name", "form"):
        if shipped and getattr(own[0], key) != getattr(shipped[0], key):
            raise BadTemplate(
                f"{file}: {key}: {getattr(own[0], key)!r} is {getattr(shipped[0], key)!r} as shipped"
            )
    days = {one.since for one in own}
    both = sorted((*own, *(one for one in shipped if one.since not in days)), key=lambda one: one.since)
    return tuple(
        replace(one, until=later.since - timedelta(days=1))
        if later is not None and (one.until is None or one.until >= later.since)
        else one
        for one, later in zip_longest(both, both[1:])
    )


def _tell_apart(found: Mapping[str, Templates]) -> None:
    taken: dict[tuple[str, str], str] = {}
    for file, versions in sorted(found.items()):
        for key in ("name", "form"):
            value = getattr(versions[0], key)
            if value and (key, value) in taken:
                raise BadTemplate(f"{file}: {key}: {value!r} is in {taken[key, value]} already")
            taken[key, value] = file


def read(text: str, file: str) -> Templates:
    """Give the versions of the mark that a file describes, oldest first.

    Raises:
        BadTemplate: an entry is missing, unknown or out of range, or two versions are in force at once; it names file
            and line or entry.
    """
    try:
        told = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadTemplate(f"{file}: {error}") from error
    _known(told, _MARK, file, "")
    rows = told.get("version")
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise BadTemplate(f"{file}: version: [[version]] is needed")
    versions = []
    for number, one in enumerate(rows, 1):
        place = f"version[{number}]."
        _known(one, _VERSION, file, place)
        try:
            versions.append(_version(told, one))
        except KeyError as error:
            raise BadTemplate(f"{file}: {place}{error.args[0]}: it is missing") from error
        except (TypeError, ValueError) as error:
            raise BadTemplate(f"{file}: {place}{error}") from error
    versions.sort(key=lambda one: one.since)
    for older, newer in pairwise(versions):
        if older.until is None or older.until >= newer.since:
            raise BadTemplate(f"{file}: {older.version} and {newer.version} are in force at once")
    return tuple(versions)


MOST_PT = 1000.0
"""No mark is longer: a page of A3 is 1191 pt high."""
_MARK = {"name", "title", "form", "version"}
_TEXTS, _NUMBERS = (
    {"law", "page", "corner", "image"},
    {"size_pt", "smallest_pt", "width_pt", "height_pt", "across", "reach"},
)
_VERSION = _TEXTS | _NUMBERS | {"from", "until", "lines", "colour"}


def _known(row: Mapping[str, Any], known: set[str], file: str, place: str) -> None:
    for key in sorted(set(row) - known):
        raise BadTemplate(f"{file}: {place}{key}: there is no such key; keys: {', '.join(sorted(known))}")


def _text(row: Mapping[str, Any], key: str) -> str:
    if not isinstance(row[key], str) or not row[key].strip():
        raise ValueError(f"{key}: a text is needed")
    return str(row[key])


def _number(row: Mapping[str, Any], key: str) -> float:
    if type(row[key]) not in (int, float):
        raise ValueError(f"{key}: a number is needed")
    return float(row[key])


def _version(told: Mapping[str, Any], one: Mapping[str, Any]) -> Template:
    made = Template(
        name=_text(told, "name"),
        title=_text(told, "title"),
        form=_text(told, "form") if "form" in told else "",
        law=_text(one, "law"),
        since=one["from"],
        until=one.get("until"),
        page=_text(one, "page"),
        corner=_text(one, "corner"),
        lines=_lines(one),
        size_pt=_number(one, "size_pt"),
        smallest_pt=_number(one, "smallest_pt"),
        colour=_colour(one["colour"]),
        image=_text(one, "image"),
        width_pt=_number(one, "width_pt"),
        height_pt=_number(one, "height_pt"),
        across=_number(one, "across"),
        reach=_number(one, "reach"),
    )
    for name, value, allowed in (
        ("page", made.page, PAGES),
        ("corner", made.corner, CORNERS),
        ("image", made.image, IMAGES),
    ):
        if value not in allowed:
            raise ValueError(f"{name}: {value!r} is not one of {', '.join(allowed)}")
    asked = [one[1:] for line in made.lines for one in Formatter().parse(line) if one[1] is not None]
    if unknown := {str(name) for name, _, _ in asked} - PLACEHOLDERS:
        raise ValueError(f"lines: unknown placeholders {sorted(unknown)}")
    if any(shape or conversion for _, shape, conversion in asked):
        raise ValueError("lines: a placeholder is a name in braces, no more")
    if not all(line.isprintable() for line in made.lines):
        raise ValueError("lines: only letters that can be seen")
    if max(made.size_pt, made.width_pt, made.height_pt) > MOST_PT:
        raise ValueError(f"width_pt: sizes are at most {MOST_PT:g} pt")
    if not (0 < made.smallest_pt <= made.size_pt and min(made.width_pt, made.height_pt) > 0):
        raise ValueError("size_pt: sizes must be above 0, and the smallest no larger than the usual one")
    if not (0 < made.across <= 1 and 0 < made.reach <= 1):
        raise ValueError("across: across and reach are shares, above 0 and at most 1")
    if type(made.since) is not date or not (made.until is None or type(made.until) is date):
        raise ValueError("from: from and until are days")
    return made


def _lines(row: Mapping[str, Any]) -> tuple[str, ...]:
    lines = row["lines"]
    if not isinstance(lines, list) or not lines or not all(isinstance(one, str) for one in lines):
        raise ValueError("lines: a list of texts is needed")
    return tuple(lines)


def _colour(told: Any) -> tuple[float, float, float]:
    if not isinstance(told, list) or len(told) != 3 or not all(type(one) in (int, float) for one in told):
        raise ValueError("colour: three values are needed")
    red, green, blue = (float(one) for one in told)
    if not all(0 <= one <= 1 for one in (red, green, blue)):
        raise ValueError("colour: it has three shares from 0 to 1")
    return red, green, blue
