"""What of a record may be learned: office language and names of offices, never whose paper it is.

Holders' names and numbers, and lines that bear them, are left out; from running text no word with a capital letter is
taken (people are named with capitals), no figures, and only what the engine was sure of; what is kept of it stood on
LEAST different papers: no more than the purpose needs (Law on Personal Data Protection 91/2025/QH15).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ocr.fields.lists import PROVINCES, SURNAMES
from ocr.lessons.values import Approved, key
from ocr.values import Box, Word
from ocr.vietnamese import nfc

OFFICIAL = ("issuer", "parent_issuer", "place", "recipients", "signer_title", "legal_bases", "subject")
"""Fields whose wording is learned; as far as it names no person."""

HOLDERS = ("holder_name", "holder_id", "holder_tax_code")
SURE = 0.9
"""Confidence from which a word of running text is learned: nobody checked it word by word."""

OPENING_WORDS = 6
_PERSON = re.compile(r"\b(ông|bà|anh|chị|cháu|đồng chí|đ/c)\b", re.IGNORECASE)

_LONG_NUMBER = re.compile(r"\d(?:[ .]?\d){8}")
"""Nine figures: telephone, tax and personal numbers; no number or day of a law has so many."""


def names_person(text: str, record: Approved) -> bool:
    """Whether wording names a person: it speaks of one, or holds a surname with more names after it."""
    return speaks_of_person(text, record) or without_people(text) != [nfc(text)]


def speaks_of_person(text: str, record: Approved) -> bool:
    """Whether a text speaks of a person, as far as can be told: Ông, Bà, the record's holder, a long number."""
    return (
        _LONG_NUMBER.search(text) is not None
        or _PERSON.search(nfc(text)) is not None
        or _bears_holder(key(text), record)
    )


def _bears_holder(text: str, record: Approved) -> bool:
    holder = _PERSON.sub("", key(record.one("holder_name"))).strip()
    return len(holder) > 3 and holder in text


def without_people(text: str) -> list[str]:
    """The text in parts between what can be a person's name: capitalised words that open with a surname."""
    parts: list[list[str]] = [[]]
    words = nfc(text).split()
    at = 0
    while at < len(words):
        run = at
        while run < len(words) and words[run][:1].isupper() and not words[run].isupper():
            run += 1
        named = " ".join(words[at:run]).strip(" .,;:-")
        if run - at >= 2 and words[at].strip(" .,;:-") in SURNAMES and named not in PROVINCES:
            parts.append([])
            at = run
            continue
        parts[-1].append(words[at])
        at += 1
    return [" ".join(part) for part in parts if part]


def opening(subject: str) -> str:
    """How a subject begins, before the first name or figure."""
    words = nfc(subject).split()
    taken: list[str] = []
    for word in words[:OPENING_WORDS]:
        named = word[:1].isupper() and bool(taken) and not word.isupper()
        if named or any(c.isdigit() for c in word):
            break
        taken.append(word)
    return " ".join(taken) if len(taken) > 2 else ""


def official_texts(record: Approved) -> Iterator[tuple[str, bool]]:
    """(text, whether a person corrected its field) of the official values."""
    for name in OFFICIAL:
        for value in record.witnessed(name):
            if speaks_of_person(value, record):
                continue
            # Capitals of an agency's own name are no person's.
            parts = without_people(value) if name in ("subject", "recipients", "legal_bases") else [value]
            yield from ((part, name in record.before) for part in parts)


def running_text(record: Approved) -> Iterator[str]:
    """Pieces of lines of the record's pages that may be learned, without any word that may name somebody and without
    the places of values that were corrected."""
    for number, page in enumerate(record.pages, 1):
        hidden = [
            box
            for name, (at, box) in record.boxes.items()
            if at == number and (name in HOLDERS or name in record.before)
        ]
        lines: dict[int, list[Word]] = {}
        for word in page.words:
            lines.setdefault(word.line, []).append(word)
        for line in lines.values():
            text = " ".join(word.text for word in line)
            if not _PERSON.search(text) and not _bears_holder(key(text), record):
                yield from _pieces(line, hidden)


def _pieces(line: Sequence[Word], hidden: Sequence[Box]) -> Iterator[str]:
    taken: list[str] = []
    for word in line:
        named = any(c.isupper() or c.isdigit() for c in word.text)
        if (
            named
            or word.confidence < SURE
            or word.raw is not None
            or any(_inside(word, box) for box in hidden)
        ):
            if len(taken) > 1:
                yield " ".join(taken)
            taken = []
        else:
            taken.append(word.text)
    if len(taken) > 1:
        yield " ".join(taken)


def _inside(word: Word, box: Box) -> bool:
    x, y = (word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2
    return box.x0 <= x < box.x1 and box.y0 <= y < box.y1
