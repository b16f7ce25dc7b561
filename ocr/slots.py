"""The slots of a head that a pen may fill: "Số: ▢/QĐ-…", "ngày ▢ tháng ▢ năm ▢" (NĐ 30/2020, annex I, boxes 3, 4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from rapidfuzz import fuzz

from ocr.engine import Token
from ocr.vietnamese import bare

_HEAD = 18
"""Heights of a line from the page's first one within which number and date stand."""

_NUMBER = re.compile(r"^\W*s[o06óôốdeị]{1,2}\W{0,2}$")
_NOTATION = re.compile(r"/?[A-ZĐ]{2,}[-–/.][A-ZĐ]|/[A-ZĐ]{2,}|/[A-ZĐ]+[-–]")

_MOST_BEHIND = 2
"""Words behind "năm" on the line of place and date: the year, and a speck."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for figures in a line of print; ``print``: the words of the line that are surely print; ``kind``:
    number, day, month or year."""

    x0: float
    x1: float
    line: tuple[Token, ...]
    print: tuple[Token, ...]
    kind: str


def slots(tokens: Sequence[Token]) -> Iterator[Slot]:
    """The slots of number, day, month and year in the head, as far as the print around them was read.

    By the places of words, not by lines: a blank as wide as a slot parts a line in two.
    """
    written = [t for t in tokens if any(c.isalnum() for c in t.text)]
    if not written:
        return
    em = median(t.corners[3] - t.corners[1] for t in written)
    top = min(t.corners[1] for t in written)
    head = [t for t in tokens if t.corners[1] < top + _HEAD * em]
    for token in head:
        word = bare(token.text)
        if _NUMBER.match(word.partition(":")[0] if ":" in word else word):
            slot = _number_slot(token, _right_of(token, head, em), em)
            if slot is not None:
                yield slot
                break
    for token in head:
        if fuzz.ratio(bare(token.text).strip(" ,.:"), "ngay") >= 75:
            found = list(_date_slots(token, _right_of(token, head, em), _left_of(token, head, em), em))
            if found:
                yield from found
                break


def _right_of(token: Token, others: Sequence[Token], em: float) -> list[Token]:
    return sorted(
        (t for t in others if t.corners[0] >= token.corners[2] - 0.5 * em and _level(t, token, em)),
        key=lambda t: t.corners[0],
    )


def _left_of(token: Token, others: Sequence[Token], em: float) -> list[Token]:
    near = token.corners[0] - 9 * em
    return [t for t in others if near <= t.corners[0] < token.corners[0] - 0.2 * em and _level(t, token, em)]


def _level(a: Token, b: Token, em: float) -> bool:
    """Whether two words stand in one line: a page may lean a little, and a pen write high."""
    apart = abs((a.corners[1] + a.corners[3]) - (b.corners[1] + b.corners[3])) / 2
    reach = 0.5 * em + 0.03 * abs(a.corners[0] - b.corners[0])
    return a is not b and apart < reach


def _number_slot(label: Token, right: Sequence[Token], em: float) -> Slot | None:
    x0, _, x1, _ = label.corners
    lead = label.text.find(":") + 1 or len(label.text)
    start = x0 + (x1 - x0) * lead / len(label.text)  # "Số:22" is read as one word
    near = [(j, token) for j, token in enumerate(right) if token.corners[0] - start < 14 * em]
    ends = [one for one in near if _NOTATION.search(one[1].text)] or [
        one for one in near if "/" in one[1].text
    ]
    for j, token in ends[:1]:
        left, _, end, _ = token.corners
        match = _NOTATION.search(token.text)
        before = match.start() if match else token.text.find("/")
        line = (label, *right)
        known = tuple(t for t in right[j:] if t.corners[0] - end < em)
        printed = known if before == 0 else tuple(_after(t, before) if t is token else t for t in known)
        return Slot(start, left + (end - left) * before / len(token.text), line, printed, "number")
    return None


def _after(token: Token, before: int) -> Token:
    """The part of a word from its slash on: what stands before it may be a pen's."""
    x0, y0, x1, y1 = token.corners
    return replace(
        token, text=token.text[before:], corners=(x0 + (x1 - x0) * before / len(token.text), y0, x1, y1)
    )


def _date_slots(day: Token, right: Sequence[Token], left: Sequence[Token], em: float) -> Iterator[Slot]:
    month = next((t for t in right if fuzz.ratio(bare(t.text).strip(" ,.:"), "thang") >= 70), None)
    if month is None or month.corners[0] - day.corners[2] > 7 * em:
        return
    after = [t for t in right if t.corners[0] > month.corners[0]]
    year = next((t for t in after[:4] if fuzz.ratio(bare(t.text).strip(" ,.:"), "nam") >= 80), None)
    if year is not None and sum(t.corners[0] > year.corners[2] for t in after) > _MOST_BEHIND:
        return  # a date in a sentence
    line = (*left, day, *right)
    known = (*left, day, month) if year is None else (*left, day, month, year)
    yield Slot(day.corners[2], month.corners[0], line, known, "day")
    if year is None:
        return
    yield Slot(month.corners[2], year.corners[0], line, known, "month")
    figures = [t for t in after if t.corners[0] >= year.corners[2] - 2][:1]
    if figures:
        yield Slot(year.corners[2], figures[0].corners[2] + 2, line, known, "year")
