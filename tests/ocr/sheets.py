"""Pictures drawn for tests: lines of letter-like shapes, no font needed."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.geometry import Image, inverse, rotation_about, warp


def page_of_lines(
    *,
    dpi: int = 200,
    lean: float = 0.0,
    rotation: int = 0,
    lines: int = 30,
    paper: int = 255,
    ink: int = 0,
    seed: int = 5,
) -> Image:
    """A grey A4 page of text-like lines: small letters with marks and ascenders above, few tails below."""
    rng = np.random.default_rng(seed)
    width, height = round(8.27 * dpi), round(11.69 * dpi)
    unit = dpi / 200
    image = np.full((height, width), paper, dtype=np.uint8)
    for n in range(lines):
        y = round((260 + 62 * n) * unit)
        x, end = round(200 * unit), width - round(rng.integers(150, 500) * unit)
        while x < end:
            w = round(14 * unit)
            cv2.rectangle(image, (x, y), (x + w, y + round(16 * unit)), ink, max(1, round(4 * unit)))
            if rng.random() < 0.45:  # marks and ascenders
                cv2.line(
                    image,
                    (x, y - round(9 * unit)),
                    (x + w, y - round(5 * unit)),
                    ink,
                    max(1, round(3 * unit)),
                )
            if rng.random() < 0.1:  # tails
                cv2.line(
                    image, (x, y + round(18 * unit)), (x, y + round(24 * unit)), ink, max(1, round(3 * unit))
                )
            x += w + round((6 if rng.random() < 0.8 else 16) * unit)
    if lean:
        image = warp(image, inverse(rotation_about(width, height, lean)), width, height, paper=paper)
    turns = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    return image if not rotation else np.asarray(cv2.rotate(image, turns[rotation]), dtype=np.uint8)


def png(image: Image) -> bytes:
    """The picture as PNG bytes."""
    return bytes(cv2.imencode(".png", image)[1].tobytes())
