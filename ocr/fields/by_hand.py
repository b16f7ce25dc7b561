"""Number and day that a pen wrote: given with the place where they stand and without a value, for a person to read.

On real paper 32 of 33 documents have them written by hand, and Tesseract read 1 of 32 numbers (ocr.md 11): whatever it
made of the strokes would be a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocr.values import Box, Field, PageReading, PenMark

_NUMBER, _DATE = ("number", "code"), ("issued_on",)


def without_pen(page: PageReading) -> PageReading:
    """The page without the words that the engine made of a pen's strokes: they would spoil the print around them."""
    if not page.pen:
        return page
    return replace(
        page, words=tuple(w for w in page.words if not any(_within(w.box, mark.box) for mark in page.pen))
    )


def _within(inner: Box, outer: Box) -> bool:
    """Whether most of a word's width lies in a mark, and its middle."""
    middle = (inner.y0 + inner.y1) / 2
    across = min(inner.x1, outer.x1) - max(inner.x0, outer.x0)
    return across > 0.6 * (inner.x1 - inner.x0) and outer.y0 - 8 < middle < outer.y1 + 8


def left_to_a_person(found: Sequence[Field], reading: PageReading, page: int) -> list[Field]:
    """The fields with those that a pen filled in emptied and flagged ``by_hand``; their box is the whole line, for
    what is printed of it belongs to the value. A date of which only the day is written counts as a whole: half a date
    is no date."""
    number = [_line_of(mark, reading) for mark in reading.pen if mark.slot == "number"]
    date = [_line_of(mark, reading) for mark in reading.pen if mark.slot != "number"]
    out = list(found)
    for names, boxes in ((_NUMBER, number), (_DATE, date)):
        if boxes:
            out = [f for f in out if f.name not in names]
            box = _around(boxes)
            out += [Field(name, "", 0.0, page, box, by_hand=True) for name in names]
    return out


def _line_of(mark: PenMark, reading: PageReading) -> Box:
    """The box of the mark with all words of the line that it stands in."""
    x, y = (mark.box.x0 + mark.box.x1) / 2, (mark.box.y0 + mark.box.y1) / 2

    def distance(box: Box) -> float:
        return max(box.x0 - x, 0.0, x - box.x1) + max(box.y0 - y, 0.0, y - box.y1)

    if not reading.words:
        return mark.box
    line = min(reading.words, key=lambda word: distance(word.box)).line
    return _around([mark.box, *(word.box for word in reading.words if word.line == line)])


def _around(boxes: Sequence[Box]) -> Box:
    return Box(
        min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes)
    )  # fmt: skip
