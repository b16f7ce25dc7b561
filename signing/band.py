"""The white band above page 1 of a copy: code squares, small print, room for the mark. Pure layout, lengths in pt.

NĐ 30/2020 annex I and its box 14: form of the copy, agency and time stand top right on page 1. A band keeps them off
the copied page: nothing of the original is covered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import segno

from signing.mark import Box, Line, drawn, mark_size
from signing.terms import CopyTerms
from signing.typeface import marks

MARGIN = 14.0
GAP = 10.0
QR_SIDE = (
    88.0  # about 31 mm with its quiet zone: a phone reads it from print, and 150 dpi gives 4 pixels a module
)
QUIET_MODULES = 4  # ISO/IEC 18004
NUMBER_PT = 10.0
SMALL_PT = 7.5
LEADING = 1.18
ATTACHED = "Bản gốc đính kèm nguyên vẹn trong tệp này."
OFFLINE = "Mã vuông thứ hai: lời xác nhận có chữ ký số, kiểm tra được khi không có mạng."
STATEMENT_MODULE = 72 / 25.4 * 0.5
"""0.5 mm: nearly 4 pixels a module at 200 dpi, so that a copier's threshold does not close them; measured in
tests/signing/test_statement_on_paper.py."""
COLUMN_LEAST = 190.0  # a narrower column reads badly; the small print then takes the full width below


@dataclass(frozen=True)
class Band:
    """A drawn band: its size, its content stream (origin at its lower left) and the mark's box in it."""

    width: float
    height: float
    content: bytes
    mark_box: Box


def lay_out(terms: CopyTerms, page_width: float) -> Band:
    """Give the band for a page of that width; a page too narrow for its parts gets a wider band."""
    return _layout(terms, page_width).drawn()


def under(terms: CopyTerms, page_width: float) -> float:
    """Give how far below the upper edge of the statement's modules the band of such a page ends."""
    planned = _layout(terms, page_width)
    return planned.height - MARGIN - planned.squares_down - QUIET_MODULES * STATEMENT_MODULE


def modules(statement: str) -> int:
    """Give how many modules a side of the statement's square has, quiet zone apart."""
    # Which mask is best changes nothing of its size; looking for it takes five times as long (12 ms, measured).
    return len(segno.make(statement, error="m", mask=0, micro=False).matrix)


@dataclass(frozen=True)
class _Layout:
    """Where the parts go: `body` is the height without margins; `…_down` counts from the top margin."""

    squares: list[_Square]
    mark: tuple[float, float]
    width: float
    body: float
    paragraphs: list[tuple[str, float]]
    left: float
    print_down: float
    squares_down: float

    @property
    def height(self) -> float:
        return float(ceil(self.body + 2 * MARGIN))

    def drawn(self) -> Band:
        """Put the parts together."""
        top, right = self.height - MARGIN, self.width - MARGIN
        squares, x = [], MARGIN
        for one in self.squares:
            squares.append(one.content(x, top - self.squares_down - one.side))
            x += one.side + GAP
        content = b"\n".join(
            [
                b"q 1 1 1 rg 0 0 %g %g re f Q" % (self.width, self.height),
                *squares,
                drawn(list(_lines(self.paragraphs, self.left, top - self.print_down))),
                b"q 0 0 0 RG 0.4 w %g 3 m %g 3 l S Q" % (MARGIN, self.width - MARGIN),
            ]
        )
        box = (right - self.mark[0], top - self.mark[1], right, top)
        return Band(self.width, self.height, content, box)


def _layout(terms: CopyTerms, page_width: float) -> _Layout:
    mark = mark_size(terms.agency_name, terms.heading, template=terms.rule(terms.issued_at))
    squares = [_Square(terms.verification_url, QR_SIDE, "m")]
    if terms.statement:
        squares.append(_Square.of_modules(terms.statement))
    across = sum(one.side for one in squares) + GAP * (len(squares) - 1)
    width = max(page_width, 2 * MARGIN + max(mark[0], across))
    column = width - 2 * MARGIN - across - GAP
    if len(squares) == 1:
        width = max(width, 2 * MARGIN + across + GAP + mark[0])
        return _in_a_row(terms, squares, mark, width, across)
    if column >= max(mark[0], COLUMN_LEAST):
        return _under_the_mark(terms, squares, mark, width, across)
    return _stacked(terms, squares, mark, width)


