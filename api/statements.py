"""Offline statements over HTTP: a picture of a copy on paper is judged, and the keys are published. Open to anyone."""

from __future__ import annotations

from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request, Response

from api.callers import Call, Called, charge
from api.streams import Spooled, spool
from archive import catalogue
from archive.clock import stamp

router = APIRouter(prefix="/verification", tags=["verification"])
published = APIRouter(include_in_schema=False)

MIB = 1 << 20
PICTURE_COUNTS = 3
"""Asks of the rate that a picture takes: where its statement is true its text is read, 1 to 4 seconds of processor."""

HEADS = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*")


@router.post(
    "/pictures", name="verification.picture",
    openapi_extra={"requestBody": {"required": True, "content": {
        kind: {"schema": {"type": "string", "format": "binary"}}
        for kind in ("image/png", "image/jpeg", "image/tiff", "image/webp", "application/pdf")}}},
)  # fmt: skip
async def verify_picture(request: Request, call: Called) -> dict[str, Any]:
    """The verdict on the statement in the second code square of a copy on paper, from its picture or scan. ``online``
    says how that copy stands now, where it is one of ours (docs/offline-statement.md)."""
    await to_thread.run_sync(lambda: call.office.scratch.mkdir(parents=True, exist_ok=True))
    folder = await to_thread.run_sync(lambda: TemporaryDirectory(dir=call.office.scratch))
    try:
        most = call.office.settings.most_verify_mib * MIB
        body = await spool(request, FilePath(folder.name) / "body", most)
        return await to_thread.run_sync(judged, request, call, body)
    finally:
        await to_thread.run_sync(folder.cleanup)


@published.get("/.well-known/hoso-keys.json", name="pages.keys")
def published_keys(call: Called) -> Response:
    """The keys that sign offline statements, with their times: keep the file, and paper is checked without network."""
    return Response(
        call.office.published_keys(), media_type="application/json",
        headers={"Cache-Control": "max-age=3600", "Access-Control-Allow-Origin": "*"},
    )  # fmt: skip


def is_picture(path: FilePath) -> bool:
    """Whether the file is a picture by its first bytes."""
    with path.open("rb") as file:
        head = file.read(12)
    return head.startswith(HEADS) or (head.startswith(b"RIFF") and head.endswith(b"WEBP"))


def judged(request: Request, call: Call, body: Spooled) -> dict[str, Any]:
    """The verdict on a picture, and how the copy that it names stands now. Raises Refused TOO_MANY_REQUESTS."""
    charge(request, "verify", PICTURE_COUNTS - 1)
    report = call.office.read_squares(body.path, call.at)
    return {
        **report,
        "online": _standing(call, report["statement"]) if report["verdict"] == "VALID" else None,
    }


def _standing(call: Call, told: dict[str, Any]) -> dict[str, Any] | None:
    """How the copy stands; None when no copy of ours is this one."""
    with call.office.database.reading() as session:
        found = catalogue.copy_stated(session, told, call.at)
    if found is None:
        return None
    since = None if found.since is None else stamp(found.since)
    return {"standing": found.standing.value, "since": since, "of": found.which}
