"""Tesseract as a library (tesserocr), where it is installed: the model is loaded once a process, not once a page.

The wheel brings a newer engine than Debian's and uses more of the processor: 1.21 against 1.81 s a page on the same
prepared images (2 cores, AVX-512, measured). Language data are those of the installed program, so both read alike.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ocr.geometry import Image

PROGRAM = "tesseract"
"""The library stands in for the program of this name; a program named otherwise is run as it was asked for."""

INVERT = ("invert_threshold", "0.4")
"""Lines read with less confidence are tried as white on black too; at 0.7, Tesseract's own, unsure lines of copies and
worn pages are tried for nothing: 0.97 against 0.92 s a page, 0.65 against 0.67 % character errors (36 pages)."""

NO_TABLES = ("textord_tabfind_find_tables", "0")
"""The engine's own search for tables takes stains, folds and columns for tables and tears their lines apart; ruled
tables are found by ``tables.grids``. Without it 0.50 for 0.64 and 0.83 for 1.17 % character errors (two sets of 36
pages), in the same time."""

_SCATTERED, _AUTOMATIC, _LSTM_ONLY = 11, 3, 1


class TookTooLong(Exception):
    """Reading was not done in time, and was given up."""


def stands_in(tesseract: str, language: str) -> bool:
    """Whether the library can read in place of this program."""
    return tesseract == PROGRAM and _engine(language) is not None


def table(picture: Image, dpi: float, language: str, seconds: float, scattered: bool) -> bytes:
    """The words of a grey picture as TSV. Raises TookTooLong."""
    engine = _engine(language)
    height, width = picture.shape
    engine.SetPageSegMode(_SCATTERED if scattered else _AUTOMATIC)
    try:
        engine.SetImageBytes(np.ascontiguousarray(picture).tobytes(), width, height, 1, width)
        for name, value in (INVERT, NO_TABLES):
            engine.SetVariable(name, value)
        engine.SetSourceResolution(round(dpi))
        if not engine.Recognize(max(1, round(seconds * 1000))):
            raise TookTooLong(f"{seconds:g} s")
        return _HEAD + str(engine.GetTSVText(0)).encode()
    finally:
        engine.Clear()


@cache
def model(program: str, language: str) -> str:
    """``vie 1a2b3c4d5e6f``: the language and the beginning of the SHA-256 of its data; the language alone where the
    data are not found. The same engine with other data reads otherwise, so a reading names both."""
    folder = _data_folder(program)
    if folder is None:
        return language
    try:
        data = (Path(folder) / f"{language}.traineddata").read_bytes()
    except OSError:
        return language
    return f"{language} {hashlib.sha256(data).hexdigest()[:12]}"


def version() -> str:
    """How the library calls itself."""
    import tesserocr

    first = str(tesserocr.tesseract_version()).partition("\n")[0].strip()
    return f"{first} (tesserocr {tesserocr.__version__})"


_HEAD = b"level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
"""What the program writes above the table and the library leaves out."""


@cache
def _engine(language: str) -> Any:
    """The loaded engine, once a process; children that are forked share it. None: not installed, or without data."""
    try:
        import tesserocr
    except ImportError:
        return None
    folder = _data_folder(PROGRAM)
    if folder is None:
        return None
    # With threads of its own several processes slow each other down fourfold (measured, ocr.md 5).
    os.environ["OMP_THREAD_LIMIT"] = "1"
    try:
        return tesserocr.PyTessBaseAPI(path=folder, lang=language, oem=_LSTM_ONLY)
    except RuntimeError:  # no data for the language: the program says so in its own words
        return None


def _data_folder(program: str) -> str | None:
    try:
        said = subprocess.run([program, "--list-langs"], capture_output=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'"([^"]+)"', said.decode("utf-8", "replace").partition("\n")[0])
    return found[1] if found else None
