"""A store on an S3 server: work in one bucket, holdings in another whose objects are locked one by one.

Nothing is believed that was not read: every read compares the digest, every put into the holdings reads the lock
back, and an object that is already there is read whole before it counts as the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from minio.error import S3Error

from archive.clock import Clock, system_clock
from archive.s3_access import S3Access, open_client
from archive.s3_cache import LocalCopies
from archive.s3_locks import Lock, Version, ensure_lock, read_lock
from archive.s3_problems import NotKept, absent, asking
from archive.s3_reading import Found, Nothing, bucket, find
from archive.store import HOLDINGS, Corrupt, read_chunks

_DIGEST = re.compile("[0-9a-f]{64}")


class S3Store:
    """Fulfils ``archive.store.Store``. Nothing is sent before the first call.

    ``retention_days`` is how long holdings are locked from the day they are put; anyone may lengthen a lock, nobody
    shorten it. ``legal_hold`` puts a hold without end on them as well. ``cache`` is a folder for local copies, see
    ``LocalCopies``. All methods raise Unreachable, Denied and Unfit.
    """

    def __init__(
        self,
        access: S3Access,
        cache: Path,
        *,
        retention_days: int = 3650,
        legal_hold: bool = False,
        most_cache_mib: int = 4096,
        in_use_seconds: float = 3600,
        now: Clock = system_clock,
    ) -> None:
        self.access, self.client = access, open_client(access)
        self.retention, self.legal_hold, self.now = timedelta(days=retention_days), legal_hold, now
        self._copies = LocalCopies(cache, most_cache_mib << 20, in_use_seconds)

    def put(self, area: str, data: bytes) -> str:
        """Keep the bytes; into the holdings, lock them too. Raises NotLocked, NotKept, and Corrupt when the object
        is there already and spoilt."""
        return self._keep(area, iter((data,)))

    def put_file(self, area: str, path: Path) -> str:
        """As ``put``, from a file of any size."""
        return self._keep(area, read_chunks(path))

    def get(self, area: str, sha256: str) -> bytes:
        """The bytes as the server has them now. Raises Corrupt."""
        into = BytesIO()
        self._require(area, sha256, into)
        return into.getvalue()

    def path(self, area: str, sha256: str) -> Path:
        """A local copy, checked; one fetched before serves even when the server has lost the object. Raises Corrupt."""
        if not _DIGEST.fullmatch(sha256):
            raise _corrupt(area, sha256)
        if (copy := self._copies.find(area, sha256)) is not None:
            return copy
        with self._copies.spool() as temporary:
            with temporary.open("xb") as file:
                self._require(area, sha256, file)
            return self._copies.adopt(area, sha256, temporary)

    def check(self, area: str, sha256: str) -> int:
        """Read the object from the server, never a local copy; gives its size in bytes. Raises Corrupt."""
        return self._require(area, sha256, None).size

    def held(self, sha256: str) -> tuple[Version, Lock]:
        """The version of the holdings that has these bytes, and its lock as the server tells it. Raises Corrupt."""
        found = self._require(HOLDINGS, sha256, None)
        version = Version(self.access.holdings_bucket, sha256, found.version or "null")
        with asking(self.access.url):
            return version, read_lock(self.client, version)

    def _keep(self, area: str, chunks: Iterator[bytes]) -> str:
        digest, size = hashlib.sha256(), 0
        with self._copies.spool() as temporary:
            # A copy of our own: what is named by its digest cannot change between the hashing and the sending.
            with temporary.open("xb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    size += file.write(chunk)
            sha256 = digest.hexdigest()
            found = find(self.client, self.access, area, sha256, None)
            if isinstance(found, Nothing):
                if found.spoilt:
                    raise _corrupt(area, sha256)
                found = self._upload(area, sha256, temporary, size)
            if area == HOLDINGS:
                self._lock(sha256, found)
            self._copies.adopt(area, sha256, temporary)
        return sha256

    def _upload(self, area: str, sha256: str, path: Path, size: int) -> Found:
        place = bucket(self.access, area)
        with asking(self.access.url), path.open("rb") as file:
            # No lock headers (see s3_locks). One part at a time: at most one part of 5 MiB and more in memory.
            sent = self.client.put_object(place, sha256, file, size, num_parallel_uploads=1)
            try:
                # What is there, not what was answered: Ceph 16 answers multipart uploads with an empty ETag.
                there = self.client.stat_object(place, sha256, version_id=sent.version_id)
            except S3Error as error:
                if absent(error):
                    raise _not_kept(area, sha256) from error
                raise
        if there.size != size:
            raise _not_kept(area, sha256)
        return Found(sent.version_id, size)

    def _lock(self, sha256: str, found: Found) -> None:
        version = Version(self.access.holdings_bucket, sha256, found.version or "null")
        until = (self.now() + self.retention).replace(microsecond=0)
        with asking(self.access.url):
            ensure_lock(self.client, version, until, self.legal_hold)

    def _require(self, area: str, sha256: str, into: BinaryIO | None) -> Found:
        if _DIGEST.fullmatch(sha256):
            found = find(self.client, self.access, area, sha256, into)
            if isinstance(found, Found):
                return found
        raise _corrupt(area, sha256)


def _corrupt(area: str, sha256: str) -> Corrupt:
    return Corrupt(
        "OBJECT_CORRUPT",
        f"Tệp {sha256} trong vùng {area} bị mất hoặc sai nội dung. Hãy phục hồi từ bản sao lưu.",
        f"Object {sha256} in area {area} is gone or its bytes have changed. Restore it from a backup.",
    )


def _not_kept(area: str, sha256: str) -> NotKept:
    return NotKept(
        "OBJECT_NOT_KEPT",
        f"Kho S3 báo đã nhận tệp {sha256} vào vùng {area} nhưng không có tệp đó. Việc sẽ được thử lại.",
        f"The S3 store said that it keeps object {sha256} in area {area}, but it is not there. It will be tried again.",
    )
