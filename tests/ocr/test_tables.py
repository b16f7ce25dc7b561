"""Ruled tables are read row by row, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from ocr.engine import Token
from ocr.geometry import Image, inverse, mapped, rotation_about, warp
from ocr.lines import reading_order
from ocr.page import text_by_line
from ocr.tables import grids, taken
from ocr.values import Box, Word

WIDTH, HEIGHT = 1654, 2339
EDGES = (200, 300, 500, 1100, 1400)
TOPS = (400, 470, 610, 720)
HEAD = ("STT", "Mã", "Tên thủ tục", "Thời hạn")
ROWS = (
    ("1", "1.004237", "Khai thác và sử dụng | thông tin, dữ liệu", "05 ngày"),
    ("2", "1.001612", "Đăng ký", "03 ngày"),
)
TEXT = (
    "STT\tMã\tTên thủ tục\tThời hạn\n"
    "1\t1.004237\tKhai thác và sử dụng thông tin, dữ liệu\t05 ngày\n"
    "2\t1.001612\tĐăng ký\t03 ngày"
)


def ruled(edges: Sequence[int] = EDGES, tops: Sequence[int] = TOPS) -> Image:
    page = np.full((HEIGHT, WIDTH), 250, dtype=np.uint8)
    for x in edges:
        cv2.line(page, (x, tops[0]), (x, tops[-1]), 40, 2)
    for y in tops:
        cv2.line(page, (edges[0], y), (edges[-1], y), 40, 2)
    return page


def words(edges: Sequence[int] = EDGES, tops: Sequence[int] = TOPS) -> list[Token]:
    """The words of the table as an engine gives them that knows nothing of cells: line by line over the borders."""
    found = []
    for row, (top, cells) in enumerate(zip(tops, (HEAD, *ROWS), strict=False)):
        for left, cell in zip(edges, cells, strict=False):
            for line, text in enumerate(cell.split("|")):
                x, y = left + 10.0, top + 20.0 + 50 * line
                for word in text.split():
                    found.append(
                        Token(word, 0.95, (x, y, x + 12.0 * len(word), y + 28), (1, 1, 10 * row + line))
                    )
                    x += 12.0 * len(word) + 12
    return sorted(found, key=lambda token: (token.corners[1], token.corners[0]))


def text_of(tokens: Sequence[Token], page: Image, lean: float = 0.0) -> str:
    free, blocks = taken(tokens, grids(page, 200, lean), lean)
    lines = reading_order(free, blocks)
    return text_by_line(
        [Word(t.text, 0.9, Box(0, 0, 1, 1), n, cell=t.cell) for n, line in enumerate(lines) for t in line]
    )


def test_a_row_is_one_line_with_tabs_and_a_cell_that_wraps_stays_together() -> None:
    assert text_of(words(), ruled()) == TEXT


@pytest.mark.parametrize("lean", [-1.0, 0.8, 1.8])
def test_a_table_that_leans_reads_the_same(lean: float) -> None:
    turn = inverse(rotation_about(WIDTH, HEIGHT, -lean))
    page = warp(ruled(), rotation_about(WIDTH, HEIGHT, -lean), WIDTH, HEIGHT, paper=250)
    leaning = [Token(t.text, t.confidence, mapped(turn, t.corners), t.place) for t in words()]
    assert text_of(leaning, page, lean) == TEXT


def test_merged_cells_are_cells() -> None:
    page = ruled()
    page[TOPS[1] - 3 : TOPS[1] + 4, EDGES[2] + 4 : EDGES[4] - 4] = (
        250  # the head of two columns runs over two rows
    )
    (grid,) = grids(page, 200, 0.0)
    assert len(grid.cells) == 10
    assert [c.row for c in grid.cells].count(0) == 4


def test_text_stands_where_the_table_stood_in_the_body() -> None:
    above = Token("Trước", 0.9, (200.0, 300.0, 300.0, 328.0), (0, 1, 1))
    below = Token("Sau", 0.9, (200.0, 800.0, 280.0, 828.0), (2, 1, 1))
    assert text_of([below, above, *words()], ruled()) == f"Trước\n{TEXT}\nSau"


def test_the_part_of_a_table_that_a_new_page_leaves_is_one_row() -> None:
    (grid,) = grids(ruled(tops=TOPS[:2]), 200, 0.0)
    assert [(c.row, c.column) for c in grid.cells] == [(0, 0), (0, 1), (0, 2), (0, 3)]


def test_boxes_for_single_figures_are_no_table() -> None:
    assert not grids(ruled(edges=tuple(range(200, 700, 48)), tops=(400, 448)), 200, 0.0)


def test_a_frame_an_underline_and_print_are_no_table() -> None:
    page = np.full((HEIGHT, WIDTH), 250, dtype=np.uint8)
    cv2.rectangle(page, (200, 200), (700, 420), 40, 3)
    cv2.line(page, (300, 600), (800, 600), 40, 3)
    for n in range(20):
        cv2.putText(page, "Van ban hanh chinh", (200, 800 + 50 * n), cv2.FONT_HERSHEY_DUPLEX, 1.2, 30, 3)
    assert not grids(page, 200, 0.0)
