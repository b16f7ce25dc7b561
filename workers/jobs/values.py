"""What jobs take and give besides plain values. Light: the parent loads this, not the jobs' libraries."""

from __future__ import annotations

from dataclasses import dataclass
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
    """What drafting gives besides the PDF: the values read, the room for the mark, the PDF/A verdict, the code of the
    paper's form, what checks of the reading warn of, what each page turned out to be (content, blank, separator) and
    which may be another document's first."""

    fields: tuple[FieldValue, ...]
    mark_box: tuple[float, float, float, float] | None
    page_count: int
    pdfa: dict[str, Any]
    form: str
    findings: tuple[dict[str, Any], ...]
    roles: tuple[str, ...] = ()
    head_pages: tuple[int, ...] = ()
