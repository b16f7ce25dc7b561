"""Pictures made at run time: pages with something on them, and files of every kind around them."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from typing import Any

from PIL import Image, ImageDraw

A6_200 = (827, 1169)
"""A sheet of A6 at 200 dpi: small enough for thousands of tests, large enough to be taken without a warning."""

DPI = (200, 200)


@cache
def page(mode: str = "RGB", size: tuple[int, int] = A6_200) -> Image.Image:
    """A page with lines, a stamp and a shade over all of it, so that missing rows show."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    pen = ImageDraw.Draw(image)
    width, height = size
    for row in range(20, height, 37):
        pen.line((width // 10, row, width - row % 200 - 20, row), fill="black", width=4)
    pen.ellipse((width * 0.6, height * 0.7, width * 0.9, height * 0.9), outline=(200, 20, 30), width=8)
    return image.convert(mode)


def encoded(image: Image.Image, kind: str, **how: Any) -> bytes:
    """The bytes of an image file; 200 dpi unless told otherwise."""
    into = io.BytesIO()
    image.save(into, kind, **({"dpi": DPI} | how))
    return into.getvalue()


def jpeg(mode: str = "RGB", size: tuple[int, int] = A6_200, **how: Any) -> bytes:
    return encoded(page(mode, size), "JPEG", **how)


def png(mode: str = "RGB", size: tuple[int, int] = A6_200, **how: Any) -> bytes:
    return encoded(page(mode, size), "PNG", **how)


def tiff(*pages: Image.Image, **how: Any) -> bytes:
    """A TIFF of these pages, or of one page."""
    first, *others = pages or (page(),)
    return encoded(first, "TIFF", save_all=True, append_images=others, **how)


def numbered(count: int, mode: str = "L") -> list[Image.Image]:
    """Pages that tell their order: page n has n black squares at its top."""
    made = []
    for number in range(1, count + 1):
        image = Image.new("L", A6_200, 255)
        pen = ImageDraw.Draw(image)
        for place in range(number):
            pen.rectangle((20 + 60 * place, 20, 60 + 60 * place, 60), fill=0)
        made.append(image.convert(mode))
    return made


def squares(image: Image.Image) -> int:
    """How many squares a page of ``numbered`` shows."""
    row = image.convert("L").crop((0, 40, image.width, 41)).tobytes()
    return sum(1 for before, value in zip(b"\xff" + row, row, strict=False) if value < 128 <= before)


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header claims this size; its data hold hardly anything."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(bytes(1000)))
        + png_chunk(b"IEND", b"")
    )


def png_with(chunk: bytes, data: bytes) -> bytes:
    """A good PNG with one more chunk after its header."""
    whole = png()
    end_of_header = 8 + 12 + 13
    return whole[:end_of_header] + png_chunk(chunk, data) + whole[end_of_header:]


def tiff_claiming(width: int, height: int) -> bytes:
    """A TIFF whose directory claims this size, with one strip of ten bytes."""
    tags = [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
        (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, 10),
    ]  # fmt: skip
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)
    return b"II*\x00" + struct.pack("<I", 18) + bytes(10) + directory


def jpeg_claiming(width: int, height: int) -> bytes:
    """A JPEG whose frame header claims this size."""
    whole = bytearray(jpeg("L"))
    frame = whole.index(b"\xff\xc0")
    whole[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(whole)
