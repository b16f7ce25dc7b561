"""What the numbers in an image mean: device colours, or those of the profile it came with."""

from __future__ import annotations

import io
import struct
from functools import cache

import pikepdf
from pikepdf import Array, Name
from PIL import ImageCms

_PROFILE_CLASSES = (b"prtr", b"mntr", b"scnr", b"spac")
_PROFILE_SPACES = {1: b"GRAY", 3: b"RGB "}


class Colours:
    """One image's colour spaces: its own profile's, or device ones, which the sRGB output intent defines."""

    def __init__(self, pdf: pikepdf.Pdf, profile: bytes | None, kept: dict[bytes, pikepdf.Object]) -> None:
        self._pdf, self._profile, self._kept = pdf, profile, kept

    def space(self, components: int) -> pikepdf.Object:
        """Return the space for 1 (grey) or 3 (RGB) components."""
        device = Name.DeviceGray if components == 1 else Name.DeviceRGB
        profile = self._profile
        if profile is None or not _permitted(profile, components):
            return device
        if profile not in self._kept:
            self._kept[profile] = self._pdf.make_stream(profile, N=components, Alternate=device)
        return Array([Name.ICCBased, self._kept[profile]])


def _permitted(profile: bytes, components: int) -> bool:
    """Judge a profile by ISO 19005-2, 6.2.4.2: ICC version up to 4, class input, display, output or space."""
    if len(profile) < 128 or int.from_bytes(profile[:4], "big") != len(profile) or profile[36:40] != b"acsp":
        return False
    if profile[8] > 4 or profile[12:16] not in _PROFILE_CLASSES:
        return False
    if profile[16:20] != _PROFILE_SPACES[components]:
        return False
    try:
        ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except (OSError, ImageCms.PyCMSError):
        return False
    return True


@cache
def srgb_profile() -> bytes:
    """sRGB (IEC 61966-2-1) as a display profile of ICC version 4 with curves as formulas: 0.5 kB where tables take 7.

    Made here, without a time, so that the same paper gives the same bytes. The numbers are those of the standard,
    adapted to D50 by Bradford's matrix as ICC.1:2010 annex E wants it; tags are those of its 8.3.3.
    """
    curve = (
        b"para"
        + bytes(4)
        + struct.pack(">HH", 3, 0)
        + _fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    )
    tags = {
        b"desc": _text("sRGB"),
        b"cprt": _text("CC0"),
        b"wtpt": _xyz(0.96420, 1.0, 0.82491),
        b"chad": b"sf32" + bytes(4) + _fixed(
            1.047882, 0.022919, -0.050201, 0.029587, 0.990479, -0.017059, -0.009232, 0.015076, 0.751678
        ),
        b"rXYZ": _xyz(0.436066, 0.222488, 0.013916),
        b"gXYZ": _xyz(0.385147, 0.716873, 0.097076),
        b"bXYZ": _xyz(0.143066, 0.060608, 0.714096),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }  # fmt: skip
    places: dict[bytes, tuple[int, int]] = {}
    at, body = 128 + 4 + 12 * len(tags), b""
    for data in tags.values():
        if data not in places:
            places[data] = at + len(body), len(data)
            body += data + bytes(-len(data) % 4)
    table = struct.pack(">I", len(tags)) + b"".join(
        name + struct.pack(">II", *places[data]) for name, data in tags.items()
    )
    made = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    head = struct.pack(">I4sI4s4s4s", at + len(body), bytes(4), 0x04300000, b"mntr", b"RGB ", b"XYZ ") + made
    head += b"acsp" + bytes(28) + _fixed(0.96420, 1.0, 0.82491)
    return head + bytes(128 - len(head)) + table + body


def _fixed(*numbers: float) -> bytes:
    """Numbers as s15Fixed16."""
    return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))


def _xyz(x: float, y: float, z: float) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(x, y, z)


def _text(text: str) -> bytes:
    letters = text.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(letters), 28) + letters
