"""``hoso separators``: sheets to lay between papers before they are scanned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

from archive import codes
from archive.clock import VIETNAM, system_clock
from archive.errors import Problem
from ingest import sheets
from workers.console import Console

MOST_SHEETS = 500


def separators(out: Console, target: Path, dossiers: Sequence[str], count: int | None) -> None:
    """Write a PDF with a cover sheet for each dossier and ``count`` separator sheets (10 when no dossier is named).

    Raises Problem TOO_MANY_SHEETS, FILE_EXISTS, BAD_DOSSIER_CODE, BAD_DOSSIER_DATE.
    """
    today: date = system_clock().astimezone(VIETNAM).date()
    covers = [sheets.cover(codes.dossier(code, today).key) for code in dossiers]
    many = count if count is not None else 0 if covers else 10
    if not 0 < len(covers) + many <= MOST_SHEETS:
        raise Problem(
            "TOO_MANY_SHEETS",
            f"Mỗi lần in từ 1 đến {MOST_SHEETS} tờ",
            f"Between 1 and {MOST_SHEETS} sheets at a time",
        )
    if target.exists():
        raise Problem("FILE_EXISTS", f"Đã có tệp {target}", f"There is a file {target} already")
    wanted = [*covers, *(sheets.separator(n + 1) for n in range(many))]
    with as_file(files("signing") / "fonts" / "tinos-vietnamese.ttf") as font:
        target.write_bytes(sheets.pdf(wanted, font))
    out.answer(
        {"file": str(target.resolve()), "covers": len(covers), "separators": many},
        lambda: (
            f"{target}: {len(covers)} tờ bìa, {many} phiếu phân tách / {len(covers)} cover, {many} separator sheets. "
            "In đúng khổ A4, 100 %. / Print on A4 at 100 %."
        ),
    )
