"""From the paths a person names to single files: folders are walked, ZIPs are unpacked, all within limits."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import Problem
from ingest.media import HEAD_BYTES, ZIP, media_type
from ingest.refusals import Refused, refused

CHUNK_BYTES = 1 << 20
MIB = 1 << 20


@dataclass(frozen=True)
class ArchiveLimits:
    """What one ZIP may hold: files, mebibytes unpacked, unpacked to packed size of an entry."""

    most_files: int
    most_mib: int
    most_ratio: int


@dataclass(frozen=True)
class Gathered:
    """One file to look at. ``name`` is what people see (``batch.zip/inner.jpg``); ``problem`` set: not taken."""

    name: str
    path: Path | None
    problem: Problem | None = None


def gather(paths: list[Path], folder: Path, limits: ArchiveLimits, most_file_mib: int) -> Iterator[Gathered]:
    """Every file below ``paths``, each once, in a stable order. Entries of ZIPs are unpacked into ``folder``,
    under names of our own, and deleted by the caller with it."""
    for path in paths:
        for name, file in _walk(path):
            yield from _one(name, file, folder, limits, most_file_mib)


def _walk(path: Path) -> Iterator[tuple[str, Path]]:
    if not path.is_dir():
        yield str(path), path
        return
    for root, folders, files in os.walk(
        path
    ):  # links to folders are not followed: they could lead in circles
        folders.sort()
        for file in sorted(files):
            yield str(Path(root) / file), Path(root) / file


def _one(
    name: str, path: Path, folder: Path, limits: ArchiveLimits, most_file_mib: int
) -> Iterator[Gathered]:
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise OSError("not a regular file")
        if facts.st_size == 0:
            yield Gathered(name, path, refused("EMPTY_FILE"))
            return
        if facts.st_size > most_file_mib * MIB:
            yield Gathered(
                name, None, refused("FILE_TOO_LARGE", f"{facts.st_size // MIB} MiB, max {most_file_mib}")
            )
            return
        with path.open("rb") as file:
            kind = media_type(file.read(HEAD_BYTES))
    except OSError as error:
        yield Gathered(name, None, refused("UNREADABLE_FILE", error.strerror or str(error)))
        return
    if kind == ZIP:
        yield from _unpack(name, path, folder, limits)
    else:
        yield Gathered(name, path)


def _unpack(name: str, path: Path, folder: Path, limits: ArchiveLimits) -> Iterator[Gathered]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        yield Gathered(name, path, refused("TRUNCATED", f"ZIP: {error}"))
        return
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if not entries:
            yield Gathered(name, path, refused("NO_PAGES"))
            return
        if len(entries) > limits.most_files:
            yield Gathered(name, path, refused("TOO_MANY_FILES", f"{len(entries)}, max {limits.most_files}"))
            return
        left = limits.most_mib * MIB
        for index, entry in enumerate(entries):
            inner = f"{name}/{entry.filename}"
            target = folder / f"{path.name[-40:]}-{index:05}"
            try:
                left -= _extract(archive, entry, target, left, limits)
            except Refused as refusal:
                target.unlink(missing_ok=True)
                yield Gathered(inner, None, refusal)
                continue
            kept = target.stat().st_size
            if kept == 0:
                yield Gathered(inner, target, refused("EMPTY_FILE"))
                continue
            with target.open("rb") as file:
                nested = media_type(file.read(HEAD_BYTES)) == ZIP
            yield Gathered(inner, target, refused("NESTED_ARCHIVE") if nested else None)


def _extract(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, left: int, limits: ArchiveLimits
) -> int:
    """Write one entry to ``target``; the sizes a ZIP claims are not believed. Gives the bytes written."""
    if entry.flag_bits & 1:
        raise refused("ENCRYPTED")
    allowed = min(left, max(entry.compress_size, 1) * limits.most_ratio)
    if entry.file_size > allowed:
        raise refused("DECOMPRESSION_BOMB", f"{entry.compress_size} -> {entry.file_size} byte")
    written = 0
    try:
        with archive.open(entry) as source, target.open("wb") as file:
            while chunk := source.read(CHUNK_BYTES):
                written += len(chunk)
                if written > allowed:
                    raise refused("DECOMPRESSION_BOMB", f"{entry.compress_size} -> > {allowed} byte")
                file.write(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise refused("DAMAGED", f"ZIP: {error}") from error
    return written
