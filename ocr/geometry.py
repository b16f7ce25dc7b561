"""Where a pixel of the prepared image lies on the image that came in.

Coordinates are edges, not pixel centres: x runs from 0 to the width, so a box keeps its exclusive right and
bottom edge through every turn. A ``Matrix`` is 3 x 3, homogeneous, and maps *prepared* to *incoming* points.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from ocr.values import Box

Image = npt.NDArray[np.uint8]
Matrix = npt.NDArray[np.float64]
Corners = tuple[float, float, float, float]
"""x0, y0, x1, y1 of a rectangle that need not lie on whole pixels."""

_CENTRE = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
_TURNS = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}


def turned_back(width: int, height: int, rotation: int) -> Matrix:
    """Maps points of the upright image to the incoming one, which stands ``rotation`` degrees clockwise.

    ``width`` and ``height`` are the incoming image's. Raises ValueError for anything but 0, 90, 180, 270.
    """
    rows = {
        0: [[1, 0, 0], [0, 1, 0]],
        90: [[0, -1, width], [1, 0, 0]],
        180: [[-1, 0, width], [0, -1, height]],
        270: [[0, 1, 0], [-1, 0, height]],
    }
    if rotation not in rows:
        raise ValueError(f"rotation must be 0, 90, 180 or 270 degrees, not {rotation}")
    return np.array([*rows[rotation], [0, 0, 1]], dtype=np.float64)


def turn_back(image: Image, rotation: int) -> Image:
    """The upright picture of an image that stands ``rotation`` degrees clockwise."""
    return image if rotation == 0 else np.asarray(cv2.rotate(image, _TURNS[rotation]), dtype=np.uint8)


def rotation_about(width: float, height: float, degrees: float) -> Matrix:
    """Turns points clockwise (as seen on screen) by ``degrees`` about the middle of a width x height picture."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = width / 2, height / 2
    return np.array([[c, -s, x - c * x + s * y], [s, c, y - s * x - c * y], [0.0, 0.0, 1.0]])


def scaling(factor: float) -> Matrix:
    """Multiplies coordinates by ``factor``."""
    return np.diag([factor, factor, 1.0])


def inverse(matrix: Matrix) -> Matrix:
    """The map the other way round."""
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def warp(image: Image, target_to_source: Matrix, width: int, height: int, paper: int = 255) -> Image:
    """A width x height picture whose point p shows the source's point ``target_to_source`` p.

    What lies outside the source becomes ``paper``.
    """
    by_centres = inverse(_CENTRE) @ target_to_source @ _CENTRE
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size, outside = (width, height), (paper, paper, paper)
    if np.allclose(by_centres[2], (0.0, 0.0, 1.0)):
        out = cv2.warpAffine(image, by_centres[:2], size, flags=flags, borderValue=outside)
    else:
        out = cv2.warpPerspective(image, by_centres, size, flags=flags, borderValue=outside)
    return np.asarray(out, dtype=np.uint8)


def mapped(matrix: Matrix, corners: Corners) -> Corners:
    """The upright rectangle around the four corners after the map."""
    x0, y0, x1, y1 = corners
    points = matrix @ np.array([[x0, x1, x1, x0], [y0, y0, y1, y1], [1.0, 1.0, 1.0, 1.0]])
    xs, ys = points[0] / points[2], points[1] / points[2]
    return float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max())


def whole_pixels(corners: Corners, width: int, height: int) -> Box:
    """The smallest whole-pixel box around ``corners`` that lies inside the picture; at least one pixel each way."""
    slack = 1e-6  # a float a hair beyond a pixel edge is that edge
    x0 = min(max(math.floor(corners[0] + slack), 0), width - 1)
    y0 = min(max(math.floor(corners[1] + slack), 0), height - 1)
    x1 = min(max(math.ceil(corners[2] - slack), x0 + 1), width)
    y1 = min(max(math.ceil(corners[3] - slack), y0 + 1), height)
    return Box(x0, y0, x1, y1)


def upright_corners(box: Box, width: int, height: int, rotation: int, skew: float) -> Corners:
    """Where a box of the incoming width x height image lies once that image is turned upright and straightened.

    The middle of the box is exact; a box that was read from a skewed page stays a little too tall.
    """
    x0, y0, x1, y1 = map(float, box)
    if rotation != 0:
        x0, y0, x1, y1 = mapped(inverse(turned_back(width, height, rotation)), (*box,))
    if skew == 0:
        return x0, y0, x1, y1
    # ``rotation_about`` in plain numbers: for one point numpy costs more than all the rest (measured, 40 µs a word).
    middle_x, middle_y = (width / 2, height / 2) if rotation in (0, 180) else (height / 2, width / 2)
    c, s = math.cos(math.radians(-skew)), math.sin(math.radians(-skew))
    off_x, off_y = (x0 + x1) / 2 - middle_x, (y0 + y1) / 2 - middle_y
    x, y = middle_x + c * off_x - s * off_y, middle_y + s * off_x + c * off_y
    w, h = (x1 - x0) / 2, (y1 - y0) / 2
    return x - w, y - h, x + w, y + h
