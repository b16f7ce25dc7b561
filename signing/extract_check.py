"""What an extract proves: its pictures are those of its sealed list and, where that is held, of the original."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import numpy as np
import pikepdf
from pikepdf import Array, Name
from PIL import Image

from signing.codes import CODES
from signing.errors import NotCopied
from signing.extract import FILE_NAME, LIST_FORMAT, picture
from signing.redaction import draw
from signing.report import Check, Original, SealReport, check, verdict_of
from signing.selection import Part, Region

MOST_BYTES = 4 << 20
BLOCK = 8
"""Pixels a side over which two drawings are compared: programs of other versions draw edges a little differently."""
MOST_DIFFERENCE = 40
"""Of 255, of the mean of one block: another digit makes more, coding anew less (tests/workers/test_extracts.py)."""


BROKEN = (
    NotCopied,
    pikepdf.PdfError,
    ValueError,
    TypeError,
    KeyError,
    OSError,
    AttributeError,
    OverflowError,
)
"""What reading a list or its pictures may raise."""


@dataclass(frozen=True)
class Listed:
    """The list of an extract: the original's digest and its rows, as they stand there."""

    original_sha256: str
    pages: tuple[dict[str, Any], ...]


def listed(pdf: bytes) -> Listed | None:
    """Give the list of an extract, None when the file carries none. Raises NotCopied FORMAT_FAILURE: a broken one.

    Extracts are written without object streams, so that the name stands in the clear: other files are not opened.
    """
    if FILE_NAME.encode() not in pdf:
        return None
    try:
        with pikepdf.open(BytesIO(pdf)) as opened:
            if FILE_NAME not in opened.attachments:
                return None
            data = _unpacked(opened.attachments[FILE_NAME].obj.EF.F)
    except pikepdf.PdfError:
        return None  # what cannot be opened is judged as a file, not as an extract
    except (AttributeError, KeyError, zlib.error) as error:
        raise NotCopied("FORMAT_FAILURE", f"{type(error).__name__}: {error}") from error
    try:
        told = json.loads(data)
        if told["format"] != LIST_FORMAT:
            raise NotCopied("FORMAT_FAILURE", f"list of format {told['format']}")
        rows = tuple(dict(row) for row in told["pages"])
        return Listed(str(told["original"]["sha256"]), rows)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotCopied("FORMAT_FAILURE", f"{type(error).__name__}: {error}") from error


def _unpacked(stream: pikepdf.Object) -> bytes:
    """Give a stream's bytes, at most MOST_BYTES of them: half a megabyte can be five hundred packed."""
    raw = bytes(stream.read_raw_bytes())
    if "/Filter" not in stream:
        return raw[:MOST_BYTES]
    if stream.Filter not in (Name.FlateDecode, Array([Name.FlateDecode])) or "/DecodeParms" in stream:
        raise NotCopied("FORMAT_FAILURE", "the list is packed in another way")
    return zlib.decompressobj().decompress(raw, MOST_BYTES)


def judged(report: SealReport, pdf: bytes, original: Original | None) -> SealReport:
    """Give the report on a file with the check `extract` added, where the file is one; else the report itself."""
    try:
        told = listed(pdf)
        if told is None:
            return report
        found = _check(pdf, told, original)
    except BROKEN as error:
        found = check("extract", "EXTRACT_BROKEN", f"{type(error).__name__}: {error}")
    checks = (*report.checks, found)
    verdict, deciding = verdict_of(checks)
    reason = CODES[deciding.code if deciding else "OK"]
    return replace(report, checks=checks, verdict=verdict, reason=reason.code, vi=reason.vi, en=reason.en)


def _check(pdf: bytes, told: Listed, original: Original | None) -> Check:
    with pikepdf.open(BytesIO(pdf)) as opened:
        if len(opened.pages) != len(told.pages):
            return check("extract", "EXTRACT_BROKEN", f"{len(opened.pages)} pages, {len(told.pages)} listed")
        pictures = []
        for page, row in zip(opened.pages, told.pages, strict=True):
            shown = picture(page)
            if hashlib.sha256(shown.read_raw_bytes()).hexdigest() != row["picture_sha256"]:
                return check("extract", "EXTRACT_BROKEN", f"the picture of page {row['page']}")
            if original is not None:  # then the file is our own, and its pictures may be unpacked
                pictures.append(pikepdf.PdfImage(shown).as_pil_image())
    shown_pages = ", ".join(str(row["page"]) for row in told.pages)
    if original is None:
        return check("extract", "EXTRACT_NOT_COMPARED", f"pages {shown_pages} of {told.original_sha256}")
    if told.original_sha256 not in original.digests:
        return check("extract", "EXTRACT_DIFFERS", "the list names another original")
    held = b"" if original.path is None else original.path.read_bytes()
    if hashlib.sha256(held).hexdigest() not in original.digests:
        # our fault, not the extract's: hoso audit tells it
        how = "gone" if original.path is None else "damaged"
        return check("extract", "EXTRACT_NOT_COMPARED", f"the original {original.digests[0]} is {how} here")
    parts = [_part(row) for row in told.pages]
    for (_, again), seen, row in zip(draw(held, parts), pictures, told.pages, strict=True):
        difference = _difference(again.picture, seen)
        if difference > MOST_DIFFERENCE:
            return check("extract", "EXTRACT_DIFFERS", f"page {row['page']}: by {difference:.0f} of 255")
    return check("extract", "OK", f"pages {shown_pages} are as in the original held here")


def _part(row: dict[str, Any]) -> Part:
    show, hide = (
        tuple(Region(float(x0), float(y0), float(x1), float(y1)) for x0, y0, x1, y1 in row[name])
        for name in ("show", "hide")
    )
    return Part(int(row["page"]), show, hide)


def _difference(one: Image.Image, other: Image.Image) -> float:
    """Give the largest difference of the means of blocks; 255 for pictures of other sizes."""
    if one.size != other.size:
        return 255.0
    means = [np.asarray(image.convert("RGB").reduce(BLOCK), dtype=np.int16) for image in (one, other)]
    return float(np.abs(means[0] - means[1]).max())
