"""What a second renderer says of a paper that came as a PDF: pages that programs show differently are for a person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from archive import catalogue
from archive.store import WORK
from archive.tables import ScannedPage
from ingest.media import PDF
from workers.children import ChildFailed
from workers.jobs import RENDERERS
from workers.workshop import Workshop

MOST_PAGES = 200
"""Of one document; a page takes two drawings."""


def of_renderers(shop: Workshop, document_id: str) -> list[dict[str, Any]]:
    """Finding R-01: pages that pdfium and poppler show differently; R-02: that could not be compared.

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
    pages = {int(number): int(page or 0) for number, page in rows[:MOST_PAGES]}
    path = shop.store.path(WORK, scan.sha256)
    try:
        found = shop.children.run(
            shop.settings.file_seconds,
            RENDERERS,
            "differing",
            path,
            tuple(sorted(pages)),
            shop.settings.page_seconds,
        )
    except ChildFailed as failed:
        return [
            _finding(
                "R-02", (), f"Không so sánh được cách hiển thị: {failed.vi}", f"Not compared: {failed.en}"
            )
        ]
    if not found:
        return []
    named = tuple(pages[number] for number in found)
    listed = ", ".join(map(str, named))
    return [
        _finding(
            "R-01", named, f"Hai phần mềm hiển thị khác nhau ở trang {listed}: cần người xem xét tệp gốc",
            f"Two programs show page {listed} differently: a person must look at the file itself",
        )
    ]  # fmt: skip


def _finding(code: str, pages: tuple[int, ...], vi: str, en: str) -> dict[str, Any]:
    """In the shape that findings of a reading have (``ocr.checks``)."""
    page = pages[0] if pages else None
    return {"code": code, "fields": [], "vi": vi, "en": en, "page": page, "box": None}
