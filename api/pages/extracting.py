"""The page where an officer chooses what an extract (trích sao) shows: with the mouse on the picture, or by numbers."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request, Response

from api import copies, documents, reads
from api.callers import Call, Called
from api.copy_shapes import NewCopy
from api.etags import document_of
from api.files import Number
from api.pages.forms import Filled, key_of, shaped, text
from api.pages.frame import page, see
from api.problems import Refused
from api.shapes import DocumentId
from archive import catalogue
from archive.errors import Problem
from archive.lifecycle import State
from archive.store import HOLDINGS
from archive.tables import Document

router = APIRouter(include_in_schema=False)


@router.get("/documents/{document_id}/extract", name="pages.extract")
def choose(document_id: DocumentId, request: Request, call: Called) -> Response:
    """The pages of the held record, to choose on."""
    body = documents.show_document(document_id, Response(), call)
    _held(call, document_id)
    return page(
        request, call.caller, "extract.html", document=body, count=len(body.pages), key=call.office.token()[:32],
        wrong=None, typed={"show": "", "hide": "", "recipient": "", "purpose": ""},
    )  # fmt: skip


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
    """Ask for the extract; what cannot be shown so is said beside the fields, which stay filled in."""
    typed = {name: text(form, name) for name in ("show", "hide", "recipient", "purpose")}
    asked = shaped(
        NewCopy, basis="extract", recipient=typed["recipient"], purpose=typed["purpose"],
        show=typed["show"].split(), hide=typed["hide"].split(),
    )  # fmt: skip
    key = key_of(form)
    try:
        made = copies.request_copy(document_id, asked, request, call, key)
    except Problem as problem:
        if not problem.code.startswith("EXTRACT_"):
            raise
        body = documents.show_document(document_id, Response(), call)
        return page(
            request, call.caller, "extract.html", 422, document=body, count=len(body.pages), key=key, wrong=problem,
            typed=typed,
        )  # fmt: skip
    return see(f"/copies/{json.loads(bytes(made.body))['id']}")


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
