"""What lies around the sheet: a desk under a photographed page, the dark lid of a scanner, a copier's black edge."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Image, Matrix
from ocr.pixels import smaller

_SIDE = 600.0  # pixels of the long side in which the sheet is looked for
_RIM = 20


def page_corners(image: Image) -> Matrix | None:
    """The four corners (4 x 2, clockwise from top left) of a bright sheet that a darker desk surrounds.

    None unless the sheet is a clear quadrilateral over 45 to 97 % of the picture whose corners all lie inside it:
    a page that fills the frame must not be cut. Of what brightness and colour each tell, the larger is taken:
    shadows only cut corners off.
    """
    factor = min(1.0, _SIDE / max(image.shape[:2]))
    small = cv2.GaussianBlur(smaller(image, factor), (0, 0), 3)
    if (
        small.ndim == 3
    ):  # paper is bright and has little colour, wood is neither; in a shadow only the colour tells
        grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)
        colour = cv2.cvtColor(small, cv2.COLOR_BGR2HSV)[..., 1].astype(np.float32)
        views = [grey - 0.6 * colour, -colour]
    else:
        views = [small.astype(np.float32)]
    found = [quad for quad in map(_quadrilateral, views) if quad is not None]
    if not found:
        return None
    corners = max(found, key=lambda quad: cv2.contourArea(quad.astype(np.float32)))
    return np.asarray(corners / factor, dtype=np.float64)


def _quadrilateral(view: npt.NDArray[np.float32]) -> Matrix | None:
    """The corners of the bright part of ``view``; None when it is no sheet with four."""
    low, high = float(view.min()), float(view.max())
    if high - low < 40:
        return None
    _, sheet = cv2.threshold(((view - low) * (255 / (high - low))).astype(np.uint8), 0, 255, cv2.THRESH_OTSU)
    # Framed in black first, or closing would grow the sheet over a thin strip of desk into the picture's edge.
    sheet = cv2.copyMakeBorder(sheet, _RIM, _RIM, _RIM, _RIM, cv2.BORDER_CONSTANT, value=0)
    sheet = cv2.morphologyEx(sheet, cv2.MORPH_CLOSE, np.ones((15, 15), dtype=np.uint8))
    outlines, _ = cv2.findContours(sheet, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return None
    outline = max(outlines, key=cv2.contourArea)
    hull = cv2.convexHull(outline)
    height, width = view.shape
    if not 0.45 <= cv2.contourArea(hull) / view.size <= 0.97:
        return None
    for slack in (0.01, 0.02, 0.03, 0.05):
        shape = cv2.approxPolyDP(hull, slack * cv2.arcLength(hull, True), True)
        if len(shape) == 4:
            corners = _clockwise(shape.reshape(4, 2).astype(np.float64)) - _RIM
            fit = cv2.contourArea(outline) / max(cv2.contourArea(hull), cv2.contourArea(shape))
            sound = _inside(corners, width, height) and _like_a_sheet(corners) and fit > 0.93
            return corners if sound else None
    return None


def _like_a_sheet(corners: Matrix) -> bool:
    """Whether opposite sides are alike within a fifth, as those of a sheet seen from above are."""
    top, right, bottom, left = _sides(corners)
    return min(top, bottom) > 0.8 * max(top, bottom) and min(left, right) > 0.8 * max(left, right)


def _sides(corners: Matrix) -> list[float]:
    return [float(np.hypot(*(corners[(i + 1) % 4] - corners[i]))) for i in range(4)]


def _clockwise(points: Matrix) -> Matrix:
    total, difference = points.sum(axis=1), points[:, 0] - points[:, 1]
    order = [total.argmin(), difference.argmax(), total.argmax(), difference.argmin()]
    return points[order]


def _inside(corners: Matrix, width: int, height: int) -> bool:
    edge = 2.0
    x, y = corners[:, 0], corners[:, 1]
    return bool(
        (x >= edge).all() and (y >= edge).all() and (x <= width - edge).all() and (y <= height - edge).all()
    )


def flattening(corners: Matrix) -> tuple[Matrix, int, int]:
    """(map from the flat sheet's points to the picture's, its width, its height) for the sheet's four corners."""
    top, right, bottom, left = _sides(corners)
    width, height = round(max(top, bottom)), round(max(right, left))
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    return (
        np.asarray(cv2.getPerspectiveTransform(flat, corners.astype(np.float32)), dtype=np.float64),
        width,
        height,
    )


def dark_surround(small: Image) -> Image:
    """255 where a dark area runs in from the edge of a small grey picture (about 75 dots per inch), else 0.

    Deskewing with such borders left in took worn pages from 11 to 24 % character errors.
    """
    level = float(np.percentile(small, 75))
    dark = (small < 0.62 * level).astype(np.uint8)
    solid = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((3, 3), dtype=np.uint8))
    framed = cv2.copyMakeBorder(solid, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    _, labels = cv2.connectedComponents(framed, connectivity=4, ltype=cv2.CV_32S)
    mask = (labels == labels[0, 0]).astype(np.uint8)[1:-1, 1:-1] * 255
    return np.asarray(mask, dtype=np.uint8)


def may_whiten(mask: Image) -> bool:
    """Whether a dark surround is slight enough to be a lid or an edge: 1 to 4 % on worn scans and copies.

    A photograph has 13 % and more, and its shadows reach into the page: whitening would wipe writing away.
    """
    return bool(0 < cv2.countNonZero(mask) < 0.08 * mask.size)
