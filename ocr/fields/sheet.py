"""The pages of a document as rows of text in upright places, and fields made of words of one row or more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import mean, median

from ocr.geometry import Corners, upright_corners
from ocr.values import Box, Field, PageReading, Word
from ocr.vietnamese import bare, nfc


@dataclass(frozen=True)
class Row:
    """One line of a page. ``corners``: upright, straightened pixels. ``page`` counts from 1."""

    page: int
    words: tuple[Word, ...]
    corners: Corners

    @cached_property
    def text(self) -> str:
        """The words with single spaces, NFC."""
        return nfc(" ".join(w.text for w in self.words))

    @cached_property
    def read(self) -> str:
        """As ``text``, of the words as the engine read them: for names, which the lexicon knows nothing of."""
        return nfc(" ".join(w.read for w in self.words))

    @cached_property
    def bare(self) -> str:
        """The text in lower case without marks."""
        return bare(self.text)

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Each word in lower case without marks and without punctuation at its ends."""
        return tuple(bare(w.text).strip(" .,;:()[]-–—_'`\"“”*|") for w in self.words)

    @property
    def middle(self) -> tuple[float, float]:
        """Centre, x and y."""
        return (self.corners[0] + self.corners[2]) / 2, (self.corners[1] + self.corners[3]) / 2

    @property
    def capitals(self) -> bool:
        """Whether at least four of five letters are capitals."""
        letters = [c for c in self.text if c.isalpha()]
        return len(letters) > 1 and sum(c.isupper() for c in letters) >= 0.8 * len(letters)


@dataclass(frozen=True)
class Sheet:
    """A page with text. ``left`` and ``right``: edges of the text; ``em``: height of a usual word; in pixels."""

    page: int
    rows: tuple[Row, ...]
    left: float
    right: float
    em: float

    @property
    def centre(self) -> float:
        """x of the middle of the text."""
        return (self.left + self.right) / 2


def sheet(page: int, reading: PageReading) -> Sheet:
    """The rows of a reading, in its order; ``page`` counts from 1."""
    lines: dict[int, list[tuple[Word, Corners]]] = {}
    for word in reading.words:
        place = upright_corners(word.box, reading.width, reading.height, reading.rotation, reading.skew)
        lines.setdefault(word.line, []).append((word, place))
    rows = []
    for _, pairs in sorted(lines.items()):
        corners = tuple(zip(*(c for _, c in pairs), strict=True))
        around = (min(corners[0]), min(corners[1]), max(corners[2]), max(corners[3]))
        rows.append(Row(page, tuple(w for w, _ in pairs), around))
    solid = [r for r in rows if len(r.text) > 3] or rows
    heights = [c[3] - c[1] for pairs in lines.values() for w, c in pairs if len(w.text) > 1]
    starts, ends = sorted(r.corners[0] for r in solid), sorted(r.corners[2] for r in solid)
    left = starts[len(starts) // 20] if starts else 0.0
    right = ends[-1 - len(ends) // 20] if ends else 0.0
    return Sheet(page, tuple(rows), left, right, median(heights) if heights else 1.0)


def field(
    name: str, value: str | int | tuple[str, ...], words: Sequence[Word], page: int, trust: float
) -> Field:
    """A field shown by ``words`` on ``page``: its confidence is the words' mean, by length, times ``trust``."""
    if not words:
        return Field(name, value, round(max(0.0, min(trust, 1.0)), 3), None, None)
    weights = [len(w.text) for w in words]
    sure = sum(w.confidence * n for w, n in zip(words, weights, strict=True)) / sum(weights)
    # One bad word spoils a value: the worst counts as much as the mean of all.
    sure = mean(
        (
            sure,
            sure,
            min(w.confidence for w in words if any(c.isalnum() for c in w.text))
            if any(any(c.isalnum() for c in w.text) for w in words)
            else sure,
        )
    )
    box = Box(
        min(w.box.x0 for w in words),
        min(w.box.y0 for w in words),
        max(w.box.x1 for w in words),
        max(w.box.y1 for w in words),
    )
    return Field(name, value, round(max(0.0, min(sure * trust, 1.0)), 3), page, box)


def whole(rows: Iterable[Row]) -> list[Row]:
    """Rows at one height joined, left to right, as a fold or a gap may have cut them; top to bottom."""
    joined: list[Row] = []
    for row in sorted(rows, key=lambda r: r.middle[1]):
        tall = row.corners[3] - row.corners[1]
        if joined and abs(row.middle[1] - joined[-1].middle[1]) < 0.35 * tall:
            last = joined[-1]
            a, b = (last, row) if last.corners[0] <= row.corners[0] else (row, last)
            around = (
                a.corners[0],
                min(a.corners[1], b.corners[1]),
                max(a.corners[2], b.corners[2]),
                max(a.corners[3], b.corners[3]),
            )
            joined[-1] = Row(row.page, a.words + b.words, around)
        else:
            joined.append(row)
    return joined


def words_of(rows: Sequence[Row]) -> tuple[Word, ...]:
    """All words of several rows."""
    return tuple(w for row in rows for w in row.words)
