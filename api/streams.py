"""Bodies that are files: written to disk while they are hashed, never whole in memory; digests that were announced."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from anyio import to_thread
from fastapi import Request
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect

from api.problems import Refused

BLOCK_BYTES = 1 << 20
_CONTENT_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/=]*):", re.IGNORECASE)
_DIGEST = re.compile(r"sha-256=([A-Za-z0-9+/=]*)", re.IGNORECASE)


@dataclass(frozen=True)
class Spooled:
    """A body on disk."""

    path: Path
    sha256: str
    size: int


def announced(headers: Headers) -> str | None:
    """The SHA-256 that the caller gives for the body, in hexadecimal, or None.

    ``Content-Digest: sha-256=:…:`` (RFC 9530) or ``Digest: sha-256=…`` (RFC 3230). Raises Refused BAD_DIGEST.
    """
    found = None
    for name, form in (("content-digest", _CONTENT_DIGEST), ("digest", _DIGEST)):
        value = headers.get(name)
        if value is None:
            continue
        match = form.search(value)
        try:
            digest = base64.b64decode(match[1], validate=True) if match else b""
        except binascii.Error:
            digest = b""
        if len(digest) != 32 or (found is not None and digest.hex() != found):
            raise Refused("BAD_DIGEST")
        found = digest.hex()
    return found


async def spool(request: Request, path: Path, most_bytes: int) -> Spooled:
    """Write the body to ``path``. Raises Refused TOO_LARGE, EMPTY_BODY, DIGEST_MISMATCH, LENGTH_MISMATCH, …"""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused("UNSUPPORTED_MEDIA_TYPE")
    wanted = announced(request.headers)
    digest, size, block = hashlib.sha256(), 0, bytearray()
    file = await to_thread.run_sync(path.open, "xb")

    def write() -> None:
        digest.update(block)
        file.write(block)
        block.clear()

    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > most_bytes:
                raise Refused("TOO_LARGE")
            block += chunk
            if len(block) >= BLOCK_BYTES:
                await to_thread.run_sync(write)
        await to_thread.run_sync(write)
    except ClientDisconnect:
        raise Refused("LENGTH_MISMATCH") from None
    finally:
        await to_thread.run_sync(file.close)
    if not size:
        raise Refused("EMPTY_BODY")
    if wanted is not None and digest.hexdigest() != wanted:
        raise Refused("DIGEST_MISMATCH")
    return Spooled(path, digest.hexdigest(), size)
