"""Patch codes: four thick bars on the separator sheets that scanners' makers sell (Patch T, Patch 2).

Bars are 0.08 or 0.20 inch thick, 0.08 inch apart and at least 2 inches long (Kodak, CAT 845 9380).
"""

from __future__ import annotations

from itertools import groupby

import cv2
import numpy as np
import numpy.typing as npt

from ocr import pixels
from ocr.geometry import Image

LOOK_DPI = 100.0
NARROW, WIDE = (0.045, 0.125), (0.15, 0.27)
"""Inches that a bar or space may measure after printing, copying and scanning aslant."""

QUIET = 0.15
LEAST_INCHES = 1.5
"""So long a piece of the bars has to be seen whole."""

EVERY = 5
"""Lines looked at, at 100 dots per inch: twenty an inch."""

MEANT = {"0101": "PATCH T", "1010": "PATCH T", "1001": "PATCH 2"}
"""Thick bars as 1. Patch T on its head is Patch 3, which parts batches: either parts documents here."""


def patch_code(image: Image, dpi: float) -> str | None:
    """The patch code on the page, whichever way it lies, or None."""
    factor = min(1.0, LOOK_DPI / dpi)
    grey = pixels.smaller(pixels.darkest(image), factor)
    # Not evened: a bar is as wide as what paper's brightness is measured by. Photographs have no patch codes.
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_OTSU)
    dark = grey <= level
    per_inch = dpi * factor
    for lines in (dark, dark.T):
        seen = [_code(line, per_inch) for line in lines[::EVERY]]
        for code, run in groupby(seen):
            if code is not None and sum(1 for _ in run) * EVERY >= LEAST_INCHES * per_inch:
                return MEANT[code]
    return None


def _code(line: npt.NDArray[np.bool_], per_inch: float) -> str | None:
    """The bars that one line across them meets."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], line, [False]]).astype(np.int8)))
    starts, ends = edges[::2] / per_inch, edges[1::2] / per_inch
    bars, spaces = ends - starts, starts[1:] - ends[:-1]
    for first in range(len(bars) - 3):
        before = spaces[first - 1] if first else QUIET
        after = spaces[first + 3] if first + 3 < len(spaces) else QUIET
        if min(before, after) < QUIET or not all(_is(NARROW, one) for one in spaces[first : first + 3]):
            continue
        code = "".join(
            "0" if _is(NARROW, one) else "1" if _is(WIDE, one) else "x" for one in bars[first : first + 4]
        )
        if code in MEANT:
            return code
    return None


def _is(size: tuple[float, float], inches: float) -> bool:
    return size[0] <= inches <= size[1]
