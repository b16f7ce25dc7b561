"""Code squares in a picture of paper: scanned, copied or photographed; or in the pages of a PDF. Foreign bytes."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
MOST_PIXELS = 120_000_000
MOST_PAGES = 3
"""Of a PDF or TIFF: the band stands on the first page; a cover may lie before it."""
DPI = 300

Point = tuple[float, float]


class NoPicture(Exception):
    """The bytes are neither a picture nor a PDF that can be drawn, or a picture too large."""


@dataclass(frozen=True)
class Square:
    """A QR code: what it says, and the corners of its modules in pixels, clockwise from its own top left one."""

    text: str
    corners: tuple[Point, Point, Point, Point]


def texts_of(data: bytes, wanted: str = "") -> tuple[str, ...]:
    """Give what the QR codes of a picture say, up to the page with one that begins with `wanted`. Raises NoPicture."""
    found: dict[str, None] = {}
    for picture in pictures(data):
        found.update(dict.fromkeys(one.text for one in squares_on(picture, wanted)))
        if any(text.startswith(wanted) for text in found):
            break
    return tuple(found)


def squares_on(picture: Image.Image, wanted: str = "") -> tuple[Square, ...]:
    """Give the squares of one picture, each once. Where none begins with `wanted`, the picture is looked at again, made
    smoother and larger, as bad copies need it."""
    found: dict[str, Square] = {}
    for look, times in _looks(picture):
        for one in _read(look, times):
            found.setdefault(one.text, one)
        if any(text.startswith(wanted) for text in found):
            break
    return tuple(found.values())


def pictures(data: bytes) -> Iterator[Image.Image]:
    """Give the first pages, grey or in colour: as they came, or drawn at DPI. Raises NoPicture."""
    if data[:1024].lstrip().startswith(b"%PDF"):
        yield from _drawn(data)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                for number in range(min(MOST_PAGES, getattr(image, "n_frames", 1))):
                    image.seek(number)
                    if image.width * image.height > MOST_PIXELS:
                        raise NoPicture(f"{image.width} x {image.height}")
                    yield image.convert("L" if image.mode in ("1", "L", "LA") else "RGB")
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
            raise NoPicture(str(error)) from error
        except Image.DecompressionBombError as error:
            raise NoPicture(str(error)) from error


def _read(picture: Image.Image, times: int) -> Iterator[Square]:
    for one in zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    ):
        if one.valid:
            at = one.position
            corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
            first, second, third, fourth = ((corner.x / times, corner.y / times) for corner in corners)
            yield Square(one.text, (first, second, third, fourth))


def _looks(picture: Image.Image) -> Iterator[tuple[Image.Image, int]]:
    """Give the picture in several ways, each with how many times larger it is made."""
    grey = picture.convert("L")
    yield grey, 1
    yield grey.filter(ImageFilter.GaussianBlur(1.2)), 1  # specks and torn edges of a copy of a copy
    yield grey.filter(ImageFilter.MedianFilter(3)), 1
    if max(grey.size) <= 5000:
        twice = grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.BICUBIC)
        yield twice.filter(ImageFilter.GaussianBlur(1.5)), 2
        yield twice, 2


def _drawn(data: bytes) -> Iterator[Image.Image]:
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise NoPicture(str(error)) from error
    try:
        pdf.init_forms()
        for number in range(min(MOST_PAGES, len(pdf))):
            page = pdf[number]
            width, height = page.get_size()
            scale = min(DPI / 72, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
            yield page.render(scale=scale, may_draw_forms=True).to_pil()
            page.close()
    except pypdfium2.PdfiumError as error:
        raise NoPicture(str(error)) from error
    finally:
        pdf.close()
