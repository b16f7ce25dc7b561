"""Resumable uploads into a batch (tus 1.0.0: core, creation, checksum, termination, expiration).

The pieces lie in a folder of ``office.scratch`` until the file is whole; then it goes where every upload goes. What
nobody adds to for a day is swept with the rest of the scratch.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path as FilePath
from typing import Annotated, Any, BinaryIO

from anyio import to_thread
from fastapi import APIRouter, Header, Path, Request, Response
from starlette.requests import ClientDisconnect

from api.batches import FILE_NAME, keep, still_open
from api.callers import Call, Called
from api.problems import Refused
from api.shapes import BatchId
from api.streams import BLOCK_BYTES, Spooled

router = APIRouter(prefix="/batches/{batch_id}/uploads", tags=["batches"])

VERSION, EXTENSIONS = "1.0.0", "creation,checksum,termination,expiration"
ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
PIECE = "application/offset+octet-stream"
LIVES = timedelta(hours=24)
MIB = 1 << 20

UploadId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
Resumable = Annotated[str | None, Header(alias="Tus-Resumable", max_length=20)]
Number = Annotated[int, Header(alias="Upload-Length", ge=1, lt=1 << 53)]
Offset = Annotated[int, Header(alias="Upload-Offset", ge=0, lt=1 << 53)]
Metadata = Annotated[
    str,
    Header(alias="Upload-Metadata", max_length=2000, description="`filename` and perhaps `sha256`, base64"),
]
Checksum = Annotated[
    str | None, Header(alias="Upload-Checksum", max_length=200, description="`sha256` or `sha1`, and base64")
]
NOTHING: dict[int | str, dict[str, Any]] = {204: {"description": "Done; how it stands is in the headers"}}


@dataclass(frozen=True)
class Upload:
    """A file that is coming in: its folder, its batch, its name, bytes in all, and the SHA-256 that it shall have."""

    folder: FilePath
    batch: str
    name: str
    length: int
    sha256: str | None

    @property
    def body(self) -> FilePath:
        """What came in so far."""
        return self.folder / "body"

    @property
    def offset(self) -> int:
        """How many bytes came in so far."""
        return self.body.stat().st_size


@router.options("", name="uploads.options", status_code=204, response_class=Response, responses=NOTHING)
def options(batch_id: BatchId, call: Called) -> Response:
    """What of tus is spoken here."""
    still_open(call, batch_id, also_closed=True)
    most = call.office.limits.most_mib * MIB
    headers = {
        "Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(most),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }  # fmt: skip
    return _told(204, **headers)


@router.post("", name="uploads.create", status_code=201, response_class=Response)
def create(
    batch_id: BatchId, call: Called, length: Number, metadata: Metadata, version: Resumable = None
) -> Response:
    """Begin a file; its pieces go to the address in ``Location``. One begun twice is swept: no Idempotency-Key."""
    _spoken(version)
    if length > call.office.limits.most_mib * MIB:
        raise Refused("TOO_LARGE")
    told = _metadata(metadata)
    name, sha256 = told.get("filename", ""), told.get("sha256")
    if not re.fullmatch(FILE_NAME, name) or name in (".", "..") or len(name) > 200:
        raise Refused("BAD_UPLOAD")
    if sha256 is not None and not re.fullmatch("[0-9a-f]{64}", sha256):
        raise Refused("BAD_DIGEST")
    still_open(call, batch_id)
    key = call.office.entropy(16).hex()
    folder = call.office.scratch / f"upload-{key}"
    folder.mkdir(parents=True)
    (folder / "body").touch()
    kept = {"batch": batch_id, "name": name, "length": length, "sha256": sha256}
    (folder / "upload.json").write_text(json.dumps(kept), "utf-8")
    return _told(201, Location=f"/api/v1/batches/{batch_id}/uploads/{key}", **_expires(call))


@router.head("/{upload_id}", name="uploads.offset", response_class=Response)
def offset(batch_id: BatchId, upload_id: UploadId, call: Called, version: Resumable = None) -> Response:
    """Where to go on."""
    _spoken(version)
    upload = _own(call, batch_id, upload_id)
    return _told(200, **{"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.length)})


@router.patch(
    "/{upload_id}", name="uploads.append", status_code=204, response_class=Response, responses=NOTHING,
    openapi_extra={"requestBody": {"required": True, "content": {
        PIECE: {"schema": {"type": "string", "format": "binary"}}}}},
)  # fmt: skip
async def append(
    batch_id: BatchId, upload_id: UploadId, request: Request, call: Called, at: Offset,
    checksum: Checksum = None, version: Resumable = None,
) -> Response:  # fmt: skip
    """Add a piece at ``Upload-Offset``; with the last one the file is in the batch."""
    _spoken(version)
    if request.headers.get("content-type", "").partition(";")[0].strip() != PIECE:
        raise Refused("UNSUPPORTED_MEDIA_TYPE")
    wanted = _checksum(checksum)
    upload = await to_thread.run_sync(_own, call, batch_id, upload_id, False)
    with _sole(upload) as file:
        if at != upload.offset:
            raise Refused("OFFSET_MISMATCH")
        await _add(request, upload, file, wanted)
        reached = upload.offset
        if reached == upload.length:
            await to_thread.run_sync(_finish, call, upload)
    return _told(204, **{"Upload-Offset": str(reached)}, **_expires(call))


@router.delete("/{upload_id}", name="uploads.end", status_code=204, responses=NOTHING)
def end(batch_id: BatchId, upload_id: UploadId, call: Called, version: Resumable = None) -> Response:
    """Give the upload up; what came in is removed."""
    _spoken(version)
    upload = _own(call, batch_id, upload_id)
    with _sole(upload):
        shutil.rmtree(upload.folder)
    return _told(204)


async def _add(request: Request, upload: Upload, file: BinaryIO, wanted: tuple[str, bytes] | None) -> None:
    """Write the body at the end. A broken connection keeps what came, unless a checksum speaks for the whole piece."""
    began = size = upload.offset
    digest = ALGORITHMS[wanted[0]]() if wanted else None
    block = bytearray()

    def write() -> None:
        if digest is not None:
            digest.update(block)
        file.write(block)
        block.clear()

    broken = False
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > upload.length:
                await to_thread.run_sync(file.truncate, began)
                raise Refused("TOO_LARGE")
            block += chunk
            if len(block) >= BLOCK_BYTES:
                await to_thread.run_sync(write)
    except ClientDisconnect:
        broken = True
    await to_thread.run_sync(write)
    if digest is not None and wanted is not None and (broken or digest.digest() != wanted[1]):
        await to_thread.run_sync(file.truncate, began)
        raise Refused("CHECKSUM_MISMATCH")
    await to_thread.run_sync(os.fsync, file.fileno())
    os.utime(upload.folder)
    if broken:
        raise Refused("LENGTH_MISMATCH")


def _finish(call: Call, upload: Upload) -> None:
    """The whole file goes into the batch. One that is not what was announced is removed: it cannot be mended."""
    digest = hashlib.sha256()
    with upload.body.open("rb") as body:
        while block := body.read(BLOCK_BYTES):
            digest.update(block)
    if upload.sha256 is not None and digest.hexdigest() != upload.sha256:
        shutil.rmtree(upload.folder)
        raise Refused("DIGEST_MISMATCH")
    keep(call, upload.batch, upload.name, Spooled(upload.body, digest.hexdigest(), upload.length))
    shutil.rmtree(upload.folder)


def _own(call: Call, batch_id: str, upload_id: str, also_closed: bool = True) -> Upload:
    """The upload, of a batch of the caller's. Raises Refused NOT_FOUND, Problem BATCH_CLOSED."""
    still_open(call, batch_id, also_closed)
    folder = call.office.scratch / f"upload-{upload_id}"
    try:
        kept = json.loads((folder / "upload.json").read_text("utf-8"))
    except FileNotFoundError:
        raise Refused("NOT_FOUND") from None
    upload = Upload(folder, kept["batch"], kept["name"], kept["length"], kept["sha256"])
    if upload.batch != batch_id:
        raise Refused("NOT_FOUND")
    return upload


