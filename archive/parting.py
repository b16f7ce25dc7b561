"""Parting: one document that turned out to be two. Its pages from one on become a document of their own; no page is
lost, and both are read again (what was read of their pages is kept)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from archive import catalogue, field_rows, history, ledger, scans
from archive.errors import Problem
from archive.identifiers import Entropy, new_id
from archive.lifecycle import Act, State
from archive.roles import Role
from archive.tables import Document, Event, Page, ScannedPage


def split(
    session: Session, document: Document, page: int, agent: str, at: datetime, entropy: Entropy
) -> Document:
    """Leave the pages before ``page`` with the document and make a new one of the rest; gives the new one.

    A separator sheet at the cut, taken for a page until it was read, and its back stay outside both. Raises Problem
    BAD_SPLIT_PAGE (nothing but blank pages on one side, or no such page), SPLIT_SIGNED; IllegalMove unless READ.
    """
    if document.signed_already:
        raise Problem(
            "SPLIT_SIGNED",
            "Tệp đã ký số là một văn bản trọn vẹn, không tách được.",
            "A file that came signed is one paper and is not split.",
        )
    rows = scans.pages_of(session, document.id)
    before, outside, after = _cut(rows, page)
    if not (_has_content(before) and _has_content(after)):
        raise Problem(
            "BAD_SPLIT_PAGE",
            f"Không tách được ở trang {page}: mỗi phần phải có trang có nội dung (hồ sơ có {len(rows)} trang).",
            f"It cannot be split at page {page}: each part needs a page with content (there are {len(rows)}).",
        )
    new_identifier = new_id("doc", entropy)
    ledger.record(
        session, document, Act.SPLIT, agent, at, {"page": page, "into": new_identifier, "pages": len(rows)},
        draft_sha256=None, reading_sha256=None, mark_box=None, mark_method=None, head_pages=None, findings=None,
    )  # fmt: skip
    field_rows.forget(session, document.id)
    new = Document(
        id=new_identifier, agency_id=document.agency_id, batch_id=document.batch_id, scan_id=after[0].scan_id,
        scan_page=after[0].number, name=f"{document.name} [{page}-{len(rows)}]", dossier=document.dossier,
        state=State.RECEIVED.value, received_at=document.received_at,
    )  # fmt: skip
    session.add(new)
    session.flush()
    first = after[0].page or page
    for row in outside:
        _remove_page(session, document.id, row)
    for row in after:
        _move_page(session, document.id, row, new.id, (row.page or 0) - first + 1)
    session.expire_all()
    pages = catalogue.pages(session, new.id)
    details = {
        "from": document.id, "page": first, "name": new.name, "batch": new.batch_id,
        "scan": catalogue.scan(session, new).sha256, "pages": [one.sha256 for one in pages],
    }  # fmt: skip
    event = history.append(session, new.agency_id, at, Act.SPLIT_OFF, agent, new.id, details)
    ledger.make_due(session, new.id, State.RECEIVED, event.hash, at)
    return new


def lineage(session: Session, document_id: str) -> list[Event]:
    """The events of a document and, before them, of the documents that it was split from."""
    events = catalogue.events(session, document_id)
    while events and events[0].act == Act.SPLIT_OFF:
        events = catalogue.events(session, events[0].details["from"]) + events
    return events


Rows = list[ScannedPage]


def _cut(rows: Rows, page: int) -> tuple[Rows, Rows, Rows]:
    """The pages before the cut, sheets at the cut with their backs, and the pages behind."""
    if not 2 <= page <= len(rows):
        return rows, [], []
    before, after = rows[: page - 1], rows[page - 1 :]
    sheets = 0
    while sheets < len(after) and (
        Role(after[sheets].role).parts or (sheets and after[sheets].role == Role.BLANK)
    ):
        sheets += 1
    return before, after[:sheets], after[sheets:]


def _has_content(rows: Rows) -> bool:
    return any(row.role == Role.CONTENT for row in rows)


def _remove_page(session: Session, document_id: str, row: ScannedPage) -> None:
    """The picture stays in its scan; the sheet is no page of a document any more."""
    session.delete(session.get_one(Page, (document_id, row.page)))
    row.document_id, row.page = None, None
    session.flush()


def _move_page(session: Session, document_id: str, row: ScannedPage, to: str, number: int) -> None:
    session.execute(
        update(Page)
        .where(Page.document_id == document_id, Page.number == row.page)
        .values(document_id=to, number=number)
        .execution_options(synchronize_session=False)
    )
    row.document_id, row.page = to, number
    session.flush()
