"""The JPEG inside a TIFF, taken out as it is: the scanner's own coding instead of a PNG a third larger.

A TIFF keeps JPEG in strips (or tiles), each a stream of its own, with the tables often apart (tag JPEGTables; TIFF
Technical Note 2). Strips that span the page and end on a row of coded blocks are joined without decoding: each begins
with its predictions at zero, as the data after a restart marker do (ITU-T T.81, F.1.1.5 and E.1.4). What the result
shows is compared with what libtiff shows of the page, so that nothing is taken for lossless that is not.

Left to the lossless path: tiles side by side, strips with tables that differ, planes apart, CMYK, grey that is white at
zero, pages with an orientation (libtiff's reader turns their pixels), old-style JPEG (compression 6).
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops

_JPEG = 7  # Compression, TIFF Technical Note 2
_GREY, _RGB, _YCBCR = 1, 2, 6  # PhotometricInterpretation
_COMPONENTS = {_GREY: 1, _RGB: 3, _YCBCR: 3}
_UPRIGHT, _ONE_PLANE, _INCH, _CENTIMETRE = 1, 1, 2, 3
_SOF, _DHT, _SOS, _DQT, _DRI = (0xC0, 0xC1), 0xC4, 0xDA, 0xDB, 0xDD
_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_OTHER_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_LONGEST_INTERVAL = 0xFFFF
_ICC, _ICC_CHUNK = b"ICC_PROFILE\x00", 65_000
_BAND = 256  # rows compared at a time


class _Unfit(Exception):
    """These strips cannot go into one JPEG as they are."""


@dataclass(frozen=True)
class _Strip:
    """One stream: its tables, its frame and scan headers, what its restart interval is (0: none), its coded data."""

    tables: frozenset[tuple[int, bytes]]
    frame: tuple[int, bytes]
    scan: bytes
    interval: int
    data: bytes

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = struct.unpack_from(">HH", self.frame[1], 1)
        return width, height

    @property
    def kind(self) -> tuple[object, ...]:
        """All but the size and the data: what strips of one page must share."""
        return self.tables, self.frame[0], self.frame[1][:1], self.frame[1][5:], self.scan, self.interval

    @property
    def sampling(self) -> tuple[int, int]:
        """Most samples of a component across and down: a coded unit has 8 times that many pixels (T.81, A.2; with one
        component always 8)."""
        count = self.frame[1][5]
        factors = [self.frame[1][7 + 3 * component] if count > 1 else 0x11 for component in range(count)]
        return max(factor >> 4 for factor in factors), max(factor & 15 for factor in factors)

    def units(self, width: int, height: int) -> tuple[int, int]:
        """How many coded units lie across and down a picture of this size."""
        across, down = self.sampling
        return -(-width // (8 * across)), -(-height // (8 * down))


def jpeg_inside(image: Image.Image, path: Path) -> bytes | None:
    """The current page of an opened, not yet loaded TIFF as one JPEG file with its colour space told; None where that
    would lose anything. ``image`` is loaded by it where a JPEG is found.
    """
    try:
        tags = {tag: image.tag_v2.get(tag) for tag in _TAGS}  # type: ignore[attr-defined]
        photometric = tags[262]
        if (
            tags[259] != _JPEG
            or tags[277] not in (None, _COMPONENTS.get(photometric))
            or tags[284] not in (None, _ONE_PLANE)
            or tags[274] not in (None, _UPRIGHT)
            or tags[338] is not None
        ):
            return None
        strips = [_strip(part, tags[347] or b"") for part in _parts(tags, path)]
        if strips[0].frame[1][5] != _COMPONENTS.get(photometric):
            return None
        made = _joined(strips, image.size, _head(photometric, image, tags))
    except (_Unfit, struct.error, IndexError, TypeError, ValueError, ArithmeticError):
        return None  # the lossless path takes it, or says what is wrong with it
    image.load()
    return made if _shows_the_same(made, image, strips[0]) else None


_TAGS = (259, 262, 273, 274, 277, 279, 282, 283, 284, 296, 324, 325, 338, 347)


def _parts(tags: dict[int, object], path: Path) -> Iterator[bytes]:
    offsets, lengths = (tags[273], tags[279]) if tags[273] is not None else (tags[324], tags[325])
    if not (isinstance(offsets, tuple) and isinstance(lengths, tuple)) or sum(lengths) > path.stat().st_size:
        raise _Unfit  # strips that overlap swell
    with path.open("rb") as file:
        for offset, length in zip(offsets, lengths, strict=True):
            file.seek(offset)
            yield file.read(length)


def _strip(part: bytes, shared: bytes) -> _Strip:
    """Read the headers of one stream; ``shared`` is the stream of tables (JPEGTables), which it may override."""
    tables: dict[tuple[int, int], tuple[int, bytes]] = {}
    frame: tuple[int, bytes] | None = None
    interval = 0
    for marker, segment, after in (*_segments(shared), *_segments(part)):
        if marker in (_DQT, _DHT):
            for name, table in _split(marker, segment):
                tables[marker, name] = marker, table
        elif marker == _DRI:
            (interval,) = struct.unpack(">H", segment)
        elif marker in _SOF and frame is None:
            frame = marker, segment
        elif marker == _SOS:
            if frame is None or segment[0] != frame[1][5] or frame[1][0] != 8:
                raise _Unfit  # several scans, or more than 8 bits
            end = _OTHER_MARKER.search(part, after)
            if end is None or not end[0].endswith(_EOI[1:]):
                raise _Unfit
            return _Strip(frozenset(tables.values()), frame, segment, interval, part[after : end.start()])
        elif 0xC0 <= marker <= 0xCF:
            raise _Unfit  # progressive, lossless or arithmetic coding
    raise _Unfit


def _segments(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Marker segments up to the first scan header: marker, content, and where what follows begins."""
    if data and not data.startswith(_SOI):
        raise _Unfit
    at = 2
    while at + 4 <= len(data):
        marker = data[at + 1]
        if data[at] != 0xFF or marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD8:
            raise _Unfit
        if marker == _EOI[1]:
            return
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        yield marker, data[at + 4 : end], end
        if marker == _SOS:
            return
        at = end


