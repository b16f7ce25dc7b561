"""What a form's grammar makes of the text behind a label: the value, where it stands, whether it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ocr.fields import dates, notation
from ocr.fields.identifiers import (
    DOSSIER,
    dossier_day,
    is_procedure_code,
    personal_number_holds,
    tax_code_holds,
)
from ocr.fields.lists import TOWNS, nearest
from ocr.forms import FormField
from ocr.forms.pattern import LONGEST_TEXT
from ocr.lists import key, provinces, spelled
from ocr.vietnamese import is_syllable, nfc

READ_AS_IS = frozenset({"", "person", "place", "dossier-code", "notation"})
"""Grammars of names and codes: the lexicon's words are not asked. The empty one is an office's own pattern."""

_TAX = re.compile(r"(?<![\d.])(\d(?:[\s.]?\d){9}(?:\s?[-–]\s?\d{3})?)(?!\d)")
_PERSON_NUMBER = re.compile(r"(?<![\d.])(\d(?:[\s.]?\d){11})(?!\d)")
_PROCEDURE = re.compile(r"(?<![\d.])\d\.\d{6}(?:\.\d{3}\.\d{2}\.\d{2})?(?:\.[A-Y]\d{2})?(?![\d])")
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*")
_MONEY = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,]\d{1,2})?(?=\s*(?:đồng|đ\b|vnđ|vnd))", re.IGNORECASE
)
_EDGES = " .;,:–-_'`\"“”"


@dataclass(frozen=True, slots=True)
class Held:
    """``value`` as it is kept; ``start`` and ``end``: its characters in the text; ``sound``: its check holds."""

    value: str
    start: int
    end: int
    sound: bool


def held(wanted: FormField, text: str) -> Held | None:
    """The value that the field's grammar finds in the text; None when there is none of its shape."""
    if wanted.pattern is not None:
        found = wanted.pattern.search(text[:LONGEST_TEXT])
        return Held(nfc(found[0]), *found.span(), True) if found and found[0].strip() else None
    return _NAMED[wanted.grammar](text)


def _text(text: str) -> Held | None:
    value = re.sub(r";\s*[-–+•]\s*", "; ", nfc(text.strip(_EDGES)))  # items of a list
    words = [w for w in value.split() if any(c.isalpha() for c in w)]
    good = sum(is_syllable(w) or any(c.isdigit() for c in w) or w.isupper() for w in words)
    return Held(value, 0, len(text), not words or good >= 0.6 * len(words)) if _tells(value) else None


def _tells(value: str) -> bool:
    return sum(c.isalnum() for c in value) >= 2


def _date(text: str) -> Held | None:
    # The label may have eaten the word that dates in words begin with.
    for lead in ("", "ngày "):
        found = dates.in_text(lead + text)
        if found is not None and found.start < 25:
            start, end = max(0, found.start - len(lead)), found.end - len(lead)
            return Held(found.day.isoformat(), start, end, not found.mended)
    return None


def _number(text: str) -> Held | None:
    found = _NUMBER.search(text)
    return Held(found[0], *found.span(), True) if found else None


def _money(text: str) -> Held | None:
    found = _MONEY.search(text)
    return Held(re.sub(r"\D", "", found[1]), *found.span(1), True) if found else None


def _dossier(text: str) -> Held | None:
    tight = re.sub(r"\s*([.\-–])\s*", lambda m: m[1].replace("–", "-"), text)
    # The engine cuts long numbers in two; first as they stand, for a number may follow the code.
    found = DOSSIER.search(tight) or DOSSIER.search(re.sub(r"(?<=\d)\s+(?=\d)", "", tight))
    return Held(found[1], 0, len(text), dossier_day(found[1]) is not None) if found else None


def _personal(text: str) -> Held | None:
    found = _PERSON_NUMBER.search(text)
    value = re.sub(r"\D", "", found[1]) if found else ""
    return Held(value, *found.span(1), personal_number_holds(value)) if found else None


def _tax(text: str) -> Held | None:
    found = _TAX.search(text)
    value = re.sub(r"[\s.]", "", found[1]).replace("–", "-") if found else ""
    return Held(value, *found.span(1), tax_code_holds(value)) if found else None


def _procedure(text: str) -> Held | None:
    found = _PROCEDURE.search(text)
    return Held(found[0], *found.span(), is_procedure_code(found[0])) if found else None


def _notation(text: str) -> Held | None:
    found = notation.parsed(text)
    return Held(found.code or found.notation, 0, len(text), found.sound) if found else None


def _person(text: str) -> Held | None:
    value = re.sub(r"^(Ông|Bà|Ong|Ba)\b[:\s]*", "", nfc(text.strip(_EDGES)))
    value = re.split(r"[,;(]| {2}", value)[0].strip(_EDGES)
    parts = value.split()
    named = 2 <= len(parts) <= 6 and all(p[:1].isupper() and is_syllable(p) for p in parts)
    return Held(value, 0, len(text), named) if _tells(value) else None


def _place(text: str) -> Held | None:
    value = nfc(text.strip(_EDGES))
    known = nearest(spelled().get(key(value), value), (*provinces(), *TOWNS), 86)
    named = all(p[:1].isupper() and is_syllable(p) for p in value.replace("-", " ").split())
    return Held(known[0] if known else value, 0, len(text), bool(known) or named) if _tells(value) else None


_NAMED = {
    "text": _text, "date": _date, "number": _number, "money": _money, "dossier-code": _dossier,
    "personal-id": _personal, "tax-code": _tax, "procedure-code": _procedure, "notation": _notation,
    "person": _person, "place": _place,
}  # fmt: skip
