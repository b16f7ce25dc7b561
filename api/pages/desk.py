"""The copy desk: copies asked for, made, refused, and taken back."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import copies
from api.callers import Call, Called
from api.pages.forms import Filled, shaped, text
from api.pages.frame import page, see
from api.paging import Cursor
from api.problems import Refused
from api.reviews import Revocation
from api.shapes import CopyId, DocumentId
from archive.lifecycle import CopyState

router = APIRouter(include_in_schema=False)


@router.get("/copies", name="pages.copies")
def list_copies(
    request: Request, call: Called, cursor: Cursor = None, state: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Copies, newest first."""
    wanted = CopyState(state) if state in set(CopyState) else None
    found = copies.list_copies(call, 50, cursor, wanted)
    return page(request, call.caller, "copies.html", found=found, state=state, states=list(CopyState))


@router.get("/copies/{copy_id}", name="pages.copy")
def show_copy(copy_id: CopyId, request: Request, call: Called) -> Response:
    """One copy and where it stands."""
    return page(request, call.caller, "copy.html", copy=copies.look_at(copy_id, call))


@router.post("/documents/{document_id}/copies", name="pages.request-copy")
def request_copy(document_id: DocumentId, request: Request, call: Called, form: Filled) -> Response:
    """Ask for a copy; the answer, also a refusal, is on its page."""
    return see(f"/copies/{asked_for(document_id, request, call, form)}")


@router.post("/copies/{copy_id}/revoke", name="pages.revoke-copy")
def revoke_copy(copy_id: CopyId, call: Called, form: Filled) -> Response:
    """Take the copy's force away, for the reason given."""
    copies.revoke_copy(copy_id, shaped(Revocation, reason=text(form, "reason")), call)
    return see(f"/copies/{copy_id}")


def asked_for(document_id: str, request: Request, call: Call, form: Filled) -> str:
    """The id of the copy that this form asks for; sent twice it is one copy."""
    asked = shaped(
        copies.NewCopy, basis=text(form, "basis"), recipient=text(form, "recipient"), purpose=text(form, "purpose")
    )  # fmt: skip
    key = text(form, "key")
    if not key.isalnum() or len(key) > 64:
        raise Refused("INVALID_REQUEST")
    made = copies.request_copy(document_id, asked, request, call, key)
    return str(json.loads(bytes(made.body))["id"])
