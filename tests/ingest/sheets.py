"""Pages of scanned batches for tests: separator and cover sheets of every level and turn, papers and blank backs."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import segno
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from ingest import sheets
from tests.papers.degrade import scan
from tests.papers.separators import separator_sheet
from tests.papers.sheet import Sheet

DPI = 200
FONT = next((Path(__file__).parents[2] / "signing" / "fonts").glob("*.ttf"))
SCANNED_LEVELS = ("clean", "scan", "office", "worn", "photocopy")


@cache
def page(text: str, lines: int = 16) -> Image.Image:
    """A page of print of its own: A5 at 200 dpi, ``lines`` of words."""
    picture = Image.new("L", (1165, 1654), 255)
    pen = ImageDraw.Draw(picture)
    for line in range(lines):
        words = f"{text}: dòng {line + 1} của văn bản có chữ in bằng máy trên giấy trắng"
        pen.text((90, 140 + 80 * line), words, font=ImageFont.truetype(str(FONT), 34), fill=10)
    return picture


@cache
def blank(shade: int = 250) -> Image.Image:
    """The empty back of a page."""
    return Image.new("L", (1165, 1654), shade)


@cache
def separator(number: int = 1, level: str = "clean", rotation: int = 0, seed: int = 5) -> Image.Image:
    """Our separator sheet as scanned."""
    return scanned(printed(sheets.separator(number)), level, rotation, seed)


def cover(dossier: str, level: str = "clean", rotation: int = 0) -> Image.Image:
    """Our cover sheet as scanned."""
    return scanned(printed(sheets.cover(dossier)), level, rotation, 7)


def of_generator(payload: str, symbols: str, level: str, rotation: int) -> Image.Image:
    """The separator sheet of the generator of papers, which others designed, as scanned."""
    rng = random.Random(f"{payload} {symbols} {level}")
    sheet = separator_sheet(rng, 300, payload, symbols, "tinos")  # type: ignore[arg-type]
    return scanned(sheet.image, level, rotation, 3)


def with_symbol(
    payload: str, kind: str = "qr", lines: int = 0, words: tuple[str, ...] = (), seed: int = 1
) -> Image.Image:
    """A page with a symbol low on it, above it ``lines`` of print or a few ``words``."""
    picture = page(f"Trang {seed}", lines).copy() if lines else blank(255).copy()
    pen = ImageDraw.Draw(picture)
    for line, text in enumerate(words):
        pen.text((90, 200 + 90 * line), text, font=ImageFont.truetype(str(FONT), 48), fill=0)
    if kind == "qr":
        code = segno.make(payload, error="l" if len(payload) > 500 else "m", micro=False)
        modules = np.array([list(row) for row in code.matrix_iter(border=4)], np.uint8)
    else:
        made = zxingcpp.create_barcode(payload, zxingcpp.barcode_format_from_str(kind))
        modules = (np.array(zxingcpp.write_barcode_to_image(made, scale=1)) < 128).astype(np.uint8)
    scale = max(1, min(8, 1000 // modules.shape[1]))
    symbol = Image.fromarray(np.kron(255 * (1 - modules), np.ones((scale, scale), np.uint8)))
    picture.paste(symbol, (80, 1640 - symbol.height if symbol.height < 600 else 500))
    return picture


def patch_sheet(bars: str, level: str, rotation: int) -> Image.Image:
    """A bought separator sheet: thick bars (1 for 0.20 inch, 0 for 0.08) and a word."""
    picture = Image.new("RGB", (2480, 3508), "white")
    pen = ImageDraw.Draw(picture)
    top = 300
    for bar in bars:
        thick = 60 if bar == "1" else 24
        pen.rectangle((700, top, 1780, top + thick - 1), fill="black")
        top += thick + 24
    pen.text((700, 1200), "PATCH T", font=ImageFont.truetype(str(FONT), 120), fill="black")
    return scanned(picture, level, rotation, 11)


@cache
def printed(sheet: sheets.SheetToPrint) -> Image.Image:
    """The sheet as it leaves the printer, 300 dpi."""
    return sheets.page(sheet, FONT).convert("RGB")


def scanned(printed: Image.Image, level: str, rotation: int, seed: int) -> Image.Image:
    """What a scanner of this level makes of it, turned clockwise."""
    small = printed.resize((round(printed.width * DPI / 300), round(printed.height * DPI / 300)))
    made = scan(Sheet(small, "separator"), level, random.Random(seed), DPI, DPI, "tinos", None, rotation)
    picture = Image.fromarray(cv2.cvtColor(made.image, cv2.COLOR_BGR2RGB))
    return picture.convert("1") if level == "photocopy" else picture
