"""Tesseract: a grey picture in, words with boxes and confidence out; every way it can fail has a name."""

from __future__ import annotations

import os
import subprocess
import tempfile
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import pytesseract
from pytesseract import pytesseract as program

from ocr import library
from ocr.geometry import Corners, Image
from ocr.pixels import smaller

LANGUAGE = "vie"
"""Never with "eng" beside it: that doubled the lost tone marks on real pages (1.46 to 2.01 % character errors)."""

_MODES = f"psm 3, oem 1, {'='.join(library.INVERT)}, {'='.join(library.NO_TABLES)}"

_MESSAGES = {
    "IMAGE_UNDECODABLE": (
        "Không đọc được tệp ảnh của trang này; hãy quét lại.",
        "The page image cannot be decoded; scan the page again.",
    ),
    "ENGINE_MISSING": (
        "Máy chủ chưa cài Tesseract; báo người quản trị.",
        "Tesseract is not installed here; tell the administrator.",
    ),
    "LANGUAGE_MISSING": (
        "Tesseract thiếu dữ liệu tiếng Việt (vie); báo người quản trị.",
        "Tesseract lacks its Vietnamese data (vie); tell the administrator.",
    ),
    "ENGINE_FAILED": (
        "Tesseract dừng giữa chừng khi đọc trang này.",
        "Tesseract broke off while reading this page.",
    ),
    "ENGINE_TIMEOUT": (
        "Tesseract đọc trang này quá lâu và đã bị dừng.",
        "Tesseract took too long over this page and was stopped.",
    ),
    "BAD_OUTPUT": (
        "Kết quả của Tesseract không đúng định dạng.",
        "Tesseract's output is not in the form it should have.",
    ),
}


