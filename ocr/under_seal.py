"""The signature block under a black seal, read again: what lies inside the seal's rim is kept only where a line of
print runs through it, as the print beside the seal shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from ocr import engine
from ocr.engine import Token
from ocr.geometry import Image
from ocr.seals import Seal
from ocr.vietnamese import is_syllable

_ABOVE, _BELOW, _LEFT, _RIGHT = 1.9, 1.6, 1.4, 2.6
"""Reach of the block around the seal's centre, in radii: the seal covers a third of the signature on its left side
(NĐ 30/2020, Đ.32), so titles stand above it and the name at its foot, both running out to its right."""

_OUTSIDE = 1.03
"""From this share of the radius on, ink is not the seal's."""

_DOUBTED = 0.8
"""Most confidence of a word that a seal's rim runs through: its marks may be pieces of the seal."""


def read_again(
    picture: Image,
    seals: Sequence[Seal],
    found: Sequence[Token],
    dpi: float,
    tesseract: str,
    timeout_seconds: float,
) -> tuple[Token, ...]:
    """The words ``found``, with the lines that cross a seal replaced where reading them alone gave more.

    ``picture``: upright, its seals' rings already taken away. Raises Unreadable.
    """
    tokens = found if isinstance(found, tuple) else tuple(found)
    for number, seal in enumerate(seals):
        tokens = _with_block(picture, seal, number, tokens, dpi, tesseract, timeout_seconds)
    return tokens


def _with_block(
    picture: Image,
    seal: Seal,
    number: int,
    found: tuple[Token, ...],
    dpi: float,
    tesseract: str,
    seconds: float,
) -> tuple[Token, ...]:
    height, width = picture.shape
    r = seal.radius
    x0, x1 = max(0, round(seal.x - _LEFT * r)), min(width, round(seal.x + _RIGHT * r))
    y0, y1 = max(0, round(seal.y - _ABOVE * r)), min(height, round(seal.y + _BELOW * r))
    crop = picture[y0:y1, x0:x1]
    unit = dpi / 200
    rows, columns = np.ogrid[y0:y1, x0:x1]
    inside = np.hypot(columns - seal.x, rows - seal.y) < _OUTSIDE * r
    bands = _bands(crop, inside, unit)
    if not bands:
        return found
    printed = np.zeros(crop.shape[0], dtype=bool)
    for top, bottom in bands:
        printed[max(0, top - round(5 * unit)) : bottom + round(5 * unit)] = True
    clean = crop.copy()
    clean[inside & ~printed[:, None]] = 255
    words = engine.tokens(np.ascontiguousarray(clean), dpi, tesseract, seconds, scattered=True)
    tokens = list(found)
    for line, (top, bottom) in enumerate(bands):
        new = [
            replace(_moved(word, x0, y0), place=(30_000 + number, line, 0))
            for word in words
            if top <= (word.corners[1] + word.corners[3]) / 2 <= bottom and _is_word(word)
        ]
        if not new:
            continue
        left = min(word.corners[0] for word in new) - 10 * unit
        old = [
            t
            for t in tokens
            if y0 + top <= (t.corners[1] + t.corners[3]) / 2 <= y0 + bottom
            and left <= (t.corners[0] + t.corners[2]) / 2 <= x1
        ]
        # A line beside the seal is left alone unless the first reading lost it: its words may be better there.
        crosses = any(_middle(word, seal) < 1 for word in new)
        if _worth(new) > _worth(old) * (1.0 if crosses else 2.0) and _worth(new) > 0:
            tokens = [t for t in tokens if not any(t is o for o in old)] + new
    return tuple(
        replace(t, confidence=min(t.confidence, _DOUBTED)) if _middle(t, seal) < 1 else t for t in tokens
    )


def _bands(crop: Image, inside: npt.NDArray[np.bool_], unit: float) -> list[tuple[int, int]]:
    """(top, bottom) of the lines of print that stand outside the rim, in rows of the crop."""
    dark = (crop < 128).astype(np.uint8)
    dark[inside] = 0
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8, ltype=cv2.CV_32S)
    wide, tall = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    # Heavy copies run letters together: a piece may be a whole word wide.
    letter = (tall >= 12 * unit) & (tall <= 48 * unit) & (wide >= 4 * unit) & (wide <= 8 * tall)
    letter[0] = False
    inked = letter[labels].sum(axis=1) >= 4 * unit
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inked, [False]]).astype(np.int8)))
    joined: list[tuple[int, int]] = []
    for top, bottom in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if joined and top - joined[-1][1] <= 2 * unit and bottom - joined[-1][0] <= 44 * unit:
            joined[-1] = (joined[-1][0], bottom)
        else:
            joined.append((top, bottom))
    return [(a, b) for a, b in joined if 12 * unit <= b - a <= 62 * unit]


def _middle(token: Token, seal: Seal) -> float:
    """How far a word's nearest edge lies from the seal's centre, in radii."""
    x0, y0, x1, y1 = token.corners
    x, y = min(max(seal.x, x0), x1), min(max(seal.y, y0), y1)
    return float(np.hypot(x - seal.x, y - seal.y) / seal.radius)


def _worth(tokens: Sequence[Token]) -> float:
    return sum(
        len(t.text) * (t.confidence - 0.3 if is_syllable(t.text.strip(".,;:-'\"")) else -0.3) for t in tokens
    )


def _is_word(token: Token) -> bool:
    return token.confidence >= 0.15 and sum(c.isalpha() for c in token.text) >= 1


def _moved(token: Token, x: int, y: int) -> Token:
    x0, y0, x1, y1 = token.corners
    return replace(token, corners=(x0 + x, y0 + y, x1 + x, y1 + y))
