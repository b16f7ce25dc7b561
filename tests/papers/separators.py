"""Separator sheets: a page with the record's code as QR and Code 128, put before each record of a batch."""

from __future__ import annotations

import random
from typing import Literal

import barcode
import numpy as np
import segno
from barcode.writer import ImageWriter
from PIL import Image

from .layout import Layout
from .sheet import Sheet

Symbols = Literal["qr", "code128", "both"]
_QUIET_MODULES = 4
_QR_POINTS = 180


def separator_payload(record: str, procedure_code: str | None) -> str:
    """What a separator's codes hold."""
    return f"HS|{record}|{procedure_code or '0.000000'}"


def separator_sheet(rng: random.Random, dpi: int, payload: str, symbols: Symbols, family: str) -> Sheet:
    """Print a separator sheet for one record."""
    page = Layout(rng, dpi, family, 14)
    page.sheet.kind = "separator"
    middle = page.page_width / 2
    page.text("PHIẾU PHÂN TÁCH HỒ SƠ", middle, 120, "bold", 22, "centre", "sep")
    page.text(payload, middle, 160, "regular", 14, "centre", "sep")
    scale = page.pixels_per_point
    if symbols in ("qr", "both"):
        side = int(_QR_POINTS * scale)
        code = _qr(payload).resize((side, side), Image.Resampling.NEAREST)
        page.sheet.image.paste(code, (int((page.page_width - _QR_POINTS) / 2 * scale), int(220 * scale)))
    if symbols in ("code128", "both"):
        bars = _code128(payload, dpi)
        left = int(page.page_width * scale / 2 - bars.width / 2)
        page.sheet.image.paste(bars, (left, int(470 * scale)))
    return page.sheet


def _qr(payload: str) -> Image.Image:
    """A QR code that survives the loss of 30 % of its area, one pixel a module."""
    code = segno.make(payload, error="h", micro=False, boost_error=False)
    modules = np.array([list(row) for row in code.matrix_iter(border=_QUIET_MODULES)], np.uint8)
    return Image.fromarray(255 * (1 - modules)).convert("RGB")


def _code128(payload: str, dpi: int) -> Image.Image:
    # Lengths in millimetres.
    options = {"module_width": 0.33, "module_height": 16, "quiet_zone": 6, "dpi": dpi, "write_text": False}
    return barcode.get("code128", payload, writer=ImageWriter()).render(options).convert("RGB")
