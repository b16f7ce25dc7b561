"""A warning about a reading: what does not agree, where, and why. It never blocks; a person decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ocr.fields.sheet import Row, Sheet
from ocr.forms import Form, Forms
from ocr.values import Box, Field, Word


@dataclass(frozen=True, slots=True)
class Finding:
    """``code`` as in the catalogue of checks (V-11 …, docs/forms.md). ``fields`` are those concerned. ``page`` and
    ``box`` are None when no single place on paper shows it."""

    code: str
    fields: tuple[str, ...]
    vi: str
    en: str
    page: int | None = None
    box: Box | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as they are kept with the document."""
        return {
            "code": self.code, "fields": list(self.fields), "vi": self.vi, "en": self.en, "page": self.page,
            "box": None if self.box is None else [*self.box],
        }  # fmt: skip


@dataclass(frozen=True)
class Paper:
    """What the checks look at: the document's own pages, those of its attachments, the values, the form, the day on
    which the paper came in, and the names of values that a pen wrote and a person has yet to read."""

    own: tuple[Sheet, ...]
    attached: tuple[Sheet, ...]
    fields: Mapping[str, Field]
    form: Form
    forms: Forms
    received: date
    left: frozenset[str] = frozenset()

    def text(self, name: str) -> str:
        """A value as text; empty when it was not found."""
        return str(self.fields[name].value) if name in self.fields else ""

    def sure(self, name: str, least: float) -> bool:
        """Whether the value was found with this confidence: what was hardly read proves nothing against the paper."""
        return name in self.fields and self.fields[name].confidence >= least

    @property
    def issued(self) -> date | None:
        """The day of issue, if it was read."""
        return date.fromisoformat(self.text("issued_on")) if "issued_on" in self.fields else None

    def about(self, code: str, names: tuple[str, ...], vi: str, en: str) -> Finding:
        """A finding shown where the first of these fields stands."""
        first = next((self.fields[name] for name in names if name in self.fields), None)
        return Finding(code, names, vi, en, first.page if first else None, first.box if first else None)


def around(words: tuple[Word, ...]) -> Box:
    """The box around words of one page."""
    return Box(
        min(w.box.x0 for w in words), min(w.box.y0 for w in words), max(w.box.x1 for w in words),
        max(w.box.y1 for w in words),
    )  # fmt: skip


def at(row: Row, code: str, names: tuple[str, ...], vi: str, en: str) -> Finding:
    """A finding shown at a row."""
    return Finding(code, names, vi, en, row.page, around(row.words))
