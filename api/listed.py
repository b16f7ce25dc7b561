"""The line of its batch's list that a document is, or may be, as it goes out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel
from sqlalchemy.orm import Session

from archive import list_matches, list_values, paper_lists
from archive.fields import FieldValue
from archive.list_matches import ListMatch
from archive.tables import Document


class LineBody(BaseModel):
    """A line of the list: its row in the file, its cells in the order of the columns, what they say by field,
    what of it the document has otherwise, and how likely it is the document (0 to 1)."""

    row: int
    cells: list[str]
    values: dict[str, str]
    differs: list[str]
    differing_cells: list[int]
    """The cells (from 0) that say what differs."""
    likelihood: float


class ListedBody(BaseModel):
    """What came of matching. ``fate``: ``matched``, ``chosen`` by a person (perhaps no line), ``open`` (to be chosen
    among ``candidates``) or ``none``. ``read``: what the engine had where the line's values stand now."""

    name: str
    columns: list[str]
    fate: str
    line: LineBody | None
    confidence: float
    margin: float
    """Bits between the line and the next one."""
    candidates: list[LineBody]
    read: dict[str, str | int | list[str] | None]


def listed(session: Session, document: Document, values: Mapping[str, FieldValue]) -> ListedBody | None:
    """The document's line or lines; None when its batch has no list."""
    match = session.get(ListMatch, document.id)
    of = None if match is None else paper_lists.of_batch(session, match.batch_id)
    if match is None or of is None:
        return None
    read = list_matches.displaced(match)
    as_read = {**values, **{name: value for name, value in read.items() if value is not None}}

    def body(row: int, likelihood: float) -> LineBody | None:
        line = paper_lists.line(session, of.batch_id, row)
        if line is None:
            return None
        differs = list_values.differences(as_read, line)
        said = {text for value in differs.values() for text in (value, _as_day(value))}
        return LineBody(
            row=row, cells=[*line.cells], values=dict(line.values), differs=sorted(differs),
            differing_cells=[at for at, cell in enumerate(line.cells) if cell in said],
            likelihood=round(likelihood, 3),
        )  # fmt: skip

    candidates = [body(row, likely) for row, likely in match.candidates]
    return ListedBody(
        name=of.name, columns=of.columns, fate=match.fate, confidence=round(match.confidence, 3), margin=match.margin,
        line=None if match.row is None else body(match.row, match.confidence),
        candidates=[one for one in candidates if one is not None],
        read={name: None if value is None else value.plain for name, value in read.items()},
    )  # fmt: skip


def _as_day(value: str) -> str:
    """A day as lists write it; other values as they are."""
    try:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    except ValueError:
        return value
