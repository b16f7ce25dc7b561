"""What a page is: content, blank, or a sheet laid between documents. Doubt ends on the side of content: a page taken
for a separator would be missing from its record, one taken for content is seen by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from archive.roles import Role
from ingest import symbols
from ingest.inspection import PageImage
from ingest.patch import patch_code
from ingest.signs import Sign, sign_of
from ocr import engine, paper, pixels
from ocr.engine import Unreadable
from ocr.geometry import Image
from ocr.page import read_page
from ocr.vietnamese import bare

MOST_LETTERS = 450
"""A page with more letter-sized pieces is written on, whatever symbol it carries."""

WORDS_DPI = 200.0
COVER_WORDS = ("bia ho so", "to bia", "bia lot", "phieu phan tach", "to phan cach")
SECONDS_FOR_WORDS = 20.0


def with_roles(pages: Sequence[PageImage], signed: bool, tesseract: str) -> tuple[PageImage, ...]:
    """The pages of a file, each with its role and payload."""
    told = [with_role(page, signed, tesseract) for page in pages]
    for sheet, (at, page) in zip(told, enumerate(told[1:], 1), strict=False):
        # A sheet's black symbol shows through its back. Elsewhere a blank page taken for content harms nothing: the
        # reading tells it; here it would be a document.
        if sheet.role.parts and page.role is Role.CONTENT and _shows_through(page, tesseract):
            told[at] = replace(page, role=Role.BLANK)
    return tuple(told)


def _shows_through(page: PageImage, tesseract: str) -> bool:
    """Whether what hardly stands out of the paper is no print of the page's own."""
    data = page.path.read_bytes()
    image, dpi = pixels.decoded_small(data, page.dpi)
    if image is None or not paper.pieces(image, dpi).few:
        return False
    try:
        reading = read_page(
            data, page.dpi, turned=page.turned, tesseract=tesseract, timeout_seconds=SECONDS_FOR_WORDS
        )
    except Unreadable:
        return False
    return reading.blank


def with_role(page: PageImage, signed: bool, tesseract: str) -> PageImage:
    """The page with its role and payload. A file that came signed is one paper: its pages part nothing."""
    data = page.path.read_bytes()
    image, dpi = pixels.decoded_small(data, page.dpi)
    if image is None:
        return page
    pieces = paper.pieces(image, dpi)
    # A picture has no letters and is not blank: behind a sheet it would be taken for the sheet's back.
    is_picture = pieces.blank and symbols.is_there(image, dpi, darker_than=120)
    role = Role.BLANK if pieces.blank and not is_picture else Role.CONTENT
    sign = None
    if not signed and max(pieces.strong, pieces.faint) <= MOST_LETTERS:
        sign = _sign(data, image, dpi, page.dpi, tesseract)
    return replace(page, role=role) if sign is None else replace(page, role=sign.role, payload=sign.payload)


def _sign(data: bytes, image: Image, dpi: float, full_dpi: float, tesseract: str) -> Sign | None:
    found = symbols.quick(image, dpi)
    if not found and symbols.is_there(image, dpi):
        bars = patch_code(image, dpi)
        whole = pixels.decode(data) if bars is None else None
        found = symbols.dear(whole, full_dpi) if whole is not None else (bars,) if bars else ()
    signs = _meant(found)
    sure = [one for one in signs if not one.bare]
    if sure:
        return max(sure, key=lambda one: one.role is Role.COVER)
    if signs and _says_cover(image, dpi, tesseract):
        return signs[0]
    return None


def _meant(payloads: Sequence[str]) -> list[Sign]:
    return [sign for sign in map(sign_of, payloads) if sign is not None]


def _says_cover(image: Image, dpi: float, tesseract: str) -> bool:
    """Whether words of a cover are printed on the page, whichever way it lies."""
    grey = pixels.smaller(pixels.red(image), min(1.0, WORDS_DPI / dpi))
    for _ in range(4):
        words = engine.tokens(grey, min(dpi, WORDS_DPI), tesseract, SECONDS_FOR_WORDS)
        text = bare(" ".join(word.text for word in words))
        if any(phrase in text for phrase in COVER_WORDS):
            return True
        grey = np.ascontiguousarray(np.rot90(grey))
    return False
