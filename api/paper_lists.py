"""Lists of issued papers: loaded for a batch, how the batch stands to it, and a person's choice of a line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import etags
from api.batches import FILE_NAME, MIB
from api.callers import Call, Called
from api.etags import IfMatch, document_of, require_match
from api.papers import DocumentBody, whole
from api.progress import own
from api.shapes import Asked, BatchId, DocumentId
from api.streams import Spooled, spool
from archive import list_matches, list_report
from archive.list_report import ListReport
from archive.tables import Agency
from ingest.list_cells import ListLimits
from ingest.list_loading import load_list

router = APIRouter(tags=["batches"])

MOST_MIB = ListLimits().most_mib
ListName = Annotated[str, Query(min_length=1, max_length=200, pattern=FILE_NAME)]


class RowNote(BaseModel):
    """Something about a row of the file."""

    row: int
    code: str
    vi: str
    en: str


class MissingPaper(BaseModel):
    """A line that no document of the batch is."""

    row: int
    cells: list[str]


class MatchedDocument(BaseModel):
    """A document of the batch and its line, or the lines it may be."""

    document: str
    name: str
    state: str
    fate: str
    row: int | None
    confidence: float
    candidates: list[int]


class ListBody(BaseModel):
    """How a batch stands to its list. ``missing``: lines without a paper; ``without``: documents without a line;
    ``open``: documents that a person has to choose for; ``unread``: papers not read yet, so that nothing is final."""

    batch: str
    name: str
    sha256: str
    agent: str
    loaded_at: datetime
    columns: list[str]
    lines: int
    notes: list[RowNote]
    documents: list[MatchedDocument]
    missing: list[MissingPaper]
    without: list[str]
    open: list[str]
    unread: int


class LineChoice(Asked):
    """The row of the list that the document is; null: none of them."""

    row: int | None = Field(ge=1, lt=1 << 31)


@router.put(
    "/batches/{batch_id}/list", name="lists.load",
    openapi_extra={"requestBody": {"required": True, "content": {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
)  # fmt: skip
async def load(batch_id: BatchId, name: ListName, request: Request, call: Called) -> ListBody:
    """Give the batch the office's own list of its papers, CSV or XLSX as the body, before or after its files. It gives
    numbers and days to documents that wait for a person; approved ones are not changed. Again: it is replaced."""
    office = call.office
    await to_thread.run_sync(_agency, call, batch_id)
    office.scratch.mkdir(parents=True, exist_ok=True)
    folder = await to_thread.run_sync(lambda: TemporaryDirectory(dir=office.scratch))
    try:
        body = await spool(request, FilePath(folder.name) / "body", MOST_MIB * MIB)
        return await to_thread.run_sync(_load, call, batch_id, name, body)
    finally:
        await to_thread.run_sync(folder.cleanup)


@router.get("/batches/{batch_id}/list", name="lists.show")
def show(batch_id: BatchId, call: Called) -> ListBody:
    """How the batch stands to its list: papers missing, documents without a line, documents to choose for."""
    return look(call, batch_id)


@router.post("/documents/{document_id}/line", name="lists.choose")
def choose(
    document_id: DocumentId, asked: LineChoice, response: Response, call: Called, if_match: IfMatch = None
) -> DocumentBody:
    """Say which line of the list the document is, or that none is; its values are filled from it. The document still
    waits for a review."""
    with call.office.database.writing() as session:
        document = document_of(call, session, document_id)
        session.scalars(
            select(Agency).where(Agency.id == document.agency_id).with_for_update(key_share=True)
        ).one()
        session.refresh(document)
        require_match(session, document, if_match)
        list_matches.choose(session, document, asked.row, call.caller.agent, call.at)
        response.headers["ETag"] = etags.of_document(session, document)
        return whole(call, session, document, session.get_one(Agency, document.agency_id).code)


def look(call: Call, batch_id: str) -> ListBody:
    """How the batch stands to its list. Raises Refused NOT_FOUND, Problem NO_LIST."""
    with call.office.database.reading() as session:
        own(call, session, batch_id)
        return _body(session, list_report.report(session, batch_id))


def _agency(call: Call, batch_id: str) -> int:
    with call.office.database.reading() as session:
        return own(call, session, batch_id).agency_id


def _load(call: Call, batch_id: str, name: str, body: Spooled) -> ListBody:
    office = call.office
    agency = _agency(call, batch_id)
    load_list(
        office.database, office.store, office.read_list, agency, batch_id, name, body.path, call.caller.agent,
        office.clock,
    )  # fmt: skip
    return look(call, batch_id)


def _body(session: Session, found: ListReport) -> ListBody:
    of = found.of
    cells = {one.row: [*one.cells] for one in found.lines}
    return ListBody(
        batch=of.batch_id, name=of.name, sha256=of.sha256, agent=of.agent, loaded_at=of.loaded_at, columns=of.columns,
        lines=len(found.lines), notes=[RowNote(**one) for one in of.notes], unread=found.unread,
        documents=[
            MatchedDocument(
                document=one.id, name=one.name, state=one.state, fate=one.fate, row=one.row,
                confidence=round(one.confidence, 3), candidates=[row for row, _ in one.candidates],
            )
            for one in found.documents
        ],
        missing=[MissingPaper(row=row, cells=cells[row]) for row in found.missing],
        without=[*found.without], open=[*found.open],
    )  # fmt: skip
