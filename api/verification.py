"""Verification, open to anyone: of a file, of the code of a copy, of a digest. Says nothing about people."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel
from sqlalchemy.orm import Session

from api.callers import Call, Called
from api.known import known_of, original_of
from api.once import Key, Made, once
from api.problems import Refused
from api.rules import Role
from api.shapes import Asked, Digest, Text
from api.streams import Spooled, spool
from archive import catalogue, copy_uses, lists, standings
from archive.copies import CopyBasis
from archive.copy_rows import CopyRequest
from archive.lifecycle import CopyState, Standing
from archive.masking import shown_name
from archive.moments import moment
from archive.printed import printed
from archive.tables import Agency

router = APIRouter(prefix="/verification", tags=["verification"])

MIB = 1 << 20
ANYBODY = "anybody (verification page)"
Code = Annotated[str, Path(max_length=40, pattern=r"^[0-9a-z]{5}(-[0-9a-z]{1,5}){5}$")]


class Ours(BaseModel):
    """A file that we issued and how it stands now: ``which`` (a copy falls with its record), since when, ``by`` which
    agency, why (``reason`` in Vietnamese, ``reason_en``)."""

    kind: Literal["record", "copy"]
    identifier: str
    standing: Standing
    since: datetime | None
    reason: str
    which: Literal["record", "copy"]
    by: str
    reason_en: str


class CopyFound(BaseModel):
    """What the code of a copy leads to: compare it with the paper or file in hand. ``sha256`` is that of its file.

    ``which`` lost its force, since when, ``by`` which agency, why. ``recipient`` (a person's name masked) and
    ``purpose`` are told only of a copy that is good for nobody and nothing else."""

    agency: str
    agency_name: str
    number: str
    basis: CopyBasis
    state: CopyState
    standing: Standing
    since: datetime | None
    which: Literal["record", "copy"]
    by: str
    reason: str
    reason_en: str
    valid_until: date | None
    most_uses: int | None
    uses_left: int | None
    recipient: str | None
    purpose: str | None
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


class NewUse(Asked):
    """Who relies on the copy, and for what."""

    who: Text
    purpose: Text | None = None


class UseBody(BaseModel):
    """A use that is recorded, and how many are left (null: without limit)."""

    used_at: datetime
    who: str
    used: int
    most_uses: int | None
    uses_left: int | None


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
        now = standings.of_copy(session, copy, document, call.at)
        asked = session.get(CopyRequest, copy.id)
        uses = standings.of_uses(session, copy.id, None if asked is None else asked.most_uses)
    only_recipient, only_purpose = (asked.only_recipient, asked.only_purpose) if asked else (False, False)
    original = (asked.original_sha256 if asked else None) or document.sealed_sha256
    return CopyFound(
        agency=agency.code, agency_name=agency.name, number=printed(copy, asked), basis=CopyBasis(copy.basis),
        state=CopyState(copy.state), standing=now.standing, since=now.since, which=now.which, by=now.by,
        reason=now.vi, reason_en=now.en, valid_until=asked.valid_until if asked else None, most_uses=uses.most,
        uses_left=uses.left, purpose=copy.purpose if only_purpose else None,
        recipient=shown_name(copy.recipient, bool(asked and asked.organisation)) if only_recipient else None,
        sha256=copy.file_sha256, original_sha256=original, requested_at=copy.requested_at,
    )  # fmt: skip


@router.post("/codes/{code}/uses", name="verification.use", status_code=201, response_model=UseBody)
def use_copy(code: Code, asked: NewUse, request: Request, call: Called, key: Key) -> JSONResponse:
    """Say that somebody relies on the copy. Looking at it counts nothing; this counts one use of a limited copy.

    A signed-in system acts in its own name, which has to be the recipient's where the copy is for one recipient only.
    """

    def make(session: Session) -> Made:
        return Made(record_use(call, session, code, asked.who, asked.purpose or "", key))

    return once(call, request, key, asked, make)


def record_use(call: Call, session: Session, code: str, who: str, purpose: str, key: str) -> UseBody:
    """One use of the copy with this code. Raises Refused NOT_FOUND, Problem as ``copy_uses.record`` does."""
    found = lists.copy_by_code(session, code)
    if found is None:
        raise Refused("NOT_FOUND")
    copy, document, _ = found
    agent = call.caller.agent or ANYBODY
    own = {agency for agency, role in call.caller.roles if role is Role.SYSTEM}
    if own:  # a system relies on it in its agency's name, whatever it says
        who = session.get_one(Agency, own.pop()).name
    digest = hashlib.sha256(f"{call.caller.id}\n{key}".encode()).hexdigest()
    done, uses = copy_uses.record(session, copy, document, who, purpose, agent, call.at, digest)
    return UseBody(
        used_at=done.used_at, who=done.who, used=uses.used, most_uses=uses.most, uses_left=uses.left
    )


@router.get("/digests/{sha256}", name="verification.digest")
def verify_digest(sha256: Digest, call: Called) -> Ours:
    """Whether a file with this SHA-256 is one of ours, and how it stands. 404: not one that we issued."""
    with call.office.database.reading() as session:
        found = catalogue.one_of_ours(session, sha256, call.at)
    if found is None:
        raise Refused("NOT_FOUND")
    return Ours(
        kind=found.kind, identifier=found.identifier, standing=found.standing, since=found.since,
        reason=found.reason, which=found.which, by=found.by, reason_en=found.reason_en,
    )  # fmt: skip


def judged(call: Call, body: Spooled, chosen: datetime | None = None) -> dict[str, Any]:
    """The verdict on a file, now and at a chosen time, with what the archive knows of it."""
    with call.office.database.reading() as session:
        found = catalogue.one_of_ours(session, body.sha256, call.at)
        kept = original_of(session, call.office.store, body.sha256)
    return call.office.judge(body.path, known_of(found), call.at, chosen, kept)
