"""Code squares in a picture of paper: scanned, copied or photographed; or in the pages of a PDF. Foreign bytes."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
MOST_PIXELS = 120_000_000
MOST_PAGES = 3
"""Of a PDF or TIFF: the band stands on the first page; a cover may lie before it."""
DPI = 300


class NoPicture(Exception):
    """The bytes are neither a picture nor a PDF that can be drawn, or a picture too large."""


def texts_of(data: bytes, wanted: str = "") -> tuple[str, ...]:
    """Give what the QR codes of a picture say. Where none begins with `wanted`, the picture is looked at again, made
    smoother and larger, as bad copies need it. Raises NoPicture."""
    found: dict[str, None] = {}
    for picture in _pictures(data):
        for look in _looks(picture):
            found.update(dict.fromkeys(_read(look)))
            if any(text.startswith(wanted) for text in found):
                return tuple(found)
    return tuple(found)


def _read(picture: Image.Image) -> Iterator[str]:
    for one in zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    ):
        if one.valid:
            yield one.text


def _looks(picture: Image.Image) -> Iterator[Image.Image]:
    grey = picture.convert("L")
    yield grey
    yield grey.filter(ImageFilter.GaussianBlur(1.2))  # specks and torn edges of a copy of a copy
    yield grey.filter(ImageFilter.MedianFilter(3))
    if max(grey.size) <= 5000:
        twice = grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.BICUBIC)
        yield twice.filter(ImageFilter.GaussianBlur(1.5))
        yield twice


def _pictures(data: bytes) -> Iterator[Image.Image]:
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
                    yield image.convert("L")
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
            raise NoPicture(str(error)) from error
        except Image.DecompressionBombError as error:
            raise NoPicture(str(error)) from error


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
            yield page.render(scale=scale, may_draw_forms=True).to_pil().convert("L")
            page.close()
    except pypdfium2.PdfiumError as error:
        raise NoPicture(str(error)) from error
    finally:
        pdf.close()
