"""Picture files that mean harm or are broken in ways no scanner breaks them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image

from tests.ingest import pictures
from tests.ingest.hostile_pdfs import ANY, BAD, one_page, swelling

Entry = tuple[int, int, int, int]
"""Tag, type, count, value."""


def tiff_of(*entries: Entry, after: int = 0, data: bytes = bytes(64)) -> bytes:
    """A TIFF with one directory; data begin at byte 8, ``after`` is where the next directory lies."""
    directory = struct.pack("<H", len(entries)) + b"".join(
        struct.pack("<HHII", *one) for one in sorted(entries)
    )
    return b"II*\x00" + struct.pack("<I", 8 + len(data)) + data + directory + struct.pack("<I", after)


def _plain(width: int = 827, height: int = 1169, **changed: int) -> list[Entry]:
    values = {256: width, 257: height, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: height, 279: 64}
    values |= {int(tag[1:]): value for tag, value in changed.items()}
    return [(tag, 4, 1, value) for tag, value in values.items()]


def _scans(count: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again: each goes over the whole picture."""
    whole = pictures.jpeg("L", (2400, 3400), progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * count + whole[-2:]


def _exif(data: bytes) -> bytes:
    whole = pictures.jpeg()
    segment = b"Exif\x00\x00" + data
    return whole[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + whole[2:]


def _png(*chunks: tuple[bytes, bytes]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(pictures.png_chunk(*chunk) for chunk in chunks)


def _header(width: int, height: int, depth: int = 8, kind: int = 0) -> tuple[bytes, bytes]:
    return b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)


def _other(kind: str) -> bytes:
    into = io.BytesIO()
    Image.new("RGB", (50, 50)).save(into, kind)
    return into.getvalue()


NO_PICTURE = frozenset({"NOT_AN_IMAGE"})
LARGE = frozenset({"TOO_MANY_PIXELS"})

FILES: dict[str, tuple[Callable[[], bytes], frozenset[str]]] = {
    "PNG of 60,000 x 60,000": (lambda: pictures.png_claiming(60_000, 60_000), LARGE),
    "TIFF of 60,000 x 60,000": (lambda: pictures.tiff_claiming(60_000, 60_000), LARGE),
    "JPEG of 60,000 x 60,000": (lambda: pictures.jpeg_claiming(60_000, 60_000), LARGE),
    "PNG of no size": (lambda: _png(_header(0, 0), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")), BAD),
    "TIFF of no size": (lambda: tiff_of(*_plain(0, 0)), BAD | {"RESOLUTION_TOO_LOW"}),
    "PNG that holds more than it says": (
        lambda: _png(_header(900, 1200), (b"IDAT", swelling(300)), (b"IEND", b"")), ANY,
    ),
    "PNG without data": (lambda: _png(_header(900, 1200), (b"IEND", b"")), BAD),
    "PNG of three bits": (lambda: _png(_header(9, 9, 3), (b"IDAT", zlib.compress(bytes(99))), (b"IEND", b"")), BAD),
    "PNG with a palette of one colour": (
        lambda: _png(_header(900, 1200, 8, 3), (b"PLTE", b"\x00\x00\x00"),
                     (b"IDAT", zlib.compress((b"\x00" + b"\xff" * 900) * 1200)), (b"IEND", b"")),
        ANY,
    ),
    "TIFF whose directory is its own next": (lambda: tiff_of(*_plain(), after=8 + 64), ANY),
    "TIFF with a directory beyond its end": (lambda: tiff_of(*_plain(), after=2_000_000_000), BAD),
    "TIFF of four billion strips": (
        lambda: tiff_of(
            *[e for e in _plain() if e[0] not in (273, 279)], (273, 4, 0xFFFFFFFF, 8), (279, 4, 0xFFFFFFFF, 8)
        ),
        BAD,
    ),
    "TIFF of 65,535 colours": (lambda: tiff_of(*_plain(t277=65_535)), BAD | LARGE),
    "TIFF of 64 bits a colour": (lambda: tiff_of(*_plain(t258=64)), BAD),
    "TIFF in a compression nobody knows": (lambda: tiff_of(*_plain(t259=777)), BAD),
    "TIFF in tiles without size": (
        lambda: tiff_of(*[e for e in _plain() if e[0] not in (273, 278, 279)], (322, 4, 1, 0), (323, 4, 1, 0),
                        (324, 4, 1, 8), (325, 4, 1, 64)),
        BAD,
    ),
    "TIFF in tiles larger than all": (
        lambda: tiff_of(*[e for e in _plain() if e[0] not in (273, 278, 279)], (322, 4, 1, 0x7FFFFFF0),
                        (323, 4, 1, 0x7FFFFFF0), (324, 4, 1, 8), (325, 4, 1, 64)),
        BAD | {"DECOMPRESSION_BOMB"},
    ),
    "TIFF of fax rubbish": (lambda: tiff_of(*_plain(t258=1, t259=4), data=b"\x5a" * 64), ANY),
    "TIFF that deflates to more than it says": (
        lambda: tiff_of(*_plain(t259=8, t279=300_000), data=swelling(300)), ANY,
    ),
    "JPEG of four thousand scans": (lambda: _scans(4000), ANY),
    "JPEG with EXIF that points into itself": (
        lambda: _exif(b"II*\x00\x08\x00\x00\x00" + struct.pack("<HHHIII", 1, 0x8769, 4, 1, 8, 8)), frozenset({""}),
    ),
    "JPEG with EXIF that points nowhere": (
        lambda: _exif(b"MM\x00*\x7f\xff\xff\xff" + b"\xff" * 30), frozenset({""}),
    ),
    "JPEG with EXIF of a turn nobody knows": (
        lambda: _exif(b"II*\x00\x08\x00\x00\x00" + struct.pack("<HHHIII", 1, 0x0112, 3, 1, 99, 0)), frozenset({""}),
    ),
    "JPEG of no colours": (
        lambda: (whole := pictures.jpeg("L"))[: (at := whole.index(b"\xff\xc0")) + 9] + b"\x00" + whole[at + 10 :], BAD,
    ),
    "JPEG that is a PDF too": (lambda: pictures.jpeg() + one_page(b"", b"S"), frozenset({""})),
    "GIF": (lambda: _other("GIF"), NO_PICTURE),
    "BMP": (lambda: _other("BMP"), NO_PICTURE),
    "WebP": (lambda: _other("WEBP"), NO_PICTURE),
    "a web page": (lambda: b"<!DOCTYPE html><svg onload=alert(1)>", NO_PICTURE),
}  # fmt: skip
