"""Where the headings of a list stand and which column is which, by the names that offices give them.

The register of outgoing papers has its columns from NĐ 30/2020/NĐ-CP annex IV; offices keep lists of their own beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from archive.folding import fold
from ingest.list_cells import Row

MOST_TITLE_ROWS = 40
"""Rows above the headings: name of the office, title, period."""
ALIKE = 88
"""Out of 100: how alike a heading must be to a known one."""

NAMES: dict[str, tuple[str, ...]] = {
    "": (
        "stt", "so tt", "tt", "so thu tu", "thu tu", "ghi chu", "noi nhan", "noi nhan van ban", "so luong ban",
        "don vi nguoi nhan ban luu", "so trang", "so to", "don vi soan thao", "nguoi soan thao", "ngay den", "so den",
    ),
    "code": (
        "so ky hieu", "so ki hieu", "so va ky hieu", "so ky hieu van ban", "so va ky hieu van ban", "so hieu",
        "so hieu van ban", "so ky hieu vb", "ky hieu van ban", "so quyet dinh", "so giay phep", "so giay chung nhan",
        "so qd", "so gcn", "so cong van", "code", "number and notation",
    ),
    "number": ("so", "so van ban", "so di", "so vb", "so van ban di", "number"),
    "notation": ("ky hieu", "ki hieu", "notation"),
    "issued_on": (
        "ngay ban hanh", "ngay thang", "ngay thang nam", "ngay ky", "ngay van ban", "ngay thang van ban", "ngay cap",
        "ngay ky ban hanh", "ngay thang nam van ban", "ngay thang nam ban hanh", "ngay thang ban hanh", "ngay",
        "ngay vb", "thoi gian ban hanh", "date", "issued on",
    ),
    "doc_type": (
        "loai van ban", "ten loai", "ten loai van ban", "the loai", "hinh thuc van ban", "loai", "loai vb", "type",
    ),
    "subject": (
        "trich yeu", "trich yeu noi dung", "noi dung", "noi dung trich yeu", "ten loai va trich yeu noi dung",
        "ten loai va trich yeu noi dung van ban", "trich yeu noi dung van ban", "trich yeu van ban", "ve viec",
        "tieu de", "ten van ban", "noi dung van ban", "ten loai va trich yeu", "subject",
    ),
    "holder_name": (
        "ten", "ho ten", "ho va ten", "chu ho so", "ten chu ho so", "chu giay to", "ten chu giay to", "nguoi duoc cap",
        "to chuc ca nhan", "ten to chuc ca nhan", "ca nhan to chuc", "nguoi nop", "nguoi nop ho so", "chu dau tu",
        "chu so huu", "ten nguoi duoc cap", "don vi duoc cap", "ho ten chu ho so", "nguoi su dung dat", "holder",
    ),
    "holder_id": (
        "so dinh danh", "so dinh danh ca nhan", "cccd", "so cccd", "cmnd", "so cmnd", "cmnd cccd", "cccd cmnd",
        "can cuoc", "so can cuoc", "so can cuoc cong dan", "so dinh danh cccd", "personal id",
    ),
    "holder_tax_code": ("ma so thue", "mst", "ma so doanh nghiep", "tax code"),
    "signer_name": ("nguoi ky", "ho ten nguoi ky", "ho va ten nguoi ky", "lanh dao ky", "nguoi ky van ban", "signer"),
    "issuer": (
        "co quan ban hanh", "co quan", "don vi ban hanh", "noi ban hanh", "tac gia", "tac gia van ban",
        "co quan ban hanh van ban", "co quan to chuc ban hanh", "ten co quan ban hanh", "issuer",
    ),
}  # fmt: skip
"""Headings, folded, by field; the empty name has those that look like others and say nothing about a paper."""

SHOWN = "Số ký hiệu, Số, Ngày ban hành, Trích yếu, Chủ hồ sơ, Người ký, Cơ quan ban hành, Loại văn bản"
"""What to tell people who have no heading that is known."""


@dataclass(frozen=True)
class Header:
    """The headings: the row behind them (from 0), the headings as written, the column of each field."""

    below: int
    columns: tuple[str, ...]
    places: dict[str, int]


def header(rows: Sequence[Row]) -> Header | None:
    """The headings of these rows; None when there are none: they name the number, or subject or holder, and
    something else. Headings may stand in two rows, groups above their parts."""
    best: Header | None = None
    for at in range(min(len(rows), MOST_TITLE_ROWS)):
        for below, columns in _ways(rows, at):
            found = Header(below, columns, places(columns))
            if _enough(found) and (best is None or len(found.places) > len(best.places)):
                best = found
    return best


def places(columns: Sequence[str]) -> dict[str, int]:
    """The column (from 0) of each field that these headings name; the surest heading of a field wins, then the
    first."""
    ranked = []
    for column, heading in enumerate(columns):
        sure, name = max((_alike(heading, known), name) for name, known in NAMES.items())
        if name and sure >= ALIKE:
            ranked.append((-sure, column, name))
    found: dict[str, int] = {}
    for _, column, name in sorted(ranked):
        found.setdefault(name, column)
    return found


def _ways(rows: Sequence[Row], at: int) -> list[tuple[int, tuple[str, ...]]]:
    one = tuple(str(cell) for cell in rows[at])
    ways = [(at + 1, one)]
    if at + 1 < len(rows):
        under = [str(cell) for cell in rows[at + 1]]
        width = max(len(one), len(under))
        padded = [*one, *[""] * (width - len(one))], [*under, *[""] * (width - len(under))]
        ways.append((at + 2, tuple(low or high for high, low in zip(*padded, strict=True))))
    return ways


def _enough(found: Header) -> bool:
    names = found.places.keys()
    return len(names) >= 2 and bool(names & {"code", "number", "subject", "holder_name"})


def _alike(heading: str, known: Sequence[str]) -> float:
    folded = fold(heading)
    if not folded or len(folded) > 60:
        return 0.0
    return max(100.0 if folded == name else min(fuzz.ratio(folded, name), 99.0) for name in known)
