"""A page as people see it: cropped and turned by its /Rotate, origin at the lower left of what is shown.

ISO 32000-1 7.7.3.3: viewers show the crop box, turned clockwise by /Rotate. Marks are placed as they are seen; their
boxes stand in the page's own coordinates, whose unit may be more than a point (/UserUnit, table 30 there).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]

MOST_UNIT = 100.0
"""Points in one unit of a page: of the largest sheets on paper, A0, some 24 by 34 units are left. Beyond it a mark's
box has no whole thousandths any more."""


@dataclass(frozen=True)
class Sheet:
    """The shown part of a page in its own coordinates, the quarter turns clockwise in degrees, and how many points one
    unit of the coordinates is."""

    shown: Box
    turn: int
    unit: float = 1.0

    @classmethod
    def of(
        cls, mediabox: Sequence[float], cropbox: Sequence[float] | None, rotate: int, unit: float = 1.0
    ) -> Sheet:
        """Give the sheet of a page with these entries; a crop box counts as far as it lies on the page.

        Raises:
            ValueError: /Rotate is no quarter turn, the unit is none, or nothing of the page is shown.
        """
        if not 0 < unit <= MOST_UNIT:
            raise ValueError(f"/UserUnit {unit}")
        if rotate % 90:
            raise ValueError(f"/Rotate {rotate}")
        x0, y0, x1, y1 = _ordered(mediabox)
        if cropbox is not None:
            left, bottom, right, top = _ordered(cropbox)
            if max(x0, left) < min(x1, right) and max(y0, bottom) < min(y1, top):
                x0, y0, x1, y1 = max(x0, left), max(y0, bottom), min(x1, right), min(y1, top)
        if not (x0 < x1 and y0 < y1):
            raise ValueError(f"nothing is shown of {tuple(mediabox)}")
        return cls((x0, y0, x1, y1), rotate % 360, unit)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as seen, pt."""
        x0, y0, x1, y1 = (edge * self.unit for edge in self.shown)
        return (y1 - y0, x1 - x0) if self.turn in (90, 270) else (x1 - x0, y1 - y0)

    @property
    def matrix(self) -> Matrix:
        """From places as seen to the page's coordinates: what is drawn under it stands upright (8.3.3)."""
        x0, y0, x1, y1 = self.shown
        point = 1 / self.unit
        match self.turn:
            case 90:
                return (0, point, -point, 0, x1, y0)
            case 180:
                return (-point, 0, 0, -point, x1, y1)
            case 270:
                return (0, -point, point, 0, x0, y1)
            case _:
                return (point, 0, 0, point, x0, y0)

    def on_page(self, seen: Box) -> Box:
        """Give a box as seen in the page's coordinates."""
        a, b, c, d, e, f = self.matrix
        u0, v0, u1, v1 = seen
        return _ordered((a * u0 + c * v0 + e, b * u0 + d * v0 + f, a * u1 + c * v1 + e, b * u1 + d * v1 + f))

    def grown(self, left: float, bottom: float, right: float, top: float) -> Sheet:
        """Give the sheet with margins of that width added to its sides as seen."""
        width, height = self.size
        return Sheet(self.on_page((-left, -bottom, width + right, height + top)), self.turn, self.unit)


def _ordered(box: Sequence[float]) -> Box:
    x0, y0, x1, y1 = (float(one) for one in box)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
