"""How much of a page was read right: errors by line of the truth, wherever the reader put the line.

Each word goes through the page's homography to the line under its middle; what stands under no line (signature,
stamp, noise) is counted apart. Both sides NFC, dashes and quotes unified, white space collapsed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from rapidfuzz.distance import Levenshtein

from ocr.values import PageReading
from ocr.vietnamese import bare

_SAME = str.maketrans({"–": "-", "—": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "…": ".", "\u00ad": "-"})
BESIDE, ABOVE = 0.8, 0.75
"""How far, in heights of the line, a word's middle may lie beside and above or below a line to be its word."""

Placed = tuple[str, float, float]
"""A word and the middle of its box in pixels of the page image."""


@dataclass
class Score:
    """Characters of the truth, errors in them, of which lost or mistaken marks; characters that stand nowhere."""

    characters: int = 0
    errors: int = 0
    marks: int = 0
    spurious: int = 0
    unread: int = 0
    """Characters of lines of which nothing was read."""

    def add(self, other: Score) -> None:
        """Count another page in."""
        self.characters += other.characters
        self.errors += other.errors
        self.marks += other.marks
        self.spurious += other.spurious
        self.unread += other.unread

    @property
    def percent(self) -> float:
        """Character errors in a hundred."""
        return 100 * self.errors / max(1, self.characters)

    @property
    def marks_percent(self) -> float:
        """Of the errors, those of marks only, in a hundred."""
        return 100 * self.marks / max(1, self.errors)


def normal(text: str) -> str:
    """The text as it is compared."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text).translate(_SAME)).strip()


def placed(reading: PageReading) -> list[Placed]:
    """The words of a reading of ours."""
    return [
        (word.text, (word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2)
        for word in reading.words
    ]


def score(truth: dict[str, Any], words: Iterable[Placed]) -> Score:
    """What the words of one page are worth."""
    lines = truth["lines"]
    boxes = np.array([line["bbox"] for line in lines], float).reshape(-1, 4)
    to_page = np.linalg.inv(np.array(truth["H"]))
    read: list[list[tuple[float, str]]] = [[] for _ in lines]
    found = Score()
    for text, x, y in words:
        told = normal(text)
        if not told:
            continue
        place = to_page @ np.array([x, y, 1.0])
        at = _line_at(boxes, place[0] / place[2], place[1] / place[2])
        if at is None:
            found.spurious += len(told)
        else:
            read[at].append((place[0] / place[2], told))
    for line, here in zip(lines, read, strict=True):
        meant, got = normal(line["text"]), " ".join(text for _, text in sorted(here))
        found.characters += len(meant)
        found.unread += 0 if got else len(meant)
        for step in Levenshtein.editops(meant, got):
            found.errors += 1
            if step.tag == "replace" and bare(meant[step.src_pos]) == bare(got[step.dest_pos]):
                found.marks += meant[step.src_pos].isupper() == got[step.dest_pos].isupper()
    return found


def _line_at(boxes: Any, x: float, y: float) -> int | None:
    if not len(boxes):
        return None
    height = boxes[:, 3] - boxes[:, 1]
    beside = np.maximum(0, np.maximum(boxes[:, 0] - x, x - boxes[:, 2]))
    above = np.abs((boxes[:, 1] + boxes[:, 3]) / 2 - y)
    at = int(np.argmin(beside / height + above / height))
    is_its = beside[at] < BESIDE * height[at] and above[at] < ABOVE * height[at]
    return at if is_its else None
