"""TIFF files with JPEG inside, put together by hand: scanners write kinds that Pillow cannot."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence

from PIL import Image

from tests.ingest import pictures

GREY, RGB, YCBCR = 1, 2, 6


def bands(image: Image.Image, rows: int, **how: object) -> list[bytes]:
    """The picture cut into JPEGs of so many rows."""
    cuts = [
        image.crop((0, top, image.width, min(top + rows, image.height)))
        for top in range(0, image.height, rows)
    ]
    return [_jpeg(cut, **how) for cut in cuts]


def tiff(
    strips: Sequence[bytes],
    size: tuple[int, int],
    rows: int,
    photometric: int = YCBCR,
    tables: bytes = b"",
    more: Sequence[tuple[int, int, int]] = (),
) -> bytes:
    """A TIFF of one page whose strips are these JPEG streams; ``tables`` goes into JPEGTables."""
    body = bytearray(b"II*\x00" + bytes(4))

    def put(data: bytes) -> int:
        body.extend(bytes(len(body) % 2))
        at = len(body)
        body.extend(data)
        return at

    offsets = [put(strip) for strip in strips]
    count, samples = len(strips), 1 if photometric in (0, GREY) else 3

    def many(values: Sequence[int]) -> int:
        return values[0] if count == 1 else put(struct.pack(f"<{count}I", *values))

    depth = put(struct.pack("<3H", 8, 8, 8)) if samples == 3 else 8
    dpi = put(struct.pack("<2I", 200, 1))
    tags = [
        (256, 4, 1, size[0]), (257, 4, 1, size[1]), (258, 3, samples, depth), (259, 3, 1, 7),
        (262, 3, 1, photometric), (273, 4, count, many(offsets)), (277, 3, 1, samples), (278, 4, 1, rows),
        (279, 4, count, many([len(strip) for strip in strips])), (282, 5, 1, dpi), (283, 5, 1, dpi), (296, 3, 1, 2),
        *([(347, 7, len(tables), put(tables))] if tables else []),
        *([(530, 3, 2, 2 | 2 << 16)] if photometric == YCBCR else []),
        *more,
    ]  # fmt: skip
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in sorted(tags))
    body[4:8] = struct.pack("<I", put(directory + bytes(4)))
    return bytes(body)


def apart(jpeg: bytes) -> tuple[bytes, bytes]:
    """A JPEG as scanners store it: the tables on their own, and the rest without tables and application data."""
    tables, rest, at = b"\xff\xd8", b"\xff\xd8", 2
    while jpeg[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if jpeg[at + 1] in (0xDB, 0xC4):
            tables += jpeg[at:end]
        elif jpeg[at + 1] < 0xE0:
            rest += jpeg[at:end]
        at = end
    return tables + b"\xff\xd9", rest + jpeg[at:]


def page(mode: str = "RGB") -> Image.Image:
    return pictures.page(mode)


def _jpeg(image: Image.Image, **how: object) -> bytes:
    into = io.BytesIO()
    image.save(into, "JPEG", **how)  # type: ignore[arg-type]
    return into.getvalue()
