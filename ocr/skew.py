"""Which way the lines of text run, how far they lean, and whether they stand on their heads: without reading.

``ink`` everywhere: 1 where a letter is, else 0, at about 100 dots per inch.
"""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Image, rotation_about, warp

STRAIGHTEN_ABOVE = 1.0
"""Degrees. Tesseract bears about one degree; at 1.95 it dropped half the lines of a real page, below 1.3 none."""

_WIDEST = 6
"""Degrees; a page that leans more was laid in crookedly and is better scanned again."""

_Profile = npt.NDArray[np.float32]


def _roughness(rows: npt.NDArray[np.float32]) -> float:
    """How sharply rows of ink and rows of paper alternate: largest when the lines lie level."""
    return float(np.square(np.diff(rows)).sum())


def _strips(ink: Image) -> tuple[_Profile, npt.NDArray[np.float64]]:
    """(ink per row of 24 upright strips, each strip's distance from the middle)."""
    width = ink.shape[1]
    edges = np.linspace(0, width, 25).astype(int)
    sums = np.add.reduceat(ink, edges[:-1], axis=1, dtype=np.float32)
    return np.ascontiguousarray(sums.T), (edges[:-1] + edges[1:] - width) / 2


def _best_lean(ink: Image, tries: npt.NDArray[np.float64]) -> tuple[float, float]:
    """(the lean among ``tries`` that levels the lines best, how rough the profile then is).

    Strips are slid along each other instead of turning the page: exact enough for coarse steps, and quick.
    """
    profiles, offsets = _strips(ink)
    best = (0.0, -1.0)
    for lean in tries:
        slope = np.tan(np.radians(lean))
        rows = np.zeros(profiles.shape[1], dtype=np.float32)
        for profile, offset in zip(profiles, offsets, strict=True):
            shift = -round(offset * slope)
            if shift > 0:
                rows[shift:] += profile[:-shift]
            elif shift < 0:
                rows[:shift] += profile[-shift:]
            else:
                rows += profile
        score = _roughness(rows)
        if score > best[1]:
            best = (float(lean), score)
    return best


def lie_of(ink: Image) -> tuple[bool, float]:
    """(whether the lines run from top to bottom so that the page lies on its side, the lean of the lines).

    The lean is in degrees, -6 to 6, clockwise positive, of the picture as it is when the lines lie level and of
    its quarter turn counter-clockwise when they do not; half degrees, to be refined by ``skew_of``.
    """
    # Steps of half a degree: the peak of a page's profile is about one degree wide.
    coarse = np.arange(-_WIDEST, _WIDEST + 0.1, 0.5)
    level, rough_level = _best_lean(ink, coarse)
    upended, rough_upended = _best_lean(np.ascontiguousarray(np.rot90(ink)), coarse)
    # A longer line gives a rougher profile for the same text: compare what a picture of equal sides would give.
    height, width = ink.shape
    if rough_upended / height > rough_level / width:
        return True, upended
    return False, level


def skew_of(ink: Image, about: float = 0.0) -> float:
    """Degrees, clockwise positive, by which level text leans, searched within 0.6 degrees of ``about``.

    Of 106 generated pages with text 102 came within 0.2 degrees of the truth, the worst 0.36 off.
    """
    height, width = ink.shape
    best, _ = _best_lean(ink, np.arange(about - 0.4, about + 0.41, 0.2))
    scores = []
    tries = np.arange(best - 0.2, best + 0.21, 0.1)
    for lean in tries:
        level = warp(ink, rotation_about(width, height, float(lean)), width, height, paper=0)
        scores.append(_roughness(level.sum(axis=1, dtype=np.float32)))
    best = float(tries[int(np.argmax(scores))])
    return round(best, 2) + 0.0


def heads_up(ink: Image, lean: float) -> float:
    """-1.0 to 1.0: positive when lines that lean by ``lean`` degrees stand on their feet, negative on their heads.

    Vietnamese piles its marks, and Latin its ascenders, above the small letters; below the line hang only few
    tails and dots. For each line the ink above its thick middle is compared with the ink below, in 16 strips so
    that columns and a bent page do no harm. 122 of 123 generated pages gave 0.04 or more, half of them 0.34; one
    stained page that held little but a signature gave -0.11. 0.0 when there is no line to judge.
    """
    height, width = ink.shape
    level = warp(ink, rotation_about(width, height, lean), width, height, paper=0)
    above = below = 0.0
    edges = np.linspace(0, width, 17).astype(int)
    for a, b in pairwise(edges.tolist()):
        rows = level[:, a:b].sum(axis=1, dtype=np.float64) / (b - a)
        for top, bottom in _bands(rows):
            band = rows[top:bottom]
            thick = np.flatnonzero(band > 0.5 * band.max())
            above += float(band[: thick[0]].sum())
            below += float(band[thick[-1] + 1 :].sum())
    total = above + below
    return (above - below) / total if total > 0 else 0.0


def _bands(rows: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """Runs of rows that carry ink and are as tall as a line of print can be."""
    inked = np.concatenate([[False], rows > 0.01, [False]])
    edges = np.flatnonzero(np.diff(inked.astype(np.int8)))
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if 8 <= b - a <= 40]


def letters(even: Image) -> tuple[Image, int]:
    """(letter-sized ink, how many pieces of it) of a grey picture on even paper at about 100 dots per inch."""
    ink = (even < 190).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8, ltype=cv2.CV_32S)
    tall, wide = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH]
    letter = (tall >= 4) & (tall <= 40) & (wide >= 2) & (wide <= 160) & (stats[:, cv2.CC_STAT_AREA] >= 8)
    letter[0] = False
    usual = float(np.median(tall[letter])) if letter.any() else 0.0
    letter &= ~((tall > 1.7 * usual) & (wide < 0.4 * tall))  # pieces of an upright fold or rule
    letter &= ~((wide > 4 * usual) & (tall < 0.6 * usual))  # and of a level one
    kept = np.zeros(count, dtype=np.uint8)
    kept[letter] = 1
    return kept[labels], int(letter.sum())
