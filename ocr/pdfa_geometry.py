"""Where a pixel of the incoming image lies on the upright page.

Rotation is baked into the content because the sealing library does not turn its stamp on a page with /Rotate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ocr.values import PageReading

POINTS_PER_INCH = 72.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: the incoming image's size in pixels, how far it stands turned, and its resolution."""

    width: int
    height: int
    rotation: int
    dpi: float

    @classmethod
    def of(cls, reading: PageReading, dpi: float) -> Sheet:
        """Return the sheet on which ``reading`` was made, scaled by ``dpi``."""
        return cls(reading.width, reading.height, reading.rotation, dpi)

    @property
    def scale(self) -> float:
        """Points per pixel."""
        return POINTS_PER_INCH / self.dpi

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the upright page in points."""
        turned = self.rotation in (90, 270)
        across, down = (self.height, self.width) if turned else (self.width, self.height)
        return across * self.scale, down * self.scale

    def upright(self, box: Sequence[float]) -> tuple[float, float, float, float]:
        """Turn a box of the incoming image back; still pixels, origin top left."""
        x0, y0, x1, y1 = box
        w, h = self.width, self.height
        match self.rotation:
            case 90:
                return y0, w - x1, y1, w - x0
            case 180:
                return w - x1, h - y1, w - x0, h - y0
            case 270:
                return h - y1, x0, h - y0, x1
            case _:
                return x0, y0, x1, y1

    def on_page(self, box: Sequence[float]) -> tuple[float, float, float, float]:
        """Return a box of the incoming image in page points, origin lower left."""
        u0, v0, u1, v1 = self.upright(box)
        top = self.size[1]
        return u0 * self.scale, top - v1 * self.scale, u1 * self.scale, top - v0 * self.scale

    def image_matrix(self) -> tuple[float, float, float, float, float, float]:
        """Return the matrix that paints the image upright over the whole page (ISO 32000-1, 8.9.5)."""
        w, h = self.size
        match self.rotation:
            case 90:
                return 0, h, -w, 0, w, 0
            case 180:
                return -w, 0, 0, -h, w, h
            case 270:
                return 0, -h, w, 0, 0, h
            case _:
                return w, 0, 0, h, 0, 0


def number(value: float) -> str:
    """Write a number as PDF content wants it: no exponent, a thousandth of a point at most."""
    if not math.isfinite(value):
        raise ValueError(f"not a number for a page: {value}")
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def numbers(values: Sequence[float]) -> str:
    """Write several numbers separated by spaces."""
    return " ".join(number(value) for value in values)
