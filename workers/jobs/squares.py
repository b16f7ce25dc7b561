"""The job that reads the code squares of a picture and judges the statement among them. It runs in children."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from math import atan2, pi
from pathlib import Path

from PIL import Image, ImageFilter

from archive.errors import Problem
from ocr.engine import Unreadable
from ocr.page import read_page
from ocr.prepare import READING_DPI
from signing import extract_check, statement_keys
from signing.copy import attached_original
from signing.errors import NotCopied
from signing.report import Check
from signing.squares import NoPicture, Square, pictures, squares_on
from signing.statement import PREFIX, Statement
from signing.statement_check import StatementReport, judge, on_paper, paper_unread, unreadable
from signing.statement_paper import HOLDER, Seen, bears_holder, below_band, missing, named, scale_of

MOST_READ_PIXELS = 12_000_000
"""Of a page given to the engine: A4 at the resolution of reading has 4, A3 with a desk around it 12."""

LOOKS = ((1.0, 0.0), (1.0, 1.0), (0.8, 0.0), (0.65, 0.0))
"""How a page is read until it shows what is named: share of the resolution of reading, blur in pixels. Smoother or
smaller the engine reads other letters: of 30 bad photocopies one look recognises 19, two 21, all 25 (measured)."""

ENGINE_SECONDS = 20
"""For each run of the engine; a page takes 1 to 3 in all (docs/measures.md)."""


def check_picture(
    picture: Path, keys: Path | None, at: datetime, file: Path | None = None, tesseract: str = "tesseract"
) -> StatementReport:
    """The verdict on the statement in a picture of a copy, and whether the paper is the one it speaks of. ``keys``: the
    file of published keys, none where there is none. ``file``: what is said to be the copy or its original; its digests
    are compared. Raises Problem BAD_KEYS."""
    try:
        known = {} if keys is None else statement_keys.parse(keys.read_bytes())
    except statement_keys.BadKeys as error:
        raise Problem(
            "BAD_KEYS",
            f"Tệp khóa công bố không đọc được: {error}",
            f"The file of published keys is broken: {error}",
        ) from error
    data = picture.read_bytes()
    digests = _originals(data)
    if file is not None:
        other = file.read_bytes()
        digests = frozenset({hashlib.sha256(other).hexdigest()}) | (_originals(other) or frozenset())
    try:
        texts, sheet = looked_over(data)
        return judge(texts, known, at, partial(_paper_check, data, sheet, tesseract), digests)
    except NoPicture as error:
        return unreadable(at, str(error))


@dataclass(frozen=True)
class Sheet:
    """The page with the statement: its number from 0, its picture, the squares on it."""

    number: int
    picture: Image.Image
    squares: tuple[Square, ...]


def looked_over(data: bytes) -> tuple[tuple[str, ...], Sheet | None]:
    """What the squares say up to the first statement, and the page with it."""
    texts: dict[str, None] = {}
    for number, picture in enumerate(pictures(data)):
        squares = squares_on(picture, PREFIX)
        texts.update(dict.fromkeys(one.text for one in squares))
        if any(one.text.startswith(PREFIX) for one in squares):
            return tuple(texts), Sheet(number, picture, squares)
    return tuple(texts), None


def _paper_check(data: bytes, sheet: Sheet | None, tesseract: str, text: str, said: Statement) -> Check:
    square = next(one for one in sheet.squares if one.text == text) if sheet else None
    if sheet is None or square is None or not named(said):
        return on_paper(said, ())
    try:
        return on_paper(said, _lacking(data, sheet, square, tesseract, said))
    except Unreadable as error:
        return paper_unread(error.code)


def _lacking(data: bytes, sheet: Sheet, square: Square, tesseract: str, said: Statement) -> tuple[str, ...]:
    """What of the statement its page does not bear; the name may stand on the pages behind it too."""
    scale, turned = scale_of(square), _turned(square)
    lacking = named(said)
    for words in looks(sheet, square, said.under, tesseract):
        lacking = tuple(name for name in lacking if name in missing(said, words))
        if not lacking:
            break
    if lacking == (HOLDER,) and said.document_code:
        for page in islice(pictures(data), sheet.number + 1, None):
            if bears_holder(_words(page, scale, turned, tesseract), said.holder):
                return ()
    return lacking


def looks(
    sheet: Sheet, square: Square, under: int, tesseract: str = "tesseract"
) -> Iterator[tuple[Seen, ...]]:
    """What each look reads of the paper itself, one after the other as long as more is wanted. Raises Unreadable."""
    scale, turned = scale_of(square), _turned(square)
    for share, blur in LOOKS:
        picture = sheet.picture.filter(ImageFilter.GaussianBlur(blur)) if blur else sheet.picture
        yield below_band(_words(picture, scale, turned, tesseract, share), square, under)


def _words(
    picture: Image.Image, dpi: float, turned: int, tesseract: str, share: float = 1.0
) -> tuple[Seen, ...]:
    """The words of a page. Its resolution is known from the square, whatever the file says. Raises Unreadable."""
    factor = min(1.0, share * READING_DPI / dpi, (MOST_READ_PIXELS / (picture.width * picture.height)) ** 0.5)
    size = max(1, round(picture.width * factor)), max(1, round(picture.height * factor))
    out = io.BytesIO()
    (picture if factor == 1 else picture.resize(size, Image.Resampling.LANCZOS)).save(out, "BMP")
    read = read_page(
        out.getvalue(), dpi * factor, turned=turned, tesseract=tesseract, timeout_seconds=ENGINE_SECONDS
    )
    across, down = picture.width / size[0] / 2, picture.height / size[1] / 2
    return tuple(
        Seen(word.text, word.line, ((word.box.x0 + word.box.x1) * across, (word.box.y0 + word.box.y1) * down))
        for word in read.words
    )


def _turned(square: Square) -> int:
    """Quarter turns clockwise, in degrees, by which the square lies in the picture, and so the page."""
    (x0, y0), (x1, y1), *_ = square.corners
    return round(atan2(y1 - y0, x1 - x0) / (pi / 2)) * 90 % 360


def _originals(data: bytes) -> frozenset[str] | None:
    """The digest of the original that a copy carries, or that an extract names; None for any other file, such as a scan
    of paper."""
    if not data.startswith(b"%PDF"):
        return None
    try:
        listed = extract_check.listed(data)
        return frozenset(
            {listed.original_sha256 if listed else hashlib.sha256(attached_original(data)).hexdigest()}
        )
    except NotCopied:
        return None
