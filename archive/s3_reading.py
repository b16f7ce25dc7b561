"""Reading objects of an S3 server: the newest version whose bytes are what its name says, within limits.

A locked version cannot be deleted, but a newer version or a delete marker can hide it. So reading looks behind.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from minio import Minio
from minio.error import S3Error

from archive.s3_access import S3Access
from archive.s3_problems import absent, asking, too_slow
from archive.store import CHUNK_BYTES, HOLDINGS

_MOST_VERSIONS = 100
"""So many versions of an object are looked at."""


@dataclass(frozen=True)
class Found:
    """An object whose digest was compared. ``version`` is None in a bucket without versions; size in bytes."""

    version: str | None
    size: int


@dataclass(frozen=True)
class Nothing:
    """Why nothing was found: ``spoilt`` when there is an object, but with other bytes."""

    spoilt: bool


def find(client: Minio, access: S3Access, area: str, sha256: str, into: BinaryIO | None) -> Found | Nothing:
    """Read an object into a file (or only compare) and say what was found. Raises Unreachable, Denied, Unfit."""
    spoilt = False
    with asking(access.url):
        for version in _versions(client, access, area, sha256):
            try:
                found = _read(client, access, bucket(access, area), sha256, version, into)
            except S3Error as error:
                if not absent(error):
                    raise
                continue
            if found is not None:
                return found
            spoilt = True
    return Nothing(spoilt)


def bucket(access: S3Access, area: str) -> str:
    """The bucket of an area."""
    return access.holdings_bucket if area == HOLDINGS else access.work_bucket


def _versions(client: Minio, access: S3Access, area: str, sha256: str) -> Iterator[str | None]:
    """The newest (None) first, then, only when asked for, those behind it."""
    yield None
    if area != HOLDINGS:
        return
    listed = client.list_objects(access.holdings_bucket, prefix=sha256, include_version=True)
    for version in islice(listed, _MOST_VERSIONS):
        newest = str(version.is_latest).lower() == "true"
        if version.object_name == sha256 and not version.is_delete_marker and not newest:
            yield version.version_id


def _read(
    client: Minio, access: S3Access, bucket: str, name: str, version: str | None, into: BinaryIO | None
) -> Found | None:
    """One version; None when its digest is another or it is larger than may be."""
    digest, size, most = hashlib.sha256(), 0, access.most_object_mib << 20
    deadline = time.monotonic() + access.object_seconds
    if into is not None:
        into.seek(0)
        into.truncate()
    answer = client.get_object(bucket, name, version_id=version)
    try:
        # read1 gives what has come; read would wait for a whole chunk, for ever when the server drips.
        while chunk := answer.read1(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            if size > most:
                return None
            if time.monotonic() > deadline:
                raise too_slow(access.url)
            if into is not None:
                into.write(chunk)
        complete = digest.hexdigest() == name
        return Found(version or answer.headers.get("x-amz-version-id"), size) if complete else None
    finally:
        answer.close()
        answer.release_conn()
