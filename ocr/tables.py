"""Ruled tables: found by their lines, read row by row and cell by cell, however the engine ran over the borders.

Cells are the areas that a table's lines close off, so merged cells and a slight lean do no harm.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr.engine import Token
from ocr.geometry import Corners, Image

_RULE = 44
"""Pixels at 200 dpi of unbroken ink that make a rule; no stroke of a letter in a text is that long."""

_DARK = 0.78
"""Ink of a rule, as a share of the paper's brightness: hairlines turn grey when the page is made smaller."""

_LEAST_WIDE, _LEAST_TALL = 18, 16
"""Pixels at 200 dpi of the smallest cell: room for one figure."""

_ONE_FIGURE = 80
"""Pixels at 200 dpi (1 cm) up to which a box of a form may hold a single figure."""


@dataclass(frozen=True, slots=True)
class Cell:
    """``row`` and ``column`` from 0; ``corners`` in pixels of the prepared picture."""

    row: int
    column: int
    corners: Corners


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its outline and its cells, row by row."""

    corners: Corners
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """The words of one table in lines, cell by cell; ``top``: where it begins on the page."""

    top: float
    lines: tuple[tuple[Token, ...], ...]


def grids(picture: Image, dpi: float, lean: float) -> tuple[Grid, ...]:
    """The ruled tables of an upright grey picture, top to bottom: see ``_is_table``.

    ``lean``: degrees clockwise by which the picture's lines still lean, up to about two.
    """
    # Half the size is enough, of the darkest of each four pixels: a hairline stays black.
    half = cv2.erode(picture, _kernel(2, 2))[::2, ::2]
    unit = dpi / 400
    ink = (half < _DARK * float(np.percentile(half[::8, ::8], 75))).astype(np.uint8)
    long, bridge = max(3, round(_RULE * unit)), max(3, round(24 * unit))
    rules = np.zeros_like(ink)
    for along in ((1, 0), (0, 1)):
        run = _kernel(long if along[0] else 1, long if along[1] else 1)
        gap = _kernel(bridge if along[0] else 1, bridge if along[1] else 1)
        straight = cv2.morphologyEx(cv2.morphologyEx(ink, cv2.MORPH_OPEN, run), cv2.MORPH_CLOSE, gap)
        rules |= np.asarray(straight, dtype=np.uint8)
    if not rules.any():
        return ()
    rules = np.asarray(cv2.dilate(rules, _kernel(3, 3)), dtype=np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(rules, connectivity=8, ltype=cv2.CV_32S)
    found = []
    for x, y, wide, tall, _ in stats[1:count].tolist():
        if wide >= 160 * unit and tall >= 2 * _LEAST_TALL * unit:
            grid = _grid(rules[y : y + tall, x : x + wide], (x, y), unit, lean)
            if grid is not None:
                found.append(grid)
    outermost = (g for g in found if not any(_holds(o.corners, g.corners) for o in found if o is not g))
    return tuple(sorted(outermost, key=lambda grid: grid.corners[1]))


def _kernel(wide: int, tall: int) -> Image:
    return np.ones((tall, wide), dtype=np.uint8)


def _grid(rules: Image, at: tuple[int, int], unit: float, lean: float) -> Grid | None:
    open_ground = cv2.copyMakeBorder(1 - rules, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(open_ground, connectivity=4, ltype=cv2.CV_32S)
    outside = int(labels[0, 0])
    x0, y0 = at
    boxes: list[Corners] = []
    for label in range(1, count):
        x, y, wide, tall, area = stats[label].tolist()
        roomy = wide >= _LEAST_WIDE * unit and tall >= _LEAST_TALL * unit
        if label != outside and roomy and area > 0.55 * wide * tall:
            boxes.append(
                (2.0 * (x0 + x - 1), 2.0 * (y0 + y - 1), 2.0 * (x0 + x + wide - 1), 2.0 * (y0 + y + tall - 1))
            )
    cells = _numbered(boxes, 2 * unit, lean)
    if not _is_table(cells, 2 * unit):
        return None
    height, width = rules.shape
    return Grid((2.0 * x0, 2.0 * y0, 2.0 * (x0 + width), 2.0 * (y0 + height)), cells)


def _is_table(cells: Sequence[Cell], unit: float) -> bool:
    """Two rows and two columns, or the one row of three cells that a new page leaves of a table; the boxes of a form
    that take one figure each are none."""
    if len(cells) < 3 or max(c.column for c in cells) < 1:
        return False
    if max(c.row for c in cells) < 1:
        return min(c.corners[2] - c.corners[0] for c in cells[1:]) > _ONE_FIGURE * unit
    return len(cells) >= 4


def _numbered(boxes: Iterable[Corners], unit: float, lean: float) -> tuple[Cell, ...]:
    """The boxes as cells: those whose tops lie level are one row."""
    slope = math.tan(math.radians(lean))
    rows: list[tuple[float, list[Corners]]] = []
    for box in sorted(boxes, key=lambda box: box[1] - slope * box[0]):
        top = box[1] - slope * box[0]
        if not rows or top - rows[-1][0] > 12 * unit:
            rows.append((top, []))
        rows[-1][1].append(box)
    return tuple(
        Cell(row, column, box)
        for row, (_, across) in enumerate(rows)
        for column, box in enumerate(sorted(across))
    )


def _holds(outer: Corners, inner: Corners) -> bool:
    return (
        outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]
    )  # fmt: skip


def taken(
    tokens: Sequence[Token], tables: Sequence[Grid], lean: float
) -> tuple[tuple[Token, ...], tuple[Block, ...]]:
    """(the words outside all tables, each table's words in lines). Words of tables carry their ``cell``."""
    rest: list[Token] = []
    held: dict[tuple[int, int, int], list[Token]] = {}
    for token in tokens:
        place = _place(token, tables)
        if place is None:
            rest.append(token)
        else:
            held.setdefault(place, []).append(token)
    slope = math.tan(math.radians(lean))
    blocks = []
    for number, table in enumerate(tables):
        lines = [
            tuple(replace(token, cell=place, place=(20_000 + number, 100 * place[1] + place[2], at)) for token in line)
            for place in sorted(p for p in held if p[0] == number)
            for at, line in enumerate(_lines(held[place], slope))
        ]  # fmt: skip
        if lines:
            blocks.append(Block(table.corners[1], tuple(lines)))
    return tuple(rest), tuple(blocks)


def _place(token: Token, tables: Sequence[Grid]) -> tuple[int, int, int] | None:
    """(table, row, column) of the cell under the middle of a word; of the nearest where a border was not whole."""
    x, y = (token.corners[0] + token.corners[2]) / 2, (token.corners[1] + token.corners[3]) / 2
    for number, table in enumerate(tables):
        a = table.corners
        if a[0] <= x <= a[2] and a[1] <= y <= a[3]:
            cell = min(table.cells, key=lambda c: _distance(c.corners, x, y))
            return number, cell.row, cell.column
    return None


def _distance(box: Corners, x: float, y: float) -> float:
    return max(box[0] - x, 0.0, x - box[2]) + max(box[1] - y, 0.0, y - box[3])


def _lines(tokens: Sequence[Token], slope: float) -> list[list[Token]]:
    """Words of one cell in lines, top to bottom, each left to right."""

    def level(token: Token) -> float:
        x0, y0, x1, y1 = token.corners
        return (y0 + y1) / 2 - slope * (x0 + x1) / 2

    lines: list[list[Token]] = []
    for token in sorted(tokens, key=level):
        tall = token.corners[3] - token.corners[1]
        last = lines[-1] if lines else []
        if last and level(token) - sum(map(level, last)) / len(last) < 0.5 * max(
            tall, *(t.corners[3] - t.corners[1] for t in last)
        ):
            last.append(token)
        else:
            lines.append([token])
    return [sorted(line, key=lambda token: token.corners[0]) for line in lines]