@contextmanager
def _sole(upload: Upload) -> Iterator[BinaryIO]:
    """The body, open for adding, for one request at a time on this machine. Raises Refused UPLOAD_BUSY, NOT_FOUND."""
    try:
        file = upload.body.open("ab", buffering=0)
    except FileNotFoundError:
        raise Refused("NOT_FOUND") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("UPLOAD_BUSY") from None
        yield file


def _spoken(version: str | None) -> None:
    if version != VERSION:
        raise Refused("TUS_VERSION", {"Tus-Version": VERSION})


def _metadata(told: str) -> dict[str, str]:
    """``key base64, key base64`` as text. Raises Refused BAD_UPLOAD."""
    found = {}
    for pair in told.split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            raise Refused("BAD_UPLOAD") from None
    return found


def _checksum(told: str | None) -> tuple[str, bytes] | None:
    if told is None:
        return None
    name, _, value = told.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise Refused("BAD_DIGEST") from None
    if name not in ALGORITHMS or len(digest) != ALGORITHMS[name]().digest_size:
        raise Refused("BAD_DIGEST")
    return name, digest


def _expires(call: Call) -> dict[str, str]:
    return {"Upload-Expires": format_datetime(call.at + LIVES, usegmt=True)}


def _told(status: int, **headers: str) -> Response:
    return Response(status_code=status, headers={"Tus-Resumable": VERSION, **headers})
