"""Local copies of objects of a remote store: named by digest, checked whenever they are handed out, bounded.

Several processes may share a folder. It holds personal papers: only its owner can enter it.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from archive.store import read_chunks

_LEFT_BEHIND_SECONDS = 86_400
"""A temporary file this old belongs to a process that was killed."""

_LOOKS = 16
"""The folder is looked through when a sixteenth of what it may hold has come: a look costs a call for each file."""


class LocalCopies:
    """Copies in a folder of ``most_bytes`` (a sixteenth more for each process), the longest unused going first.

    What was handed out within ``in_use_seconds`` is never removed, even when that is more than ``most_bytes``:
    somebody may be about to open it. It must be longer than the longest time limit of one child.
    """

    def __init__(self, folder: Path, most_bytes: int, in_use_seconds: float) -> None:
        self.folder, self.most_bytes, self.in_use_seconds = folder, most_bytes, in_use_seconds
        self._incoming = folder / "incoming"
        self._unseen_bytes = (
            most_bytes  # what came since the last look at the folder; the first adoption looks
        )
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._incoming.mkdir(exist_ok=True)

    def find(self, area: str, sha256: str) -> Path | None:
        """The copy, its digest checked; None when there is none (a spoilt one is removed)."""
        path = self._place(area, sha256)
        digest = hashlib.sha256()
        try:
            os.utime(
                path
            )  # from now on in use: before reading, so that no other process removes it meanwhile
            for chunk in read_chunks(path):
                digest.update(chunk)
        except FileNotFoundError:
            return None
        if digest.hexdigest() != sha256:
            path.unlink(missing_ok=True)
            return None
        return path

    @contextmanager
    def spool(self) -> Iterator[Path]:
        """A new name for a temporary file; what is still there at the end is removed."""
        temporary = self._incoming / f"{os.getpid()}-{os.urandom(8).hex()}"
        try:
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)

    def adopt(self, area: str, sha256: str, temporary: Path) -> Path:
        """Make a temporary file, whose digest the caller has checked, the copy of an object."""
        place = self._place(area, sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary.chmod(0o440)
        self._unseen_bytes += temporary.stat().st_size
        temporary.replace(place)
        if self._unseen_bytes * _LOOKS >= self.most_bytes:
            self._unseen_bytes = 0
            self._make_room()
        return place

    def _place(self, area: str, sha256: str) -> Path:
        return self.folder / area / sha256[:2] / sha256

    def _make_room(self) -> None:
        now, files, total = time.time(), [], 0
        for path in self.folder.rglob("*"):
            with suppress(FileNotFoundError):  # another process makes room too
                stat = path.stat()
                if not path.is_file():
                    continue
                if path.parent == self._incoming:
                    if now - stat.st_mtime > _LEFT_BEHIND_SECONDS:
                        path.unlink()
                    continue
                files.append((stat.st_mtime, stat.st_size, path))
                total += stat.st_size
        for used, size, path in sorted(files):
            if total <= self.most_bytes or now - used < self.in_use_seconds:
                return
            path.unlink(missing_ok=True)
            total -= size
