"""The page where an officer chooses what an extract (trích sao) shows: with the mouse on the picture, or by numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import copies, copying, documents, reads
from api.callers import Call, Called
from api.copy_shapes import CopyBody, NewCopy, Selection, copy_body
from api.etags import document_of
from api.files import Number
from api.pages.forms import Filled, key_of, shaped, text
from api.pages.frame import page, see
from api.problems import Refused
from api.shapes import DocumentId
from archive import catalogue
from archive.copy_rows import CopyRequest
from archive.copy_rules import CopyBasis
from archive.errors import Problem
from archive.lifecycle import CopyState, State
from archive.store import HOLDINGS
from archive.tables import Document

router = APIRouter(include_in_schema=False)


FIELDS = ("show", "hide", "recipient", "purpose")

Waiting = Annotated[str | None, Query(max_length=20, pattern=r"^copy-[0-9a-z]{12}$")]


@router.get("/documents/{document_id}/extract", name="pages.extract")
def choose(document_id: DocumentId, request: Request, call: Called, copy: Waiting = None) -> Response:
    """The pages of the held record, to choose on; with ``copy`` for the request that says in words what is wanted."""
    _held(call, document_id)
    waiting = None if copy is None else _waiting(call, document_id, copy)
    if waiting is not None and waiting.state is not CopyState.REQUESTED:
        return see(f"/copies/{waiting.id}")
    return _page(document_id, request, call, dict.fromkeys(FIELDS, ""), call.office.token()[:32], waiting)


@router.get("/documents/{document_id}/extract/pages/{number}", name="pages.extract-picture")
def picture(document_id: DocumentId, number: Number, call: Called) -> Response:
    """One page of the sealed record, drawn as the extract would show it."""
    document, count = _held(call, document_id)
    if number > count:
        raise Refused("NOT_FOUND")
    reads.record(call, document, f"page {number}")
    sealed = call.office.store.path(HOLDINGS, document.sealed_sha256 or "")
    return Response(
        call.office.draw_page(sealed, number),
        media_type="image/png",
        headers={"Cache-Control": "private, max-age=600"},
    )


@router.post("/documents/{document_id}/extract", name="pages.request-extract")
def ask(document_id: DocumentId, request: Request, call: Called, form: Filled) -> Response:
    """Make the extract that waits, or one for the office's own ends; what cannot be shown so is said beside the fields,
    which stay filled in."""
    typed = {name: text(form, name) for name in FIELDS}
    parts = {name: typed[name].split() for name in ("show", "hide")}
    key, copy = key_of(form), text(form, "copy")
    waiting = _waiting(call, document_id, copy) if copy else None
    try:
        if waiting is not None:
            copying.grant_extract(waiting.id, shaped(Selection, **parts), call)
            return see(f"/copies/{waiting.id}")
        asked = shaped(
            NewCopy, basis="extract", recipient=typed["recipient"], purpose=typed["purpose"], **parts
        )
        made = copies.request_copy(document_id, asked, request, call, key)
    except Problem as problem:
        if not problem.code.startswith("EXTRACT_"):
            raise
        return _page(document_id, request, call, typed, key, waiting, problem)
    return see(f"/copies/{json.loads(bytes(made.body))['id']}")


def _page(
    document_id: str, request: Request, call: Call, typed: Mapping[str, str], key: str, waiting: CopyBody | None,
    wrong: Problem | None = None,
) -> Response:  # fmt: skip
    body = documents.show_document(document_id, Response(), call)
    return page(
        request, call.caller, "extract.html", 200 if wrong is None else 422, document=body, count=len(body.pages),
        key=key, wrong=wrong, typed=typed, waiting=waiting,
    )  # fmt: skip


def _waiting(call: Call, document_id: str, copy_id: str) -> CopyBody:
    """The extract of this record that was asked for. Raises Refused NOT_FOUND."""
    with call.office.database.reading() as session:
        copy, document = copies.own(call, session, copy_id)
        asked = session.get(CopyRequest, copy.id)
    if document.id != document_id or copy.basis != CopyBasis.EXTRACT.value:
        raise Refused("NOT_FOUND")
    return copy_body(call, copy, asked)


def _held(call: Call, document_id: str) -> tuple[Document, int]:
    """The document and how many pages it has. Raises Problem NOT_HELD."""
    with call.office.database.reading() as session:
        document = document_of(call, session, document_id)
        count = len(catalogue.pages(session, document.id))
    if document.state != State.HELD.value:
        raise Problem(
            "NOT_HELD", f"Hồ sơ {document_id} chưa được lưu trữ", f"Document {document_id} is not held yet"
        )
    return document, count
