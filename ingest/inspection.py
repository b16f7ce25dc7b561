"""What an inspection finds: page images ready to be read, and what is worth knowing about the file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.errors import Problem
from archive.roles import Role
from ingest.refusals import refused, warning


@dataclass(frozen=True)
class Limits:
    """What is taken, and the engine that reads covers; see ``archive.settings`` for the meaning and the defaults."""

    least_dpi: int
    wanted_dpi: int
    most_pages: int
    most_megapixels: int
    most_mib: int
    tesseract: str = "tesseract"


@dataclass(frozen=True)
class PageImage:
    """One page image as a file: JPEG or PNG, of ``width`` x ``height`` pixels as stored.

    ``turned``: degrees clockwise by which it stands turned according to the file (EXIF, /Rotate); a hint.
    ``text``: a file with the text that a PDF brings along for it (``ocr.textlayer``), not yet believed.
    ``payload``: what the symbol of a separator or cover sheet holds.
    """

    path: Path
    width: int
    height: int
    dpi: float
    turned: int = 0
    text: Path | None = None
    role: Role = Role.CONTENT
    payload: str = ""


@dataclass(frozen=True)
class Inspection:
    """A file that can be taken: its pages in order and warnings. ``drawn``: no scan, its pages were drawn."""

    pages: tuple[PageImage, ...]
    signed_already: bool = False
    warnings: tuple[Problem, ...] = ()
    drawn: bool = False


@dataclass(frozen=True)
class Captured:
    """A scan as an officer captured it: the signed file and its SHA-256 as signed, what was found in the scan, and
    what the history tells of it (officer, time, marks)."""

    pdf: Path
    sha256: str
    inspection: Inspection
    details: dict[str, Any]


def check_pixels(width: int, height: int, limits: Limits, page: int) -> None:
    """Refuse before decoding: a picture's size costs nothing to know and much to unpack."""
    if width * height > limits.most_megapixels * 1_000_000:
        raise refused(
            "TOO_MANY_PIXELS",
            f"trang/page {page}: {width} x {height}, max {limits.most_megapixels} megapixel",
        )


def check_page_count(count: int, limits: Limits) -> None:
    """Refuse files without pages and with too many."""
    if count == 0:
        raise refused("NO_PAGES")
    if count > limits.most_pages:
        raise refused("TOO_MANY_PAGES", f"{count}, max {limits.most_pages}")


def check_resolution(pages: tuple[PageImage, ...], limits: Limits) -> tuple[Problem, ...]:
    """Refuse pages that nobody could read; warn of those below what the law wants (NĐ 30/2020 annex I: 200 dpi)."""
    lowest, number = min((page.dpi, number) for number, page in enumerate(pages, 1))
    if round(lowest) < limits.least_dpi:
        raise refused("RESOLUTION_TOO_LOW", f"trang/page {number}: {lowest:.0f} dpi, min {limits.least_dpi}")
    if round(lowest) < limits.wanted_dpi:
        return (warning("RESOLUTION_LOW", f"{number}: {lowest:.0f}"),)
    return ()
