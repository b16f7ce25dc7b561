"""Lists of issued papers as offices save them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HEADINGS = ("STT", "Số, ký hiệu", "Ngày ban hành", "Trích yếu nội dung", "Chủ hồ sơ", "Người ký", "Ghi chú")
ROWS: tuple[tuple[Any, ...], ...] = (
    (1, "05/QĐ-SXD", "05/01/2025", "Về việc cấp giấy phép xây dựng", "Trần Văn Bình", "Nguyễn Văn Hùng", ""),
    (
        2,
        "06/QĐ-SXD",
        "07/01/2025",
        "Về việc thu hồi giấy phép xây dựng",
        "Lê Thị Hoa",
        "Nguyễn Văn Hùng",
        "gấp",
    ),
)


def csv_text(rows: Sequence[Sequence[Any]] = (HEADINGS, *ROWS), delimiter: str = ";") -> str:
    quoted = ([f'"{one}"' if delimiter in str(one) else str(one) for one in row] for row in rows)
    return "".join(delimiter.join(row) + "\r\n" for row in quoted)


def xlsx(path: Path, rows: Sequence[Sequence[Any]], merged: Sequence[str] = ()) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    book.save(path)
    return path
