"""How much of what looks like text lies under some word: confidence alone does not tell of lines that were dropped.

At 1.95 degrees of lean Tesseract passed over half the lines of a real page and was sure of the rest (ocr.md 11).
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ocr.engine import Token
from ocr.geometry import Image
from ocr.pixels import smaller
from ocr.skew import letters

_DPI = 100.0
_GAP = 13
"""Pixels at 100 dpi that may part the letters of a line."""

_FEWEST = 12
"""Letters from which their share says something; below it a page counts as covered."""

_LARGEST = 3.0
"""Heights of a usual word up to which a box is a word's."""


def coverage(picture: Image, words: Sequence[Token], dpi: float) -> float:
    """0.0 to 1.0: the share of text-like ink, by area, that lies in the box of a word. 1.0 for next to no text.

    ``picture``: upright, grey, on even paper. Text-like are letter-sized pieces that stand close in a row:
    specks, seals, rules and signatures do not.
    """
    factor = min(1.0, _DPI / dpi)
    small = smaller(picture, factor)
    paper, dark = np.percentile(small[::3, ::3], (75, 0.5))
    if paper - dark < 20:
        return 1.0
    # Faint print is as good as black: ``letters`` takes for ink what is below 190 of 250.
    levels = np.clip(250 - (paper - np.arange(256, dtype=np.float32)) * (150 / (paper - dark)), 0, 255)
    ink, count = letters(np.asarray(cv2.LUT(small, levels.astype(np.uint8)), dtype=np.uint8))
    if count < _FEWEST:
        return 1.0
    rows = _in_rows(ink)
    total = int(rows.sum())
    if total == 0:
        return 1.0
    usual = float(np.median([t.corners[3] - t.corners[1] for t in words])) if words else 0.0
    for token in words:
        # The engine takes a seal or a frame for one letter, as large as half the page.
        if token.corners[3] - token.corners[1] > _LARGEST * usual or not any(c.isalnum() for c in token.text):
            continue
        x0, y0, x1, y1 = (edge * factor for edge in token.corners)
        rows[max(0, int(y0) - 1) : int(y1) + 2, max(0, int(x0) - 2) : int(x1) + 3] = 0
    return 1.0 - int(rows.sum()) / total


def _in_rows(ink: Image) -> Image:
    """The ink of letters that stand in a row: run together along it they are long and low."""
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, _GAP), dtype=np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8, ltype=cv2.CV_32S)
    wide, tall = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    row = ((tall >= 6) & (tall <= 45) & (wide >= 3 * tall)).astype(np.uint8)
    row[0] = 0
    return np.asarray(ink * row[labels], dtype=np.uint8)
