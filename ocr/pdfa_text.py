"""The invisible text of a page: every word where the picture shows it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, zip_longest
from statistics import fmean, median

from ocr import glyphless
from ocr.glyphless import SPACE_ADVANCE, Alphabet
from ocr.pdfa_geometry import Sheet, number, numbers
from ocr.values import Word

_OUTLIER = (
    2.0  # a word this many times higher than its line's median is dirt or a bracket, not the line's height
)
_LEAST_GAP = 0.2  # of the size; with less, readers of PDF take two words for one and drop the space
_LEAST_SHARE = 0.1  # of a word's width, kept where boxes overlap
_STEP = 0.26
"""Share of the size by which a word may stand off its baseline before that steps. pdf.js sets a piece of text level
that steps by less than a quarter, however far it runs; and a line that ends low runs into the next one there."""
_WIDE, _AWAY = 0.1, 0.05
"""Shares of the size by which a word's width and its beginning may miss the picture's: a fifth of a letter and a tenth.
Within them no operator is spent; beside a page in fax coding they would weigh."""
_SAME_SIZE, _SAME_GAP = 0.08, 0.05
"""Shares of the size by which a line's size and word spacing may differ from the last line's without saying so."""
_LEVEL = 0.4  # of the size; a gap that differs more from the line's usual is no space
_COARSE = 40  # thousandths of the size to which moves are rounded: fewer numbers pack better
_END = 0.03  # of the size, by which a line may end beyond the picture's
_FEW = 3  # gaps of a line; with fewer, word spacing costs more than it saves
_NARROWEST = 0.5  # pixels; a box without width must still be selectable


@dataclass(frozen=True, slots=True)
class _Placed:
    """A word on the upright page: its text, and its edges in pixels, top and bottom without the slope."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


def text_layer(words: Sequence[Word], sheet: Sheet, skew: float, alphabet: Alphabet) -> bytes:
    """Return content that writes ``words`` in rendering mode 3, neither filled nor stroked; b"" without words.

    Words of one ``line`` share a baseline and a size (the height of the line) and are separated by spaces as
    wide as the gap, so that selecting and copying a line works. Along a ``skew`` (degrees, clockwise positive)
    the words stay level and the baseline steps every few words: tilted letters would make readers of PDF
    cut words in two (poppler does from half a point on). The fonts of ``alphabet`` are the resources F0, F1, …
    """
    slope = math.tan(math.radians(skew))
    lines = [list(_place(line, sheet, slope)) for _, line in groupby(words, key=lambda word: word.line)]
    lines = [line for line in lines if line]
    pen = _Pen(alphabet)
    for line, following in zip_longest(lines, lines[1:], fillvalue=()):
        _write(pen, line, sheet, slope, _goes_on(line, following))
    return b"" if not lines else b"BT 3 Tr" + pen.done() + b"\nET\n"


class _Pen:
    """Writes text operators, and none that would say again what stands already."""

    def __init__(self, alphabet: Alphabet) -> None:
        self._alphabet = alphabet
        self._out = bytearray()
        self._shown: list[bytes] = []  # of the array being written: strings and moves
        self.size, self._font = 0.0, -1
        self._origin = 0, 0  # of the line, in halves across and tenths of a point up
        self.x = 0.0
        self.stretch, self.spacing = 100, 0.0

    def line(self, x: float, y: float, size: float) -> None:
        """Begin at a point; what is shown from here has this size."""
        self._flush()
        at = math.floor(2 * x), round(10 * y)
        move = (at[0] - self._origin[0]) / 2, (at[1] - self._origin[1]) / 10
        self._out += f"\n{numbers(move)} Td".encode("ascii")
        self._origin, self.x = at, at[0] / 2
        if size != self.size:
            self.size, self._font = size, -1

    def stretched(self, stretch: int) -> None:
        """Set the horizontal scaling in percent (ISO 32000-1, 9.3.4)."""
        if stretch != self.stretch:
            self._flush()
            self._out += b"\n%d Tz" % stretch
            self.stretch = stretch

    def spaced(self, spacing: float) -> None:
        """Set what a space has more than its width, in points before stretching (ISO 32000-1, 9.3.3)."""
        if spacing != self.spacing:
            self._flush()
            self._out += f"\n{number(spacing)} Tw".encode("ascii")
            self.spacing = spacing

    def natural(self, text: str) -> float:
        """The width of ``text`` without stretching."""
        return sum(map(glyphless.width, text)) * self.size / 1000

    def show(self, text: str, space: bool) -> None:
        """Write a word, and what parts it from the next."""
        for font, codes in self._alphabet.encode(text):
            if font != self._font:
                self._flush()
                self._out += f"/F{font} {number(self.size)} Tf".encode("ascii")
                self._font = font
            if self._shown and self._shown[-1].endswith(b")"):
                self._shown[-1] = self._shown[-1][:-1] + codes + b")"
            else:
                self._shown.append(b"(" + codes + b")")
        self.x += self.natural(text) * self.stretch / 100
        if space:
            self._shown[-1] = self._shown[-1][:-1] + glyphless.SPACE + b")"
            self.x += (SPACE_ADVANCE / 1000 * self.size + self.spacing) * self.stretch / 100

    def reach(self, x: float) -> None:
        """Go on at ``x``, if that is away from where the text has come to (TJ: ISO 32000-1, 9.4.3)."""
        unit = self.size * self.stretch / 100 / 1000
        if abs(self.x - x) > _AWAY * self.size and (back := _COARSE * round((self.x - x) / unit / _COARSE)):
            self._shown.append(b"%d" % back)
            self.x -= back * unit

    def done(self) -> bytes:
        self._flush()
        return bytes(self._out)

    def _flush(self) -> None:
        if self._shown:
            array = b"".join(self._shown)
            self._out += array + b"Tj" if len(self._shown) == 1 else b"[" + array + b"]TJ"
            self._shown = []


