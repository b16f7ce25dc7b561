"""A register's month as a PDF/A-2b to print and bind: a table on lying A4 sheets. Pure layout, lengths in pt.

TT 01/2020/TT-BTP: the electronic register is printed monthly, bound and stamped across its pages (giáp lai): the left
margin is for the binding, the right one stays free for the stamp. Letters are those of the marks (NĐ 30/2020 annex I).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, pdfa

from signing.embed import font
from signing.mark import FONT, HANOI, Line, drawn
from signing.typeface import marks

WIDTH, HEIGHT = 841.89, 595.28  # A4 lying
LEFT, RIGHT, TOP, BOTTOM = 56.0, 52.0, 46.0, 42.0
SIZE, HEAD_SIZE, TITLE_SIZE = 9.5, 9.5, 14.0
LEADING = 1.22
PADDING = 3.0
SIGN_ROOM = 96.0  # for the closing sentences' signature
MOST_LINES = 24  # of one cell: a longer text is cut with a sign, so that a row always fits a sheet


@dataclass(frozen=True)
class Column:
    """A column's heading and its share of the table's width."""

    heading: str
    share: float


@dataclass(frozen=True)
class Book:
    """What is printed. `rows` have a text for each column; a line end begins a new line. `at`: when it is printed."""

    agency: str
    title: str
    subtitle: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    closing: tuple[str, ...]
    at: datetime


@dataclass
class _Sheet:
    """One page in the making: its text lines and the rules between cells, and how far down it is filled."""

    lines: list[Line]
    rules: list[tuple[float, float, float, float]]
    y: float


def to_pdf(book: Book) -> bytes:
    """Give the PDF/A-2b. The same book gives the same pages.

    Raises:
        ValueError: a row has another number of texts than there are columns.
        pikepdf.pdfa.PdfaError: the checker found something against PDF/A-2b.
    """
    if any(len(row) != len(book.columns) for row in book.rows):
        raise ValueError("every row needs a text for each column")
    sheets = _sheets(book)
    pdf = pikepdf.new()
    face = font(pdf)
    for number, sheet in enumerate(sheets, 1):
        _numbered(sheet, number, len(sheets))
        content = drawn(sheet.lines) + b"\n" + _ruled(sheet.rules)
        page = Dictionary(
            Type=Name.Page, MediaBox=Array([0, 0, WIDTH, HEIGHT]), Contents=pdf.make_stream(content),
            Resources=Dictionary(Font=Dictionary({"/" + FONT: face})),
        )  # fmt: skip
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    pdf.Root.Lang = pikepdf.String("vi-VN")
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["dc:title"] = f"{book.title}, {book.subtitle}"
        xmp["dc:creator"] = [book.agency]
    out = BytesIO()
    pdfa.save(pdf, out, "2b", deterministic_id=True)
    return out.getvalue()


def _sheets(book: Book) -> list[_Sheet]:
    shares = sum(column.share for column in book.columns)
    widths = [(WIDTH - LEFT - RIGHT) * column.share / shares for column in book.columns]
    sheet = _Sheet([], [], HEIGHT - TOP)
    _headed(sheet, book)
    heading = tuple(column.heading for column in book.columns)
    numbers = tuple(f"({place})" for place in range(1, len(heading) + 1))
    sheets = [sheet]
    _row(sheet, heading, widths, HEAD_SIZE)
    _row(sheet, numbers, widths, HEAD_SIZE)
    for row in book.rows:
        if sheet.y - _height(row, widths) < BOTTOM:
            sheet = _Sheet([], [], HEIGHT - TOP)
            sheets.append(sheet)
            _row(sheet, heading, widths, HEAD_SIZE)
            _row(sheet, numbers, widths, HEAD_SIZE)
        _row(sheet, row, widths, SIZE)
    if not book.rows:
        _text(sheet, "Trong tháng không có số nào.", SIZE, LEFT + PADDING)
    if sheet.y - len(book.closing) * 16 - SIGN_ROOM < BOTTOM:
        sheet = _Sheet([], [], HEIGHT - TOP)
        sheets.append(sheet)
    _closed(sheet, book)
    return sheets


def _headed(sheet: _Sheet, book: Book) -> None:
    for line in marks().wrap(book.agency, 11.0, WIDTH - LEFT - RIGHT):
        _text(sheet, line, 11.0, LEFT)
    sheet.y -= 4
    for text, size in ((book.title, TITLE_SIZE), (book.subtitle, 11.0)):
        _text(sheet, text, size, (WIDTH - marks().width(text, size)) / 2)
    sheet.y -= 8


def _closed(sheet: _Sheet, book: Book) -> None:
    sheet.y -= 10
    for sentence in book.closing:
        for line in marks().wrap(sentence, 11.0, WIDTH - LEFT - RIGHT):
            _text(sheet, line, 11.0, LEFT)
    moment = f"In lúc {book.at.astimezone(HANOI):%H:%M ngày %d/%m/%Y}"
    _text(sheet, moment, 9.0, LEFT)
    for text in ("NGƯỜI ĐỨNG ĐẦU CƠ QUAN", "(ký, ghi rõ họ tên, đóng dấu)"):
        _text(sheet, text, 11.0, WIDTH - RIGHT - 150 - marks().width(text, 11.0) / 2)


def _text(sheet: _Sheet, text: str, size: float, x: float) -> None:
    """One line at `x`; the sheet is filled down to below it."""
    base = sheet.y - size * marks().ascent / 1000
    sheet.lines.append(Line(text, size, round(x, 2), round(base, 2)))
    sheet.y -= size * LEADING


def _row(sheet: _Sheet, row: tuple[str, ...], widths: list[float], size: float) -> None:
    height, top, x = _height(row, widths, size), sheet.y, LEFT
    for text, width in zip(row, widths, strict=True):
        down = top - PADDING
        for line in _cell(text, width, size):
            sheet.lines.append(
                Line(line, size, round(x + PADDING, 2), round(down - size * marks().ascent / 1000, 2))
            )
            down -= size * LEADING
        sheet.rules.append((x, top, x, top - height))
        x += width
    sheet.rules += [(x, top, x, top - height), (LEFT, top, x, top), (LEFT, top - height, x, top - height)]
    sheet.y -= height


def _height(row: tuple[str, ...], widths: list[float], size: float = SIZE) -> float:
    most = max(len(_cell(text, width, size)) for text, width in zip(row, widths, strict=True))
    return max(1, most) * size * LEADING + 2 * PADDING


def _cell(text: str, width: float, size: float) -> list[str]:
    inner = width - 2 * PADDING
    lines = [line for part in text.split("\n") for line in marks().wrap(part, size, inner)]
    return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], "…"]


def _numbered(sheet: _Sheet, number: int, count: int) -> None:
    told = f"Trang {number}/{count}"
    x = (WIDTH - marks().width(told, 10.0)) / 2
    sheet.lines.append(Line(told, 10.0, round(x, 2), HEIGHT - 30))


def _ruled(rules: list[tuple[float, float, float, float]]) -> bytes:
    return b"\n".join([b"q 0 0 0 RG 0.5 w", *_drawn(rules), b"Q"])


def _drawn(rules: list[tuple[float, float, float, float]]) -> Iterator[bytes]:
    for x0, y0, x1, y1 in rules:
        yield b"%.2f %.2f m %.2f %.2f l S" % (x0, y0, x1, y1)