class Unreadable(Exception):
    """A page could not be read. ``code`` is stable; the messages are for people, ``detail`` for the log."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.message_vi, self.message_en = _MESSAGES[code]
        self.detail = detail
        super().__init__(f"{code}: {self.message_en}" + (f" ({detail})" if detail else ""))


@dataclass(frozen=True, slots=True)
class Token:
    """A word as the engine gave it: its box in pixels of the picture it read, confidence 0.0 to 1.0.

    ``place`` is the engine's own (block, paragraph, line) numbering. ``cell``: (table, row, column) from 0, once
    the page's tables were looked for.
    """

    text: str
    confidence: float
    corners: Corners
    place: tuple[int, int, int]
    cell: tuple[int, int, int] | None = None


def tokens(
    picture: Image, dpi: float, tesseract: str, timeout_seconds: float, *, scattered: bool = False
) -> tuple[Token, ...]:
    """Every word on the picture, in the engine's order. Raises Unreadable.

    Page segmentation mode 3 (automatic, no orientation detection), or 11 for ``scattered`` words; LSTM engine.
    By the library where it stands in for the program, else by pytesseract.
    """
    if library.stands_in(tesseract, LANGUAGE):
        try:
            return parsed(library.table(picture, dpi, LANGUAGE, timeout_seconds, scattered))
        except library.TookTooLong as error:
            raise Unreadable("ENGINE_TIMEOUT", str(error)) from error
    told = " ".join(f"-c {name}={value}" for name, value in (library.INVERT, library.NO_TABLES))
    settings = f"--psm {11 if scattered else 3} --oem 1 --dpi {round(dpi)} -c tessedit_create_tsv=1 {told}"
    return parsed(_run(picture, "tsv", LANGUAGE, settings, tesseract, timeout_seconds))


def detected_rotation(picture: Image, dpi: float, tesseract: str, timeout_seconds: float) -> int | None:
    """Degrees clockwise by which the picture seems to stand turned; None when the engine cannot tell.

    Orientation detection on a half-scale copy: 16 of 17 turned pages right, none needed more. Raises Unreadable
    only for an engine that is missing or too slow.
    """
    half = smaller(picture, 0.5)
    try:
        report = _run(half, "osd", "osd", f"--psm 0 --dpi {round(dpi / 2)}", tesseract, timeout_seconds)
    except Unreadable as error:
        if error.code in ("ENGINE_MISSING", "ENGINE_TIMEOUT"):
            raise
        return None  # "Too few characters", or no osd data: the page is judged by its reading
    for line in report.decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(":")
        if name == "Orientation in degrees" and value.strip() in ("0", "90", "180", "270"):
            return (360 - int(value)) % 360  # Tesseract counts counter-clockwise
    return None


def parsed(table: bytes) -> tuple[Token, ...]:
    """The words of a TSV table as ``tesseract ... tsv`` writes it. Raises Unreadable with BAD_OUTPUT."""
    try:
        lines = table.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise Unreadable("BAD_OUTPUT", f"not UTF-8 at byte {error.start}") from error
    if not lines or not lines[0].startswith("level\t"):
        raise Unreadable("BAD_OUTPUT", "no table head")
    found = []
    for line in lines[1:]:
        cells = line.split("\t")
        try:
            if int(cells[0]) != 5:  # 1 page, 2 block, 3 paragraph, 4 line, 5 word
                continue
            x, y, w, h = (float(c) for c in cells[6:10])
            place = (int(cells[2]), int(cells[3]), int(cells[4]))
            confidence = min(max(float(cells[10]) / 100, 0.0), 1.0)
            text = unicodedata.normalize("NFC", cells[11]).strip()
        except (ValueError, IndexError) as error:
            raise Unreadable("BAD_OUTPUT", f"strange row {line[:80]!r}") from error
        if text and w > 0 and h > 0:
            found.append(Token(text, confidence, (x, y, x + w, y + h), place))
    return tuple(found)


def _run(
    picture: Image, extension: str, language: str, settings: str, tesseract: str, timeout_seconds: float
) -> bytes:
    """One run of the engine on a file: handing pytesseract a picture in memory costs twice the time."""
    # Tesseract's own threads made several processes four times slower; pytesseract hands on our environment.
    os.environ["OMP_THREAD_LIMIT"] = "1"
    program.tesseract_cmd = tesseract
    with tempfile.TemporaryDirectory(prefix="hoso-page-") as folder:
        path = Path(folder) / "page.pgm"
        cv2.imwrite(str(path), picture)
        try:
            output: bytes = pytesseract.run_and_get_output(
                str(path), extension, language, settings, timeout=timeout_seconds, return_bytes=True
            )
        except pytesseract.TesseractNotFoundError as error:
            raise Unreadable("ENGINE_MISSING", tesseract) from error
        except PermissionError as error:
            raise Unreadable("ENGINE_MISSING", f"{tesseract} may not be run") from error
        except pytesseract.TesseractError as error:
            missing = "loading language" in error.message or "load any languages" in error.message
            raise Unreadable(
                "LANGUAGE_MISSING" if missing else "ENGINE_FAILED", _brief(error.message)
            ) from error
        except UnicodeDecodeError as error:  # of what the engine wrote while failing
            raise Unreadable("ENGINE_FAILED", "its error message is not UTF-8") from error
        except FileNotFoundError as error:
            raise Unreadable("BAD_OUTPUT", "the engine ended well but wrote nothing") from error
        except OSError as error:
            raise Unreadable("ENGINE_FAILED", _brief(str(error))) from error
        except RuntimeError as error:  # how pytesseract tells of its time limit
            raise Unreadable("ENGINE_TIMEOUT", f"{timeout_seconds:g} s") from error
    return output


def _brief(message: str) -> str:
    return " ".join(message.split())[:300]


@cache
def name_of(tesseract: str) -> str:
    """How the engine calls itself, with language and mode: enough to repeat a reading. Asked once a process."""
    if library.stands_in(tesseract, LANGUAGE):
        return f"{library.version()}, {library.model(tesseract, LANGUAGE)}, {_MODES}"
    try:
        answer = subprocess.run([tesseract, "--version"], capture_output=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return "tesseract"
    first = answer.decode("utf-8", "replace").partition("\n")[0].strip() or "tesseract"
    return f"{first}, {library.model(tesseract, LANGUAGE)}, {_MODES}"
