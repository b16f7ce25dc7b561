"""Changes to pixels that leave their places alone: decode, red channel, even paper, no specks, no dark surround.

Pictures are ``uint8`` arrays: height x width (grey) or height x width x 3 (blue, green, red).
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from ocr.geometry import Image

_HALVED_FROM_DPI = 250.0


def decode(data: bytes) -> Image | None:
    """Pixels as they are stored; None when the bytes are no picture we can read.

    A JPEG's EXIF turn is *not* applied: boxes are counted in stored pixels, the turn comes as a hint.
    """
    if not data:
        return None
    flags = cv2.IMREAD_IGNORE_ORIENTATION | cv2.IMREAD_ANYCOLOR
    try:
        image = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), flags)
    except cv2.error:
        return None
    if image is None or image.ndim not in (2, 3) or min(image.shape[:2]) < 16:
        return None
    return np.asarray(image, dtype=np.uint8)


def decoded_small(data: bytes, dpi: float) -> tuple[Image | None, float]:
    """As ``decode`` for a look that half of 300 dots per inch is enough for, with the copy's own resolution: half the
    cost for a JPEG, whose smaller copy needs no whole one."""
    if dpi < _HALVED_FROM_DPI or not data:
        return decode(data), dpi
    flags = cv2.IMREAD_IGNORE_ORIENTATION | cv2.IMREAD_REDUCED_COLOR_2
    try:
        image = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), flags)
    except cv2.error:
        return None, dpi
    return (None if image is None else np.asarray(image, dtype=np.uint8)), dpi / 2


def red(image: Image) -> Image:
    """The red channel: red seals and stamps turn to paper, blue and black ink stay.

    A seal in a grey picture melts the signature block into one blob: 0 of 21 signers' names were read with it,
    15 of 21 without; reading is also a third quicker (measured on 36 generated and 4 real pages).
    """
    return image if image.ndim == 2 else np.asarray(cv2.extractChannel(image, 2), dtype=np.uint8)


def darkest(image: Image) -> Image:
    """For each pixel its darkest channel: every ink counts, whatever its colour."""
    if image.ndim == 2:
        return image
    blue, green, red_ = cv2.split(image)
    return np.asarray(cv2.min(cv2.min(blue, green), red_), dtype=np.uint8)


def smaller(image: Image, factor: float) -> Image:
    """Scaled by ``factor`` (at most 1) with the mean of the covered pixels."""
    if factor >= 1:
        return image
    return np.asarray(
        cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8
    )


def soft(grey: Image, radius: float) -> Image:
    """Blurred by ``radius`` pixels, so that a later warp to a smaller size leaves no jagged edges."""
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), radius), dtype=np.uint8)


def paper(grey: Image) -> Image:
    """The brightness of the paper under the ink, the same size as ``grey``: text closed over, then smoothed."""
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // 6), max(1, height // 6)), interpolation=cv2.INTER_AREA)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (15, 15))
    bright = cv2.medianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, disc), 13)
    return np.asarray(cv2.resize(bright, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def even(grey: Image) -> Image:
    """Divided by the paper's brightness, so that paper becomes 250 everywhere: shadows, yellowing, stains go."""
    return np.asarray(cv2.divide(grey, paper(grey), scale=250), dtype=np.uint8)


def ink_level(even_: Image, rim: Image) -> float:
    """How dark the ink of a picture on even paper is, 0.0 (black) to 250.0; 0.0 when there is hardly any.

    ``rim``: where not to look (above 0), the same size. Ink is what stands out of the paper's own grain.
    """
    inside = even_[::2, ::2][rim[::2, ::2] == 0]
    shares = np.cumsum(np.bincount(inside, minlength=256))
    if not shares[-1]:
        return 0.0
    middle = int(np.searchsorted(shares, 0.5 * shares[-1]))
    off = np.bincount(np.abs(np.arange(256) - middle), np.diff(shares, prepend=0))
    grain = 1.4826 * float(np.searchsorted(np.cumsum(off), 0.5 * shares[-1]))
    dark = shares[: max(0, math.ceil(middle - max(15.0, 5.0 * grain)))]
    return float(np.searchsorted(dark, 0.2 * dark[-1])) if dark.size and dark[-1] >= 50 else 0.0


def contrasted(grey: Image, ink: float, paper_: float = 250.0) -> Image:
    """``ink`` pulled down to the grey of usual print, ``paper_`` left where it is: faint print becomes plain print."""
    ramp = _PRINT + (np.arange(256, dtype=np.float32) - ink) * (paper_ - _PRINT) / max(1.0, paper_ - ink)
    return np.asarray(cv2.LUT(grey, np.clip(ramp, 0, 255).astype(np.uint8)), dtype=np.uint8)


_PRINT = 80.0
"""``ink_level`` of usual print: scans 10 to 80, worn and photographed pages 105 to 140 (43 pages)."""


def levels(grey: Image) -> Image:
    """Ink to black and all above 205 to white, on even paper: print of the back side that shows through goes."""
    ink = grey[::3, ::3]
    ink = ink[ink < 150]
    black = min(float(np.percentile(ink, 20)) if ink.size > 500 else 40.0, 120.0)
    ramp = (np.arange(256, dtype=np.float32) - black) * 255 / (205 - black)
    return np.asarray(cv2.LUT(grey, np.clip(ramp, 0, 255).astype(np.uint8)), dtype=np.uint8)


def without_specks(grey: Image, dpi: float) -> Image:
    """Specks wiped off, but only those far from any letter.

    A speck near a letter may be a dấu nặng or the dot of an i: despeckling by area alone, or a median filter,
    deletes Vietnamese tone marks (measured: 8.5 % to 11.9 % character errors).
    """
    unit = dpi / 300
    dark = (grey < 160).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8, ltype=cv2.CV_32S)
    small = stats[:, cv2.CC_STAT_AREA] < 40 * unit * unit
    small[0] = False
    letters = (~small).astype(np.uint8)
    letters[0] = 0
    reach = max(3, round(25 * unit)) | 1
    near = cv2.dilate(letters[labels], cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    kept = np.zeros(count, dtype=bool)
    kept[labels[near > 0]] = True
    wiped = cv2.dilate((small & ~kept).astype(np.uint8)[labels], np.ones((3, 3), dtype=np.uint8))
    out = grey.copy()
    out[wiped > 0] = 255
    return out


def without_surround(grey: Image, mask: Image) -> Image:
    """White wherever ``mask`` (any smaller size, 0 or 255) marks the dark surround of the sheet."""
    if not mask.any():
        return grey
    height, width = grey.shape
    grown = cv2.dilate(mask, np.ones((3, 3), dtype=np.uint8))
    full = cv2.resize(grown, (width, height), interpolation=cv2.INTER_NEAREST)
    out = grey.copy()
    out[full > 0] = 255
    return out
