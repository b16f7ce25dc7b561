"""Where the words lie on the picture: ink under every word, a word over all ink that looks like letters."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ocr.geometry import Corners, Image
from ocr.second_look import where_letters_remain

_DARK = 60
"""How much darker than the paper ink is, of 255."""

_LEAST, _MOST = 0.03, 0.9
"""Shares of a word's box that are ink: print has 0.1 to 0.5, thin signs less; a rule or a bar is no word."""


def dark(picture: Image) -> Image:
    """1 where there is ink, 0 elsewhere."""
    paper = float(np.median(picture[::8, ::8]))
    return (picture < paper - _DARK).astype(np.uint8)


def on_ink(ink: Image, corners: Corners) -> bool:
    """Whether something is printed there that can be a word."""
    x0, y0, x1, y1 = _whole(corners, ink)
    if x1 <= x0 or y1 <= y0:
        return False
    share = float(ink[y0:y1, x0:x1].mean())
    return share >= _LEAST and (share <= _MOST or min(x1 - x0, y1 - y0) < 8)


def unread(picture: Image, dpi: float, boxes: Sequence[Corners]) -> tuple[Image, Corners | None, float]:
    """The picture without its words, where letters are left on it (None: hardly any), and their share of all ink.

    The share is of ink in pieces of a letter's size, 0.0 to 1.0.
    """
    rest = picture.copy()
    for corners in boxes:
        x0, y0, x1, y1 = _whole(corners, picture, 3)
        rest[y0:y1, x0:x1] = 255
    area = where_letters_remain(rest, dpi)
    if area is None:
        return rest, None, 0.0
    before, after = (_letters(dark(one), dpi) for one in (picture, rest))
    return rest, area, after / max(before, 1)


def _letters(ink: Image, dpi: float) -> int:
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, ltype=cv2.CV_32S)
    tall, wide = stats[1:, cv2.CC_STAT_HEIGHT] / dpi, stats[1:, cv2.CC_STAT_WIDTH] / dpi
    return int(np.count_nonzero((tall > 0.04) & (tall < 0.3) & (wide > 0.01) & (wide < 0.5)))


def _whole(corners: Corners, picture: Image, more: int = 0) -> tuple[int, int, int, int]:
    height, width = picture.shape
    x0, y0, x1, y1 = corners
    return (
        max(0, int(x0) - more), max(0, int(y0) - more),
        min(width, int(x1) + 1 + more), min(height, int(y1) + 1 + more),
    )  # fmt: skip
