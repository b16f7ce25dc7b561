"""From the paths a person names to single files: folders are walked, ZIPs are unpacked, all within limits."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from archive.errors import Problem
from ingest.media import HEAD_BYTES, ZIP, media_type
from ingest.order import natural
from ingest.refusals import Refused, refused

CHUNK_BYTES = 1 << 20
MIB = 1 << 20

OFFICE_NAMES = frozenset({"[Content_Types].xml", "mimetype"})
"""A ZIP with one of these is one document of an office program (OOXML, ODF, EPUB), not a bundle of scans."""

UTF8_NAME = 0x800


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
        for file in _walk(path):
            # A name that is no UTF-8 could not be stored; people see its strange bytes replaced.
            name = os.fsencode(file).decode("utf-8", "replace")
            yield from _one(name, file, folder, limits, most_file_mib)


def _walk(path: Path) -> Iterator[Path]:
    """Files below ``path``. Links to folders are not followed (they could lead in circles); they and folders that
    cannot be listed come as themselves, so that they are told."""
    try:
        is_folder = path.is_dir()
    except OSError:
        is_folder = False
    if not is_folder:
        yield path
        return
    unlisted: list[OSError] = []
    for root, folders, files in os.walk(path, onerror=unlisted.append):
        folders.sort(key=natural)
        links = [name for name in folders if (Path(root) / name).is_symlink()]
        yield from (Path(root) / name for name in sorted(files + links, key=natural))
        yield from _taken(unlisted)
    yield from _taken(unlisted)


def _taken(unlisted: list[OSError]) -> list[Path]:
    folders = [Path(os.fsdecode(error.filename)) for error in unlisted]
    unlisted.clear()
    return folders


def _one(
    name: str, path: Path, folder: Path, limits: ArchiveLimits, most_file_mib: int
) -> Iterator[Gathered]:
    try:
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise OSError("a folder that is a link or cannot be listed")
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
        # Programs write entries in any order; pages that belong together follow one another by their names.
        entries = sorted(
            (entry for entry in archive.infolist() if not entry.is_dir()),
            key=lambda entry: natural(_name(entry)),
        )
        if not entries:
            yield Gathered(name, path, refused("NO_PAGES"))
            return
        if OFFICE_NAMES & {entry.filename for entry in entries}:
            yield Gathered(name, path, refused("NOT_AN_IMAGE"))
            return
        if len(entries) > limits.most_files:
            yield Gathered(name, path, refused("TOO_MANY_FILES", f"{len(entries)}, max {limits.most_files}"))
            return
        left = limits.most_mib * MIB
        inside = Path(mkdtemp(dir=folder))
        # The first entry that cannot be taken out has the ZIP itself kept aside for it, and for all that follow.
        aside: Path | None = path
        for index, entry in enumerate(entries):
            inner = f"{name}/{_name(entry)}"
            target = inside / f"{index:05}"
            try:
                left -= _extract(archive, entry, target, left, limits)
            except Refused as refusal:
                target.unlink(missing_ok=True)
                yield Gathered(inner, aside, refusal)
                aside = None
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
    with target.open("wb") as file:
        for chunk in _inflated(archive, entry):
            written += len(chunk)
            if written > allowed:
                raise refused("DECOMPRESSION_BOMB", f"{entry.compress_size} -> > {allowed} byte")
            file.write(chunk)
    return written


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The entry's bytes. Whatever reading hostile bytes raises (each method has errors of its own) means that the
    entry is no good; a full disk on our side is another matter and not caught here."""
    try:
        with archive.open(entry) as source:
            while chunk := source.read(CHUNK_BYTES):
                yield chunk
    except Exception as error:
        raise refused("DAMAGED", f"ZIP: {error}") from error


def _name(entry: zipfile.ZipInfo) -> str:
    """The entry's name. Many programs write UTF-8 without saying so; ``zipfile`` then takes it for code page 437."""
    if entry.flag_bits & UTF8_NAME:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except ValueError:
        return entry.filename
