"""Is a TIFF cut short? Its directory says where every strip lies; a strip beyond the end of the file is missing."""

from __future__ import annotations

import struct
from pathlib import Path

STRIP_TAGS = {273: 279, 324: 325}
"""Offsets and their byte counts: strips and tiles."""

SIZES = {3: ("H", 2), 4: ("I", 4), 16: ("Q", 8)}
MOST_DIRECTORIES = 5000


def is_cut(path: Path) -> bool:
    """Whether a classic TIFF refers to bytes beyond its end. BigTIFF is not looked at."""
    data = path.read_bytes()
    order = "<" if data[:2] == b"II" else ">"
    try:
        magic, place = struct.unpack_from(order + "HI", data, 2)
        if magic != 42:
            return False
        for _ in range(MOST_DIRECTORIES):
            if place == 0:
                return False
            (count,) = struct.unpack_from(order + "H", data, place)
            entries = {}
            for index in range(count):
                tag, kind, length, _ = struct.unpack_from(order + "HHI4s", data, place + 2 + 12 * index)
                entries[tag] = (kind, length, place + 2 + 12 * index + 8)
            for offsets, counts in STRIP_TAGS.items():
                if offsets in entries and counts in entries:
                    starts, lengths = (
                        _values(data, order, entries[offsets]),
                        _values(data, order, entries[counts]),
                    )
                    if any(start + size > len(data) for start, size in zip(starts, lengths, strict=False)):
                        return True
            (place,) = struct.unpack_from(order + "I", data, place + 2 + 12 * count)
    except struct.error:
        return True  # the directory itself lies beyond the end
    return False


def _values(data: bytes, order: str, entry: tuple[int, int, int]) -> tuple[int, ...]:
    kind, length, place = entry
    letter, size = SIZES.get(kind, ("I", 4))
    if length * size > 4:
        (place,) = struct.unpack_from(order + "I", data, place)
    if place + length * size > len(data):
        raise struct.error("values beyond the end")
    return struct.unpack_from(f"{order}{length}{letter}", data, place)
