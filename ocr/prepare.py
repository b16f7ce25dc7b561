"""A page image made ready for reading: which steps, in which order, and the way back to the incoming pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ocr import pixels
from ocr.geometry import Image, Matrix, rotation_about, scaling, turn_back, turned_back, warp
from ocr.paper import Look
from ocr.seals import Seal, seals, without_rings
from ocr.skew import STRAIGHTEN_ABOVE
from ocr.surround import flattening, may_whiten

READING_DPI = 200.0
"""Tesseract's Vietnamese model reads 13-14 pt print best at this scale: 0.63 against 0.84 % character errors at
300 dpi on office scans, 1.26 against 1.46 on real ones, in three quarters of the time; scaling up makes it worse."""

_A4_WIDTH_INCHES, _A4_HEIGHT_INCHES = 210 / 25.4, 297 / 25.4


@dataclass(frozen=True, slots=True)
class Prepared:
    """A grey picture for the engine.

    ``matrix`` maps its points to the incoming image. ``dpi`` is its own. ``skew``: degrees clockwise by which
    the incoming image leans after turning (whether or not it was straightened). ``steps`` tell how it was made.
    ``seals``: black ones, whose rings were taken away.
    """

    pixels: Image
    matrix: Matrix
    dpi: float
    rotation: int
    skew: float
    steps: tuple[str, ...]
    seals: tuple[Seal, ...] = ()

    @property
    def lean(self) -> float:
        """Degrees clockwise by which the picture's own lines still lean."""
        return 0.0 if {"straighten", "flatten"} & {*self.steps} else self.skew


def route(
    facts: Look, *, colour: bool, factor: float, straighten_above: float = STRAIGHTEN_ABOVE
) -> tuple[str, ...]:
    """Names of the steps a page needs, in order, chosen by facts of the image alone.

    Few steps for good scans: the chain that halves the errors of worn pages and copies makes real office scans
    worse (1.46 to 2.43 %).
    """
    steps = ["red"] if colour else []
    if facts.corners is not None:
        steps.append("flatten")
    elif may_whiten(facts.surround):
        steps.append("whiten-surround")
    if factor < 1:
        steps.append("scale")
    if facts.bilevel:
        steps.append("despeckle")
    elif facts.uneven or facts.faintness:
        steps.append("even-paper")
        if facts.faintness:
            steps.append("contrast")
        if facts.uneven and facts.corners is None:
            steps.append("levels")
    if facts.corners is None and abs(facts.lean) > straighten_above:
        steps.append("straighten")
    return tuple(steps)


def prepare(
    image: Image,
    dpi: float,
    facts: Look,
    rotation: int,
    *,
    reading_dpi: float = READING_DPI,
    straighten_above: float = STRAIGHTEN_ABOVE,
) -> Prepared:
    """Applies the steps of ``route`` and turns the page upright from ``rotation`` (degrees clockwise).

    ``reading_dpi``: dots per inch of the picture made, never more than the incoming one has. ``straighten_above``:
    degrees of lean from which lines are levelled.
    """
    height, width = image.shape[:2]
    if facts.corners is not None:
        flat, wide, tall = flattening(facts.corners)
        # The sheet's edges tell the scale better than what a camera writes into its file.
        dpi = max(wide, tall) / _A4_HEIGHT_INCHES
    factor = min(1.0, reading_dpi / dpi)
    steps = route(facts, colour=image.ndim == 3, factor=factor, straighten_above=straighten_above)
    grey = pixels.red(image)
    matrix: Matrix = np.eye(3)
    if facts.corners is not None:
        matrix = flat @ scaling(1 / factor)
        width, height = max(1, round(wide * factor)), max(1, round(tall * factor))
        grey = warp(pixels.soft(grey, 0.4 / factor) if factor < 1 else grey, matrix, width, height)
    else:
        if "whiten-surround" in steps:
            grey = pixels.without_surround(grey, facts.surround)
        grey = pixels.smaller(grey, factor)
        matrix = np.diag([width / grey.shape[1], height / grey.shape[0], 1.0])
        height, width = grey.shape
    if "despeckle" in steps:
        grey = pixels.without_specks(grey, dpi * factor)
    if "even-paper" in steps:
        grey = pixels.even(grey)
    if "contrast" in steps:
        grey = pixels.contrasted(grey, facts.faintness)
    if "levels" in steps:
        grey = pixels.levels(grey)
    if rotation:
        grey = turn_back(grey, rotation)
        matrix = matrix @ turned_back(width, height, rotation)
        height, width = grey.shape
    lean = 0.0 if facts.corners is not None else facts.lean
    if "straighten" in steps:
        grey, matrix = _straightened(grey, matrix, lean)
    found = seals(grey, dpi * factor) if facts.bilevel else ()
    if found:
        grey = without_rings(grey, found, dpi * factor)
        steps = (*steps, "rings")
    return Prepared(grey, matrix, dpi * factor, rotation, facts.lean, (*steps, f"turn {rotation}"), found)


def _straightened(grey: Image, matrix: Matrix, lean: float) -> tuple[Image, Matrix]:
    """The upright picture turned by ``-lean`` within its own size: only margins fall off the corners."""
    height, width = grey.shape
    turn = rotation_about(width, height, lean)
    level = warp(grey, turn, width, height, paper=int(np.percentile(grey[::16, ::16], 75)))
    return level, matrix @ turn
