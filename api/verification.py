"""Verification, open to anyone: of a file, of the code of a copy, of a digest. Says nothing about people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel

from api.callers import Call, Called
from api.problems import Refused
from api.shapes import Digest
from api.streams import Spooled, spool
from archive import catalogue, lists
from archive.clock import stamp
from archive.copies import CopyBasis
from archive.lifecycle import CopyState, Standing
from archive.moments import moment
from signing.report import Known

router = APIRouter(prefix="/verification", tags=["verification"])

MIB = 1 << 20
Code = Annotated[str, Path(max_length=40, pattern=r"^[0-9a-z]{5}(-[0-9a-z]{1,5}){5}$")]


class Ours(BaseModel):
    """A file that we issued and how it stands now."""

    kind: Literal["record", "copy"]
    identifier: str
    standing: Standing
    since: datetime | None
    reason: str


class CopyFound(BaseModel):
    """What the code of a copy leads to: compare it with the paper or file in hand. ``sha256`` is that of its file."""

    agency: str
    agency_name: str
    number: str
    basis: CopyBasis
    state: CopyState
    standing: Standing
    since: datetime | None
    sha256: str | None
    original_sha256: str | None
    requested_at: datetime


FILE_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {
    "application/pdf": {"schema": {"type": "string", "format": "binary"}},
    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}  # fmt: skip
ChosenTime = Annotated[
    str | None,
    Query(
        max_length=40,
        description="Judge also at this time: a day (its end in Việt Nam) or a time with its zone, past or to come.",
        examples=["2031-01-01"],
    ),
]


@router.post("/files", name="verification.file", openapi_extra=FILE_BODY)
async def verify_file(request: Request, call: Called, at: ChosenTime = None) -> dict[str, Any]:
    """The verdict on the file in the body, ours or not, with every check and its reason (docs/verification.md).

    ``times`` has the verdict at signing, now and, with ``at``, at the chosen time side by side."""
    chosen = None if at is None else moment(at)
    async with _handed_in(request, call) as body:
        return await to_thread.run_sync(judged, call, body, chosen)


@router.post(
    "/revisions", name="verification.revision", openapi_extra=FILE_BODY, response_class=FileResponse,
    responses={200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}},
)  # fmt: skip
async def verify_revision(
    request: Request, call: Called, signature: Annotated[str, Query(min_length=1, max_length=200)]
) -> Response:
    """The file in the body as it was when the signature in this field was made: only the bytes that it covers.

    The report's ``signatures`` name the fields. 422 when the bytes are not those that were signed."""
    async with _handed_in(request, call) as body:
        target = body.path.with_name("revision")
        await to_thread.run_sync(call.office.revise, body.path, signature, call.at, target)
        content = await to_thread.run_sync(target.read_bytes)
    return as_signed_answer(content)


def as_signed_answer(content: bytes) -> Response:
    """A revision as a file to keep."""
    disposition = {"Content-Disposition": 'attachment; filename="as-signed.pdf"'}
    return Response(content, media_type="application/pdf", headers=disposition)


@asynccontextmanager
async def _handed_in(request: Request, call: Call) -> AsyncIterator[Spooled]:
    """The body on disk, in a folder of its own that goes away with all in it."""
    await to_thread.run_sync(lambda: call.office.scratch.mkdir(parents=True, exist_ok=True))
    folder = await to_thread.run_sync(lambda: TemporaryDirectory(dir=call.office.scratch))
    try:
        yield await spool(request, FilePath(folder.name) / "body", call.office.settings.most_verify_mib * MIB)
    finally:
        await to_thread.run_sync(folder.cleanup)


@router.get("/codes/{code}", name="verification.code")
def verify_code(code: Code, call: Called) -> CopyFound:
    """The copy that bears this code."""
    with call.office.database.reading() as session:
        found = lists.copy_by_code(session, code)
        if found is None:
            raise Refused("NOT_FOUND")
        copy, document, agency = found
        standing = catalogue.standing(session, document, call.at)
    if copy.state == CopyState.REVOKED.value:
        standing = Standing.REVOKED
    return CopyFound(
        agency=agency.code, agency_name=agency.name, number=f"{copy.number}/{copy.year}",
        basis=CopyBasis(copy.basis), state=CopyState(copy.state), standing=standing, since=document.standing_since,
        sha256=copy.file_sha256, original_sha256=document.sealed_sha256, requested_at=copy.requested_at,
    )  # fmt: skip


@router.get("/digests/{sha256}", name="verification.digest")
def verify_digest(sha256: Digest, call: Called) -> Ours:
    """Whether a file with this SHA-256 is one of ours, and how it stands. 404: not one that we issued."""
    with call.office.database.reading() as session:
        found = catalogue.one_of_ours(session, sha256, call.at)
    if found is None:
        raise Refused("NOT_FOUND")
    return Ours(
        kind="copy" if found.kind == "copy" else "record", identifier=found.identifier, standing=found.standing,
        since=found.since, reason=found.reason,
    )  # fmt: skip


def judged(call: Call, body: Spooled, chosen: datetime | None = None) -> dict[str, Any]:
    """The verdict on a file, now and at a chosen time, with what the archive knows of it."""
    with call.office.database.reading() as session:
        found = catalogue.one_of_ours(session, body.sha256, call.at)
    known = None
    if found is not None:
        since, expires = (None if one is None else stamp(one) for one in (found.since, found.expires))
        kind: Literal["record", "copy"] = "copy" if found.kind == "copy" else "record"
        known = Known(
            kind,
            found.identifier,
            found.standing.value,
            since,
            found.reason,
            expires=expires,
            form=found.form,
        )
    return call.office.judge(body.path, known, call.at, chosen)
