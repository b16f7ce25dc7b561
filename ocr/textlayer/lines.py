"""Lines of a given text on the prepared picture, and which of them are read to see whether the text is true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ocr.geometry import Corners
from ocr.vietnamese import bare

EVERY = 6
"""Of full lines every so many is read whole."""

_BODY = ("can cu", "dieu 1", "kinh gui", "xet de nghi")
"""How the body of a paper begins: legal bases, articles, the addressee."""

_SHORT = 0.72
"""A line narrower than this share of the widest is a heading, a name, an item of a list: read always."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A given word on the prepared picture."""

    text: str
    corners: Corners
    line: int


@dataclass(frozen=True, slots=True)
class Fragment:
    """Words ``start`` to ``end`` (exclusive) of a line."""

    line: int
    start: int
    end: int


def by_line(words: Sequence[Placed]) -> list[tuple[Placed, ...]]:
    """The words of each line of the PDF."""
    return [tuple(line) for _, line in groupby(words, key=lambda word: word.line)]


def around(line: Sequence[Placed]) -> Corners:
    """The box around a line."""
    sides = tuple(zip(*(word.corners for word in line), strict=True))
    return min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])


def chosen(lines: Sequence[Sequence[Placed]]) -> list[Fragment]:
    """What is read to see whether the text is true: all that a value of the record may stand in, and a sample.

    Short lines, and on a first page (one with the national motto, NĐ 30/2020 annex I) those above the first legal basis
    or article, are read whole; of full lines the words with figures and capitals, which are numbers, dates, names; and
    a line of every few whole.
    """
    boxes = [around(line) for line in lines]
    widest = max(box[2] - box[0] for box in boxes)
    text = [bare(" ".join(word.text for word in line)) for line in lines]
    head = _head_end(text)
    found, prose = [], 0
    for index, (line, box) in enumerate(zip(lines, boxes, strict=True)):
        whole = index < head or box[2] - box[0] < _SHORT * widest
        if not whole:
            whole = prose % EVERY == 0
            prose += 1
        if whole:
            found.append(Fragment(index, 0, len(line)))
        else:
            found += _telling(index, line)
    return found


def _head_end(text: Sequence[str]) -> int:
    """How many lines belong to the head of a first page; 0 on other pages. Its columns may come in any order."""
    motto = [i for i, one in enumerate(text) if "doc lap" in one or "cong hoa xa hoi" in one]
    if not motto:
        return 0
    body = [i for i, one in enumerate(text) if i > motto[-1] and one.startswith(_BODY)]
    return min(body, default=len(text))


def _telling(index: int, line: Sequence[Placed]) -> list[Fragment]:
    found: list[Fragment] = []
    for place, word in enumerate(line):
        if not (word.text[:1].isupper() or any(c.isdigit() for c in word.text)):
            continue
        if found and place - found[-1].end <= 1:
            found[-1] = Fragment(index, found[-1].start, place + 1)
        else:
            found.append(Fragment(index, place, place + 1))
    return found
