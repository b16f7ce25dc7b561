"""Words compared and spelled: base letters, how far two readings are apart, capitals, digits read as letters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ocr.vietnamese import bare, one_style

_TONES = frozenset("\u0300\u0301\u0309\u0303\u0323")  # huyền, sắc, hỏi, ngã, nặng
_NEW_PLACE = re.compile(r"[òóỏõọ][ae]$|(?<!q)[ùúủũụ]y$")


def folded(word: str) -> str:
    """Lower case, with the tone mark in one place: what words are looked up by."""
    return one_style(word.lower())


base = lru_cache(30_000)(bare)
"""The letters without any mark."""


@lru_cache(50_000)
def distance(one: str, other: str) -> float:
    """How unlike two words of the same base look: 1 for a letter whose tone or quality differs, 1.6 for both, 1.5
    for d and đ."""
    far = 0.0
    for a, b in zip(one, other, strict=False):
        if a == b:
            continue
        marks, others = (set(unicodedata.normalize("NFD", letter)[1:]) for letter in (a, b))
        if a in "dđ":
            far += 1.5
        elif marks & _TONES != others & _TONES and marks - _TONES != others - _TONES:
            far += 1.6
        else:
            far += 1.0
    return far


def is_title(word: str) -> bool:
    """Whether a word begins with a capital and is not all capitals (a single capital is)."""
    return word[:1].isupper() and (len(word) == 1 or not word.isupper())


def is_abbreviation(word: str) -> bool:
    """UBND, QĐ: capitals without marks but Đ, which are no misread syllable."""
    return word.isupper() and len(word) <= 6 and base(word) == folded(word).replace("đ", "d")


def place_of_tone(word: str) -> int:
    """1: the tone stands as in hoà, uỷ; -1: as in hòa, ủy; 0: it could not stand elsewhere."""
    lower = word.lower()
    if one_style(lower) != lower:
        return 1
    return -1 if _NEW_PLACE.search(lower) else 0


def respelled(word: str, like: str, old_place: bool) -> str:
    """``word`` (folded) in the capitals of ``like`` and with the tone where the page puts it."""
    if old_place and _NEW_PLACE.search(word):
        vowel = unicodedata.normalize("NFD", word[-2])
        word = word[:-2] + vowel[0] + unicodedata.normalize("NFC", word[-1] + vowel[1:])
    if like.isupper() and (len(like) > 1 or len(word) == 1):
        return word.upper()
    return word.capitalize() if is_title(like) else word


def digits_repaired(token: str) -> str:
    """l6 to 16, I791/TB to 1791/TB, 2O19 to 2019, and nothing else: what is written by hand is not guessed."""
    ones = re.sub(r"(?:(?<=\d)|(?<=^)|(?<=/))[lI](?=\d)|(?<=\d)[lI](?=[/.,;:]|$)", "1", token)
    return re.sub(r"(?<=\d)[oO](?=\d)", "0", ones)
