"""Bytes of a document: page images, the sealed file, the report of its sealing. They never change."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import FileResponse, Response, StreamingResponse

from api import etags, reads
from api.callers import Call, Called
from api.etags import document_of
from api.problems import Refused
from api.shapes import DocumentId
from archive import evidence, field_rows
from archive.store import HOLDINGS, WORK
from archive.tables import Document, Page

router = APIRouter(prefix="/documents", tags=["documents"])

PDF = "application/pdf"
BINARY = {"schema": {"type": "string", "format": "binary"}}
NOT_MODIFIED: dict[str, Any] = {"description": "The caller has these bytes (If-None-Match)"}
PNG_HEAD = b"\x89PNG"

Number = Annotated[int, Path(ge=1, le=100_000)]
FieldName = Annotated[str, Path(max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]


@router.get(
    "/{document_id}/pages/{number}", name="documents.page", response_class=Response,
    responses={200: {"content": {"image/jpeg": BINARY, "image/png": BINARY}}, 304: NOT_MODIFIED},
)  # fmt: skip
def show_page(document_id: DocumentId, number: Number, request: Request, call: Called) -> Response:
    """The picture of one page as it came in."""
    with call.office.database.reading() as session:
        document = document_of(call, session, document_id)
        page = session.get(Page, (document.id, number))
    if page is None:
        raise Refused("NOT_FOUND")
    reads.record(call, document, f"page {number}")
    if etags.known_already(request, page.sha256):
        return etags.not_modified(page.sha256)
    data = call.office.store.get(WORK, page.sha256)
    kind = "image/png" if data.startswith(PNG_HEAD) else "image/jpeg"
    return Response(data, media_type=kind, headers=dict(etags.headers(page.sha256)))


@router.get(
    "/{document_id}/fields/{name}/picture", name="documents.snippet", response_class=Response,
    responses={200: {"content": {"image/png": BINARY}}, 304: NOT_MODIFIED},
)  # fmt: skip
def show_snippet(document_id: DocumentId, name: FieldName, request: Request, call: Called) -> Response:
    """The part of the page that shows a value, upright. A value that no single place shows has none."""
    with call.office.database.reading() as session:
        document = document_of(call, session, document_id)
        value = field_rows.read(session, [document.id])[document.id].get(name)
        page = session.get(Page, (document.id, value.page)) if value and value.page and value.box else None
    if value is None or value.box is None or page is None:
        raise Refused("NOT_FOUND")
    reads.record(call, document, f"picture of {name}")
    # Read again, the value may stand elsewhere: asked about every time, by what the picture is made of.
    made_of = f"{page.sha256} {page.reading_sha256} {value.box}"
    tag = hashlib.sha256(made_of.encode()).hexdigest()
    kept = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"}
    if etags.known_already(request, tag):
        return Response(status_code=304, headers=kept)
    store = call.office.store
    reading = None if page.reading_sha256 is None else store.path(WORK, page.reading_sha256)
    data = call.office.crop(store.path(WORK, page.sha256), value.box, reading)
    return Response(data, media_type="image/png", headers=kept)


@router.get(
    "/{document_id}/sealed", name="documents.sealed", response_class=Response,
    responses={200: {"content": {PDF: BINARY}}, 304: NOT_MODIFIED},
)  # fmt: skip
def download_sealed(document_id: DocumentId, request: Request, call: Called) -> Response:
    """The sealed record as it is kept, byte for byte; once it was renewed, with its newest evidence behind it."""
    with call.office.database.reading() as session:
        document = document_of(call, session, document_id)
    if document.sealed_sha256 is None:
        raise Refused("NOT_READY")
    reads.record(call, document, "sealed file")
    return pdf(call, request, _area(document), document.sealed_sha256, document.id)


@router.get("/{document_id}/report", name="documents.report")
def show_report(document_id: DocumentId, call: Called) -> dict[str, Any]:
    """What the verification right after sealing found (docs/verification.md)."""
    with call.office.database.reading() as session:
        document = document_of(call, session, document_id)
    if document.report_sha256 is None:
        raise Refused("NOT_READY")
    reads.record(call, document, "report")
    found: dict[str, Any] = json.loads(call.office.store.get(_area(document), document.report_sha256))
    return found


def pdf(call: Call, request: Request, area: str, sha256: str, subject: str) -> Response:
    """The kept PDF of a document or copy with its newest evidence, checked before the first byte goes out."""
    with call.office.database.asking() as session:
        whole = evidence.newest(session, subject, area, sha256)
    # Asked about every time: a renewal makes the file longer, years later.
    headers = {"ETag": f'"{whole.digest}"', "Cache-Control": "private, no-cache"}
    if etags.known_already(request, whole.digest):
        return Response(status_code=304, headers=headers)
    store, name = call.office.store, f"{subject}.pdf"
    length = evidence.size(store, whole)
    if not whole.appended:
        return FileResponse(store.path(area, sha256), media_type=PDF, filename=name, headers=headers)
    headers |= {"Content-Length": str(length), "Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(evidence.chunks(store, whole), media_type=PDF, headers=headers)


def _area(document: Document) -> str:
    return WORK if document.manifest_sha256 is None else HOLDINGS
