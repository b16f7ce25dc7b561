"""Ruled tables. Their ground truth goes row by row, cell by cell, the lines of a cell from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence

from .fonts import Style
from .layout import Layout


def write_table(
    page: Layout, widths: Sequence[float], head: Sequence[str], rows: Sequence[Sequence[str]], size: float
) -> None:
    """Write a table at the cursor: column widths and letter size in points, the head in bold."""
    page.cursor += 8
    _write_row(page, widths, head, "bold", size)
    for row in rows:
        _write_row(page, widths, row, "regular", size)
    page.cursor += 6


def _write_row(
    page: Layout, widths: Sequence[float], cells: Sequence[str], style: Style, size: float
) -> None:
    """Write a row, on a new sheet if need be; short single lines and heads are centred."""
    wrapped = [page.wrap([(cell, style)], size, width - 8) for cell, width in zip(cells, widths, strict=True)]
    line_height = size * 1.18
    height = max(map(len, wrapped)) * line_height + 7
    page.keep_room(height)
    x = page.left
    space = page.width_of(" ", "regular", size)
    for lines, width in zip(wrapped, widths, strict=True):
        page.frame(x, page.cursor, x + width, page.cursor + height)
        y = page.cursor + (height - len(lines) * line_height) / 2
        for words in lines:
            total = sum(word.width for word in words) + space * (len(words) - 1)
            centred = style == "bold" or (total < width * 0.45 and len(lines) == 1)
            start = x + (width - total) / 2 if centred else x + 4
            page.write_line(words, start, y, space, size, style, "table")
            y += line_height
        x += width
    page.cursor += height
