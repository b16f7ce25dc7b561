"""What a look at the page tells before reading: is it blank, bilevel, unevenly lit, and where is its ink."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ocr import pixels, skew, surround
from ocr.geometry import Image, Matrix

LOOK_DPI = 100.0

_BLANK_STRONG, _BLANK_FAINT = 8, 40
"""Fewer letter-sized pieces than this, black and faint, make a page blank.

26 blank backs (clean to stained, with print showing through) gave up to 4 and 17; of 123 pages with text the emptiest
48 and 53. Blank pages are left out of the page count, so doubt must end on the side of text.
"""

_FEW = 450
"""Above so many pieces nobody asks how many of them are black."""

_FAINT, _FAINTEST = 160.0, 230.0
"""``pixels.ink_level`` between which print is faint: 43 usual pages gave up to 138, print at half its contrast up to
157, at 30 % 179 to 193, at 20 % 203 to 211, at 12 % 221 to 226; print of the other side that shows through 203 to
229. So the level alone does not tell a faint page from a blank back."""

_EVEN_ENOUGH = 0.045
"""Spread of the paper's brightness, (bright - dark) / bright. Scanner pages 0.00-0.03, worn 0.06-0.09, phone 0.30+."""


@dataclass(frozen=True, slots=True)
class Look:
    """Facts of a page image that choose the steps of its preparation.

    ``surround``: 255 where dark lid, desk or copier edge runs in, at 100 dpi. ``corners``: of a photographed
    sheet on a desk. ``sideways``: the lines run from top to bottom. ``lean``: degrees clockwise, exact to about
    0.2, of the lines once level. ``heads_up``: positive when they then stand on their feet. ``spread``: 0.0 to
    1.0, how unevenly the paper is lit. ``faintness``: level of the ink where print is faint, else 0.0.
    ``doubtful``: what hardly stands out of the paper is faint print or the print of the other side; only reading
    tells.
    """

    bilevel: bool
    surround: Image
    corners: Matrix | None
    spread: float
    blank: bool
    sideways: bool
    lean: float
    heads_up: float
    faintness: float = 0.0
    doubtful: bool = False

    @property
    def uneven(self) -> bool:
        """Whether the paper needs its brightness evened before it is read."""
        return self.spread > _EVEN_ENOUGH


def look(image: Image, dpi: float) -> Look:
    """The facts, found on a copy at 100 dots per inch. ``dpi`` is the image's own."""
    factor = min(1.0, LOOK_DPI / dpi)
    copy = pixels.smaller(image, factor)
    small = pixels.red(copy)
    edge = surround.dark_surround(small)
    sheet = pixels.paper(small)
    rim = _rim(edge)
    inside = sheet[::4, ::4][rim[::4, ::4] == 0]
    low, high = np.percentile(inside, (4, 96)) if inside.size > 100 else (255.0, 255.0)
    letters, pieces = _letters(small, edge, rim)
    sideways, about = skew.lie_of(letters)
    level = np.ascontiguousarray(np.rot90(letters)) if sideways else letters
    lean = skew.skew_of(level, about)
    return Look(
        bilevel=is_bilevel(image),
        surround=edge,
        corners=_larger(surround.page_corners(copy), factor) if edge.any() else None,
        spread=float((high - low) / max(high, 1.0)),
        blank=pieces.blank,
        sideways=sideways,
        lean=lean,
        heads_up=skew.heads_up(level, lean),
        faintness=pieces.faintness,
        doubtful=pieces.few and pieces.faintness > 0,
    )


@dataclass(frozen=True, slots=True)
class Pieces:
    """How many letter-sized pieces of ink a page has: black ones (not counted where all are many), and all down to
    faint; the level of faint print."""

    strong: int
    faint: int
    faintness: float = 0.0

    @property
    def few(self) -> bool:
        """Whether so few are no writing."""
        return self.strong < _BLANK_STRONG and self.faint < _BLANK_FAINT

    @property
    def blank(self) -> bool:
        """Whether there is no writing, and nothing that reading could find to be faint print."""
        return self.few and not self.faintness


def pieces(image: Image, dpi: float) -> Pieces:
    """The pieces alone, as ``look`` counts them, at a third of its cost."""
    small = pixels.red(pixels.smaller(image, min(1.0, LOOK_DPI / dpi)))
    edge = surround.dark_surround(small)
    return _letters(small, edge, _rim(edge))[1]


def _rim(edge: Image) -> Image:
    """The sheet's own edge throws shade over a rim of some 2 mm; the facts are about what lies inside it."""
    return np.asarray(cv2.dilate(edge, np.ones((17, 17), dtype=np.uint8)), dtype=np.uint8)


def _letters(small: Image, edge: Image, rim: Image) -> tuple[Image, Pieces]:
    """Letter-sized ink, faint or not, and the count of its pieces."""
    even = pixels.even(pixels.without_surround(small, edge))
    even[rim > 0] = 250
    letters, faint = skew.letters(even)
    strong = faint
    if faint <= _FEW:
        _, strong = skew.letters(np.asarray(np.minimum(even, 195) + 60, dtype=np.uint8))
    level = pixels.ink_level(even, rim)
    if _FAINT < level <= _FAINTEST:
        plain, clear = skew.letters(pixels.contrasted(even, level))
        if clear >= _BLANK_FAINT:
            return plain, Pieces(strong, faint, level)
    return letters, Pieces(strong, faint)


def is_bilevel(image: Image) -> bool:
    """Whether nearly every pixel is black or white, as copiers and G4 scans leave it (also after JPEG)."""
    sample = image[::7, ::5]
    if sample.ndim == 3:
        blue, green, red = cv2.split(np.ascontiguousarray(sample))
        if max(int(cv2.absdiff(blue, red).max()), int(cv2.absdiff(green, red).max())) > 24:
            return False
        sample = np.asarray(red, dtype=np.uint8)
    dark, between = float((sample < 40).mean()), float(((sample >= 40) & (sample <= 215)).mean())
    # Smooth print has a grey rim: a third as many grey pixels as black ones and more.
    return dark > 0 and between <= 0.1 * dark and float(np.median(sample)) >= 250


def _larger(corners: Matrix | None, factor: float) -> Matrix | None:
    return None if corners is None else corners / factor
