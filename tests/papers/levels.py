"""The ways papers come in: clean, scan, office, worn, photocopy, phone.

Constants were set by eye on real scans. Random draws stand in a fixed order: reordering them, even within one
expression, would change every picture of every seed.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from .bench import Bench
from .overlays import FloatImage
from .sheet import Sheet

_WHITE = (255, 255, 255)


def clean(bench: Bench, other_side: Sheet | None) -> FloatImage:
    """The print itself: no noise, no skew."""
    return bench.image


def scan(bench: Bench, other_side: Sheet | None) -> npt.NDArray[np.uint8]:
    """What office machines really give: heavy ink, paper clipped to white, skew to 1.2 degrees, JPEG 70."""
    rng = bench.rng
    bench.blur(rng.uniform(0.75, 1.15))
    bench.tilt(rng.uniform(-1.2, 1.2), _WHITE)
    bench.image += bench.clouds(3, 9)[..., None] + bench.clouds(200, 8)[..., None] + bench.grain() * 5
    threshold, softness = rng.uniform(150, 205), rng.uniform(14, 26)
    contrasted = 255 / (1 + np.exp(-(bench.image - threshold) / softness))
    bench.image = 255 - (255 - contrasted) * rng.uniform(0.93, 1)
    specks = (bench.speckles() < 3e-6).astype(np.uint8)
    bench.image[cv2.dilate(specks, np.ones((4, 4), np.uint8)) > 0] = 40
    return bench.compressed(70)


def office(bench: Bench, other_side: Sheet | None) -> npt.NDArray[np.uint8]:
    """A greyish flatbed or feeder: skew to 2 degrees, light noise, JPEG 75."""
    rng = bench.rng
    bench.blur(0.7)
    degrees = rng.uniform(-2, 2)
    bench.image = 255 - (255 - bench.image) * rng.uniform(0.86, 0.98)
    bench.image *= rng.uniform(0.95, 0.99)
    bench.tilt(degrees, (rng.choice((246, 250, 40)),) * 3)
    bench.image += bench.grain() * rng.uniform(2.5, 5)
    return bench.compressed(75)


def worn(bench: Bench, other_side: Sheet | None) -> npt.NDArray[np.uint8]:
    """Old paper: faded, yellowed, stained, folded, shining through, skew to 5 degrees, JPEG 60."""
    rng = bench.rng
    bench.blur(rng.uniform(0.8, 1.1))
    strength = rng.uniform(0.55, 0.75)
    bench.image = 255 - (255 - bench.image) * strength * (1 + bench.clouds(160, 0.10)[..., None])
    if other_side is not None:
        _shine_through(bench, other_side)
    yellow = np.array([rng.uniform(0.72, 0.82), rng.uniform(0.85, 0.90), rng.uniform(0.91, 0.95)], np.float32)
    bench.image *= yellow * (1 + bench.clouds(300, 0.05)[..., None] + bench.clouds(12, 0.012)[..., None])
    for _ in range(rng.randint(1, 3)):
        _stain(bench)
    for across, count in ((True, rng.choice((1, 2))), (False, rng.choice((0, 1)))):
        for index in range(count):
            _fold(bench, across, (index + 1) / (count + 1))
    bench.tilt(rng.choice((-1, 1)) * rng.uniform(1, 5), (60, 66, 70))
    bench.image += bench.grain() * rng.uniform(5, 8)
    specks = bench.speckles()
    bench.image[specks < 0.0006] = 30
    bench.image[specks > 0.9996] = 250
    return bench.compressed(60)


def _shine_through(bench: Bench, other_side: Sheet) -> None:
    grey = cv2.cvtColor(np.asarray(other_side.image), cv2.COLOR_RGB2GRAY)
    mirrored = cv2.resize(grey, (bench.width, bench.height))[:, ::-1].astype(np.float32)
    blurred = cv2.GaussianBlur(mirrored, (0, 0), 2.2 * bench.scale)
    bench.image *= (1 - (255 - blurred) / 255 * bench.rng.uniform(0.10, 0.17))[..., None]


def _stain(bench: Bench) -> None:
    """A brown blot with a darker rim."""
    rng = bench.rng
    blot = np.zeros((bench.height, bench.width), np.float32)
    centre = (rng.randint(0, bench.width), rng.randint(0, bench.height))
    radii = (rng.randint(60, 260), rng.randint(50, 200))
    cv2.ellipse(blot, centre, radii, rng.randint(0, 180), 0, 360, 1, -1)
    blot = cv2.GaussianBlur(blot, (0, 0), 18 * bench.scale)
    darkness = np.clip(blot * (1 - blot) * 3, 0, 1) * 0.5 + blot * 0.4
    bench.image *= 1 - darkness[..., None] * np.array([0.42, 0.26, 0.14], np.float32)


def _fold(bench: Bench, across: bool, share: float) -> None:
    """A fold at that share of the page: a dark crease, shade on one side, light on the other."""
    length = bench.height if across else bench.width
    place = length * share + bench.rng.uniform(-20, 20)
    distance = np.arange(length, dtype=np.float32) - place
    shade = -np.exp(-((distance / (26 * bench.scale)) ** 2)) * 0.16 * np.sign(distance)
    shade = shade - np.exp(-((distance / (2.0 * bench.scale)) ** 2)) * 0.20
    bench.image *= (1 + (shade[:, None] if across else shade[None, :]))[..., None]


def photocopy(bench: Bench, other_side: Sheet | None) -> npt.NDArray[np.uint8]:
    """A bi-tonal copy of a copy: strokes broken or thickened, pepper, a black edge, skew to 2.5 degrees."""
    rng, height, width = bench.rng, bench.height, bench.width
    darkest, mean = bench.image.min(axis=2), bench.image.mean(axis=2)
    grey = cv2.GaussianBlur(darkest * 0.5 + mean * 0.5, (0, 0), rng.uniform(0.9, 1.25) * bench.scale)
    grey += bench.clouds(120, 26) + bench.clouds(6, 12)
    grey += bench.noise.randn(height, width) * 22
    degrees = rng.uniform(-2.5, 2.5)
    bench.image = grey[..., None].repeat(3, 2)
    bench.tilt(degrees, _WHITE)
    bitonal = (bench.image[..., 0] > rng.choice((118, 135, 165, 180))).astype(np.uint8) * 255
    bitonal[bench.speckles() < 0.0010] = 0
    pepper = (bench.noise.rand(height // 3 + 1, width // 3 + 1) < 0.0004).astype(np.uint8)
    bitonal[cv2.resize(pepper, (width, height), interpolation=cv2.INTER_NEAREST) > 0] = 0
    edge = rng.randint(8, 34)
    bitonal[:, :edge] = 0 if rng.random() < 0.6 else 255
    if rng.random() < 0.4:
        bitonal[: edge // 2] = 0
    return cv2.cvtColor(bitonal, cv2.COLOR_GRAY2BGR)


def phone(bench: Bench, other_side: Sheet | None) -> npt.NDArray[np.uint8]:
    """A photograph: perspective, desk around the page, uneven light, a hand's shadow, blur, JPEG 70."""
    rng, height, width = bench.rng, bench.height, bench.width
    corners = _photographed_corners(rng, width, height)
    bench.image *= rng.uniform(0.94, 0.99)
    bench.warp(cv2.getPerspectiveTransform(_corners(width, height), corners), (-1, -1, -1))
    desk = np.array([rng.randint(30, 90), rng.randint(50, 110), rng.randint(80, 140)], np.float32)
    outside = bench.image[..., 0] < 0
    bench.image = np.where(outside[..., None], bench.clouds(40, 16)[..., None] + desk, bench.image)
    bench.blur(rng.uniform(1.1, 1.7))
    shake = int(rng.uniform(2, 4) * bench.scale) | 1
    kernel = np.zeros((shake, shake), np.float32)
    kernel[shake // 2] = 1.0 / shake
    bench.image = cv2.filter2D(bench.image, -1, kernel)
    light = _uneven_light(bench)
    bench.image *= light[..., None] * np.array([rng.uniform(0.86, 0.95), 0.96, 1.0], np.float32)
    bench.image += bench.grain(3) * rng.uniform(3, 6)
    return bench.compressed(70)


def _corners(width: float, height: float) -> npt.NDArray[np.float32]:
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)


