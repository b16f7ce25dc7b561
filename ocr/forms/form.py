"""What a form is: how a kind of paper is told, which values it must bear, which more stand on it and where. Frozen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ocr.vietnamese import bare

GENERAL = "giay-to"
"""The form of a paper that no other form is for."""

LONGEST_NAME = 40
"""Characters of a form's or field's name, as the tables keep them."""

CHECKS = ("V-11", "V-12", "V-13", "V-14", "V-15", "V-16", "V-17", "V-18", "V-19", "V-21")
"""Checks of a reading (domain.md 9.1) that a form can leave out. V-15 is asked of the archive."""

GRAMMARS = (
    "text", "date", "number", "money", "dossier-code", "personal-id", "tax-code", "procedure-code", "notation",
    "person", "place",
)  # fmt: skip

Percent = tuple[float, float, float, float]
"""x0, y0, x1, y1 in percent of the text's frame on the page, from its left and top (domain.md 3.2)."""

ZONES: Mapping[str, Percent] = {
    "head-left": (0, 0, 52, 22), "head-right": (45, 0, 100, 22), "title": (0, 6, 100, 45),
    "body": (0, 6, 100, 100), "foot-left": (0, 40, 55, 100), "foot-right": (42, 40, 100, 100),
    "any": (0, 0, 100, 100),
}  # fmt: skip
"""Wider than the boxes of NĐ 30/2020, annex I: a short paper's frame is low, so its head takes more of it."""

FIRST_PAGE = frozenset({"head-left", "head-right", "title"})
"""Zones that only a document's first page has."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A value that a form looks for besides those of every record.

    ``labels``: printed words before the value, without marks. ``zone``: where its first row has its middle.
    ``pattern``: the value's shape when ``grammar`` is empty. ``multi_line``: it may go on in the rows below.
    """

    name: str
    vi: str
    en: str
    labels: tuple[str, ...]
    zone: Percent
    first_page: bool
    grammar: str
    pattern: re.Pattern[str] | None
    multi_line: bool
    required: bool


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of paper. ``types``: names printed as its title, each with the abbreviations that open its notation.

    ``titled``: whether the title is printed (a công văn has none). ``result``: made out to a holder, with a time of
    validity. ``requires``: fields of every record that this paper must bear. ``checks``: which of CHECKS apply.
    """

    name: str
    vi: str
    en: str
    types: Mapping[str, tuple[str, ...]]
    titled: bool
    result: bool
    requires: tuple[str, ...]
    checks: frozenset[str]
    fields: tuple[FormField, ...]
    source: str
    """The file it came from; empty for those shipped."""

    def field(self, name: str) -> FormField | None:
        """The form's own field of this name."""
        return next((one for one in self.fields if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a form's file: a stable code, the file, where in it, and why."""

    code: str
    file: str
    place: str
    vi: str
    en: str

    def as_dict(self) -> dict[str, str]:
        """For JSON output."""
        return {"code": self.code, "file": self.file, "place": self.place, "vi": self.vi, "en": self.en}

    def told(self) -> str:
        """One line for people."""
        return f"{self.file}: {self.place}: {self.code}: {self.vi} / {self.en}"


@dataclass(frozen=True)
class Forms:
    """All forms in use, the office's own before those shipped, and what is wrong with files that gave none."""

    forms: tuple[Form, ...]
    faults: tuple[Fault, ...] = ()

    @cached_property
    def types(self) -> tuple[str, ...]:
        """Names of types that stand as titles on papers."""
        return tuple(dict.fromkeys(name for form in self.forms if form.titled for name in form.types))

    @cached_property
    def type_by_abbreviation(self) -> Mapping[str, str]:
        """Abbreviation in the notation to the type's name; the office's own word counts."""
        pairs = [(short, name) for f in self.forms for name, shorts in f.types.items() for short in shorts]
        return dict(reversed(pairs))

    @cached_property
    def _by_type(self) -> Mapping[str, Form]:
        return {bare(name): form for form in reversed(self.forms) for name in form.types}

    def named(self, name: str) -> Form | None:
        """The form of this name."""
        return next((form for form in self.forms if form.name == name), None)

    @property
    def general(self) -> Form:
        """The form of papers that no other is for."""
        return next(form for form in self.forms if form.name == GENERAL)

    def of_code(self, code: str) -> Form:
        """The form behind the code that a record keeps."""
        return self.named(code) or self.general

    def of(self, doc_type: str | None, name: str = "") -> Form:
        """The form of a paper: ``name`` if whoever brought it said so, otherwise by its type."""
        said = self.named(name) if name else None
        return said or self._by_type.get(bare(doc_type or "")) or self.general

    def code(self, doc_type: str | None) -> str:
        """The code that a record keeps: its form's name, or for types without a form of their own the type itself
        (``bien-ban``)."""
        form = self.of(doc_type)
        if form.name != GENERAL or not doc_type:
            return form.name
        return slug(doc_type)[:LONGEST_NAME].rstrip("-") or GENERAL


def slug(text: str) -> str:
    """Lower-case letters without marks, joined by dashes; đ becomes d."""
    return "-".join(re.findall(r"[a-z0-9]+", bare(text)))


def labels_of(fields: Iterable[FormField]) -> tuple[str, ...]:
    """All labels, the longest first."""
    return tuple(sorted({label for one in fields for label in one.labels}, key=len, reverse=True))
