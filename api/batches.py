"""Batches: opened, filled file by file, closed, received; what became of each file, and how far its papers are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Annotated, Literal

from anyio import to_thread
from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, model_validator
from sqlalchemy.orm import Session

from api.callers import Call, Called
from api.once import Key, Made, once
from api.paging import Cursor, Limit, cursor_of, following, timed
from api.papers import PageAccount
from api.problems import Refused
from api.progress import own
from api.shapes import AgencyCode, Asked, BatchId, Page, Reason
from api.streams import Spooled, spool
from archive import deliveries, lists, scans
from archive.deliveries import Delivery
from archive.identifiers import new_id
from archive.scans import Account
from archive.store import WORK
from archive.tables import Agency

router = APIRouter(prefix="/batches", tags=["batches"])

MIB = 1 << 20

FILE_NAME = r"^[^\x00-\x1f\x7f-\x9f/\\]+$"
FileName = Annotated[str, Path(min_length=1, max_length=200, pattern=FILE_NAME)]


class NewBatch(Asked):
    """A batch about to be opened. ``capture``: the caller takes the papers in at the counter and signs each capture in
    their own name, before it is read (TT 01/2023/TT-VPCP Đ.8); then ``originals`` says how many papers there are."""

    agency: AgencyCode | None = None
    cover: str = Field("", max_length=500, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f]*$")
    form: str = Field("", max_length=40, pattern=r"^[A-Za-z0-9._-]*$")
    capture: bool = False
    originals: int | None = Field(None, ge=1, le=100_000)

    @model_validator(mode="after")
    def _counted(self) -> NewBatch:
        if self.capture != (self.originals is not None):
            raise ValueError("originals are counted where papers are captured, and only there")
        return self


class FileBody(BaseModel):
    """A file that came in, and its bytes as we have them."""

    name: str
    sha256: str
    size: int


class Taken(BaseModel):
    """What became of one file: the documents its pages are in, perhaps some that were there before, or a refusal with
    its reason. ``document`` is the first of them; a separator sheet alone is in none."""

    path: str
    status: Literal["accepted", "refused"]
    document: str | None
    documents: list[str] = []
    duplicate: bool
    reason: Reason | None
    warnings: list[Reason]


class BatchLine(BaseModel):
    """A batch: OPEN for files, CLOSED while they are looked at, RECEIVED when every file has its answer."""

    id: str
    agency: str
    state: Literal["OPEN", "CLOSED", "RECEIVED"]
    cover: str
    form: str
    agent: str
    opened_at: datetime
    officer: str | None = None
    """Who captures at the counter and signs; null for other batches."""


class BatchBody(BatchLine):
    """A batch with its files and what became of them (null until it is received)."""

    files: list[FileBody]
    outcomes: list[Taken] | None
    scanned: PageAccount
    """Pages that came in with the batch; none before it is received, and none that were here before."""
    originals: int | None = None
    failure: Reason | None = None
    """Why no paper of a captured batch could be taken in; it is OPEN again."""


@router.get("", name="batches.list")
def list_batches(call: Called, limit: Limit = 50, cursor: Cursor = None) -> Page[BatchLine]:
    """Batches that came over the network, newest first."""
    limit = min(limit, call.office.settings.most_listed)
    with call.office.database.reading() as session:
        found = lists.deliveries(session, call.sight.agencies, timed(cursor), limit + 1)
        rows = [BatchLine(**_line(session, one)) for one in found[:limit]]
    return Page(rows=rows, next=following(found, limit, lambda last: cursor_of(last.opened_at, last.id)))


@router.post("", name="batches.create", status_code=201, response_model=BatchBody)
def create_batch(asked: NewBatch, request: Request, call: Called, key: Key) -> JSONResponse:
    """Open a batch for files."""

    def make(session: Session) -> Made:
        agency = call.agency(session, asked.agency)
        officer = " ".join(call.caller.name.split()) if asked.capture else None
        if officer == "":
            raise Refused("CAPTURE_NEEDS_OFFICER")
        delivery = Delivery(
            id=new_id("batch", call.office.entropy), agency_id=agency.id, cover=asked.cover, form=asked.form,
            agent=call.caller.agent, state=deliveries.OPEN, opened_at=call.at, officer=officer,
            originals=asked.originals,
        )  # fmt: skip
        session.add(delivery)
        session.flush()
        body = BatchBody(
            **_line(session, delivery), files=[], outcomes=None, scanned=PageAccount(**Account().as_dict()),
            originals=delivery.originals,
        )  # fmt: skip
        return Made(body, headers={"Location": f"{request.url.path}/{delivery.id}"})

    return once(call, request, key, asked, make)


@router.get("/{batch_id}", name="batches.show")
def show_batch(batch_id: BatchId, call: Called) -> BatchBody:
    """One batch with its files and outcomes."""
    with call.office.database.reading() as session:
        return _body(session, own(call, session, batch_id))


@router.put(
    "/{batch_id}/files/{name}", name="batches.upload", status_code=201,
    responses={200: {"model": FileBody, "description": "The file was there and is replaced"}},
    openapi_extra={"requestBody": {"required": True, "content": {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
)  # fmt: skip
async def upload(
    batch_id: BatchId, name: FileName, request: Request, response: Response, call: Called
) -> FileBody:
    """Hand in one file: an image, a PDF or a ZIP, as the body. The same name again replaces it while the batch is
    open. ``Content-Digest`` (or ``Digest``) with sha-256 is checked when given."""
    if name in (".", ".."):
        raise Refused("INVALID_REQUEST")
    office = call.office
    await to_thread.run_sync(still_open, call, batch_id)
    folder = await to_thread.run_sync(lambda: TemporaryDirectory(dir=_scratch(call)))
    try:
        body = await spool(request, FilePath(folder.name) / "body", office.limits.most_mib * MIB)
        is_new = await to_thread.run_sync(keep, call, batch_id, name, body)
    finally:
        await to_thread.run_sync(folder.cleanup)
    response.status_code = 201 if is_new else 200
    return FileBody(name=name, sha256=body.sha256, size=body.size)


@router.post("/{batch_id}/close", name="batches.close", status_code=202)
def close(batch_id: BatchId, request: Request, call: Called) -> BatchBody:
    """No more files. They are inspected and become documents, or are refused with a reason, in the background. Papers
    captured at the counter are signed first; where that fails the batch is OPEN again with its ``failure``."""
    with call.office.database.writing() as session:
        delivery = _mine(call, session, batch_id)
        deliveries.close(session, delivery)
        body = _body(session, delivery)
    request.app.state.receiver.wake()
    return body


def still_open(call: Call, batch_id: str, also_closed: bool = False) -> None:
    """Before a byte is read: a closed batch takes no more. Raises Refused NOT_FOUND, OTHER_OFFICER, Problem
    BATCH_CLOSED."""
    with call.office.database.reading() as session:
        delivery = _mine(call, session, batch_id)
        if delivery.state != deliveries.OPEN and not also_closed:
            raise deliveries.closed(delivery)


def _scratch(call: Call) -> FilePath:
    call.office.scratch.mkdir(parents=True, exist_ok=True)
    return call.office.scratch


def keep(call: Call, batch_id: str, name: str, body: Spooled) -> bool:
    """Bytes first, then the row that names them."""
    call.office.store.put_file(WORK, body.path)
    with call.office.database.writing() as session:
        delivery = _mine(call, session, batch_id)
        most = call.office.settings.most_batch_files
        return deliveries.add(session, delivery, name, body.sha256, body.size, most)


def _mine(call: Call, session: Session, batch_id: str) -> Delivery:
    """The batch, for who may fill and close it: nobody adds to what an officer signs. Raises Refused NOT_FOUND,
    OTHER_OFFICER."""
    delivery = own(call, session, batch_id)
    if delivery.officer and delivery.agent != call.caller.agent:
        raise Refused("OTHER_OFFICER")
    return delivery


def _line(session: Session, delivery: Delivery) -> dict[str, object]:
    return {
        "id": delivery.id, "agency": session.get_one(Agency, delivery.agency_id).code, "state": delivery.state,
        "cover": delivery.cover, "form": delivery.form, "agent": delivery.agent, "opened_at": delivery.opened_at,
        "officer": delivery.officer,
    }  # fmt: skip


def _body(session: Session, delivery: Delivery) -> BatchBody:
    files: Sequence[deliveries.DeliveredFile] = deliveries.files(session, delivery.id)
    return BatchBody.model_validate(
        {
            **_line(session, delivery),
            "files": [FileBody(name=one.name, sha256=one.sha256, size=one.size) for one in files],
            "outcomes": delivery.outcomes,
            "originals": delivery.originals,
            "failure": delivery.failure,
            "scanned": scans.account_of_batch(session, delivery.id).as_dict(),
        }
    )
