"""What a reading is: frozen values that travel from the page to the record.

Boxes are pixels of the page image *as it came in* (before any turning or straightening), origin top left,
``x1`` and ``y1`` exclusive. Pages count from 1. Confidence runs from 0.0 to 1.0. All text is Unicode NFC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle in pixels of the incoming page image; right and bottom edges exclusive."""

    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True, slots=True)
class Word:
    """One word. ``line`` numbers the lines of its page from 0 in reading order. ``raw``: what the engine read, where
    the lexicon made another word of it. ``cell``: (table, row, column) from 0 of the table's cell it stands in."""

    text: str
    confidence: float
    box: Box
    line: int
    raw: str | None = None
    cell: tuple[int, int, int] | None = None

    @property
    def read(self) -> str:
        """What the engine read."""
        return self.text if self.raw is None else self.raw


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a ruled table: which table of the page, row and column (from 0; merged cells count once), where."""

    table: int
    row: int
    column: int
    box: Box


@dataclass(frozen=True, slots=True)
class PenMark:
    """Where a pen filled a slot of the head's print. ``slot``: number, day, month or year."""

    slot: str
    box: Box


@dataclass(frozen=True, slots=True)
class PageReading:
    """What one page says.

    ``rotation``: degrees clockwise (0, 90, 180, 270) by which the incoming image stands turned away from
    upright. ``skew``: degrees still left after that, clockwise positive. ``text``: lines in reading order,
    joined by newlines; a table's row is one line, its cells parted by tabs. ``steps`` and ``engine`` say how it was
    made, so that it can be repeated.
    ``coverage``: 0.0 to 1.0, how much of the text-like ink lies under some word. ``cells``: of the page's ruled
    tables, in reading order. ``pen``: where a pen wrote in a slot of the print (number, day).
    """

    width: int
    height: int
    dpi: float
    rotation: int
    skew: float
    blank: bool
    text: str
    words: tuple[Word, ...]
    steps: tuple[str, ...]
    engine: str
    coverage: float = 1.0
    cells: tuple[Cell, ...] = ()
    pen: tuple[PenMark, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One value of the record. ``page`` and ``box`` are None when no single place on paper shows it.

    Recipients and legal bases hold several values (a tuple), ``page_count`` an int, all others text; dates are
    ISO 8601 (``2019-05-31``). ``by_hand``: a pen wrote it; the value is empty and left for a person, the box
    shows where it stands. ``read``: what the page says, where a lesson made another value of it.
    """

    name: str
    value: str | int | tuple[str, ...]
    confidence: float
    page: int | None = None
    box: Box | None = None
    by_hand: bool = False
    read: str | tuple[str, ...] | None = None


FIELD_NAMES = (
    "doc_type", "number", "notation", "code", "issued_on", "issuer", "parent_issuer", "place", "subject",
    "signer_name", "signer_title", "signer_capacity", "recipients", "legal_bases", "holder_name", "holder_id",
    "holder_tax_code", "valid_from", "valid_until", "procedure_code", "page_count",
)  # fmt: skip
"""The field names of the contract, in the order in which people read them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole document: its pages in order and the fields drawn from them."""

    pages: tuple[PageReading, ...]
    fields: tuple[Field, ...]
