"""The rows of a spreadsheet file, CSV or XLSX, as text: within limits, formulas not computed, macros not looked at.

Runs in the limited child, as everything does that meets foreign bytes.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ingest.media import HEAD_BYTES, ZIP, media_type
from ingest.refusals import refused

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
"""Head of XLS, and of XLSX behind a password."""
MIB = 1 << 20
DELIMITERS = ";,\t"
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')


@dataclass(frozen=True)
class ListLimits:
    """What a list may be: mebibytes, mebibytes unpacked, rows, columns; characters of a cell that are kept."""

    most_mib: int = 10
    most_unpacked_mib: int = 150
    most_rows: int = 5000
    most_columns: int = 60
    most_characters: int = 1000


Cell = str | date
Row = tuple[Cell, ...]
"""The cells of one row: text, or the day of a cell that the spreadsheet keeps as a date."""


def sheets(path: Path, limits: ListLimits) -> Iterator[list[Row]]:
    """The rows of each way to look at the file: its sheets, or its text parted by each delimiter.

    Raises Refused LIST_UNREADABLE, LIST_TOO_LONG, FILE_TOO_LARGE, DECOMPRESSION_BOMB, EMPTY_FILE.
    """
    size = path.stat().st_size
    if size == 0:
        raise refused("EMPTY_FILE")
    if size > limits.most_mib * MIB:
        raise refused("FILE_TOO_LARGE", f"{size // MIB} MiB, max {limits.most_mib}")
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(OLD_OFFICE):
        raise refused("LIST_UNREADABLE", "XLS, mật khẩu/password")
    kind = media_type(head)
    if kind == ZIP:
        yield from _workbook(path, limits)
    elif kind is not None:
        raise refused("LIST_UNREADABLE", kind)
    else:
        text = decoded(path.read_bytes())
        for delimiter in DELIMITERS:
            yield _bounded(_parted(text, delimiter), limits)


def decoded(data: bytes) -> str:
    """The text of a CSV file: UTF-8 or UTF-16 with or without a mark, else Windows-1258. Raises LIST_UNREADABLE."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif (
        data[1:200:2].count(0) > len(data[1:200:2]) // 2
    ):  # Latin letters in UTF-16 have every other byte zero
        encodings = ["utf-16-le"]
    else:
        encodings = ["utf-8-sig", "cp1258"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return unicodedata.normalize("NFC", text)
    raise refused("LIST_UNREADABLE", "không phải văn bản/no text")


def _parted(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise refused("LIST_UNREADABLE", str(error)) from None


def _bounded(rows: Iterable[Iterable[Any]], limits: ListLimits) -> list[Row]:
    kept: list[Row] = []
    last = 0
    for row in rows:
        cells = tuple(_cell(value, limits) for _, value in zip(range(limits.most_columns), row, strict=False))
        kept.append(cells)
        last = len(kept) if any(cells) else last
        if len(kept) - last > limits.most_rows:  # a sheet whose format runs on to its end
            break
        if last > limits.most_rows:
            raise refused("LIST_TOO_LONG", f"> {limits.most_rows}")
    return kept[:last]


def _cell(value: Any, limits: ListLimits) -> Cell:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value)
    # Control characters cannot be kept or shown; a cell broken over lines is one line of text.
    text = " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in text[:8000]).split())
    text = unicodedata.normalize("NFC", text)[: limits.most_characters]
    return "" if text.startswith("#") and text.rstrip("!?").isupper() else text  # #N/A, #REF!


def _workbook(path: Path, limits: ListLimits) -> Iterator[list[Row]]:
    """The visible sheets of an XLSX file. Results that the program kept are taken for formulas."""
    import openpyxl  # costly to load, and only needed here

    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > limits.most_unpacked_mib * MIB:
                raise refused("DECOMPRESSION_BOMB", f"{path.stat().st_size} -> {unpacked} byte")
            if "xl/workbook.xml" not in archive.namelist():
                raise refused("LIST_UNREADABLE", "ZIP")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise refused("LIST_UNREADABLE", type(error).__name__) from None
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                # The size that a file claims for a sheet is often wrong; without it all rows are looked at.
                sheet.reset_dimensions()
                rows = _bounded(sheet.iter_rows(values_only=True, max_col=limits.most_columns), limits)
                yield _filled(rows, _merged(path, sheet._worksheet_path))
    finally:
        book.close()


def _merged(path: Path, part: str) -> list[tuple[int, int, int]]:
    """Cells merged over several rows: column (from 0), first and last row (from 1). Streaming does not tell them."""
    with zipfile.ZipFile(path) as archive:
        data = archive.read(part.lstrip("/"))
    found = []
    for left, top, _, bottom in _MERGED.findall(data):
        if top != bottom:
            column = 0
            for letter in left:
                column = column * 26 + letter - 64
            found.append((column - 1, int(top), int(bottom)))
    return found


def _filled(rows: list[Row], merged: list[tuple[int, int, int]]) -> list[Row]:
    """A cell merged over rows says the same in each of them."""
    grid = [[*row] for row in rows]
    for column, top, bottom in merged:
        if top > len(grid) or column >= len(grid[top - 1]):
            continue
        for row in grid[top : min(bottom, len(grid))]:
            if column < len(row) and row[column] == "":
                row[column] = grid[top - 1][column]
    return [tuple(row) for row in grid]
