"""Figures written with a pen: each from a few curves whose points, size, slant and pressure differ every time."""

from __future__ import annotations

import math
import random

import cv2
import numpy as np
import numpy.typing as npt

from .overlays import Mask
from .sheet import Colour

INKS: tuple[Colour, ...] = ((38, 52, 150), (22, 30, 110), (18, 18, 22), (60, 60, 70))
"""Blue, dark blue, black and grey: ballpoints and gel pens."""

_Point = tuple[float, float]
_STROKES: dict[str, tuple[tuple[_Point, ...], ...]] = {
    "0": (((0.55, 0.05), (0.05, 0.25), (0.1, 0.95), (0.5, 0.98), (0.95, 0.8), (0.85, 0.1), (0.45, 0.05)),),
    "1": (((0.2, 0.3), (0.5, 0.05), (0.5, 0.5), (0.48, 1.0)),),
    "2": (((0.12, 0.25), (0.4, 0.0), (0.85, 0.15), (0.7, 0.5), (0.1, 0.95), (0.5, 0.9), (0.95, 0.97)),),
    "3": (((0.15, 0.12), (0.6, 0.0), (0.8, 0.25), (0.4, 0.45), (0.85, 0.6), (0.7, 0.98), (0.1, 0.9)),),
    "4": (((0.6, 0.0), (0.3, 0.3), (0.05, 0.65), (0.5, 0.63), (0.95, 0.6)), ((0.65, 0.35), (0.63, 0.7), (0.6, 1.05))),
    "5": (((0.3, 0.05), (0.22, 0.3), (0.2, 0.45), (0.7, 0.4), (0.85, 0.75), (0.5, 1.0), (0.1, 0.9)),
          ((0.28, 0.06), (0.6, 0.05), (0.9, 0.02))),
    "6": (((0.75, 0.02), (0.3, 0.25), (0.1, 0.7), (0.45, 1.0), (0.85, 0.8), (0.6, 0.5), (0.2, 0.68)),),
    "7": (((0.1, 0.1), (0.5, 0.08), (0.9, 0.05), (0.6, 0.5), (0.4, 1.05)), ((0.3, 0.55), (0.55, 0.5), (0.8, 0.5))),
    "8": (((0.75, 0.12), (0.3, 0.0), (0.2, 0.35), (0.8, 0.65), (0.6, 1.0), (0.15, 0.85), (0.5, 0.5), (0.78, 0.15)),),
    "9": (((0.8, 0.2), (0.4, 0.0), (0.15, 0.35), (0.5, 0.5), (0.8, 0.25), (0.75, 0.6), (0.6, 1.05)),),
}  # fmt: skip
"""Points that the pen passes, in a box one wide and one tall from the left top corner."""


def figures(rng: random.Random, text: str, height: float) -> tuple[Mask, float]:
    """(ink 0..1 of the figures ``text``, about ``height`` pixels tall; the row of the mask on the line written on)."""
    step, rim = height * 0.72, round(height)
    mask = np.zeros((round(3 * height), round(len(text) * step * 1.3 + 2 * height)), np.float32)
    x = float(rim)
    slant, drift = rng.uniform(-0.05, 0.35), rng.uniform(-0.06, 0.06)
    pen = height * rng.uniform(0.055, 0.11)
    for figure in text:
        tall = height * rng.uniform(0.8, 1.2)
        wide = tall * rng.uniform(0.42, 0.62)
        foot = 2 * height + (x - rim) * drift + rng.uniform(-0.1, 0.1) * height
        for stroke in _STROKES[figure]:
            points = []
            for across, down in stroke:
                u = across + rng.gauss(0, 0.05)
                v = down + rng.gauss(0, 0.035)
                points.append((x + u * wide + (1 - v) * tall * slant, foot - (1 - v) * tall))
            _draw(mask, np.array(points), pen, rng)
        x += wide + height * rng.uniform(0.08, 0.28)
    soft = cv2.GaussianBlur(mask, (0, 0), max(0.5, height * 0.012))
    return np.asarray(soft * rng.uniform(0.8, 0.97), np.float32), 2.0 * height


def _draw(mask: Mask, points: npt.NDArray[np.float64], pen: float, rng: random.Random) -> None:
    """A smooth curve through the points, thin where the pen is light."""
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    phase, swing = rng.uniform(0, 2 * math.pi), rng.uniform(0.15, 0.4)
    for index in range(1, len(padded) - 2):
        a, b, c, d = padded[index - 1 : index + 3]
        for share in np.linspace(0, 1, 14, endpoint=False):
            point = 0.5 * (
                2 * b + (c - a) * share + (2 * a - 5 * b + 4 * c - d) * share**2
                + (3 * b - a - 3 * c + d) * share**3
            )  # fmt: skip
            pressed = pen * (1 + swing * math.sin(phase + 1.7 * (index + share)))
            centre = (round(point[0] * 8), round(point[1] * 8))
            cv2.circle(mask, centre, max(4, round(pressed * 4)), 1.0, -1, cv2.LINE_AA, 3)
