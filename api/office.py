"""The office: everything that the API needs, opened by who starts it and passed in as one value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from api.settings import ApiSettings
from archive.accounts import Hash, Matches
from archive.clock import Clock
from archive.copy_law import CopyLaw, shipped_law
from archive.database import Database
from archive.identifiers import Entropy
from archive.notices import Notice
from archive.store import Store
from ingest.gather import ArchiveLimits
from ingest.inspection import Limits
from ingest.list_loading import ReadList
from ingest.receive import Capture, Inspect
from ocr.forms import Forms, shipped
from signing.report import Known, Original

Judge = Callable[[Path, Known | None, datetime, datetime | None, Original | None], dict[str, Any]]
"""The verdict on a file, reached in a limited child, now and at a chosen time, for an extract of ours with
its original: ``SealReport.to_dict``. Raises nothing about the file."""

Revise = Callable[[Path, str, datetime, Path], None]
"""Write a file as it was when the signature in a field was made, in a limited child. Raises Problem with the reason."""

ReadSquares = Callable[[Path, datetime], dict[str, Any]]
"""The verdict on the statement in a picture of a copy, reached in a limited child: ``StatementReport.to_dict``."""

DrawPage = Callable[[Path, int], bytes]
"""One page of a sealed record as PNG, as an extract would show it; drawn in a limited child. Raises Problem."""

CheckParts = Callable[[Path, Sequence[str], Sequence[str]], None]
"""See that a sealed record can be shown so in an extract, by the sizes of its pages; in a limited child. Raises Problem
EXTRACT_…"""

Officer = Callable[[str, str, str], Capture]
"""How this officer (code and name of the agency, the officer's name) captures a scan and signs: in limited children,
which alone open the key. Raises Problem when the officer has no key that can be used."""

Crop = Callable[[Path, tuple[int, int, int, int], Path | None], bytes]
"""The part of a page picture around a box, upright as the reading says, as PNG; cut in a limited child."""


@dataclass(frozen=True)
class Answered:
    """A request that was answered: by which route, to whom (an account's or system's id), how, in which time."""

    request: str
    route: str
    method: str
    status: int
    seconds: float
    caller: str


@dataclass(frozen=True)
class Office:
    """An open installation as the API sees it: no key, no broker."""

    database: Database
    store: Store
    clock: Clock
    entropy: Entropy
    settings: ApiSettings
    scratch: Path
    """Folder for files on their way; nothing in it counts."""
    inspect: Inspect
    read_list: ReadList
    limits: Limits
    archive_limits: ArchiveLimits
    threads: int
    """Files of a batch that are looked at at a time."""
    judge: Judge
    revise: Revise
    crop: Crop
    read_squares: ReadSquares
    draw_page: DrawPage
    check_parts: CheckParts
    officer: Officer
    published_keys: Callable[[], bytes]
    """The file of the keys of offline statements, as it is published now."""
    hashed: Hash
    matches: Matches
    ticks: Callable[[], float]
    """Seconds that only go forward, for rates."""
    verification_url: str
    notice: Notice
    answered: Callable[[Answered], None]
    """Is told of every request, for logs and measures."""
    forms: Forms = field(default_factory=shipped)
    """Kinds of papers in use."""
    law: CopyLaw = field(default_factory=shipped_law)
    """Deadlines, fees and working days of copies."""

    def token(self) -> str:
        """A new secret of 256 bits."""
        return self.entropy(32).hex()