def _photographed_corners(rng: random.Random, width: int, height: int) -> npt.NDArray[np.float32]:
    def inset(most: float) -> float:
        return rng.uniform(0.2, 1) * most

    across, down = width * 0.06, height * 0.05
    return np.array(
        [
            [inset(across) + 6, inset(down) + 6],
            [width - inset(across) - 6, inset(down) + 6],
            [width - inset(across) * 0.7 - 4, height - inset(down) - 6],
            [inset(across) * 0.7 + 4, height - inset(down) - 6],
        ],
        np.float32,
    )


def _uneven_light(bench: Bench) -> FloatImage:
    """Light from one side, weaker away from a bright spot, and the edge of a shadow."""
    rng, height, width = bench.rng, bench.height, bench.width
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = rng.uniform(0, 6.28)
    light = 0.80 + 0.28 * ((x / width - 0.5) * math.cos(angle) + (y / height - 0.5) * math.sin(angle))
    from_left = ((x - width * rng.uniform(0.3, 0.7)) / width) ** 2
    from_top = ((y - height * rng.uniform(0.3, 0.7)) / height) ** 2
    light -= 0.30 * (from_left + from_top)
    shadow_x, shadow_y = rng.uniform(0, width), rng.uniform(0, height)
    into_shadow = (x - shadow_x) * math.cos(angle + 1) + (y - shadow_y) * math.sin(angle + 1)
    light -= 0.28 / (1 + np.exp(-into_shadow / (70 * bench.scale)))
    return light


Level = Callable[[Bench, Sheet | None], npt.NDArray[np.float32] | npt.NDArray[np.uint8]]
LEVELS: dict[str, Level] = {
    "clean": clean,
    "scan": scan,
    "office": office,
    "worn": worn,
    "photocopy": photocopy,
    "phone": phone,
}
"""Every level by name; each takes the page on its bench and the sheet that may shine through."""
