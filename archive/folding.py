"""Words of a text as search compares them: with and without their marks. Pure; both databases are given the same."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_WORD = 40
"""Letters of a word that count; Vietnamese syllables have at most 7."""

_TONES = {"\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}  # sắc huyền hỏi ngã nặng
_OTHER_D = str.maketrans("đð", "dd")  # ð stands for đ in texts of old code pages and misread ones
_WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+|\d+")


@dataclass(frozen=True)
class Word:
    """A word as typed: ``folded`` without marks, ``marked`` with them; equal when it has none."""

    folded: str
    marked: str


def words(written: str) -> list[Word]:
    """The words of a text in order: letters or digits, each kind apart (``1.000đ``: 1, 000, d), without case.

    In ``marked`` the tone stands behind the word as a digit, so that hoà and hòa are one spelling.
    """
    split = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", written).casefold())
    kept = "".join(c for c in split if not unicodedata.combining(c) or "\u0300" <= c <= "\u036f")
    found = []
    for match in _WORD.findall(kept):
        letters = "".join(c for c in match if c not in _TONES)
        folded = "".join(c for c in letters if not unicodedata.combining(c)).translate(_OTHER_D)[
            :LONGEST_WORD
        ]
        tone = "".join(_TONES[c] for c in match if c in _TONES)
        marked = unicodedata.normalize("NFC", letters).replace("ð", "đ")[:LONGEST_WORD] + tone[:LONGEST_WORD]
        found.append(Word(folded, marked))
    return found


def fold(written: str) -> str:
    """The words without case and marks, đ as d, separated by single spaces. Folding again changes nothing."""
    return " ".join(word.folded for word in words(written))