def _place(words: Iterable[Word], sheet: Sheet, slope: float) -> Iterator[_Placed]:
    for word in words:
        text = glyphless.clean(word.text).strip()
        if not text:
            continue
        u0, v0, u1, v1 = sheet.upright(word.box)
        u1, v1 = max(u1, u0 + _NARROWEST), max(v1, v0 + _NARROWEST)
        # A tilted word's box is higher than the word; take that back, but never most of it.
        half = max((v1 - v0) - (u1 - u0) * abs(slope), 0.4 * (v1 - v0)) / 2
        centre = (v0 + v1) / 2 - slope * (u0 + u1) / 2
        yield _Placed(text, u0, u1, centre - half, centre + half)


def _goes_on(line: Sequence[_Placed], following: Sequence[_Placed]) -> bool:
    """Whether the next line stands to the right of this one at its height: readers join the two, and without a space
    their words."""
    if not following:
        return False
    last, first = line[-1], following[0]
    return first.left > last.right and last.top < (first.top + first.bottom) / 2 < last.bottom


def _write(pen: _Pen, line: Sequence[_Placed], sheet: Sheet, slope: float, goes_on: bool) -> None:
    typical = median(word.bottom - word.top for word in line)
    usual = [word for word in line if word.bottom - word.top <= _OUTLIER * typical]
    top, bottom = min(word.top for word in usual), max(word.bottom for word in usual)
    size = _size((bottom - top) * sheet.scale, pen.size)
    level = sheet.size[1] - bottom * sheet.scale - glyphless.DESCENT / 1000 * size
    places = [
        (word.left * sheet.scale, level - slope * (word.left + word.right) / 2 * sheet.scale) for word in line
    ]
    y = places[0][1]
    pen.line(places[0][0], y, size)
    widths = [
        _width((word.right - word.left) * sheet.scale, here, there, size)
        for word, here, there in zip_longest(line, places, places[1:])
    ]
    slack = _WIDE * size
    naturals = [pen.natural(word.text) for word in line]
    rooms = [there[0] - here[0] - _LEAST_GAP * size for here, there in pairwise(places)] + [math.inf]
    bounds = [
        (max(width - slack, 0.0) * 100 / natural, max(width, min(width + slack, room)) * 100 / natural)
        for width, natural, room in zip(widths, naturals, rooms, strict=True)
    ]
    stretches = _stretches(bounds, pen.stretch)
    if len(line) > _FEW:
        shown = [natural * stretch / 100 for natural, stretch in zip(naturals, stretches, strict=True)]
        spacing = _spacing(shown, [here[0] for here in places], size, stretches)
        if abs(spacing - pen.spacing) > _SAME_GAP * size:
            pen.spaced(spacing)
    for word, stretch, there in zip_longest(line, stretches, places[1:]):
        if there is None:
            stretch = _to_the_end(word.right * sheet.scale - pen.x, pen.natural(word.text), stretch, size)
        pen.stretched(stretch)
        pen.show(word.text, there is not None or goes_on)
        if there is None:
            return
        if abs(there[1] - y) > _STEP * size:
            y = there[1]
            pen.line(there[0], y, size)
        else:
            pen.reach(there[0])


def _to_the_end(rest: float, natural: float, stretch: int, size: float) -> int:
    """The stretch that makes a line end where the picture's does: for pdf.js, a drag that ends beyond the text ends
    anywhere, and one before its last letter leaves that out."""
    over = natural * stretch / 100 - rest
    return stretch if 0 <= over <= _END * size else max(math.ceil(100 * rest / natural), 1)


def _stretches(bounds: Sequence[tuple[float, float]], last: int) -> Sequence[int]:
    """The stretch of every word of a line, in percent: each kept for as many words as it fits, from ``last`` on.

    ``bounds``: the least and the most that suits each word.
    """
    chosen: list[int] = []
    while len(chosen) < len(bounds):
        low, high = bounds[len(chosen)]
        if not low <= last <= high:
            for least, most in bounds[len(chosen) + 1 :]:
                if max(low, least) > min(high, most) - 1:
                    break
                low, high = max(low, least), min(high, most)
            last = _round_between(low, high)
        chosen.append(last)
    return chosen


def _round_between(low: float, high: float) -> int:
    """The roundest number of a span near its middle: few different numbers pack better."""
    middle = (low + high) / 2
    rounded = (step * round(middle / step) for step in (10, 5, 2))
    return max(next((number for number in rounded if low <= number <= high), round(middle)), 1)


def _size(height: float, last: float) -> float:
    """A line's size in points: halves, and the last line's if that fits, so that lines of one print have one size."""
    if abs(height - last) <= _SAME_SIZE * height:
        return last
    return round(2 * height) / 2 if height >= 3 else max(round(height, 1), 0.1)


def _width(width: float, here: tuple[float, float], there: tuple[float, float] | None, size: float) -> float:
    """How wide a word may be, for a gap to remain."""
    step = math.inf if there is None else there[0] - here[0]
    return max(min(width, step - _LEAST_GAP * size), _LEAST_SHARE * width)


def _spacing(shown: Sequence[float], lefts: Sequence[float], size: float, stretches: Sequence[int]) -> float:
    """The word spacing that brings the words of a line where they stand, in tenths of a point."""
    gaps = [
        (after - left - width) * 100 / stretch
        for left, width, after, stretch in zip(lefts, shown, lefts[1:], stretches, strict=False)
    ]
    usual = median(gaps)
    level = [gap for gap in gaps if abs(gap - usual) < _LEVEL * size]
    return round(fmean(level) - SPACE_ADVANCE / 1000 * size, 1)
