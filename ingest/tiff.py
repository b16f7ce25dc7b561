"""Is a TIFF cut short? Its directories say where every strip lies; a strip beyond the end of the file is missing."""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

STRIP_TAGS = {273: 279, 324: 325}
"""Offsets and their byte counts: strips and tiles."""

SIZES = {3: ("H", 2), 4: ("I", 4), 16: ("Q", 8)}
MOST_DIRECTORIES = 5000


@dataclass(frozen=True)
class _Kind:
    """How wide the numbers are: classic TIFF or BigTIFF. ``field``: bytes of an entry's value."""

    offset: str
    count: str
    entry: str
    field: int


CLASSIC, BIG = _Kind("I", "H", "HHI4s", 4), _Kind("Q", "Q", "HHQ8s", 8)


def is_cut(path: Path) -> bool:
    """Whether a TIFF refers to bytes beyond its end."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            return _refers_beyond(data, "<" if data[:2] == b"II" else ">")
        except struct.error:
            return True  # a directory itself lies beyond the end


def _refers_beyond(data: mmap.mmap, order: str) -> bool:
    big = struct.unpack_from(order + "H", data, 2)[0] == 43
    kind = BIG if big else CLASSIC
    (place,) = struct.unpack_from(order + kind.offset, data, 8 if big else 4)
    width = struct.calcsize(order + kind.entry)
    seen: set[int] = set()
    while place and place not in seen and len(seen) < MOST_DIRECTORIES:
        seen.add(place)
        (count,) = struct.unpack_from(order + kind.count, data, place)
        place += struct.calcsize(order + kind.count)
        entries = {}
        for index in range(count):
            tag, of, length, _ = struct.unpack_from(order + kind.entry, data, place + width * index)
            entries[tag] = (of, length, place + width * (index + 1) - kind.field)
        for offsets, counts in STRIP_TAGS.items():
            if offsets in entries and counts in entries:
                starts = _values(data, order, kind, entries[offsets])
                lengths = _values(data, order, kind, entries[counts])
                if any(start + size > len(data) for start, size in zip(starts, lengths, strict=False)):
                    return True
        (place,) = struct.unpack_from(order + kind.offset, data, place + width * count)
    return False


def _values(data: mmap.mmap, order: str, kind: _Kind, entry: tuple[int, int, int]) -> tuple[int, ...]:
    of, length, place = entry
    letter, size = SIZES.get(of, ("I", 4))
    if length * size > kind.field:
        (place,) = struct.unpack_from(order + kind.offset, data, place)
    if place + length * size > len(data):
        raise struct.error("values beyond the end")
    return struct.unpack_from(f"{order}{length}{letter}", data, place)
