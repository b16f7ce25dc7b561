"""Read: every page in a child of its own, then values and the draft PDF/A."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session

from archive import catalogue, field_rows, fields, ledger, list_matches, scans, steps
from archive.errors import Problem
from archive.lifecycle import Act
from archive.steps import Claimed
from archive.store import WORK
from archive.tables import Agency, Document, Page
from archive.weighing import evidence
from workers.jobs import PAPERS
from workers.jobs.values import Drafted, PageFiles
from workers.lessons import lesson_in_use, told
from workers.marks import marks_of
from workers.patience import WAITS
from workers.steps.findings import of_archive
from workers.steps.renderers import of_renderers
from workers.worker import AGENT, Record
from workers.workshop import Workshop


def read(shop: Workshop, held: Claimed) -> Record:
    """Read the document. Pages already read in an earlier attempt are not read again.

    Raises Problem PAGES_UNREAD when pages failed; the others are kept and every failure stands on its page.
    """
    with shop.database.reading() as session:
        pages = catalogue.pages(session, held.document_id)
    lesson = lesson_in_use(shop, held.document_id)
    waiting = [page for page in pages if page.reading_sha256 is None]
    with ThreadPoolExecutor(shop.children.slots) as threads:
        list(threads.map(lambda page: _read_page(shop, held, page, lesson), waiting))
    with shop.database.reading() as session:
        pages = catalogue.pages(session, held.document_id)
    failed = [page for page in pages if page.reading_sha256 is None]
    if failed:
        raise _unread(failed)
    shown = of_renderers(shop, held.document_id)
    with TemporaryDirectory(dir=shop.scratch) as folder:
        pdf, reading = Path(folder) / "draft.pdf", Path(folder) / "reading.json"
        drafted = draft(shop, held.document_id, pages, None, pdf, reading, lesson)
        draft_sha256 = shop.store.put_file(WORK, pdf)
        reading_sha256 = shop.store.put_file(WORK, reading)
        evident = evidence(drafted.fields, reading.read_bytes())
    with shop.database.reading() as session:
        batch_id = session.get_one(Document, held.document_id).batch_id
        weighed = list_matches.weigh(session, batch_id, evident)

    def record(session: Session, at: datetime) -> None:
        document = session.get_one(Document, held.document_id)
        field_rows.forget(session, document.id)
        field_rows.write(session, document.id, drafted.fields)
        findings = [
            *drafted.findings,
            *shown,
            *of_archive(session, document, drafted.fields, shop.forms.of_code(drafted.form)),
        ]
        scans.tell_roles(session, document.id, drafted.roles)
        details: dict[str, Any] = {
            "draft": draft_sha256, "reading": reading_sha256, "pdfa": drafted.pdfa["verdict"],
            "fields": {value.name: value.plain for value in drafted.fields},
            "findings": [one["code"] for one in findings], **told(lesson, drafted),
        }  # fmt: skip
        ledger.record(
            session, document, Act.READ, AGENT, at, details,
            draft_sha256=draft_sha256, reading_sha256=reading_sha256,
            mark_box=[*drafted.mark_box], mark_method=drafted.mark_method,
            form=drafted.form, findings=findings, head_pages=[*drafted.head_pages] or None,
        )  # fmt: skip
        list_matches.enter(session, document, weighed, evident, AGENT, at)

    return record


def draft(
    shop: Workshop,
    document_id: str,
    pages: list[Page],
    approved: tuple[fields.FieldValue, ...] | None,
    pdf: Path,
    reading: Path,
    lesson: Path | None = None,
) -> Drafted:
    """Draft the document's PDF/A in a child, from what was read (with what a lesson taught) and, if given, the
    approved values."""
    with shop.database.reading() as session:
        document = catalogue.document(session, document_id)
        agency = session.get_one(Agency, document.agency_id)
    files = tuple(
        PageFiles(
            shop.store.path(WORK, page.sha256), shop.store.path(WORK, page.reading_sha256 or ""), page.dpi
        )
        for page in pages
    )
    drafted: Drafted = shop.children.run(
        shop.settings.file_seconds,
        PAPERS,
        "draft",
        files,
        document_id,
        agency.name,
        document.received_at,
        approved,
        pdf,
        reading,
        shop.settings.forms and shop.settings.forms.resolve(),
        document.form,
        lesson,
        marks_of(shop.settings),
    )
    return drafted


def _read_page(shop: Workshop, held: Claimed, page: Page, lesson: Path | None) -> None:
    """Read one page and commit what came of it at once: a kill costs the pages in hand, not those done."""
    settings = shop.settings
    reading: str | None = None
    failure: dict[str, Any] | None = None
    try:
        image = shop.store.path(WORK, page.sha256)
        data = shop.children.run(
            settings.page_seconds,
            PAPERS,
            "read",
            image,
            page.dpi,
            page.turned,
            settings.tesseract,
            settings.page_seconds,
            None if page.text_sha256 is None else shop.store.path(WORK, page.text_sha256),
            lesson,
        )
        reading = shop.store.put(WORK, data)
    except Problem as problem:
        if problem.code in WAITS:
            raise  # says nothing about the page
        failure = dict(problem.as_dict())
    with shop.database.writing() as session:
        row = session.get_one(Page, (page.document_id, page.number))
        row.reading_sha256, row.failure = reading, failure
        steps.extend(session, held, shop.clock(), timedelta(seconds=settings.lease_seconds))
    shop.notice(f"{page.document_id} page {page.number}: " + ("read" if failure is None else failure["code"]))


def _unread(failed: list[Page]) -> Problem:
    reasons = [
        (page.number, page.failure or {"vi": "chưa đọc", "en": "not read", "code": "?"}) for page in failed
    ]
    return Problem(
        "PAGES_UNREAD",
        "; ".join(f"trang {number}: {why['vi']}" for number, why in reasons)[:1000],
        "; ".join(f"page {number}: {why['code']}, {why['en']}" for number, why in reasons)[:1000],
    )
