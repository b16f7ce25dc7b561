"""What is laid over the print: seals, signatures, arrival stamps. Masks run from 0 (none) to 1 (full ink)."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from .fonts import FAMILIES, Style
from .sheet import Colour

Mask = npt.NDArray[np.float32]
FloatImage = npt.NDArray[np.float32]

SEAL_RED: Colour = (222, 30, 38)
SIGNATURE_BLUE: Colour = (28, 44, 150)
STAMP_RED: Colour = (205, 35, 45)


def lay_ink(image: FloatImage, mask: Mask, centre: tuple[float, float], colour: Colour) -> None:
    """Multiply ink onto an image (blue, green, red; 0-255), in place, cut off at the edges."""
    height, width = mask.shape
    left, top = int(centre[0] - width / 2), int(centre[1] - height / 2)
    page_height, page_width = image.shape[:2]
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(page_width, left + width), min(page_height, top + height)
    if x1 <= x0 or y1 <= y0:
        return
    part = mask[y0 - top : y1 - top, x0 - left : x1 - left, None]
    blue_green_red = np.array(colour[::-1], np.float32) / 255
    image[y0:y1, x0:x1] *= (1 - part) + part * blue_green_red


def seal(rng: random.Random, radius: float, agency: str, family: str) -> Mask:
    """A round seal: three rings, the state's name along the rim, a star, the agency below; unevenly inked."""
    side = int(radius * 2 + 8)
    image = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(image)
    middle = side / 2
    thick = max(2, int(radius * 0.035))
    for share, width in ((1, thick), (0.92, max(1, thick // 2)), (0.56, max(1, thick // 2))):
        reach = radius * share
        draw.ellipse(
            (middle - reach, middle - reach, middle + reach, middle + reach), outline=255, width=width
        )
    bold = FAMILIES[family].file("bold")
    rim_font = ImageFont.truetype(bold, radius * 0.19)
    _write_along_rim(image, "CỘNG HÒA X.H.C.N VIỆT NAM", middle, radius * 0.74, rim_font)
    draw.polygon(_star(middle, middle - radius * 0.27, radius * 0.20, radius * 0.085), fill=255)
    words = agency.split()
    words_per_line = max(1, (len(words) + 2) // 3)
    lines = [" ".join(words[i : i + words_per_line]) for i in range(0, len(words), words_per_line)][:3]
    for index, line in enumerate(lines):
        font = ImageFont.truetype(bold, min(radius * 0.17, radius * 1.5 / max(6, len(line))))
        draw.text((middle, middle + radius * (0.05 + 0.17 * index)), line, font=font, fill=255, anchor="mm")
    turned = image.rotate(rng.uniform(-14, 14), resample=Image.Resampling.BICUBIC)
    mask = np.asarray(turned, np.float32) / 255
    noise = np.random.RandomState(rng.randint(0, 2**31 - 1))
    cells = noise.rand(side // 14 + 2, side // 14 + 2).astype(np.float32)
    inking = cv2.resize(cells, (side, side), interpolation=cv2.INTER_CUBIC)
    return mask * np.clip(0.55 + 0.55 * inking, 0.35, 1) * rng.uniform(0.75, 0.95)


def _star(x: float, y: float, outer: float, inner: float) -> list[tuple[float, float]]:
    corners = []
    for index in range(10):
        reach = outer if index % 2 == 0 else inner
        angle = math.radians(-90 + 36 * index)
        corners.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return corners


def _write_along_rim(
    image: Image.Image, text: str, middle: float, radius: float, font: ImageFont.FreeTypeFont
) -> None:
    """Write clockwise from the lower left over the top to the lower right (150 to 390 degrees)."""
    widths = [font.getlength(letter) for letter in text]
    span = math.radians(240)
    angle = math.radians(150)
    for letter, width in zip(text, widths, strict=True):
        step = span * width / sum(widths)
        place = angle + step / 2
        angle += step
        side = int(font.size * 2)
        glyph = Image.new("L", (side, side), 0)
        ImageDraw.Draw(glyph).text((font.size, font.size), letter, font=font, fill=255, anchor="mm")
        glyph = glyph.rotate(-math.degrees(place) - 90, resample=Image.Resampling.BICUBIC)
        x, y = middle + radius * math.cos(place), middle + radius * math.sin(place)
        image.paste(255, (int(x - font.size), int(y - font.size)), glyph)


def signature(rng: random.Random, width: float) -> Mask:
    """A scribble like a signature, ``width`` pixels wide: a smooth curve, thin where the pen is fast."""
    side = int(width * 2.4)
    image = np.zeros((side, side), np.float32)
    knots = _signature_knots(rng, width)
    last = len(knots) - 1
    previous = None
    for position in np.linspace(1, len(knots) - 2.001, 500):
        index = int(position)
        share = position - index
        before, start = knots[index - 1], knots[index]
        end, after = knots[min(index + 1, last)], knots[min(index + 2, last)]
        # Catmull-Rom spline through the knots
        curve = (
            (2 * start)
            + (end - before) * share
            + (2 * before - 5 * start + 4 * end - after) * share * share
            + (3 * start - before - 3 * end + after) * share**3
        )
        point = 0.5 * curve + side / 2
        if previous is not None:
            speed = np.hypot(*(point - previous))
            stroke = int(max(1, width * 0.022 * (1.5 - min(1, speed / (width * 0.03)))))
            cv2.line(image, _pixel(previous), _pixel(point), 1.0, stroke, cv2.LINE_AA)
        previous = point
    return cv2.GaussianBlur(image, (0, 0), max(0.5, width * 0.004)) * 0.9


def _signature_knots(rng: random.Random, width: float) -> npt.NDArray[np.float64]:
    x, y = -width * 0.6, rng.uniform(-0.1, 0.1) * width
    knots = []
    for index in range(rng.randint(7, 11)):
        knots.append((x, y))
        x += rng.uniform(-0.12, 0.32) * width
        y = rng.uniform(-0.32, 0.32) * width * (1 if index % 2 else -1)
    knots += [(x - width * 0.9, width * 0.3), (x + width * 0.2, width * 0.12)]
    return np.array(knots)


def _pixel(point: npt.NDArray[np.float64]) -> tuple[int, int]:
    return int(point[0]), int(point[1])


def arrival_stamp(rng: random.Random, dpi: float, family: str) -> Mask:
    """The boxed stamp of incoming mail, with a number and day that are not the paper's own."""
    lines: Sequence[tuple[str, Style]] = (
        ("CÔNG VĂN ĐẾN", "bold"),
        (f"Số: {rng.randint(100, 9999)}", "regular"),
        (f"Ngày: {rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}", "regular"),
    )
    scale = dpi / 72
    width, height = int(150 * scale), int((16 * len(lines) + 12) * scale)
    image = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(image)
    draw.rectangle((2, 2, width - 3, height - 3), outline=255, width=max(2, int(1.4 * scale)))
    for index, (text, style) in enumerate(lines):
        font = ImageFont.truetype(FAMILIES[family].file(style), 11.5 * scale)
        draw.text((width / 2, (14 + 16 * index) * scale), text, font=font, fill=255, anchor="mm")
    turned = image.rotate(rng.uniform(-6, 6), resample=Image.Resampling.BICUBIC, expand=True)
    return np.asarray(turned, np.float32) / 255 * rng.uniform(0.6, 0.85)
