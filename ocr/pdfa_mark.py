"""Room for the agency's mark: top right of page 1, where nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, product

from ocr.pdfa_geometry import Sheet
from ocr.pdfa_values import NotBuilt
from ocr.values import PageReading

EDGE = 6.0
"""Least distance of the mark from the page's edges in points; a band is twice this higher than the mark."""
_TOP_SHARE = 0.15
_CLEARANCE = 2.0  # points between mark and ink
_STEP = 3.0  # points by which the mark is moved in search of room

_Rect = tuple[float, float, float, float]


def room(reading: PageReading, sheet: Sheet, size: tuple[float, float]) -> tuple[_Rect, float]:
    """Return the mark's box in points on the upright page, and the height of the band it needs (0.0: none).

    The place nearest to the top right corner wins that lies in the right half and in the top 15 % and touches
    neither the ink map nor a word. Without one, or without an ink map to look at, the page grows upward by a
    white band. Raises NotBuilt ("mark-too-large") when the mark is wider than the page allows.
    """
    width, height = size
    page_width, page_height = sheet.size
    if width <= 0 or height <= 0 or width > page_width - 2 * EDGE:
        raise NotBuilt("mark-too-large")
    if reading.ink:
        limit = page_height * (1 - _TOP_SHARE)
        ink = [rect for rect in _obstacles(reading, sheet) if rect[3] > limit]
        for left, top in _places(page_width, page_height, size):
            box = (left, top - height, left + width, top)
            if not any(_touches(box, rect) for rect in ink):
                return box, 0.0
    band = height + 2 * EDGE
    top = page_height + band - EDGE
    return (page_width - EDGE - width, top - height, page_width - EDGE, top), band


def _places(page_width: float, page_height: float, size: tuple[float, float]) -> list[tuple[float, float]]:
    """Return (left, top) of the allowed places, nearest to the corner first, a move left before one down."""
    to_left = page_width / 2 - EDGE - size[0]
    to_bottom = page_height * _TOP_SHARE - EDGE - size[1]
    if to_left < 0 or to_bottom < 0:
        return []
    lefts = [step * _STEP for step in range(int(to_left / _STEP) + 1)]
    downs = [step * _STEP for step in range(int(to_bottom / _STEP) + 1)]
    moves = sorted(product(lefts, downs), key=lambda move: (move[0] + move[1], move[1]))
    return [(page_width - EDGE - size[0] - left, page_height - EDGE - down) for left, down in moves]


def _obstacles(reading: PageReading, sheet: Sheet) -> Iterator[_Rect]:
    rows = len(reading.ink)
    for row, cells in enumerate(reading.ink):
        y0, y1 = row * reading.height / rows, (row + 1) * reading.height / rows
        column = 0
        for cell, run in groupby(cells):
            start, column = column, column + len(list(run))
            if cell == "#":
                x0, x1 = start * reading.width / len(cells), column * reading.width / len(cells)
                yield sheet.on_page((x0, y0, x1, y1))
    # A coarse map may miss thin print that the reader did see.
    yield from (sheet.on_page(word.box) for word in reading.words)


def _touches(box: _Rect, ink: _Rect) -> bool:
    return (
        box[0] - _CLEARANCE < ink[2]
        and ink[0] < box[2] + _CLEARANCE
        and box[1] - _CLEARANCE < ink[3]
        and ink[1] < box[3] + _CLEARANCE
    )
