"""Verification, open to anyone: of a file, of the code of a copy, of a digest. Says nothing about people."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import APIRouter, Path, Request
from pydantic import BaseModel

from api.callers import Call, Called
from api.problems import Refused
from api.shapes import Digest
from api.streams import Spooled, spool
from archive import catalogue, lists
from archive.clock import stamp
from archive.copies import CopyBasis
from archive.lifecycle import CopyState, Standing
from archive.store import HOLDINGS
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


@router.post(
    "/files", name="verification.file",
    openapi_extra={"requestBody": {"required": True, "content": {
        "application/pdf": {"schema": {"type": "string", "format": "binary"}},
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
)  # fmt: skip
async def verify_file(request: Request, call: Called) -> dict[str, Any]:
    """The verdict on the file in the body, ours or not, with every check and its reason (docs/verification.md)."""
    await to_thread.run_sync(lambda: call.office.scratch.mkdir(parents=True, exist_ok=True))
    folder = await to_thread.run_sync(lambda: TemporaryDirectory(dir=call.office.scratch))
    try:
        most = call.office.settings.most_verify_mib * MIB
        body = await spool(request, FilePath(folder.name) / "body", most)
        return await to_thread.run_sync(judged, call, body)
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


def judged(call: Call, body: Spooled) -> dict[str, Any]:
    """The verdict on a file, with what the archive knows of it."""
    with call.office.database.reading() as session:
        found = catalogue.one_of_ours(session, body.sha256, call.at)
        original = catalogue.original_of_extract(session, body.sha256)
    known = None
    if found is not None:
        since = None if found.since is None else stamp(found.since)
        kind: Literal["record", "copy"] = "copy" if found.kind == "copy" else "record"
        known = Known(kind, found.identifier, found.standing.value, since, found.reason)
    if original is None:
        return call.office.judge(body.path, known, call.at)
    return call.office.judge(body.path, known, call.at, call.office.store.path(HOLDINGS, original))
