"""Reads: who saw a personal document is recorded before they see it (NĐ 45/2020 Đ.16, domain.md 1.2, 1.4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from api.callers import Call
from archive import field_rows
from archive.lifecycle import State
from archive.people import ReadRecord
from archive.tables import Document

PERSONAL = ("holder_name", "holder_id", "holder_tax_code")
UNREAD = (State.RECEIVED.value, State.RETURNED.value)
"""Nobody knows yet what stands in it."""


def is_personal(session: Session, document: Document) -> bool:
    """Whether the paper is about somebody; one that was not read may be."""
    return is_about_somebody(document, field_rows.read(session, [document.id])[document.id])


def is_about_somebody(document: Document, values: Collection[str]) -> bool:
    """As ``is_personal``, when the names of the document's values are at hand."""
    return document.state in UNREAD or any(name in values for name in PERSONAL)


def record(call: Call, document: Document, what: str) -> None:
    """Write the line, in a commit of its own, unless the document is nobody's."""
    record_all(call, [document], what)


def record_shown(call: Call, document: Document, values: Collection[str], what: str) -> None:
    """As ``record``, when the names of the document's values are at hand."""
    if is_about_somebody(document, values):
        with call.office.database.writing() as session:
            add(call, session, [document], what)


def record_all(call: Call, documents: Sequence[Document], what: str) -> None:
    """Write a line for each document that is somebody's, in one commit."""
    with call.office.database.reading() as session:
        personal = [one for one in documents if is_personal(session, one)]
    if personal:
        with call.office.database.writing() as session:
            add(call, session, personal, what)


def add(call: Call, session: Session, documents: Sequence[Document], what: str) -> None:
    """Write a line for each of these documents in the commit of ``session``."""
    session.add_all(
        ReadRecord(document_id=one.id, caller=call.caller.id, agent=call.caller.agent, what=what, at=call.at)
        for one in documents
    )
