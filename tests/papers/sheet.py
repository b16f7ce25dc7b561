"""One printed sheet: its picture before any scanner saw it, and what stands on it.

Positions are pixels of the picture at the resolution it was drawn in ("canonical" pixels), origin top left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from PIL import Image, ImageDraw

from .fonts import Style

Colour = tuple[int, int, int]
INK: Colour = (15, 15, 18)
"""Red, green and blue of printer's black."""


@dataclass(frozen=True)
class Line:
    """One line of ground truth. ``block`` names the part of the page, ``value`` the value it shows, if any;
    ``by_hand``: part of it is filled in with a pen."""

    text: str
    box: tuple[int, int, int, int]
    block: str
    value: str | None = None
    by_hand: bool = False

    def as_truth(self) -> dict[str, Any]:
        """The line as it stands in the ground truth file."""
        truth: dict[str, Any] = {"text": self.text, "bbox": list(self.box), "block": self.block}
        if self.value:
            truth["field"] = self.value
        if self.by_hand:
            truth["by_hand"] = True
        return truth


@dataclass(frozen=True)
class Run:
    """A piece of text as drawn: left and top edge, width and letter size in pixels. For writing text PDFs."""

    text: str
    left: float
    top: float
    width: float
    style: Style
    size: float
    colour: Colour


@dataclass(frozen=True)
class Stroke:
    """A rule or frame as drawn: corners and width in pixels."""

    corners: tuple[float, float, float, float]
    width: int
    framed: bool


@dataclass(frozen=True)
class SealMark:
    """Where a round seal goes on top of the print: centre and radius in pixels, and whose seal it is."""

    centre: tuple[float, float]
    radius: float
    agency: str


@dataclass(frozen=True)
class SignatureMark:
    """Where a signature goes on top of the print: centre and width in pixels."""

    centre: tuple[float, float]
    width: float


@dataclass(frozen=True)
class PenMark:
    """Figures that a pen writes into a slot of the print: left end and foot in pixels, height, ink, own seed."""

    text: str
    foot: tuple[float, float]
    height: float
    colour: Colour
    seed: int


@dataclass
class Sheet:
    """A sheet being printed on. Seals and signatures are laid on later, by the scan."""

    image: Image.Image
    kind: Literal["content", "blank", "separator"] = "content"
    lines: list[Line] = field(default_factory=list)
    marks: list[SealMark | SignatureMark | PenMark] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.draw = ImageDraw.Draw(self.image)

    @classmethod
    def white(cls, width: int, height: int, kind: Literal["content", "blank"] = "content") -> Sheet:
        """An unprinted sheet of so many pixels."""
        return cls(Image.new("RGB", (width, height), "white"), kind)
