"""Reads: who saw a personal document is recorded before they see it (NĐ 45/2020 Đ.16, domain.md 1.2, 1.4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import insert
from sqlalchemy.orm import Session

from api.callers import Call
from archive import field_rows
from archive.lifecycle import State
from archive.people import ReadRecord
from archive.tables import Document

PERSONAL = ("holder_name", "holder_id", "holder_tax_code")
UNREAD = (State.RECEIVED.value, State.RETURNED.value)
"""Nobody knows yet what stands in it."""


def is_personal(document: Document, values: Collection[str]) -> bool:
    """Whether the paper is about somebody, by the names of its values; one that was not read may be."""
    return document.state in UNREAD or any(name in values for name in PERSONAL)


def record(call: Call, document: Document, what: str, values: Collection[str] | None = None) -> None:
    """Write the line, in a commit of its own, unless the document is nobody's. ``values``: names, where at hand."""
    record_all(call, [document], what, None if values is None else {document.id: values})


def record_all(
    call: Call, documents: Sequence[Document], what: str,
    values: Mapping[str, Collection[str]] | None = None,
) -> None:  # fmt: skip
    """Write a line for each document that is somebody's, in one commit."""
    if values is None:
        with call.office.database.reading() as session:
            values = field_rows.read(session, [one.id for one in documents])
    personal = [one for one in documents if is_personal(one, values[one.id])]
    if personal:
        with call.office.database.writing() as session:
            add(call, session, personal, what)


def add(call: Call, session: Session, documents: Sequence[Document], what: str) -> None:
    """Write a line for each of these documents in the commit of ``session``."""
    who = {"caller": call.caller.id, "agent": call.caller.agent, "what": what, "at": call.at}
    lines = [{"document_id": one.id, **who} for one in documents]
    if lines:  # without lines the statement would ask for a row of defaults
        session.execute(insert(ReadRecord), lines)
