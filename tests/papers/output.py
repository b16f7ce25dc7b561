"""Writing pages as the files scanners leave behind: PNG, TIFF, JPEG, and PDF around JPEG or G4 pictures."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Literal

import cv2
import img2pdf
from PIL import Image

from .degrade import Picture

PictureFormat = Literal["png", "tif", "jpg"]


def as_image(picture: Picture) -> Image.Image:
    """A Pillow image (red, green, blue) of a picture (blue, green, red)."""
    return Image.fromarray(picture[..., ::-1])


def as_bitonal(picture: Picture) -> Image.Image:
    """A one-bit Pillow image of a picture that is black and white already."""
    return Image.fromarray(picture[..., 0]).convert("1")


def jpeg_bytes(picture: Picture, dpi: int, quality: int) -> bytes:
    """A colour JPEG that states its resolution."""
    buffer = BytesIO()
    as_image(picture).save(buffer, "JPEG", dpi=(dpi, dpi), quality=quality)
    return buffer.getvalue()


def group4_bytes(picture: Picture, dpi: int) -> bytes:
    """A one-page bi-tonal TIFF in fax group 4 compression."""
    buffer = BytesIO()
    as_bitonal(picture).save(buffer, "TIFF", compression="group4", dpi=(dpi, dpi))
    return buffer.getvalue()


def save_picture(picture: Picture, file: Path, file_format: PictureFormat, dpi: int, bitonal: bool) -> None:
    """Save a page; bi-tonal ones with one bit a pixel, except as JPEG, which has no such form."""
    if bitonal and file_format == "jpg":
        cv2.imwrite(str(file), picture[..., 0], [cv2.IMWRITE_JPEG_QUALITY, 80])
    elif bitonal:
        options = {"compression": "group4"} if file_format == "tif" else {}
        as_bitonal(picture).save(file, dpi=(dpi, dpi), **options)
    else:
        options = {
            "jpg": {"quality": 80},
            "tif": {"compression": "tiff_lzw"},
            "png": {"compress_level": 3},
        }[file_format]
        as_image(picture).save(file, dpi=(dpi, dpi), **options)


def pdf_page(picture: Picture, file_format: PictureFormat, dpi: int, bitonal: bool) -> bytes:
    """The picture a scanner would put into its PDF: G4 if bi-tonal, else JPEG."""
    if bitonal:
        return group4_bytes(picture, dpi)
    if file_format == "jpg":
        return jpeg_bytes(picture, dpi, quality=80)
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 75])[1].tobytes()


def pdf_of(pages: Sequence[bytes], dpi: int) -> bytes:
    """A PDF of picture files, one a page, without dates or random numbers: equal pages, equal file."""
    return img2pdf.convert(
        list(pages),
        layout_fun=img2pdf.get_fixed_dpi_layout_fun((dpi, dpi)),
        rotation=img2pdf.Rotation.ifvalid,
        engine=img2pdf.Engine.internal,
        nodate=True,
    )
