"""What the numbers in an image mean: device colours, or those of the profile it came with."""

from __future__ import annotations

import io

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
