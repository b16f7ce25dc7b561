"""Symbols (QR, Code 128, Code 39) on a page image: a quick look at every page, a dearer one where a sheet that
should carry a symbol hides it."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import zxingcpp

from ocr import pixels
from ocr.geometry import Image

FORMATS = zxingcpp.barcode_formats_from_str("QRCode,Code128,Code39")
"""What separator and cover sheets carry; Code 39 for bought Patch-T sheets."""

SQUARES = zxingcpp.barcode_formats_from_str("QRCode")

QUICK_DPI = 150.0
"""A module of our QR code (180 pt wide) is then 8 pixels wide, a bar of Code 128 (0.33 mm) 2."""

_LEAST_SYMBOL_INCHES = 0.3
_DARK, _LIGHT = 0.3, 0.95


def quick(image: Image, dpi: float) -> tuple[str, ...]:
    """What symbols hold, found in one pass over a copy at 150 dots per inch: some 10 ms a page (measured)."""
    return _read(pixels.smaller(pixels.red(image), min(1.0, QUICK_DPI / dpi)))


def dear(image: Image, dpi: float) -> tuple[str, ...]:
    """As ``quick``, by every way that has helped with worn sheets; the first that finds something ends it."""
    for view in _views(image, dpi):
        if found := _read(view):
            return found
    return ()


def squares(grey: Image) -> tuple[int, ...]:
    """The lower edges, in rows of pixels, of the QR codes on a grey picture at about 150 dots per inch."""
    found = zxingcpp.read_barcodes(np.ascontiguousarray(grey), formats=SQUARES, try_invert=False)
    return tuple(
        max(corner.y for corner in (one.position.bottom_left, one.position.bottom_right)) for one in found
    )


def is_there(image: Image, dpi: float, darker_than: int = 190) -> bool:
    """Whether something as dense as a symbol stands on the page: a block, a third of an inch and more each way, of
    much ink and some paper. Lines of text are not: white lies between them. ``darker_than``: what counts as ink on
    paper of 250; stains are lighter than 120."""
    factor = min(1.0, 50.0 / dpi)
    grey = pixels.even(pixels.smaller(pixels.darkest(image), factor))
    ink = (grey < darker_than).astype(np.float32)
    reach, least = round(0.1 * dpi * factor), round(_LEAST_SYMBOL_INCHES * dpi * factor)
    share = cv2.blur(ink, (2 * reach + 1, 2 * reach + 1))
    dense = ((share > _DARK) & (share < _LIGHT)).astype(np.uint8)
    return bool(cv2.erode(dense, np.ones((least, least), np.uint8)).any())


def _views(image: Image, dpi: float) -> Iterator[Image]:
    grey = pixels.darkest(image)
    yield pixels.red(image)
    yield grey
    even = pixels.even(grey)
    yield even
    yield np.asarray(cv2.medianBlur(even, 3), dtype=np.uint8)
    half = pixels.smaller(even, min(1.0, QUICK_DPI / dpi))
    yield pixels.soft(half, 1.0)
    yield np.asarray(cv2.morphologyEx(half, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    yield np.asarray(cv2.morphologyEx(half, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), dtype=np.uint8)


def _read(grey: Image) -> tuple[str, ...]:
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(grey), formats=FORMATS, text_mode=zxingcpp.TextMode.Plain, try_invert=False
    )
    return tuple(dict.fromkeys(one.text for one in found))
