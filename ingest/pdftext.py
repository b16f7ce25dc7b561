"""The text a PDF page brings along: words with their places on the kept page image, as pdfium finds them.

Nothing here believes it; ``ocr.textlayer`` compares it with the picture. Text of annotations, such as the stamp of a
signature (180 letters on signed files, measured), is not among it: pdfium gives the page's own content only.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from ingest.pdfpage import Picture
from ocr.geometry import Corners, Matrix, mapped
from ocr.textlayer import Given, GivenWord

MOST_LETTERS = 30_000
"""A page of small print has some 6,000; more is no text for reading, and costs memory."""

_WIDE_GAP = 0.6
"""Share of a letter's height: letters further apart belong to two words, even where the PDF has no space."""


@dataclass(frozen=True, slots=True)
class _Letter:
    """A letter, its box and the point where it starts, in pixels of the kept image."""

    text: str
    corners: Corners
    start: tuple[float, float]


def drawn_matrix(page: pypdfium2.PdfPage, width: int, height: int) -> Matrix:
    """From page space to the pixels of the page drawn ``width`` x ``height``: cropped, turned by /Rotate."""
    fine = 16  # pdfium rounds to whole pixels; asked for a larger picture it rounds less
    (x, y), (across_x, across_y), (up_x, up_y) = (
        _device(page, width * fine, height * fine, *point) for point in ((0, 0), (1000, 0), (0, 1000))
    )
    scale = 1000 * fine
    return np.array(
        [
            [(across_x - x) / scale, (up_x - x) / scale, x / fine],
            [(across_y - y) / scale, (up_y - y) / scale, y / fine],
            [0.0, 0.0, 1.0],
        ]
    )


def picture_matrix(picture: Picture) -> Matrix:
    """From page space to the stored pixels of the page's only picture, which is never turned by the content."""
    left, bottom, across, up = picture.place
    wide, tall = picture.width / across, picture.height / up
    return np.array(
        [[wide, 0.0, -left * wide], [0.0, -tall, picture.height + bottom * tall], [0.0, 0.0, 1.0]]
    )


def text_of(page: pypdfium2.PdfPage, to_pixels: Matrix, width: int, height: int) -> Given | None:
    """The page's words on the kept image of ``width`` x ``height``; None when it has none, or too many letters."""
    text = page.get_textpage()
    try:
        if not 0 < text.count_chars() <= MOST_LETTERS:
            return None
        words = list(_words(_letters(text, to_pixels)))
    finally:
        text.close()
    turns = Counter[int]()
    for word in words:
        turn = _turn(word)
        if turn is not None:
            turns[turn] += len(word)
    if not words:
        return None
    rotation = turns.most_common(1)[0][0] if turns else 0
    kept = [word for word in words if _turn(word) in (None, rotation)]
    return Given(tuple(_placed(kept, rotation, width, height)), rotation)


def _device(page: pypdfium2.PdfPage, width: int, height: int, x: float, y: float) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return across.value, down.value


def _letters(text: pypdfium2.PdfTextPage, to_pixels: Matrix) -> Iterator[_Letter | None]:
    """The letters in the PDF's order; None where a word ends."""
    left, bottom, right, top, x, y = (ctypes.c_double() for _ in range(6))
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        # Hyphens at line ends come as U+FFFE or U+0002: a sign is on paper, though.
        letter = "-" if code in (0xFFFE, 0x0002) else chr(code) if 0 < code < 0x110000 else "\ufffd"
        if letter.isspace() or pdfium.FPDFText_IsGenerated(text, index) == 1:
            yield None
            continue
        if unicodedata.category(letter) in ("Cc", "Cf", "Cs"):
            continue
        if not pdfium.FPDFText_GetCharBox(
            text, index, ctypes.byref(left), ctypes.byref(right), ctypes.byref(bottom), ctypes.byref(top)
        ) or not pdfium.FPDFText_GetCharOrigin(text, index, ctypes.byref(x), ctypes.byref(y)):
            continue
        corners = mapped(to_pixels, (left.value, bottom.value, right.value, top.value))
        start = mapped(to_pixels, (x.value, y.value, x.value, y.value))[:2]
        if all(map(math.isfinite, (*corners, *start))):
            yield _Letter(letter, corners, start)


def _words(letters: Iterator[_Letter | None]) -> Iterator[list[_Letter]]:
    word: list[_Letter] = []
    for letter in letters:
        if letter is not None and (not word or _together(word[-1], letter)):
            word.append(letter)
            continue
        if word:
            yield word
        word = [] if letter is None else [letter]
    if word:
        yield word


def _together(one: _Letter, other: _Letter) -> bool:
    if unicodedata.combining(other.text):
        return True
    tall = max(_longer(one), _longer(other), 1.0)
    gap_x = max(one.corners[0], other.corners[0]) - min(one.corners[2], other.corners[2])
    gap_y = max(one.corners[1], other.corners[1]) - min(one.corners[3], other.corners[3])
    return max(gap_x, gap_y) < _WIDE_GAP * tall


def _longer(letter: _Letter) -> float:
    x0, y0, x1, y1 = letter.corners
    return max(x1 - x0, y1 - y0)


def _turn(word: Sequence[_Letter]) -> int | None:
    """Degrees clockwise by which the word stands turned, to the quarter; None when one letter does not tell."""
    (x0, y0), (x1, y1) = word[0].start, word[-1].start
    across, down = x1 - x0, y1 - y0
    if max(abs(across), abs(down)) < 1:
        return None
    if abs(across) >= abs(down):
        return 0 if across > 0 else 180
    return 90 if down > 0 else 270


def _placed(words: Sequence[list[_Letter]], rotation: int, width: int, height: int) -> Iterator[GivenWord]:
    """Words with their boxes and lines; what is printed twice over itself, as for bold letters, once."""
    seen: set[tuple[str, int, int]] = set()
    line, last = 0, None
    for letters in words:
        sides = tuple(zip(*(letter.corners for letter in letters), strict=True))
        x0, y0 = max(0.0, min(sides[0])), max(0.0, min(sides[1]))
        x1, y1 = min(float(width), max(sides[2])), min(float(height), max(sides[3]))
        text = unicodedata.normalize("NFC", "".join(letter.text for letter in letters))
        if x1 - x0 < 0.5 or y1 - y0 < 0.5:
            continue  # beside the page, or without extent: nothing that could be seen
        key = (text, round((x0 + x1) / 8), round((y0 + y1) / 8))
        if key in seen:
            continue
        seen.add(key)
        if last is not None and not _follows(last, (x0, y0, x1, y1), rotation):
            line += 1
        last = (x0, y0, x1, y1)
        yield GivenWord(text, last, line)


def _follows(one: Corners, other: Corners, rotation: int) -> bool:
    """Whether the other stands to the right of the one in its line, as the letters stand."""
    a, b = _upright(one, rotation), _upright(other, rotation)
    overlap = min(a[3], b[3]) - max(a[1], b[1])
    return b[0] > a[0] and overlap > 0.3 * min(a[3] - a[1], b[3] - b[1])


def _upright(corners: Corners, rotation: int) -> Corners:
    x0, y0, x1, y1 = corners
    match rotation:
        case 90:
            return y0, -x1, y1, -x0
        case 180:
            return -x1, -y1, -x0, -y0
        case 270:
            return -y1, x0, -y0, x1
        case _:
            return corners
