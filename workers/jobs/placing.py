"""Where a mark goes on a scanned page: its picture looked at, small and upright (``signing.places``)."""

from __future__ import annotations

import cv2
import numpy as np

from ingest import symbols
from ocr import pdfa
from ocr.pdfa_geometry import Sheet
from ocr.values import PageReading
from signing import places
from signing.places import Picture, Place
from signing.templates import Template

LOOK_DPI = 70.0
"""Resolution at which ink is looked for; a dấu of 8 pt letters still has 2 pixels."""
_REDUCED = ((8, cv2.IMREAD_REDUCED_COLOR_8), (4, cv2.IMREAD_REDUCED_COLOR_4), (2, cv2.IMREAD_REDUCED_COLOR_2))


def place_on(image: pdfa.PageImage, reading: PageReading, size: tuple[float, float], rule: Template) -> Place:
    """The place of a mark on a page image, as it will stand in the PDF; words that were read count as ink, and below a
    code square in the mark's corner the search begins (TT 01/2023 Đ.26: system-issued papers bear one top left)."""
    sheet = Sheet.of(reading, image.dpi)
    picture = small(image.data, image.dpi, reading.rotation)
    # A small picture may miss thin print that the reader did see.
    words = [sheet.on_page(word.box) for word in reading.words]
    down = _below_code(image, sheet, reading.rotation) if rule.corner == "top-left" else 0.0
    return places.place(picture, sheet.size, size, rule, keep_off=words, down=down)


def small(image: bytes, dpi: float, rotation: int, least_dpi: float = LOOK_DPI) -> Picture | None:
    """The picture upright at ``least_dpi`` or up to twice that; None when it cannot be decoded."""
    how = next((flag for factor, flag in _REDUCED if dpi / factor >= least_dpi), cv2.IMREAD_COLOR)
    data = np.frombuffer(image, dtype=np.uint8)
    decoded = cv2.imdecode(data, how | cv2.IMREAD_IGNORE_ORIENTATION)
    if decoded is None:
        return None
    # ``rotation`` degrees clockwise it stands turned; numpy turns the other way
    return np.ascontiguousarray(np.rot90(np.asarray(decoded, dtype=np.uint8), rotation // 90))


def _below_code(image: pdfa.PageImage, sheet: Sheet, rotation: int) -> float:
    """How far down the page (points) the lowest code square in its upper left quarter reaches; 0.0 without one."""
    picture = small(image.data, image.dpi, rotation, symbols.QUICK_DPI * 0.9)
    if picture is None:
        return 0.0
    rows, columns = picture.shape[0], picture.shape[1]
    lows = symbols.squares(picture[: rows // 2, : columns // 2].min(axis=2))
    return float(max(lows, default=0) * sheet.size[1] / rows)
