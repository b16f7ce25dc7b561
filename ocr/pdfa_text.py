"""The invisible text of a page: every word where the picture shows it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from statistics import median

from ocr import glyphless
from ocr.pdfa_geometry import Sheet, number, numbers
from ocr.values import Word

_OUTLIER = (
    2.0  # a word this many times higher than its line's median is dirt or a bracket, not the line's height
)
_SPACE = b"\x00\x20"
_LEAST_GAP = 0.2  # of the size; with less, readers of PDF take two words for one and drop the space
_LEAST_SHARE = 0.1  # of a word's width, kept where boxes overlap
_NARROWEST = 0.5  # pixels; a box without width must still be selectable


@dataclass(frozen=True, slots=True)
class _Placed:
    """A word on the upright page: its codes, and its edges in pixels, top and bottom without the slope."""

    codes: bytes
    left: float
    right: float
    top: float
    bottom: float


def text_layer(words: Sequence[Word], sheet: Sheet, skew: float, font: str) -> bytes:
    """Return content that writes ``words`` in rendering mode 3, neither filled nor stroked; b"" without words.

    Words of one ``line`` share a baseline and a size (the height of the line) and are separated by spaces as
    wide as the gap, so that selecting and copying a line works. Along a ``skew`` (degrees, clockwise positive)
    the words stay level and the baseline steps from one to the next: tilted letters would make readers of PDF
    cut words in two (poppler does from half a point on). ``font`` is the resource name of the glyphless font.
    """
    slope = math.tan(math.radians(skew))
    lines = [list(_place(line, sheet, slope)) for _, line in groupby(words, key=lambda word: word.line)]
    parts = [part for line in lines if line for part in _write(line, sheet, slope, font)]
    return b"" if not parts else "\n".join(["BT", "3 Tr", *parts, "ET", ""]).encode("ascii")


def _place(words: Iterable[Word], sheet: Sheet, slope: float) -> Iterator[_Placed]:
    for word in words:
        codes = glyphless.encode(word.text.strip())
        if not codes:
            continue
        u0, v0, u1, v1 = sheet.upright(word.box)
        u1, v1 = max(u1, u0 + _NARROWEST), max(v1, v0 + _NARROWEST)
        # A tilted word's box is higher than the word; take that back, but never most of it.
        half = max((v1 - v0) - (u1 - u0) * abs(slope), 0.4 * (v1 - v0)) / 2
        centre = (v0 + v1) / 2 - slope * (u0 + u1) / 2
        yield _Placed(codes, u0, u1, centre - half, centre + half)


def _write(line: Sequence[_Placed], sheet: Sheet, slope: float, font: str) -> Iterator[str]:
    typical = median(word.bottom - word.top for word in line)
    usual = [word for word in line if word.bottom - word.top <= _OUTLIER * typical]
    top, bottom = min(word.top for word in usual), max(word.bottom for word in usual)
    size = (bottom - top) * sheet.scale
    level = sheet.size[1] - bottom * sheet.scale - glyphless.DESCENT / 1000 * size
    places = [
        (word.left * sheet.scale, level - slope * (word.left + word.right) / 2 * sheet.scale) for word in line
    ]
    yield f"/{font} {number(size)} Tf"
    yield f"1 0 0 1 {numbers(places[0])} Tm"
    for word, here, there in zip_longest(line, places, places[1:]):
        width = (word.right - word.left) * sheet.scale
        step = math.inf if there is None else there[0] - here[0]
        width = max(min(width, step - _LEAST_GAP * size), _LEAST_SHARE * width)
        yield f"{_stretch(word.codes, width, size)} Tz <{word.codes.hex()}> Tj"
        if there is not None:
            yield f"{_stretch(_SPACE, step - width, size)} Tz <{_SPACE.hex()}> Tj"
            yield f"{numbers((step, there[1] - here[1]))} Td"


def _stretch(codes: bytes, width: float, size: float) -> str:
    """Return the horizontal scaling in percent (ISO 32000-1, 9.3.4) that makes ``codes`` ``width`` wide."""
    natural = len(codes) / 2 * glyphless.ADVANCE / 1000 * max(size, 0.001)
    return number(max(100 * width / natural, 0.001))
