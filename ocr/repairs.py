"""Signs that paper in Vietnamese does not bear, and numbers where only a number can stand, put right.

Only where the grammar leaves no doubt: a month is a number, an article is counted in Arabic figures, headings in Roman
ones go up by one. What was read is kept beside by the caller.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise

from ocr.vietnamese import bare

_FIGURES = str.maketrans(
    {"I": "1", "L": "1", "l": "1", "|": "1", "]": "1", "[": "1", "!": "1", "T": "1", "O": "0", "o": "0"}
)
_LIKE_FIGURES = re.compile(r"^[ILlT|\][!Oo\d]{1,2}$")
_COUNTED = ("dieu", "khoan", "thang", "ngay")
"""After these words of running text stands a number in Arabic figures (NĐ 30/2020 annex I)."""

_REPORTED = re.compile(r"b[/\\|lI1!íìỉiựứưu]{1,2}c(\)?[;.,]?)")
_HEADING = re.compile(r"^([IVXLTl1|]{1,6})([.,])(\S*)$")
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")


def repaired(lines: Sequence[Sequence[str]]) -> list[list[str]]:
    """The words of a page, line by line, with what is beyond doubt put right."""
    return _in_sequence([_figures(_reported([_signs(word) for word in line])) for line in lines])


def _signs(word: str) -> str:
    """§ is a misread 8, Ð (eth) a Đ, € a c beside letters; the fraction slash is a slash."""
    word = re.sub("ĐÐ|ÐĐ|Ð", "Đ", word)
    word = re.sub("/⁄|⁄/|⁄", "/", word)
    if re.fullmatch(r"\(?[bk]/[€C6]\)?[;.,]?", word):
        return re.sub("[€C6]", "c", word)  # (để b/c): to report; k/c the same
    if any(sign.isdigit() for sign in word):
        word = re.sub(r"(?<=/)([A-ZĐ]{2,5})[:.](?=[A-ZĐ]{2})", r"\1-", word)  # 107/2021/NĐ:CP
    if "§" in word and re.fullmatch(r"[\d§.,/:;()-]+\D*", word):
        return word.replace("§", "8")
    return word


def _reported(words: list[str]) -> list[str]:
    """(để b/c): what recipients get a paper for; no word of this shape can stand after (để instead."""
    return [
        "b/c" + match[1] if before == "(để" and (match := _REPORTED.fullmatch(word)) else word
        for before, word in zip(("", *words), words, strict=False)
    ]


def _figures(words: list[str]) -> list[str]:
    """tháng II năm: tháng 11 năm; Điều I: Điều 1. A word that is only letters like figures after one that counts."""
    out = list(words)
    for at, (before, word) in enumerate(pairwise(words), start=1):
        core = word.rstrip(".,;:)")
        counts = bare(before.strip("(")) in _COUNTED
        if not counts or before.isupper() or not _LIKE_FIGURES.match(core):
            continue
        out[at] = core.translate(_FIGURES) + word[len(core) :]
    return out


def _in_sequence(lines: list[list[str]]) -> list[list[str]]:
    """Roman numbers of headings in capitals: from the first on they go up by one, and the run that differs least from
    what was read is taken, if it is the only one. A single heading is left as it was read."""
    places = [(at, match) for at, line in enumerate(lines) if (match := _is_heading(line)) is not None]
    if len(places) < 2:
        return lines
    read = [re.sub("[Ll1|T]", "I", match[1]) for _, match in places]
    costs = sorted(
        (sum(map(_apart, read, _ROMAN[first:])), first) for first in range(len(_ROMAN) - len(read) + 1)
    )
    (least, first), *others = costs
    if least > len(read) or (others and others[0][0] == least):
        return lines
    out = [list(line) for line in lines]
    for step, (at, match) in enumerate(places):
        out[at][0] = f"{_ROMAN[first + step]}.{match[3]}"
    return out


def _apart(read: str, meant: str) -> float:
    """How many strokes were read too many or too few; V and X are not mistaken for each other."""
    if read.replace("I", "") != meant.replace("I", "") or ("IV" in read) != ("IV" in meant):
        return math.inf
    return abs(len(read) - len(meant))


def _is_heading(line: Sequence[str]) -> re.Match[str] | None:
    match = _HEADING.match(line[0]) if line else None
    if match is None:
        return None
    rest = " ".join((match[3], *line[1:]))
    letters = [sign for sign in rest if sign.isalpha()]
    return match if len(letters) >= 4 and all(sign.isupper() for sign in letters) else None
