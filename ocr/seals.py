"""Black round seals on bilevel pages: found by their rings, and the rings taken away so that the print below is read.

A colour scan's seal leaves with the red channel (``pixels.red``); on a copy it is as black as the print. Rings are
taken like the lines of a staff of music: only where the ink is no thicker than the ring, so letters that cross stay.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Image
from ocr.pixels import smaller

_LEAST_MM, _MOST_MM = 12.0, 25.0
"""Radius of the outer ring: Vietnamese seals are 28 to 42 mm wide; a copy may have shrunk or grown them a little."""

_LOOK_DPI = 50.0
_FOUND = 0.4
"""Share of a ring's round that carries ink, from which it is one: text under a circle gives 0.2 to 0.35."""

_CLEARER = 0.2
"""How much more of a ring carries ink than of circles a little inside and outside it: print is as dark all over."""

_ROUND = np.linspace(0, 2 * np.pi, 240, endpoint=False)
_COS, _SIN = np.cos(_ROUND), np.sin(_ROUND)
_ANGLES = 1440
_MOST_SEALS = 3


@dataclass(frozen=True, slots=True)
class Seal:
    """A round seal: centre and radius of its outer ring in pixels of the picture."""

    x: float
    y: float
    radius: float


def seals(picture: Image, dpi: float) -> tuple[Seal, ...]:
    """The round seals of a black and white page, surest first; usually none or one."""
    factor = min(1.0, _LOOK_DPI / dpi)
    strokes = _long_strokes(smaller(picture, 2 * factor), min(dpi, 2 * _LOOK_DPI) / 25.4)
    if strokes is None:
        return ()
    small = cv2.GaussianBlur(smaller(strokes, 0.5) if factor < 0.5 else smaller(strokes, factor), (0, 0), 0.8)
    unit = _LOOK_DPI / 25.4 if factor < 1 else dpi / 25.4
    circles = cv2.HoughCircles(
        small, cv2.HOUGH_GRADIENT, dp=1.5, minDist=8 * unit, param1=160, param2=22,
        minRadius=round(_LEAST_MM * unit), maxRadius=round(_MOST_MM * unit),
    )  # fmt: skip
    if circles is None:
        return ()
    dark = (picture < 128).astype(np.uint8)
    found: list[tuple[float, Seal]] = []
    for x, y, radius in np.asarray(circles).reshape(-1, 3)[:6].tolist():
        share, seal = _fitted(dark, x / factor, y / factor, radius / factor)
        apart = all(np.hypot(seal.x - o.x, seal.y - o.y) > 0.6 * o.radius for _, o in found)
        beside = (
            _inked(dark, seal.x, seal.y, 0.95 * seal.radius)
            + _inked(dark, seal.x, seal.y, 1.05 * seal.radius)
        ) / 2
        if share >= _FOUND and share - beside >= _CLEARER and apart:
            found.append((share, seal))
    return tuple(seal for _, seal in sorted(found, key=lambda one: -one[0])[:_MOST_SEALS])


def _long_strokes(grey: Image, unit: float) -> Image | None:
    """The picture without letters and specks; None when nothing else is on it. ``unit``: pixels in a millimetre."""
    ink = (grey < 160).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8, ltype=cv2.CV_32S)
    wide, tall = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    long = (np.maximum(wide, tall) >= 6 * unit) & (np.minimum(wide, tall) >= 1.5 * unit)
    long[0] = False
    if not long.any():
        return None
    return np.asarray(np.where(long[labels], grey, 255), dtype=np.uint8)


def _fitted(dark: Image, x: float, y: float, radius: float) -> tuple[float, Seal]:
    """(share of the round inked, the circle moved to where that is largest)."""
    best = (-1.0, Seal(x, y, radius))
    for step in (4.0, 3.0, 2.0, 1.0):
        around = best[1]
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                for dr in (-2, -1, 0, 1, 2):
                    cx, cy, r = around.x + dx * step, around.y + dy * step, around.radius + dr * step
                    share = _inked(dark, cx, cy, r)
                    if share > best[0]:
                        best = (share, Seal(cx, cy, r))
    return best


def _inked(dark: Image, x: float, y: float, radius: float) -> float:
    """Share of a circle that carries ink."""
    height, width = dark.shape
    px = np.clip((x + radius * _COS).astype(np.int32), 0, width - 1)
    py = np.clip((y + radius * _SIN).astype(np.int32), 0, height - 1)
    return float(dark[py, px].mean())


def without_rings(picture: Image, found: tuple[Seal, ...], dpi: float) -> Image:
    """The picture without the rings of these seals: outer, second and inner circle."""
    out = picture.copy()
    for seal in found:
        _erase(out, seal, dpi)
    return out


def _erase(picture: Image, seal: Seal, dpi: float) -> None:
    reach = round(seal.radius * 1.12)
    # Without WARP_FILL_OUTLIERS what lies outside is whatever the memory held, and paper is erased at random.
    polar = cv2.warpPolar(
        255 - picture, (reach * 2, _ANGLES), (seal.x, seal.y), float(reach),
        cv2.WARP_POLAR_LINEAR | cv2.INTER_LINEAR | cv2.WARP_FILL_OUTLIERS,
    )  # fmt: skip
    ink = (polar > 127).astype(np.uint8)  # rows are angles, columns half pixels of radius
    thickest = max(4, round(1.1 / 25.4 * dpi * 2))  # half pixels; a ring is drawn 0.3 to 1 mm thick
    thin = _short_runs(ink, thickest)
    rings = np.zeros(ink.shape[1], dtype=bool)
    share = cv2.blur(thin.mean(axis=0, dtype=np.float32).reshape(1, -1), (5, 1)).ravel()
    rings[share > 0.34] = True
    rings = (
        cv2.dilate(rings.astype(np.uint8).reshape(1, -1), np.ones((1, thickest // 2 | 1), np.uint8)).ravel()
        > 0
    )
    lines = thin * rings.astype(np.uint8)
    # A ring runs on along the angle; a letter's bar crosses it and ends.
    lines = np.asarray(cv2.morphologyEx(lines, cv2.MORPH_OPEN, np.ones((9, 1), dtype=np.uint8)), np.uint8)
    back = cv2.warpPolar(
        lines * 255, picture.shape[::-1], (seal.x, seal.y), float(reach),
        cv2.WARP_POLAR_LINEAR | cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR | cv2.WARP_FILL_OUTLIERS,
    )  # fmt: skip
    picture[back > 60] = 255


def _short_runs(ink: Image, longest: int) -> npt.NDArray[np.uint8]:
    """Ink whose run along the radius is at most ``longest`` half pixels."""
    long = np.asarray(
        cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, longest + 1), dtype=np.uint8)), np.uint8
    )
    return np.asarray(ink & (1 - long), dtype=np.uint8)
