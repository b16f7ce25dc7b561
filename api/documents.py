"""Documents: lists by filter, one with its values and pages, its history and who read it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from api import etags, reads
from api.agencies import EventBody, event_body
from api.callers import Called
from api.etags import document_of
from api.paging import Cursor, Limit, cursor_of, following, numbered, timed
from api.papers import DocumentBody, DocumentLine, FieldBody, field_body, line, whole
from api.problems import Refused
from api.shapes import AgencyCode, DocumentId, Page
from archive import catalogue, field_rows, lists
from archive.clock import VIETNAM
from archive.lifecycle import Standing, State
from archive.lists import DocumentFilter

router = APIRouter(prefix="/documents", tags=["documents"])


class ReadBody(BaseModel):
    """Somebody saw the document."""

    at: datetime
    agent: str
    what: str


@router.get("", name="documents.list")
def list_documents(
    call: Called, limit: Limit = 50, cursor: Cursor = None, state: State | None = None,
    standing: Standing | None = None,
    form: Annotated[str | None, Query(max_length=40, pattern=r"^[A-Za-z0-9._-]*$")] = None,
    batch: Annotated[str | None, Query(max_length=20, pattern=r"^batch-[0-9a-z]{12}$")] = None,
    agency: Annotated[AgencyCode | None, Query()] = None,
) -> Page[DocumentLine]:  # fmt: skip
    """Documents that the caller may see, newest first. A holder gets their own held papers, wherever they are."""
    limit = min(limit, call.office.settings.most_listed)
    today = call.at.astimezone(VIETNAM).date()
    with call.office.database.reading() as session:
        codes = {one.id: one.code for one in catalogue.agencies(session)}
        of = next((key for key, code in codes.items() if code == agency), -1) if agency is not None else None
        which = DocumentFilter(None if state is None else state.value, form, standing, batch, of)
        found = lists.documents(session, call.sight, which, today, timed(cursor), limit + 1)
        values = field_rows.read(session, [one.id for one in found])
        rows = [
            DocumentLine(**line(one, values[one.id], codes[one.agency_id], today, call.sight))
            for one in found[:limit]
        ]
    return Page(rows=rows, next=following(found, limit, lambda last: cursor_of(last.received_at, last.id)))


@router.get("/{document_id}", name="documents.show")
def show_document(document_id: DocumentId, response: Response, call: Called) -> DocumentBody:
    """One document; the ETag changes with every act on it."""
    with call.office.database.reading() as session:
        seen = lists.seen(session, call.sight, document_id)
        if seen is None:
            raise Refused("NOT_FOUND")
        body = whole(call, session, seen.document, seen.agency)
    reads.record(call, seen.document, "document", body.fields)
    response.headers["ETag"] = etags.of_event(seen.number, seen.hash)
    return body


@router.get("/{document_id}/fields", name="documents.fields")
def show_fields(document_id: DocumentId, response: Response, call: Called) -> dict[str, FieldBody]:
    """The values alone, with the document's ETag."""
    with call.office.database.reading() as session:
        document = document_of(call, session, document_id)
        values = field_rows.read(session, [document.id])[document.id]
        response.headers["ETag"] = etags.of_document(session, document)
    reads.record(call, document, "fields", values)
    return {name: field_body(value) for name, value in values.items()}


@router.get("/{document_id}/events", name="documents.history")
def list_history(
    document_id: DocumentId, call: Called, limit: Limit = 100, cursor: Cursor = None
) -> Page[EventBody]:
    """What was done to the document, oldest first."""
    limit = min(limit, call.office.settings.most_listed)
    with call.office.database.reading() as session:
        document = document_of(call, session, document_id)
        found = lists.events(session, document.agency_id, document.id, numbered(cursor) or 0, limit + 1)
    reads.record(call, document, "history")
    rows = [event_body(one) for one in found[:limit]]
    return Page(rows=rows, next=cursor_of(rows[-1].number) if len(found) > limit else None)


@router.get("/{document_id}/reads", name="documents.reads")
def list_reads(
    document_id: DocumentId, call: Called, limit: Limit = 100, cursor: Cursor = None
) -> Page[ReadBody]:
    """Who saw the document, newest first: for its holder and for auditors."""
    limit = min(limit, call.office.settings.most_listed)
    with call.office.database.reading() as session:
        document = document_of(call, session, document_id)
        found = lists.reads(session, document.id, numbered(cursor), limit + 1)
    rows = [ReadBody(at=one.at, agent=one.agent, what=one.what) for one in found[:limit]]
    return Page(rows=rows, next=cursor_of(found[limit - 1].id) if len(found) > limit else None)
