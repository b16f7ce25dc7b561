"""Pages for records staff: documents by filter and by words, one with all about it, parked steps, the registers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api import copies, documents, registers, reviews, searching
from api.callers import Called
from api.etags import document_of
from api.pages.forms import Filled, key_of, shaped, text
from api.pages.frame import page, see
from api.pages.intake import agencies
from api.pages.naming import dates_of, forms_of, named
from api.paging import Cursor, cursor_of, numbered
from api.papers import DocumentLine
from api.rules import permit
from api.shapes import DocumentId, Page
from archive import lists, register_book
from archive.clock import VIETNAM
from archive.lifecycle import Standing, State

router = APIRouter(include_in_schema=False)

Chosen = Annotated[str, Query(max_length=40)]
MOST_EVENTS = 200
RECORD_STANDINGS = [one for one in Standing if one is not Standing.USED_UP]
PRINTED = frozenset(register_book.TITLES)
"""Registers that are printed month by month."""


@router.get("/documents", name="pages.documents")
def list_documents(
    request: Request, call: Called, cursor: Cursor = None, state: Chosen = "", standing: Chosen = "",
    form: Chosen = "", agency: Chosen = "", batch: Chosen = "", q: Annotated[str, Query(max_length=500)] = "",
) -> Response:  # fmt: skip
    """The list with filters, or what a search finds. An unknown choice is none."""
    rows: Page[DocumentLine]
    typed = q.replace("\x00", "").strip()
    if typed:
        rows = searching.find(call, typed, 50, cursor)
    else:
        rows = documents.list_documents(
            call, 50, cursor, State(state) if state in set(State) else None,
            Standing(standing) if standing in set(Standing) else None, form or None, batch or None, agency or None,
        )  # fmt: skip
    return page(
        request, call.caller, "documents.html", found=rows, q=typed, state=state, standing=standing, form=form,
        agency=agency, batch=batch, states=list(State), standings=RECORD_STANDINGS, forms=forms_of(call),
        agencies=agencies(call),
    )  # fmt: skip


@router.get("/documents/{document_id}", name="pages.document")
def show_document(document_id: DocumentId, request: Request, call: Called) -> Response:
    """All about one document, and what this person may do with it."""
    answer = Response()
    body = documents.show_document(document_id, answer, call)
    history = made = None
    if permit("documents.history", call.caller) is not None:
        with call.office.database.reading() as session:
            of = document_of(call, session, document_id)
            history = lists.events(session, of.agency_id, document_id, 0, MOST_EVENTS)
    if permit("copies.list", call.caller) is not None:
        made = copies.list_copies(call, 200, None, None, document_id).rows
    return page(
        request, call.caller, "document.html", document=body, etag=answer.headers["ETag"], history=history, copies=made,
        named=named(call, body.form), dates=dates_of(call, body.form),
        key=call.office.token()[:32],
    )  # fmt: skip


@router.post("/documents/{document_id}/retry", name="pages.retry")
def retry(document_id: DocumentId, call: Called, form: Filled) -> Response:
    """Try the parked steps again."""
    reviews.retry(document_id, Response(), call)
    return see("/parked" if text(form, "from") == "parked" else f"/documents/{document_id}")


@router.post("/documents/{document_id}/revoke", name="pages.revoke")
def revoke(document_id: DocumentId, call: Called, form: Filled) -> Response:
    """Take the record's force away, for the reason given."""
    asked = shaped(reviews.Revocation, reason=text(form, "reason"))
    reviews.revoke(document_id, asked, Response(), call, text(form, "etag"))
    return see(f"/documents/{document_id}")


@router.post("/documents/{document_id}/replace", name="pages.replace")
def replace(document_id: DocumentId, call: Called, form: Filled) -> Response:
    """Another record takes this one's place."""
    asked = shaped(reviews.Replacement, by=text(form, "by"), reason=text(form, "reason"))
    reviews.replace(document_id, asked, Response(), call, text(form, "etag"))
    return see(f"/documents/{document_id}")


@router.get("/parked", name="pages.parked")
def list_parked(request: Request, call: Called, cursor: Cursor = None) -> Response:
    """Steps that wait for a person, oldest first, with their reasons."""
    limit = 50
    with call.office.database.reading() as session:
        found = lists.all_parked(session, call.sight, numbered(cursor) or 0, limit + 1)
    last = found[limit - 1][0].id if len(found) > limit else None
    return page(
        request,
        call.caller,
        "parked.html",
        rows=found[:limit],
        next=None if last is None else cursor_of(last),
    )


@router.get("/registers", name="pages.registers")
def list_registers(request: Request, call: Called) -> Response:
    """The books."""
    return page(
        request, call.caller, "registers.html", rows=registers.list_registers(call).rows,
        volumes=registers.list_volumes(call).rows, key=call.office.token()[:32],
        agencies=agencies(call, "pages.open-volume"),
    )  # fmt: skip


@router.post("/registers/volumes", name="pages.open-volume")
def open_volume(request: Request, call: Called, form: Filled) -> Response:
    """Close the open volume of a register and open the next."""
    asked = shaped(registers.NewVolume, kind=text(form, "kind"), agency=text(form, "agency") or None)
    key = key_of(form)
    registers.open_volume(asked, request, call, key)
    return see("/registers")


@router.get("/registers/{register_id}", name="pages.register")
def show_register(
    register_id: Annotated[int, Path(ge=1, lt=1 << 31)], request: Request, call: Called, cursor: Cursor = None
) -> Response:
    """The lines of one book."""
    found = registers.list_entries(register_id, call, 100, cursor)
    book = next(one for one in registers.list_registers(call).rows if one.id == register_id)
    month = call.at.astimezone(VIETNAM).strftime("%Y-%m")
    return page(request, call.caller, "register.html", book=book, found=found, month=month, prints=PRINTED)
