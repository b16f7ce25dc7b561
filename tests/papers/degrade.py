"""From a printed sheet to what a scanner, copier or phone makes of it, with the way back to the print."""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from .bench import Bench
from .levels import LEVELS
from .overlays import (
    SEAL_RED,
    SIGNATURE_BLUE,
    STAMP_RED,
    FloatImage,
    arrival_stamp,
    lay_ink,
    seal,
    signature,
)
from .pen import figures
from .sheet import PenMark, SealMark, Sheet, SignatureMark

Picture = npt.NDArray[np.uint8]
"""Height x width x (blue, green, red), 0-255."""

Homography = npt.NDArray[np.float64]
"""3 x 3 matrix taking homogeneous points (x, y, 1) of one picture to another, up to scale."""


@dataclass(frozen=True)
class Scan:
    """A scanned page. ``homography`` leads from the sheet's pixels to the picture's.

    ``skew``: degrees counter-clockwise by the scanner; ``rotation``: degrees clockwise (0, 90, 180, 270) the
    page lies turned; ``over_stamp``: an arrival stamp stands over the text.
    """

    image: Picture
    homography: Homography
    skew: float
    rotation: int
    over_stamp: bool


def scan(
    sheet: Sheet,
    level: str,
    rng: random.Random,
    dpi: int,
    render_dpi: int,
    family: str,
    other_side: Sheet | None,
    rotation: int,
) -> Scan:
    """Sign, seal and stamp a sheet drawn at ``render_dpi`` and scan it at ``dpi`` under one of the LEVELS.

    ``other_side`` is what shines through worn paper. ``rotation``: degrees clockwise to lay the page down.
    """
    noise = np.random.RandomState(rng.randint(0, 2**31 - 1))
    image = cv2.cvtColor(np.asarray(sheet.image), cv2.COLOR_RGB2BGR).astype(np.float32)
    _sign_and_seal(image, sheet, rng, family)
    over_stamp = level == "worn" and sheet.kind == "content"
    if over_stamp:
        scale = render_dpi / 72
        y = rng.uniform(90, 500)
        stamp = arrival_stamp(rng, render_dpi, family)
        lay_ink(image, stamp, (rng.uniform(150, 420) * scale, y * scale), STAMP_RED)
    factor = dpi / render_dpi
    height, width = int(image.shape[0] * factor), int(image.shape[1] * factor)
    if factor != 1:
        image = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    bench = Bench(image, np.diag([factor, factor, 1.0]), rng, noise, dpi)
    result = LEVELS[level](bench, other_side)
    picture = np.clip(result, 0, 255).astype(np.uint8)
    homography = bench.homography
    if rotation:
        picture, turn = _turned(picture, rotation)
        homography = turn @ homography
    return Scan(picture, homography, bench.skew, rotation, over_stamp)


def _sign_and_seal(image: FloatImage, sheet: Sheet, rng: random.Random, family: str) -> None:
    """Pen first, then the signature: the seal is set over it."""
    for mark in sheet.marks:
        if isinstance(mark, PenMark):
            ink, foot = figures(random.Random(mark.seed), mark.text, mark.height)
            height, width = ink.shape
            middle = (mark.foot[0] - mark.height + width / 2, mark.foot[1] - foot + height / 2)
            lay_ink(image, ink, middle, mark.colour)
    for mark in sheet.marks:
        if isinstance(mark, SignatureMark):
            lay_ink(image, signature(rng, mark.width), mark.centre, SIGNATURE_BLUE)
    for mark in sheet.marks:
        if isinstance(mark, SealMark):
            lay_ink(image, seal(rng, mark.radius, mark.agency, family), mark.centre, SEAL_RED)


def _turned(picture: Picture, rotation: int) -> tuple[Picture, Homography]:
    height, width = picture.shape[:2]
    code, matrix = {
        90: (cv2.ROTATE_90_CLOCKWISE, [[0, -1, height], [1, 0, 0], [0, 0, 1]]),
        180: (cv2.ROTATE_180, [[-1, 0, width], [0, -1, height], [0, 0, 1]]),
        270: (cv2.ROTATE_90_COUNTERCLOCKWISE, [[0, 1, 0], [-1, 0, width], [0, 0, 1]]),
    }[rotation]
    return cv2.rotate(picture, code), np.array(matrix, float)


def shine_through(picture: Picture, front: Sheet) -> Picture:
    """A blank back on which its front shows through faintly."""
    grey = cv2.cvtColor(np.asarray(front.image), cv2.COLOR_RGB2GRAY)
    mirrored = cv2.resize(grey, picture.shape[1::-1])[:, ::-1]
    blurred = cv2.GaussianBlur(mirrored, (0, 0), 2.5)
    shade = (1 - (255 - blurred.astype(np.float32)) / 255 * 0.05)[..., None]
    return np.clip(picture.astype(np.float32) * shade, 0, 255).astype(np.uint8)
