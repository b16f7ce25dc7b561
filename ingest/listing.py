"""From a file to a list of papers: the headings found, each row below them read, bad rows told and the rest taken."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from archive.errors import Problem
from archive.folding import fold
from archive.paper_lists import Line, NewList, Note
from ingest.list_cells import Cell, ListLimits, Row, sheets
from ingest.list_header import SHOWN, Header, header
from ingest.refusals import refused

_DAY = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})(?!\d)")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_IN_WORDS = re.compile(r"(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})", re.IGNORECASE)
_CODE = re.compile(r"(\d{1,6})\s*/\s*((?:\d{4}\s*/\s*)?)(\S.*)")
_TOTALS = ("tong", "tong cong", "cong", "tong so", "total")
FIRST_SERIAL, LAST_SERIAL = 16437, 73051
"""Days since 1899-12-30, as spreadsheets count them: 1945 to 2099."""

NOTES: dict[str, tuple[str, str]] = {
    "LIST_DAY_UNCLEAR": (
        "Không hiểu ngày «{detail}»; dòng vẫn được nhận, không có ngày.",
        "The day {detail!r} is not understood; the line is taken without it.",
    ),
    "LIST_LINE_EMPTY": (
        "Dòng không có số, ngày, trích yếu hay tên: bỏ qua.",
        "The line has no number, day, subject or name: left out.",
    ),
    "LIST_LINE_TWICE": (
        "Dòng giống hệt dòng {detail}: bỏ qua.",
        "The line says the same as line {detail}: left out.",
    ),
}


def read_list(path: Path, limits: ListLimits) -> NewList:
    """The list in this file. Raises Refused: LIST_UNREADABLE, LIST_NO_HEADER, LIST_EMPTY, LIST_TOO_LONG,
    FILE_TOO_LARGE, DECOMPRESSION_BOMB, EMPTY_FILE."""
    try:
        return _read(path, limits)
    except Problem:
        raise
    except MemoryError:
        raise refused("DECOMPRESSION_BOMB", "memory") from None
    except (
        Exception
    ) as error:  # openpyxl meets hostile bytes; whatever else it raises means the file is no good
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise refused("LIST_UNREADABLE", type(error).__name__) from error


def _read(path: Path, limits: ListLimits) -> NewList:
    best: tuple[Header, list[Row]] | None = None
    for rows in sheets(path, limits):
        found = header(rows)
        if found is not None and (best is None or len(found.places) > len(best[0].places)):
            best = found, rows
    if best is None:
        raise refused("LIST_NO_HEADER", SHOWN)
    top, rows = best
    lines, notes = _lines(top, rows)
    if not lines:
        raise refused("LIST_EMPTY")
    return NewList(top.columns, tuple(lines), tuple(notes))


def _lines(top: Header, rows: list[Row]) -> tuple[list[Line], list[Note]]:
    lines: list[Line] = []
    notes: list[Note] = []
    seen: dict[tuple[tuple[str, str], ...], int] = {}
    for number, row in enumerate(rows[top.below :], top.below + 1):
        if _says_nothing(top, row):
            continue
        values = _values(top, row, number, notes)
        if not values.keys() - {"doc_type", "notation", "issuer", "signer_name"}:
            notes.append(_note(number, "LIST_LINE_EMPTY"))
            continue
        same = seen.setdefault(tuple(sorted(values.items())), number)
        if same != number:
            notes.append(_note(number, "LIST_LINE_TWICE", str(same)))
            continue
        cells = tuple(_shown(row[at]) if at < len(row) else "" for at in range(len(top.columns)))
        lines.append(Line(number, cells, values))
    return lines, notes


def _says_nothing(top: Header, row: Row) -> bool:
    """A blank row, the numbers of the columns ((1) (2) (3)), the headings again (a new printed page), a total."""
    texts = [str(cell) for cell in row if cell != ""]
    if not texts:
        return True
    inner = [text.strip("() ") for text in texts]
    if len(texts) > 1 and all(text.isdecimal() for text in inner):
        counted = [int(text) for text in inner]
        if counted == list(range(counted[0], counted[0] + len(counted))):
            return True
    headings = {fold(one) for one in top.columns}
    return fold(texts[0]) in _TOTALS or all(fold(text) in headings for text in texts)


def _values(top: Header, row: Row, number: int, notes: list[Note]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, at in top.places.items():
        cell = row[at] if at < len(row) else ""
        if cell == "":
            continue
        if name != "issued_on":
            found[name] = _shown(cell)
            continue
        day = to_day(cell)
        if day is None:
            notes.append(_note(number, "LIST_DAY_UNCLEAR", _shown(cell)[:40]))
        else:
            found[name] = day.isoformat()
    return _with_code(found)


def _with_code(found: dict[str, str]) -> dict[str, str]:
    """Number, notation and code from whichever of them the line has: ``05/QĐ-UBND`` is number 05, notation
    QĐ-UBND (NĐ 30/2020/NĐ-CP Đ.8)."""
    whole = found.pop("code", "") or found.get("number", "")
    parted = _CODE.match(whole)
    if parted:
        number, year, notation = (
            parted[1],
            parted[2].replace(" ", ""),
            re.sub(r"\s*([-/])\s*", r"\1", parted[3]),
        )
        return {**found, "number": number, "notation": notation, "code": f"{number}/{year}{notation}"}
    plain = whole.strip()
    if not re.fullmatch(r"\d{1,6}", plain):
        found.pop("number", None)
        # What is no number of ours (GPXD-12, A1) names the paper as a whole.
        return {**found, "code": plain} if plain else found
    found["number"] = plain
    if found.get("notation"):
        found["notation"] = found["notation"].lstrip("/ ")
        found["code"] = f"{plain}/{found['notation']}"
    return found


def to_day(cell: Cell) -> date | None:
    """The day in a cell: a date of the spreadsheet, 5/1/2025 (day first), 2025-01-05, words, or a serial number."""
    if isinstance(cell, date):
        return cell if 1945 <= cell.year <= 2100 else None
    if re.fullmatch(r"\d{5}", cell) and FIRST_SERIAL <= int(cell) <= LAST_SERIAL:
        return date(1899, 12, 30) + timedelta(days=int(cell))
    iso = _ISO.search(cell)
    found = (iso[3], iso[2], iso[1]) if iso else None
    for pattern in (_DAY, _IN_WORDS):
        match = None if found else pattern.search(cell)
        found = (match[1], match[2], match[3]) if match else found
    if found is None:
        return None
    day, month, year = (int(part) for part in found)
    try:
        real = date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None
    return real if 1945 <= real.year <= 2100 else None


def _shown(cell: Cell) -> str:
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell


def _note(row: int, code: str, detail: str = "") -> Note:
    vi, en = NOTES[code]
    return Note(row, code, vi.format(detail=detail), en.format(detail=detail))
