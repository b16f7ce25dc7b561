"""Receive: files in, documents out, refused files listed with their reasons; one commit for the batch."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from archive import ledger, scans
from archive.clock import Clock
from archive.database import Database
from archive.errors import Problem
from archive.identifiers import Entropy, new_id
from archive.store import WORK, Store, read_chunks
from archive.tables import Agency
from ingest.gather import ArchiveLimits, Gathered, gather
from ingest.inspection import Inspection, Limits
from ingest.media import HEAD_BYTES, media_type
from ingest.refusals import refused
from ingest.taking import Batch, Checked, Found, Outcome, take

Inspect = Callable[[Path, Path, Limits], Inspection]
"""``ingest.inspect.inspect``, called in a limited child by who passes it in. Raises Problem."""

LIST_ENDINGS = (".csv", ".xlsx", ".xls")
LIST_HINT = " (bản kê/list: --list)"

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Receipt:
    """What became of a batch."""

    batch: str
    outcomes: tuple[Outcome, ...]

    @property
    def refused(self) -> int:
        """How many files were not taken."""
        return sum(outcome.refusal is not None for outcome in self.outcomes)


@dataclass(frozen=True)
class Desk:
    """Where files come in: all effects that receiving needs."""

    database: Database
    store: Store
    inspect: Inspect
    limits: Limits
    archive_limits: ArchiveLimits
    scratch: Path
    clock: Clock
    entropy: Entropy
    spread: Callable[[Callable[[Gathered], Checked], Iterable[Gathered]], Iterable[Checked]] = map
    """``map``, or one that looks at several files at a time; order is kept."""


def receive(
    desk: Desk, agency: Agency, paths: list[Path], form: str, cover: str, agent: str, progress: Progress,
    batch_id: str | None = None, below: Path | None = None,
) -> Receipt:  # fmt: skip
    """Take files in. Everything is stored before the one commit that makes it count: a kill leaves nothing
    half received, and the same call again receives the rest.

    ``batch_id``: when the batch has a name already. ``below``: people know the files by their names in there.
    """
    batch_id = batch_id or new_id("batch", desk.entropy)
    desk.scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=desk.scratch) as folder:
        files = gather(paths, Path(folder), desk.archive_limits, desk.limits.most_mib)
        if below is not None:
            prefix = f"{below}/"
            files = (replace(file, name=file.name.removeprefix(prefix)) for file in files)

        def look(file: Gathered) -> Checked:
            progress(file.name)
            return _check(desk, agency.id, file, Path(folder))

        checked = list(desk.spread(look, files))
    at = desk.clock()
    with desk.database.writing() as session:
        ledger.open_batch(session, agency, batch_id, cover, at)
        outcomes = take(session, Batch(batch_id, agency, form, agent, at, desk.entropy), checked)
    return Receipt(batch_id, outcomes)


def _check(desk: Desk, agency_id: int, file: Gathered, folder: Path) -> Checked:
    """Keep the file's bytes, refused or not, then look inside."""
    checked = Checked(file, refusal=file.problem and _named_list(file, file.problem))
    if file.path is None:
        return checked
    try:
        checked.sha256 = desk.store.put_file(WORK, file.path)
    except OSError as error:
        if error.filename != str(file.path):
            raise  # the store's own trouble stops the batch
        checked.refusal = refused("UNREADABLE_FILE", error.strerror or "")
        return checked
    if file.problem is not None:
        return checked
    with desk.database.reading() as session:
        checked.known = scans.known(session, agency_id, checked.sha256)
    if checked.known is not None:
        return checked
    # From here on only the kept bytes count: what was checked is what is read later.
    kept = desk.store.path(WORK, checked.sha256)
    try:
        with TemporaryDirectory(dir=folder) as pages:
            seen = desk.inspect(kept, Path(pages), desk.limits)
            checked.found = _found(desk, checked.sha256, kept, seen)
            checked.warnings = seen.warnings
    except Problem as problem:
        checked.refusal = _named_list(file, problem)
    return checked


def _found(desk: Desk, sha256: str, kept: Path, seen: Inspection) -> Found:
    """Bring the images of pages into the store."""
    pages = []
    for page in seen.pages:
        image = sha256
        if page.path != kept and not page.role.parts:
            image = desk.store.put_file(WORK, page.path)
        text = None if page.text is None else desk.store.put_file(WORK, page.text)
        pages.append(ledger.NewPage(image, page.width, page.height, page.dpi, page.turned, text))
    scan = scans.NewScan(
        sha256,
        kept.stat().st_size,
        _media_type(kept),
        tuple((page.role, page.payload) for page in seen.pages),
    )
    return Found(
        scan, tuple(pages), seen.signed_already or (seen.drawn and len(pages) == 1), seen.signed_already
    )


def _named_list(file: Gathered, problem: Problem) -> Problem:
    """A spreadsheet among the papers is no paper; who meant it as the list of them is told how to say so."""
    if problem.code == "NOT_AN_IMAGE" and file.name.lower().endswith(LIST_ENDINGS):
        return refused("NOT_AN_IMAGE", LIST_HINT)
    return problem


def file_digest(path: Path) -> str:
    """SHA-256 of a file of any size, lower-case hexadecimal."""
    running = hashlib.sha256()
    for chunk in read_chunks(path):
        running.update(chunk)
    return running.hexdigest()


def _media_type(path: Path) -> str:
    with path.open("rb") as file:
        found = media_type(file.read(HEAD_BYTES))
    if found is None:
        raise refused("NOT_AN_IMAGE")
    return found
