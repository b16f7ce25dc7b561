"""The white band above page 1 of a copy: code square, small print, room for the mark. Pure layout, lengths in pt.

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
COLUMN_LEAST = 190.0  # a narrower column reads badly; the small print then takes the full width below


@dataclass(frozen=True)
class Band:
    """A drawn band: its size, its content stream (origin at its lower left) and the mark's box in it."""

    width: float
    height: float
    content: bytes
    mark_box: Box


def lay_out(terms: CopyTerms, page_width: float) -> Band:
    """Give the band for a page of that width; a page too narrow for code and mark gets a wider band."""
    mark_width, mark_height = mark_size(terms.agency_name, terms.heading)
    width = max(page_width, 2 * MARGIN + QR_SIDE + GAP + mark_width)
    column = width - 2 * MARGIN - QR_SIDE - mark_width - 2 * GAP
    beside = column >= COLUMN_LEAST
    text_width = column if beside else width - 2 * MARGIN
    paragraphs = _small_print(terms, text_width)
    text_height = sum(size * LEADING for _, size in paragraphs)
    top_row = max(QR_SIDE, mark_height)
    body = max(top_row, text_height) if beside else top_row + GAP / 2 + text_height
    height = float(ceil(body + 2 * MARGIN))
    left = MARGIN + QR_SIDE + GAP if beside else MARGIN
    first = height - MARGIN - (0.0 if beside else top_row + GAP / 2)
    lines = list(_lines(paragraphs, left, first))
    content = b"\n".join(
        [
            b"q 1 1 1 rg 0 0 %g %g re f Q" % (width, height),
            _square(terms.verification_url, MARGIN, height - MARGIN - QR_SIDE),
            drawn(lines),
            b"q 0 0 0 RG 0.4 w %g 3 m %g 3 l S Q" % (MARGIN, width - MARGIN),
        ]
    )
    right, top = width - MARGIN, height - MARGIN
    return Band(width, height, content, (right - mark_width, top - mark_height, right, top))


def _small_print(terms: CopyTerms, width: float) -> list[tuple[str, float]]:
    original = terms.original
    digest = original.sha256.upper()
    texts = [
        (f"Số: {terms.number}", NUMBER_PT),
        (terms.law, SMALL_PT),
        (
            f"Bản gốc: {original.signer} ký số lúc {original.signing_time}; "
            f"kết quả kiểm tra: {original.verdict_vi}. Bản gốc đính kèm nguyên vẹn trong tệp này.",
            SMALL_PT,
        ),
        (f"SHA-256 bản gốc: {digest[:16]}…{digest[-8:]}", SMALL_PT),
        (f"Cấp cho: {terms.recipient}. Mục đích: {terms.purpose}.", SMALL_PT),
        *([(terms.limits, SMALL_PT)] if terms.limits else []),
        (f"Mã xác minh: {terms.code}", SMALL_PT),
        (f"Kiểm tra tại: {terms.verification_url}", SMALL_PT),
    ]
    face = marks()
    return [(line, size) for text, size in texts for line in face.wrap(text, size, width)]


def _lines(paragraphs: list[tuple[str, float]], left: float, top: float) -> Iterator[Line]:
    down = top
    for text, size in paragraphs:
        yield Line(text, size, left, round(down - size * marks().ascent / 1000, 2))
        down -= size * LEADING


def _square(address: str, left: float, bottom: float) -> bytes:
    """Give the QR code as filled rectangles: vector, so it stays sharp and adds no image to judge for PDF/A."""
    rows = [list(row) for row in segno.make(address, error="m", micro=False).matrix]
    module = QR_SIDE / (len(rows) + 2 * QUIET_MODULES)
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