def _in_a_row(
    terms: CopyTerms, squares: list[_Square], mark: tuple[float, float], width: float, across: float
) -> _Layout:
    """Square, small print, mark; where the print has no room between them, it takes the width below."""
    column = width - 2 * MARGIN - across - mark[0] - 2 * GAP
    beside = column >= COLUMN_LEAST
    paragraphs = _small_print(terms, column if beside else width - 2 * MARGIN)
    top_row = max(QR_SIDE, mark[1])
    body = max(top_row, _height(paragraphs)) if beside else top_row + GAP / 2 + _height(paragraphs)
    left = MARGIN + across + GAP if beside else MARGIN
    return _Layout(squares, mark, width, body, paragraphs, left, 0.0 if beside else top_row + GAP / 2, 0.0)


def _under_the_mark(
    terms: CopyTerms, squares: list[_Square], mark: tuple[float, float], width: float, across: float
) -> _Layout:
    """Two squares at the left; at the right the mark with the small print under it."""
    paragraphs = _small_print(terms, width - 2 * MARGIN - across - GAP)
    body = max(max(one.side for one in squares), mark[1] + GAP / 2 + _height(paragraphs))
    return _Layout(squares, mark, width, body, paragraphs, MARGIN + across + GAP, mark[1] + GAP / 2, 0.0)


def _stacked(terms: CopyTerms, squares: list[_Square], mark: tuple[float, float], width: float) -> _Layout:
    """On a narrow page: the mark, the squares under it, the small print under them."""
    paragraphs = _small_print(terms, width - 2 * MARGIN)
    down = mark[1] + GAP / 2
    above = down + max(one.side for one in squares) + GAP / 2
    return _Layout(squares, mark, width, above + _height(paragraphs), paragraphs, MARGIN, above, down)


def _small_print(terms: CopyTerms, width: float) -> list[tuple[str, float]]:
    original = terms.original
    digest = original.sha256.upper()
    texts = [
        (f"Số: {terms.number}", NUMBER_PT),
        (terms.law, SMALL_PT),
        (
            f"Bản gốc: {original.signer} ký số lúc {original.signing_time}; "
            f"kết quả kiểm tra: {original.verdict_vi}. {terms.shown or ATTACHED}",
            SMALL_PT,
        ),
        (f"SHA-256 bản gốc: {digest[:16]}…{digest[-8:]}", SMALL_PT),
        (f"Cấp cho: {terms.recipient}. Mục đích: {terms.purpose}.", SMALL_PT),
        *([(terms.limits, SMALL_PT)] if terms.limits else []),
        (f"Mã xác minh: {terms.code}", SMALL_PT),
        (f"Kiểm tra tại: {terms.verification_url}", SMALL_PT),
    ]
    if terms.statement:
        texts.append((OFFLINE, SMALL_PT))
    face = marks()
    return [(line, size) for text, size in texts for line in face.wrap(text, size, width)]


def _lines(paragraphs: list[tuple[str, float]], left: float, top: float) -> Iterator[Line]:
    down = top
    for text, size in paragraphs:
        yield Line(text, size, left, round(down - size * marks().ascent / 1000, 2))
        down -= size * LEADING


def _height(paragraphs: list[tuple[str, float]]) -> float:
    return sum(size * LEADING for _, size in paragraphs)


@dataclass(frozen=True)
class _Square:
    """A QR code with its quiet zone: what it says, how long a side is, how much of it may be lost (ISO/IEC 18004)."""

    text: str
    side: float
    level: str

    @classmethod
    def of_modules(cls, text: str) -> _Square:
        """Give the square whose modules are as large as a photocopy needs, however many there are."""
        return cls(text, (modules(text) + 2 * QUIET_MODULES) * STATEMENT_MODULE, "m")

    def content(self, left: float, bottom: float) -> bytes:
        """Give filled rectangles: vector, so it stays sharp and adds no image to judge for PDF/A."""
        rows = [list(row) for row in segno.make(self.text, error=self.level, micro=False).matrix]
        module = self.side / (len(rows) + 2 * QUIET_MODULES)
        out = [b"q 0 0 0 rg"]
        for number, row in enumerate(rows):
            y = bottom + (len(rows) + QUIET_MODULES - 1 - number) * module
            start = None
            for place, dark in enumerate([*row, 0]):
                if dark and start is None:
                    start = place
                elif not dark and start is not None:
                    x = left + (QUIET_MODULES + start) * module
                    out.append(b"%.3f %.3f %.3f %.3f re" % (x, y, (place - start) * module, module))
                    start = None
        return b"\n".join([*out, b"f Q"])
