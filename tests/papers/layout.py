"""Flowing text onto A4 sheets in points (1/72 inch), origin top left, with ground truth for every line."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PIL import ImageFont

from .fonts import FAMILIES, Style
from .sheet import INK, Colour, Line, Run, Sheet, Stroke

POINTS_PER_MM = 72 / 25.4
StyledText = tuple[str, Style]


@dataclass(frozen=True)
class Word:
    """A word with its style and its width in points."""

    text: str
    style: Style
    width: float


class Layout:
    """Writes down a page and on to the next. ``cursor`` is the height reached on the current sheet.

    Margins follow Nghị định 30/2020/NĐ-CP: top and bottom 20 mm; left 29-33 and right 15-19 mm, drawn once.
    """

    page_width = 595.3
    page_height = 841.9

    def __init__(self, rng: random.Random, dpi: int, family: str, body_size: float) -> None:
        self.rng = rng
        self.dpi = dpi
        self.pixels_per_point = dpi / 72.0
        self.family = family
        self.wide = FAMILIES[family].wide
        self.body_size = body_size
        self.left = rng.uniform(29, 33) * POINTS_PER_MM
        self.right = self.page_width - rng.uniform(15, 19) * POINTS_PER_MM
        self.top = 20 * POINTS_PER_MM
        self.bottom = self.page_height - 20 * POINTS_PER_MM
        self.sheets: list[Sheet] = []
        self._fonts: dict[tuple[Style, float], ImageFont.FreeTypeFont] = {}
        self.new_sheet()

    @property
    def sheet(self) -> Sheet:
        """The sheet being written on."""
        return self.sheets[-1]

    @property
    def text_width(self) -> float:
        """Points between the margins."""
        return self.right - self.left

    def new_sheet(self) -> None:
        """Go on at the top of a new sheet; from the second on it carries its number."""
        scale = self.pixels_per_point
        self.sheets.append(Sheet.white(int(self.page_width * scale), int(self.page_height * scale)))
        self.cursor = self.top
        if len(self.sheets) > 1:
            number = str(len(self.sheets))
            middle = (self.left + self.right) / 2
            self.text(number, middle, self.top - 22, "regular", self.body_size, "centre", "pageno")

    def keep_room(self, height: float) -> None:
        """Go to a new sheet unless so many points are left on this one."""
        if self.cursor + height > self.bottom:
            self.new_sheet()

    def font(self, style: Style, size: float) -> ImageFont.FreeTypeFont:
        """The font for a size in points, scaled to the sheet's pixels."""
        key = (style, round(size * self.pixels_per_point, 1))
        if key not in self._fonts:
            self._fonts[key] = ImageFont.truetype(FAMILIES[self.family].file(style), key[1])
        return self._fonts[key]

    def width_of(self, text: str, style: Style, size: float) -> float:
        """Width of a text in points."""
        return self.font(style, size).getlength(text) / self.pixels_per_point

    def put(self, text: str, x: float, y: float, style: Style, size: float, colour: Colour = INK) -> None:
        """Draw text with its left top corner at x, y without entering it into the ground truth."""
        scale = self.pixels_per_point
        font = self.font(style, size)
        self.sheet.draw.text((x * scale, y * scale), text, font=font, fill=colour)
        self.sheet.runs.append(
            Run(text, x * scale, y * scale, font.getlength(text), style, font.size, colour)
        )

    def record(
        self, text: str, x0: float, y0: float, x1: float, height: float, block: str, value: str | None,
        by_hand: bool = False,
    ) -> None:  # fmt: skip
        """Enter a line into the ground truth: left, top and right in points, height in pixels."""
        scale = self.pixels_per_point
        box = (int(x0 * scale), int(y0 * scale), int(x1 * scale + 1), int(y0 * scale + height + 1))
        self.sheet.lines.append(Line(text, box, block, value, by_hand))

    def text(
        self,
        text: str,
        x: float,
        y: float,
        style: Style = "regular",
        size: float = 13,
        align: Literal["left", "centre"] = "left",
        block: str = "",
        value: str | None = None,
    ) -> tuple[float, float]:
        """Draw one line with its top at y and return its left and right edge in points."""
        text = unicodedata.normalize("NFC", text)
        width = self.width_of(text, style, size)
        x0 = x - (width / 2 if align == "centre" else 0)
        self.put(text, x0, y, style, size)
        self.record(text, x0, y, x0 + width, sum(self.font(style, size).getmetrics()), block, value)
        return x0, x0 + width

    def rule(self, x0: float, x1: float, y: float, width: float = 0.8) -> None:
        """Draw a horizontal line."""
        scale = self.pixels_per_point
        corners = (x0 * scale, y * scale, x1 * scale, y * scale)
        pixels = max(1, round(width * scale))
        self.sheet.draw.line(corners, fill=INK, width=pixels)
        self.sheet.strokes.append(Stroke(corners, pixels, framed=False))

    def frame(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.6) -> None:
        """Draw a rectangle's outline."""
        scale = self.pixels_per_point
        corners = (x0 * scale, y0 * scale, x1 * scale, y1 * scale)
        pixels = max(1, round(width * scale))
        self.sheet.draw.rectangle(corners, outline=INK, width=pixels)
        self.sheet.strokes.append(Stroke(corners, pixels, framed=True))

    def wrap(
        self, runs: Sequence[StyledText], size: float, width: float, indent: float = 0
    ) -> list[list[Word]]:
        """Break styled text into lines no wider than ``width``; the first begins after ``indent``."""
        lines: list[list[Word]] = []
        current: list[Word] = []
        used = indent
        space = self.width_of(" ", "regular", size)
        for text, style in runs:
            for letters in unicodedata.normalize("NFC", text).split():
                word_width = self.width_of(letters, style, size)
                if current and used + word_width > width:
                    lines.append(current)
                    current, used = [], 0
                current.append(Word(letters, style, word_width))
                used += word_width + space
        if current:
            lines.append(current)
        return lines

    def paragraph(
        self,
        runs: str | Sequence[StyledText],
        size: float | None = None,
        align: Literal["justified", "centre"] = "justified",
        before: float = 6,
        margins: float = 0,
        block: str = "body",
        value: str | None = None,
    ) -> None:
        """Write a paragraph at the cursor: ``before`` points below the last, ``margins`` in on both sides."""
        size = size or self.body_size
        x0, x1 = self.left + margins, self.right - margins
        if isinstance(runs, str):
            runs = [(runs, "regular")]
        first_indent = 28 if align == "justified" else 0
        space = self.width_of(" ", "regular", size)
        line_height = size * 1.22
        self.cursor += before
        lines = self.wrap(runs, size, x1 - x0, first_indent)
        for index, words in enumerate(lines):
            self.keep_room(line_height)
            total = sum(word.width for word in words)
            gaps = len(words) - 1
            indent = first_indent if index == 0 else 0
            gap = space
            if align == "justified":
                x = x0 + indent
                if index < len(lines) - 1 and gaps:
                    gap = min((x1 - x0 - indent - total) / gaps, space * 3.2)
            else:
                x = (x0 + x1 - total - gaps * space) / 2
            self.write_line(words, x, self.cursor, gap, size, "regular", block, value)
            self.cursor += line_height

    def write_line(
        self,
        words: list[Word],
        x: float,
        y: float,
        gap: float,
        size: float,
        height_of: Style,
        block: str,
        value: str | None = None,
    ) -> None:
        """Write and record a line of words, ``gap`` points apart; its box is as high as that style's font."""
        start = x
        for word in words:
            self.put(word.text, x, y, word.style, size)
            x += word.width + gap
        height = sum(self.font(height_of, size).getmetrics())
        self.record(" ".join(word.text for word in words), start, y, x - gap, height, block, value)

    def split_balanced(self, text: str, style: Style, size: float, width: float) -> list[str]:
        """Break a centred heading into lines of about equal length, none wider than ``width`` points."""
        for count in range(1, 6):
            target = self.width_of(text, style, size) / count
            lines: list[str] = []
            current = ""
            for word in text.split():
                longer = f"{current} {word}".strip()
                reach = self.width_of(longer, style, size)
                too_long = reach > width or (reach > target * 1.12 and len(lines) < count - 1)
                if current and too_long:
                    lines.append(current)
                    current = word
                else:
                    current = longer
            lines.append(current)
            if all(self.width_of(line, style, size) <= width for line in lines):
                break
        return lines
