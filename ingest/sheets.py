"""Separator and cover sheets to print: A4, one page each, black only, found again at any turn and when worn."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import segno
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from ingest.signs import COVER_PREFIX

DPI = 300
WIDTH, HEIGHT = 2480, 3508
MM = DPI / 25.4
QR_MM, BARS_MM, BAR_MM = 70, 22, 0.42
"""A QR module is then 2 mm and more, a bar 0.42 mm: five pixels of a 300-dpi scan."""


@dataclass(frozen=True)
class SheetToPrint:
    """What a sheet says to people (a title, lines below) and to the machine."""

    title: str
    lines: tuple[str, ...]
    payload: str


def separator(number: int) -> SheetToPrint:
    """A sheet to lay before each document; it may be used again and again."""
    return SheetToPrint(
        "PHIẾU PHÂN TÁCH HỒ SƠ",
        (
            "Đặt trước mỗi văn bản khi quét hàng loạt, chiều nào cũng được; dùng lại nhiều lần.",
            "Separator sheet: lay one before each document, either way up; use it again.",
        ),
        f"HS|{number:04}|0.000000",
    )


def cover(dossier: str) -> SheetToPrint:
    """A sheet to lay before the documents of a dossier."""
    return SheetToPrint(
        "TỜ BÌA HỒ SƠ",
        (
            f"Mã hồ sơ: {dossier}",
            "Đặt trước các văn bản của hồ sơ này. Mã được ghi vào mọi văn bản cho đến tờ bìa sau.",
            "Cover sheet: the documents behind it, up to the next cover, belong to this dossier.",
        ),
        f"{COVER_PREFIX}{dossier}",
    )


def pdf(sheets: Sequence[SheetToPrint], font: Path) -> bytes:
    """The sheets as one PDF; ``font``: a TrueType file with Vietnamese letters."""
    pages = [page(sheet, font) for sheet in sheets]
    out = io.BytesIO()
    pages[0].save(out, "PDF", resolution=DPI, save_all=True, append_images=pages[1:])
    return out.getvalue()


def page(sheet: SheetToPrint, font: Path) -> Image.Image:
    """One sheet as a bilevel picture of 300 dots per inch."""
    page = Image.new("L", (WIDTH, HEIGHT), 255)
    pen = ImageDraw.Draw(page)
    edge = round(12 * MM)
    pen.rectangle((edge, edge, WIDTH - edge, HEIGHT - edge), outline=0, width=round(0.8 * MM))
    _centred(pen, sheet.title, 42, 26, font)
    qr = _qr(sheet.payload)
    page.paste(qr, ((WIDTH - qr.width) // 2, round(62 * MM)))
    bars = _bars(sheet.payload)
    page.paste(bars, ((WIDTH - bars.width) // 2, round(150 * MM)))
    _centred(pen, sheet.payload, 184, 16, font)
    for place, line in enumerate(sheet.lines):
        _centred(pen, line, 204 + 12 * place, 13, font)
    return page.convert("1", dither=Image.Dither.NONE)


def _centred(pen: ImageDraw.ImageDraw, text: str, at_mm: float, points: int, font: Path) -> None:
    """A line of text in the middle, set smaller until it fits between the edges."""
    size = round(points * DPI / 72)
    letters = ImageFont.truetype(str(font), size)
    while letters.getlength(text) > WIDTH - 36 * MM and size > 20:
        size -= 2
        letters = ImageFont.truetype(str(font), size)
    pen.text((WIDTH / 2, at_mm * MM), text, font=letters, fill=0, anchor="mm")


def _qr(payload: str) -> Image.Image:
    """The payload as a QR code that outlives the loss of 30 % of it."""
    code = segno.make(payload, error="h", micro=False, boost_error=False)
    modules = np.array([list(row) for row in code.matrix_iter(border=4)], np.uint8)
    scale = round(QR_MM * MM / modules.shape[0])
    return Image.fromarray(np.kron(255 * (1 - modules), np.ones((scale, scale), np.uint8)))


def _bars(payload: str) -> Image.Image:
    code = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.Code128)
    row = np.array(zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=True))[0]
    scale = min(round(BAR_MM * MM), int((WIDTH - 30 * MM) // row.size))
    line = np.repeat(row, scale)
    return Image.fromarray(np.repeat(line[None, :], round(BARS_MM * MM), axis=0))
