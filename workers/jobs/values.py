"""What jobs take and give besides plain values. Light: the parent loads this, not the jobs' libraries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from archive.fields import FieldValue


@dataclass(frozen=True)
class PageFiles:
    """A page for drafting: image and reading as files, dots per inch."""

    image: Path
    reading: Path
    dpi: float


@dataclass(frozen=True)
class Drafted:
    """What drafting gives besides the PDF: the values read, the place of the mark and how it was found
    ("free", "band"), the PDF/A verdict, the code of the
    paper's form, what checks of the reading warn of, what each page turned out to be (content, blank, separator),
    which may be another document's first, and what the page says where a lesson made another value of it."""

    fields: tuple[FieldValue, ...]
    mark_box: tuple[float, float, float, float]
    mark_method: str
    page_count: int
    pdfa: dict[str, Any]
    form: str
    findings: tuple[dict[str, Any], ...]
    roles: tuple[str, ...] = ()
    head_pages: tuple[int, ...] = ()
    read: dict[str, str | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Teaching:
    """A record that teaches: its values as approved, what had been read of those corrected, its reading as a file, if
    that is there; ``suggested``: fields that a lesson had filled in."""

    values: dict[str, tuple[str, ...]]
    before: dict[str, tuple[str, ...]]
    suggested: tuple[str, ...]
    reading: Path | None


@dataclass(frozen=True)
class Made:
    """A lesson that was made: on how many papers it rests, how much of each kind it holds."""

    papers: int
    counts: dict[str, int]


@dataclass(frozen=True)
class Stated:
    """What a copy's offline statement says beside the copy's terms: the record's number and notation, the holder's
    name, masked, the copy's last day. An extract never names the holder, and the number only where it shows it."""

    document_code: str = ""
    holder: str = ""
    valid_until: date | None = None


@dataclass(frozen=True)
class Chosen:
    """What an extract shows and hides, in the notation of ``signing.selection``. ``with_text``: words may be taken from
    the record's own text layer."""

    show: tuple[str, ...]
    hide: tuple[str, ...]
    with_text: bool
