"""Whether print or a pen filled the slots "Số: ▢/QĐ-…" and "ngày ▢ tháng ▢ năm ▢": by what the ink looks like.

On real paper number and day are nearly always written by hand, and Tesseract reads 1 of 32 of them (ocr.md 11): a
person has to, so only the place is told. A slot's ink is compared with the print of its own line, never with a fixed
size: figures of print stand on the line, are all one height and as thick as the letters beside them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean, median, pstdev

import cv2
import numpy as np

from ocr.engine import Token
from ocr.geometry import Corners, Image, Matrix, warp
from ocr.slots import Slot, slots


@dataclass(frozen=True, slots=True)
class Facts:
    """What a slot's ink looks like beside the print of its line.

    ``corners``: around the ink. ``blue``: how much bluer than the print, 0 to 255. ``tall``: the figures' height in
    capitals of the print, ``ragged``: how much their heights differ, ``off``: how far their feet stand off the
    line, ``uneven``: how much their feet differ, all in capitals. ``thick``: their strokes in strokes of the print.
    ``sure``: the engine's confidence in figures it read there, 0.0 where it read none.
    """

    corners: Corners
    blue: float
    tall: float
    ragged: float
    off: float
    uneven: float
    thick: float
    sure: float


_WEIGHTS = {
    "blue": 3.0,
    "taller": 5.2,
    "ragged": 2.5,
    "off": 4.2,
    "uneven": 1.8,
    "thicker": 3.0,
    "unsure": 2.1,
}
_PRINT = -3.3
"""Fitted (logistic regression) to 81 slots filled with drawn pen strokes and 99 with print, at all levels."""

_STRICTER = 1.2
"""Month and year are printed nearly always: more has to speak for a pen."""


def written(
    tokens: Sequence[Token], grey: Image, picture: Image, matrix: Matrix
) -> Iterator[tuple[Slot, Facts]]:
    """The slots of the head that a pen filled in, with what their ink looks like.

    ``tokens`` lie on the upright ``grey``; ``picture`` is the incoming one, to which ``matrix`` leads.
    """
    colour = picture if picture.ndim == 3 else None
    seen = [(slot, facts(slot, grey, colour, matrix)) for slot in slots(tokens)]
    year = next((told for slot, told in seen if slot.kind == "year"), None)
    for slot, told in seen:
        least = 0.0 if slot.kind in ("number", "day") else _STRICTER
        if told is not None and likeness(told, None if told is year else year) > least:
            yield slot, told


def likeness(told: Facts, year: Facts | None) -> float:
    """Above 0 for a pen, below for print. ``year``: the figures of the year, which are printed nearly always: figures
    of print are as tall."""
    tall = told.tall / year.tall if year is not None and year.tall > 0.5 else told.tall
    signs = {
        "blue": min(max(told.blue, 0.0), 40.0) / 20, "taller": max(tall - 1, 0.0), "ragged": told.ragged,
        "off": min(told.off, 1.0), "uneven": told.uneven, "thicker": max(math.log(max(told.thick, 0.1)), 0.0),
        "unsure": 1 - told.sure,
    }  # fmt: skip
    return _PRINT + sum(_WEIGHTS[name] * value for name, value in signs.items())


def facts(slot: Slot, grey: Image, colour: Image | None, matrix: Matrix) -> Facts | None:
    """How the ink of a slot looks on the upright ``grey``; None when there is none, or no print to compare it with.

    ``colour``: the incoming picture, if it has colour; ``matrix`` leads there from the upright one.
    """
    pieces = _pieces(grey, slot.print)
    capital = _capital(pieces)
    if capital is None or slot.x1 - slot.x0 < 0.3 * capital:
        return None
    foot = _foot_line(pieces, capital)
    middle = (slot.x0 + slot.x1) / 2
    level = foot[0] * middle + foot[1]
    top, bottom = level - 2.1 * capital, level + 0.8 * capital
    ink = [
        p for p in _ink(grey, (slot.x0 - 0.1 * capital, top, slot.x1 + 0.1 * capital, bottom))
        if p.tall > 0.5 * capital and p.x0 + p.wide / 2 < slot.x1 and p.x0 + p.wide / 2 > slot.x0
    ]  # fmt: skip
    if not ink:
        return None
    heights = [p.tall / capital for p in ink]
    feet = [(p.y1 - (foot[0] * (p.x0 + p.wide / 2) + foot[1])) / capital for p in ink]
    box = (
        min(p.x0 for p in ink),
        min(p.y0 for p in ink),
        max(p.x0 + p.wide for p in ink),
        max(p.y1 for p in ink),
    )
    letters = [p.thick for p in pieces if 0.8 * capital <= p.tall <= 1.25 * capital] or [
        p.thick for p in pieces
    ]
    inside = [t for t in slot.line if min(t.corners[2], slot.x1) - max(t.corners[0], slot.x0) > 0.4 * capital]
    read = [t.confidence for t in inside if any(c.isdigit() for c in t.text)]
    return Facts(
        box,
        0.0 if colour is None else _bluer(colour, matrix, box, slot.print),
        mean(heights),
        pstdev(heights),
        abs(median(feet)),
        pstdev(feet),
        mean(p.thick for p in ink) / max(0.5, median(letters)),
        mean(read) if read else 0.0,
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """A connected piece of ink; ``thick``: width of its stroke."""

    x0: float
    y0: float
    y1: float
    wide: float
    tall: float
    thick: float


def _pieces(grey: Image, words: Sequence[Token]) -> list[_Piece]:
    return [piece for word in words for piece in _ink(grey, word.corners)]


def _ink(grey: Image, corners: Corners) -> list[_Piece]:
    height, width = grey.shape
    x0, y0 = max(0, round(corners[0]) - 1), max(0, round(corners[1]) - 1)
    x1, y1 = min(width, round(corners[2]) + 1), min(height, round(corners[3]) + 1)
    if x1 - x0 < 3 or y1 - y0 < 3:
        return []
    crop = grey[y0:y1, x0:x1]
    light, dark = float(np.percentile(crop, 90)), float(crop.min())
    if light - dark < 40:
        return []
    # Well above the middle: a pen is fainter than print, and must not fall to pieces.
    ink = (crop < light - 0.33 * (light - dark)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8, ltype=cv2.CV_32S)
    found = []
    for label in range(1, count):
        x, y, wide, tall, area = stats[label].tolist()
        if area < 12:
            continue
        outlines, _ = cv2.findContours(
            (labels[y : y + tall, x : x + wide] == label).astype(np.uint8),
            cv2.RETR_CCOMP,
            cv2.CHAIN_APPROX_NONE,
        )
        rim = sum(cv2.arcLength(outline, True) for outline in outlines)
        found.append(_Piece(x0 + x, y0 + y, y0 + y + tall, wide, tall, 2 * area / max(rim, 1.0)))
    return found


def _capital(pieces: Sequence[_Piece]) -> float | None:
    """Height of a capital: among the tallest of the print, but not a bracket, a slash or a letter with its mark."""
    heights = sorted(p.tall for p in pieces if p.tall >= 8)
    return heights[round(0.7 * (len(heights) - 1))] if len(heights) >= 3 else None


def _foot_line(pieces: Sequence[_Piece], capital: float) -> tuple[float, float]:
    """Slope and height of the line that the print stands on."""
    feet = [(p.x0 + p.wide / 2, p.y1) for p in pieces if 0.5 * capital < p.tall < 1.3 * capital]
    if len(feet) < 2:
        feet = [(p.x0 + p.wide / 2, p.y1) for p in pieces]
    xs, ys = np.array([x for x, _ in feet]), np.array([y for _, y in feet])
    slope = 0.0
    if len(feet) >= 4 and xs.max() - xs.min() > 6 * capital:
        slope = float(np.polyfit(xs, ys, 1)[0])
        slope = slope if abs(slope) < 0.06 else 0.0
    return slope, float(np.median(ys - slope * xs))


def _bluer(colour: Image, matrix: Matrix, box: Corners, words: Sequence[Token]) -> float:
    own = _blue(colour, matrix, box)
    print_ = [b for b in (_blue(colour, matrix, word.corners) for word in words) if b is not None]
    return 0.0 if own is None or not print_ else own - median(print_)


def _blue(colour: Image, matrix: Matrix, corners: Corners) -> float | None:
    """How much more blue than red the darkest ink in a box is, against its paper; None without ink."""
    x0, y0, x1, y1 = corners
    wide, tall = max(2, round(x1 - x0)), max(2, round(y1 - y0))
    shift = np.array([[1.0, 0.0, x0], [0.0, 1.0, y0], [0.0, 0.0, 1.0]])
    crop = warp(colour, matrix @ shift, wide, tall).astype(np.float32)
    grey = crop.mean(axis=2)
    light, dark = np.percentile(grey, 92), grey.min()
    if light - dark < 40:
        return None
    ink = grey < dark + 0.4 * (light - dark)
    balance = crop[..., 0] - crop[..., 2]
    return float(np.median(balance[ink]) - np.median(balance[grey >= light - 8]))
