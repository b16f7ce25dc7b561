"""The invisible text of a page: every word where the picture shows it."""

from __future__ import annotations

import math
import re
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
_STEP = 0.26
"""Share of the size by which a word may stand off its baseline before that steps. pdf.js sets a piece of text level
that steps by less than a quarter, however far it runs; and a line that ends low runs into the next one there."""
_ESCAPES = {b"\\": b"\\\\", b"(": b"\\(", b")": b"\\)", b"\r": b"\\r"}
_SPECIAL = re.compile(rb"[\\()\r]")
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
    the words stay level and the baseline steps every few words: tilted letters would make readers of PDF
    cut words in two (poppler does from half a point on). ``font`` is the resource name of the glyphless font.
    """
    slope = math.tan(math.radians(skew))
    lines = [list(_place(line, sheet, slope)) for _, line in groupby(words, key=lambda word: word.line)]
    lines = [line for line in lines if line]
    parts = [
        part
        for line, following in zip_longest(lines, lines[1:], fillvalue=())
        for part in _write(line, sheet, slope, font, _SPACE if _goes_on(line, following) else b"")
    ]
    return b"" if not parts else b"\n".join([b"BT 3 Tr", *parts, b"ET", b""])


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


def _goes_on(line: Sequence[_Placed], following: Sequence[_Placed]) -> bool:
    """Whether the next line stands to the right of this one at its height: readers join the two, and without a space
    their words."""
    if not following:
        return False
    last, first = line[-1], following[0]
    return first.left > last.right and last.top < (first.top + first.bottom) / 2 < last.bottom


def _write(line: Sequence[_Placed], sheet: Sheet, slope: float, font: str, ending: bytes) -> Iterator[bytes]:
    typical = median(word.bottom - word.top for word in line)
    usual = [word for word in line if word.bottom - word.top <= _OUTLIER * typical]
    top, bottom = min(word.top for word in usual), max(word.bottom for word in usual)
    size = max(round((bottom - top) * sheet.scale, 1), 0.1)
    level = sheet.size[1] - bottom * sheet.scale - glyphless.DESCENT / 1000 * size
    places = [
        (word.left * sheet.scale, level - slope * (word.left + word.right) / 2 * sheet.scale) for word in line
    ]
    x, y = round(places[0][0], 1), round(places[0][1], 1)
    yield f"/{font} {number(size)} Tf 1 0 0 1 {numbers((x, y))} Tm".encode("ascii")
    start = x
    for word, here, there in zip_longest(line, places, places[1:]):
        width = (word.right - word.left) * sheet.scale
        step = math.inf if there is None else there[0] - here[0]
        width = max(min(width, step - _LEAST_GAP * size), _LEAST_SHARE * width)
        stretch = _stretch(word.codes, width, size)
        if there is None:
            yield b"%d Tz%sTj" % (stretch, _string(word.codes + ending))
            continue
        if abs(fall := there[1] - y) > _STEP * size:
            yield b"%d Tz%sTj" % (stretch, _string(word.codes + _SPACE))
            across, down = round(there[0] - start, 1), round(fall, 1)
            yield f"{numbers((across, down))} Td".encode("ascii")
            start, y = start + across, y + down
            x = start
            continue
        # What a stretched space lacks to the next word, in thousandths of the stretched size (ISO 32000-1, 9.4.3).
        unit = size * stretch / 100 / 1000
        after = x + (len(word.codes) / 2 * glyphless.ADVANCE + glyphless.SPACE_ADVANCE) * unit
        back = round((after - there[0]) / unit)
        yield b"%d Tz[%s%d]TJ" % (stretch, _string(word.codes + _SPACE), back)
        x = after - back * unit


def _stretch(codes: bytes, width: float, size: float) -> int:
    """Return the horizontal scaling in percent (ISO 32000-1, 9.3.4) that makes ``codes`` ``width`` wide."""
    natural = len(codes) / 2 * glyphless.ADVANCE / 1000 * size
    return max(round(100 * width / natural), 1)


def _string(codes: bytes) -> bytes:
    """A literal string: shorter than a hexadecimal one. Escaped is what would end it, or be read as another end of
    line (ISO 32000-1, 7.3.4.2)."""
    return b"(" + _SPECIAL.sub(lambda found: _ESCAPES[found[0]], codes) + b")"
