"""Where bytes are kept: objects named by their SHA-256, in two areas.

``work`` holds scans, page images, readings and drafts; ``holdings`` holds what is kept for good, write-once.
On a folder this is write-once *by this program*: whoever owns the disk can still delete files. A store that
truly locks is S3 with object lock (planned).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from archive.errors import Problem

CHUNK_BYTES = 1 << 20
WORK, HOLDINGS = "work", "holdings"
_DIGEST = re.compile("[0-9a-f]{64}")


class Corrupt(Problem):
    """An object's bytes are not what its name says, or are gone."""


class Store(Protocol):
    """Write-once objects by digest. All digests are lower-case hexadecimal SHA-256."""

    def put(self, area: str, data: bytes) -> str:
        """Keep ``data`` durably and give its digest. Putting the same again changes nothing."""

    def put_file(self, area: str, path: Path) -> str:
        """As ``put``, from a file of any size."""

    def get(self, area: str, sha256: str) -> bytes:
        """The bytes, checked against the digest. Raises Corrupt."""

    def path(self, area: str, sha256: str) -> Path:
        """A readable local file with the bytes, unchecked; not to be written. Raises Corrupt when gone."""

    def check(self, area: str, sha256: str) -> int:
        """Read the whole object, compare its digest, give its size in bytes. Raises Corrupt."""


class FolderStore:
    """A store in a folder: temporary file, fsync, link into place, fsync of the folder, mode 0440."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._incoming = root / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)

    def put(self, area: str, data: bytes) -> str:
        return self._keep(area, iter((data,)))

    def put_file(self, area: str, path: Path) -> str:
        return self._keep(area, read_chunks(path))

    def get(self, area: str, sha256: str) -> bytes:
        data = self.path(area, sha256).read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise _corrupt(area, sha256)
        return data

    def path(self, area: str, sha256: str) -> Path:
        path = self._place(area, sha256)
        if not _DIGEST.fullmatch(sha256) or not path.is_file():
            raise _corrupt(area, sha256)
        return path

    def check(self, area: str, sha256: str) -> int:
        digest, size = hashlib.sha256(), 0
        for chunk in read_chunks(self.path(area, sha256)):
            digest.update(chunk)
            size += len(chunk)
        if digest.hexdigest() != sha256:
            raise _corrupt(area, sha256)
        return size

    def _place(self, area: str, sha256: str) -> Path:
        return self.root / area / sha256[:2] / sha256

    def _keep(self, area: str, chunks: Iterator[bytes]) -> str:
        temporary = self._incoming / f"{os.getpid()}-{os.urandom(8).hex()}"
        digest = hashlib.sha256()
        try:
            with temporary.open("xb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(0o440)
            sha256 = digest.hexdigest()
            place = self._place(area, sha256)
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                # A link never replaces what is there, unlike a rename: what is kept stays what it is.
                place.hardlink_to(temporary)
            except FileExistsError:
                self.check(area, sha256)
            _sync_folder(place.parent)
            return sha256
        finally:
            temporary.unlink(missing_ok=True)


def read_chunks(path: Path) -> Iterator[bytes]:
    """The file's bytes a mebibyte at a time. Raises OSError that names the file, also when reading fails later."""
    with path.open("rb") as file:
        while chunk := _read(file, path):
            yield chunk


def _read(file: BinaryIO, path: Path) -> bytes:
    try:
        return file.read(CHUNK_BYTES)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _corrupt(area: str, sha256: str) -> Corrupt:
    return Corrupt(
        "OBJECT_CORRUPT",
        f"Tệp {sha256} trong vùng {area} bị mất hoặc sai nội dung. Hãy phục hồi từ bản sao lưu.",
        f"Object {sha256} in area {area} is gone or its bytes have changed. Restore it from a backup.",
    )