def _split(marker: int, segment: bytes) -> Iterator[tuple[int, bytes]]:
    """The tables of a segment one by one, each with the byte that names it."""
    at = 0
    while at < len(segment):
        name = segment[at]
        if marker == _DQT:
            end, name = at + 1 + (128 if name >> 4 else 64), name & 15
        else:
            end = at + 17 + sum(segment[at + 1 : at + 17])
        yield name, segment[at:end]
        at = end


def _joined(strips: Sequence[_Strip], size: tuple[int, int], head: bytes) -> bytes:
    first = strips[0]
    across, down = first.units(*size)
    rows = [first.units(*strip.size) for strip in strips]
    if (
        any(strip.kind != first.kind for strip in strips)
        or any(units[0] != across for units in rows)
        or any(units[1] != rows[0][1] for units in rows[:-1])
        or sum(units[1] for units in rows) != down
        or any(strip.size[1] % (8 * first.sampling[1]) for strip in strips[:-1])
    ):
        raise _Unfit
    a_strip = across * rows[0][1]
    interval = first.interval or (a_strip if len(strips) > 1 else 0)
    if interval > _LONGEST_INTERVAL or (len(strips) > 1 and a_strip % interval):
        raise _Unfit
    out = [_SOI, head, *(_segment(marker, table) for marker, table in sorted(first.tables))]
    frame = first.frame[1][:1] + struct.pack(">HH", size[1], size[0]) + first.frame[1][5:]
    out.append(_segment(first.frame[0], frame))
    if interval:
        out.append(_segment(_DRI, struct.pack(">H", interval)))
    out.append(_segment(_SOS, first.scan))
    pieces = [piece for strip in strips for piece in _RESTART.split(strip.data)]
    for number, piece in enumerate(pieces):
        out += [bytes((0xFF, 0xD0 + (number - 1) % 8)), piece] if number else [piece]
    return b"".join((*out, _EOI))


def _segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def _head(photometric: object, image: Image.Image, tags: dict[int, object]) -> bytes:
    """Say what the components are: JFIF means grey or YCbCr, Adobe's marker with transform 0 means RGB (T.872, 6.5.3).
    A colour profile goes along."""
    if photometric == _RGB:
        out = _segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, 0))
    else:
        out = _segment(0xE0, b"JFIF\x00\x01\x02" + _density(tags) + b"\x00\x00")
    profile = image.info.get("icc_profile") or b""
    chunks = [profile[at : at + _ICC_CHUNK] for at in range(0, len(profile), _ICC_CHUNK)]
    for number, chunk in enumerate(chunks, 1):
        out += _segment(0xE2, _ICC + bytes((number, len(chunks))) + chunk)
    return out


def _density(tags: dict[int, object]) -> bytes:
    try:
        across, down = (round(float(tags[tag])) for tag in (282, 283))  # type: ignore[arg-type]
        unit = {_INCH: 1, _CENTIMETRE: 2}[int(tags[296] or _INCH)]  # type: ignore[call-overload]
        return struct.pack(">BHH", unit, across, down)
    except (TypeError, ValueError, KeyError, OverflowError, ZeroDivisionError, struct.error):
        return struct.pack(">BHH", 0, 1, 1)  # what the page's resolution is stands beside the image


def _shows_the_same(made: bytes, page: Image.Image, strip: _Strip) -> bool:
    """Whether the JPEG and the TIFF's page have the same pixels.

    Where colour is kept at half the rows, a decoder smooths it from row to row, and across the seams only once the
    strips are one picture: the two rows at each seam may differ then; their coded values are the same.
    """
    smoothed = strip.sampling[1] > 1
    step = strip.size[1] if smoothed else _BAND
    try:
        with Image.open(io.BytesIO(made), formats=("JPEG",)) as image:
            if (image.mode, image.size) != (page.mode, page.size):
                return False
            for top in range(0, page.height, step):
                end = min(top + step, page.height)
                rows = (top + (smoothed and top > 0), end - (smoothed and end < page.height))
                box = (0, rows[0], page.width, rows[1])
                if ImageChops.difference(image.crop(box), page.crop(box)).getbbox() is not None:
                    return False
    except (OSError, ValueError, SyntaxError):
        return False
    return True
