"""Papers that never were on paper: PDFs of real text in an embedded font subset, without any picture.

The layout is that of the scanned papers. Seal and signature are left out: offices put those into such files by
signing them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from .documents import Document, make_document
from .fonts import require_family
from .pdf_font import EmbeddedFont, embed_fonts
from .sheet import Run, Sheet

_DPI = 300
_POINTS_PER_PIXEL = 72 / _DPI
_WORD_GAP = 0.15
"""Share of the letter size from which a gap between two pieces of text is a space."""


@dataclass(frozen=True)
class TextPaper:
    """A PDF with real text, and its ground truth; boxes are pixels of the page rendered at 300 dpi."""

    pdf: bytes
    truth: dict[str, Any]


def text_paper(
    kind: str,
    seed: int = 1,
    font: str = "tinos",
    *,
    name: str | None = None,
    max_pages: int = 4,
    phrases: Sequence[str] = (),
) -> TextPaper:
    """Write one paper of one of the KINDS as text. ``font``: a family of TrueType files (not "termes")."""
    require_family(font)
    document = make_document(kind, seed, _DPI, font, phrases, max_pages)
    name = name or f"text-{kind}-{seed}"
    pages = [_page_truth(f"page {number}", sheet) for number, sheet in enumerate(document.sheets, 1)]
    truth = {"id": name, "seed": seed, "level": "born-digital", "meta": document.meta, "pages": pages}
    return TextPaper(_pdf(document, font), truth)


def _page_truth(name: str, sheet: Sheet) -> dict[str, Any]:
    width, height = sheet.image.size
    return {
        "image": name,
        "width": width,
        "height": height,
        "dpi": _DPI,
        "kind": sheet.kind,
        "level": "born-digital",
        "rotation": 0,
        "skew": 0,
        "over_stamp": False,
        "canon": [width, height],
        "H": [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        "text": "\n".join(line.text for line in sheet.lines),
        "lines": [line.as_truth() for line in sheet.lines],
    }


def _pdf(document: Document, family: str) -> bytes:
    """The file, without dates or random numbers: equal papers, equal file."""
    pdf = pikepdf.new()
    pdf.Root.Lang = pikepdf.String("vi-VN")
    fonts = embed_fonts(pdf, family, [run for sheet in document.sheets for run in sheet.runs])
    resources = pdf.make_indirect(
        Dictionary(Font=Dictionary({f"/{font.name}": font.reference for font in fonts.values()}))
    )
    for sheet in document.sheets:
        # A hair less than the sheet: readers round up, and at 300 dpi must come out at its pixels.
        width, height = (pixels * _POINTS_PER_PIXEL - 0.01 for pixels in sheet.image.size)
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, round(width, 2), round(height, 2)]),
            Resources=resources,
            Contents=pdf.make_stream(_content(sheet, height, fonts)),
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    buffer = BytesIO()
    pdf.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def _content(sheet: Sheet, page_height: float, fonts: dict[str, EmbeddedFont]) -> bytes:
    """Drawing orders for a sheet; PDF counts upwards from the lower edge, in points."""
    scale = _POINTS_PER_PIXEL
    orders = ["0.06 0.06 0.07 RG"]
    for stroke in sheet.strokes:
        x0, y0, x1, y1 = (corner * scale for corner in stroke.corners)
        orders.append(f"{stroke.width * scale:.2f} w")
        if stroke.framed:
            orders.append(f"{x0:.2f} {page_height - y1:.2f} {x1 - x0:.2f} {y1 - y0:.2f} re S")
        else:
            orders.append(f"{x0:.2f} {page_height - y0:.2f} m {x1:.2f} {page_height - y1:.2f} l S")
    orders.append("BT")
    for run, following in zip(sheet.runs, [*sheet.runs[1:], None], strict=True):
        font = fonts[run.style]
        text = run.text + (" " if following and _space_between(run, following) else "")
        # Pictures are kerned, this text is not: squeeze it to the width it was laid out with.
        squeeze = 100 * run.width / (font.width(run.text) * run.size)
        baseline = run.top + math.ceil(font.ascent * run.size)
        red, green, blue = (part / 255 for part in run.colour)
        orders += [
            f"{red:.2f} {green:.2f} {blue:.2f} rg",
            f"/{font.name} {run.size * scale:.2f} Tf",
            f"{squeeze:.2f} Tz",
            f"1 0 0 1 {run.left * scale:.2f} {page_height - baseline * scale:.2f} Tm",
            f"<{font.encode(text)}> Tj",
        ]
    orders.append("ET")
    return "\n".join(orders).encode("ascii")


def _space_between(run: Run, following: Run) -> bool:
    """Whether the next piece goes on along the same line after a gap (one that is no table column's)."""
    gap = following.left - (run.left + run.width)
    same_line = abs(following.top - run.top) < 0.3 * run.size
    return same_line and _WORD_GAP * run.size < gap < 2 * run.size
