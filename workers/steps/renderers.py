"""What a second renderer says of a paper that came as a PDF: pages that programs show differently are for a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from archive import catalogue
from archive.clock import Clock
from archive.store import WORK
from archive.tables import ScannedPage
from ingest.media import PDF
from workers.children import ChildFailed
from workers.jobs import RENDERERS
from workers.workshop import Workshop

RANGE = 50
"""Pages that one child compares: one that breaks it leaves the others compared."""

Compare = Callable[[tuple[int, ...], float], tuple[int, ...] | None]


def of_renderers(shop: Workshop, document_id: str) -> list[dict[str, Any]]:
    """Finding R-01: pages that pdfium and poppler show differently; R-02: that could not be compared; R-03: that
    were not reached in the time of one file.

    Nothing for scans, and nothing where there is no poppler (``pdftoppm``): then it is not checked.
    """
    with shop.database.reading() as session:
        scan = catalogue.scan(session, catalogue.document(session, document_id))
        rows = session.execute(
            select(ScannedPage.number, ScannedPage.page).where(
                ScannedPage.document_id == document_id,
                ScannedPage.scan_id == scan.id,
                ScannedPage.page.is_not(None),
            )
        ).all()
    if scan.media_type != PDF or not rows:
        return []
    path, settings = shop.store.path(WORK, scan.sha256), shop.settings

    def compare(numbers: tuple[int, ...], seconds: float) -> tuple[int, ...] | None:
        found: tuple[int, ...] | None = shop.children.run(
            seconds, RENDERERS, "differing", path, numbers, min(settings.page_seconds, seconds)
        )
        return found

    pages = {int(number): int(page or 0) for number, page in rows}
    return compared(pages, compare, shop.clock, settings.file_seconds)


def compared(pages: dict[int, int], compare: Compare, clock: Clock, seconds: float) -> list[dict[str, Any]]:
    """The findings about a document's pages, whose numbers are given by their numbers in the file. They are compared
    in ranges, in their order, as long as there is time."""
    numbers, until = sorted(pages), clock() + timedelta(seconds=seconds)
    different: list[int] = []
    findings: list[dict[str, Any]] = []
    for start in range(0, len(numbers), RANGE):
        left = (until - clock()).total_seconds()
        if left <= 0:
            findings.append(_not_reached([pages[one] for one in numbers[start:]]))
            break
        part = numbers[start : start + RANGE]
        try:
            found = compare(tuple(part), left)
        except ChildFailed as failed:
            findings.append(_not_compared([pages[one] for one in part], failed))
            continue
        if found is None:
            return []
        different += [pages[one] for one in found]
    return [_different(different), *findings] if different else findings


def _different(pages: list[int]) -> dict[str, Any]:
    listed = ", ".join(map(str, pages))
    return _finding(
        "R-01", pages, f"Hai phần mềm hiển thị khác nhau ở trang {listed}: cần người xem xét tệp gốc",
        f"Two programs show page {listed} differently: a person must look at the file itself",
    )  # fmt: skip


def _not_compared(pages: list[int], failed: ChildFailed) -> dict[str, Any]:
    named = _named(pages)
    return _finding(
        "R-02", pages, f"Không so sánh được cách hiển thị trang {named}: {failed.vi}",
        f"Page {named} not compared: {failed.en}",
    )  # fmt: skip


def _not_reached(pages: list[int]) -> dict[str, Any]:
    named = _named(pages)
    return _finding(
        "R-03", pages, f"Hết thời gian, chưa so sánh cách hiển thị trang {named}: cần người xem xét tệp gốc",
        f"Out of time before page {named} was compared: a person must look at the file itself",
    )  # fmt: skip


def _named(pages: list[int]) -> str:
    return str(pages[0]) if len(pages) == 1 else f"{min(pages)}–{max(pages)}"


def _finding(code: str, pages: list[int], vi: str, en: str) -> dict[str, Any]:
    """In the shape that findings of a reading have (``ocr.checks``)."""
    page = pages[0] if pages else None
    return {"code": code, "fields": [], "vi": vi, "en": en, "page": page, "box": None}
