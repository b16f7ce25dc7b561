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
from ingest.inspection import Captured, Inspection, Limits
from ingest.media import HEAD_BYTES, media_type
from ingest.refusals import Refused, refused
from ingest.taking import Batch, Checked, Found, Outcome, take

Capture = Callable[[Path, Path, Limits], Captured]
"""``workers.jobs.captures.capture`` for one officer. Raises Refused for this file, any other Problem for all."""

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
    capture: Capture | None = None
    """Set at the counter: every file is captured by an officer first, and what he signed is what is taken in."""


def receive(
    desk: Desk, agency: Agency, paths: list[Path], form: str, cover: str, agent: str, progress: Progress,
    batch_id: str | None = None, below: Path | None = None, originals: int | None = None,
) -> Receipt:  # fmt: skip
    """Take files in. Everything is stored before the one commit that makes it count: a kill leaves nothing
    half received, and the same call again receives the rest.

    ``batch_id``: when the batch has a name already. ``below``: people know the files by their names in there.
    ``originals``: how many papers there are; Problem CAPTURE_COUNT, and nothing is taken in, when another number of
    files is good (TT 01/2023 Đ.8(2): as many captures as originals).
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
    good = sum(one.refusal is None for one in checked)
    if originals is not None and good != originals:
        raise Problem(
            "CAPTURE_COUNT",
            f"Có {originals} bản giấy nhưng {good} bản sao chụp dùng được; chưa nhận tệp nào. Hãy quét cho đủ.",
            f"There are {originals} originals and {good} good captures; nothing was taken in. Scan them all.",
        )
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
            if desk.capture is not None:
                _capture(desk, desk.capture, checked, kept, Path(pages))
                return checked
            seen = desk.inspect(kept, Path(pages), desk.limits)
            checked.found = _found(desk, checked.sha256, kept, seen)
            checked.warnings = seen.warnings
    except Problem as problem:
        if desk.capture is not None and not isinstance(problem, Refused):
            raise  # no paper can be captured now; none of the batch is taken in
        checked.refusal = _named_list(file, problem)
    return checked


def _capture(desk: Desk, capture: Capture, checked: Checked, kept: Path, folder: Path) -> None:
    """Let the officer capture the scan; from here on what he signed is the file."""
    made = capture(kept, folder, desk.limits)
    checked.sha256 = desk.store.put_file(WORK, made.pdf)
    if checked.sha256 != made.sha256:
        # DG-05 (domain.md 2.4): the digest at the station is the digest in the store
        raise Problem(
            "CAPTURE_DIFFERS",
            f"Bản sao chụp đã ký bị thay đổi khi lưu: {made.sha256} thành {checked.sha256}",
            f"The signed capture changed on its way into the store: {made.sha256} became {checked.sha256}",
        )
    found = _found(desk, checked.sha256, desk.store.path(WORK, checked.sha256), made.inspection)
    checked.found = replace(found, capture=made.details)
    checked.warnings = made.inspection.warnings


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
