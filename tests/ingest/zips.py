"""ZIP files made at run time: good ones and hostile ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return into.getvalue()


def changed(data: bytes, *changes: tuple[bytes, int, bytes]) -> bytes:
    """Write over bytes at an offset behind every place where ``mark`` stands."""
    whole = bytearray(data)
    for mark, offset, new in changes:
        place = whole.find(mark)
        while place >= 0:
            whole[place + offset : place + offset + len(new)] = new
            place = whole.find(mark, place + 1)
    return bytes(whole)


LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


def locked(files: Mapping[str, bytes]) -> bytes:
    """A ZIP whose entries say that they are encrypted."""
    return changed(zipped(files), (LOCAL, 6, b"\x01\x00"), (CENTRAL, 8, b"\x01\x00"))


def without_utf8_flag(files: Mapping[str, bytes]) -> bytes:
    """Names are UTF-8, but the ZIP does not say so, as macOS and many Linux programs write it."""
    return changed(zipped(files), (LOCAL, 6, b"\x00\x00"), (CENTRAL, 8, b"\x00\x00"))


def lying_about_size(name: str, data: bytes, size: int) -> bytes:
    """The directory claims that the entry unpacks to ``size`` bytes."""
    told = size.to_bytes(4, "little")
    return changed(zipped({name: data}), (LOCAL, 22, told), (CENTRAL, 24, told))
