"""The text of a page as its PDF gives it, not yet believed, and its form as JSON beside the page image."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ocr.geometry import Corners

FORMAT = "hoso-text/1"


@dataclass(frozen=True, slots=True)
class GivenWord:
    """A word as the PDF has it. ``corners``: pixels of the kept page image, origin top left. ``line`` numbers the
    lines of the PDF's own order from 0."""

    text: str
    corners: Corners
    line: int


@dataclass(frozen=True, slots=True)
class Given:
    """The text of one page. ``rotation``: degrees clockwise (0, 90, 180, 270) by which most of its letters stand
    turned on the kept image."""

    words: tuple[GivenWord, ...]
    rotation: int


def given_to_json(given: Given) -> bytes:
    """Compact UTF-8; corners to a tenth of a pixel."""
    words = [[word.text, *(round(edge, 1) for edge in word.corners), word.line] for word in given.words]
    kept = {"format": FORMAT, "rotation": given.rotation, "words": words}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def given_from_json(data: bytes) -> Given:
    """The text that ``given_to_json`` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    kept: dict[str, Any] = json.loads(data)
    return Given(
        tuple(GivenWord(text, (x0, y0, x1, y1), line) for text, x0, y0, x1, y1, line in kept["words"]),
        kept["rotation"],
    )
