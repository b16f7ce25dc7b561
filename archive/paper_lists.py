"""Paper lists: what an office says it issued (bản kê, sổ đăng ký văn bản đi), loaded with a batch.

On paper number and day are nearly always written by hand (32 of 33 documents seen, 1 number read); the office's own
list has them typed. A list belongs to one batch; ``list_matches`` says which of its lines is which document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive.tables import Base

VALUES = (
    "number", "notation", "code", "issued_on", "doc_type", "subject", "holder_name", "holder_id",
    "holder_tax_code", "signer_name", "issuer",
)  # fmt: skip
"""The fields that a line of a list can tell, by the names of ``fields.FIELD_NAMES``."""


@dataclass(frozen=True)
class Note:
    """Something about one row of the file (from 1, as a spreadsheet numbers them) that a person should know."""

    row: int
    code: str
    vi: str
    en: str


@dataclass(frozen=True)
class Line:
    """One paper of a list: its row in the file (from 1), its cells as written, and what they say by field name
    (dates ISO 8601). At least one value."""

    row: int
    cells: tuple[str, ...]
    values: Mapping[str, str]


@dataclass(frozen=True)
class NewList:
    """A list as read from a file. ``columns``: the headings as written, one for each cell of a line."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[Note, ...]


class PaperList(Base):
    """The list of one batch; ``batch_id`` may name a delivery that is still on its way in."""

    __tablename__ = "paper_list"
    batch_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(200))
    loaded_at: Mapped[datetime]
    columns: Mapped[list[str]] = mapped_column(JSON)
    notes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class ListLine(Base):
    """One line of a list."""

    __tablename__ = "list_line"
    batch_id: Mapped[str] = mapped_column(ForeignKey("paper_list.batch_id"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    cells: Mapped[list[str]] = mapped_column(JSON)
    values: Mapped[dict[str, Any]]


def of_batch(session: Session, batch_id: str) -> PaperList | None:
    """The batch's list."""
    return session.get(PaperList, batch_id, populate_existing=True)


def lines(session: Session, batch_id: str) -> list[Line]:
    """The lines of the batch's list in the order of the file."""
    query = select(ListLine.row, ListLine.cells, ListLine.values).where(ListLine.batch_id == batch_id)
    return [
        Line(row, tuple(cells), values)
        for row, cells, values in session.execute(query.order_by(ListLine.row))
    ]


def count(session: Session, batch_id: str) -> int:
    """How many lines the batch's list has."""
    return (
        session.scalar(select(func.count()).select_from(ListLine).where(ListLine.batch_id == batch_id)) or 0
    )


def line(session: Session, batch_id: str, row: int) -> Line | None:
    """One line, None when the list has no such row."""
    found = session.get(ListLine, (batch_id, row))
    return None if found is None else Line(found.row, tuple(found.cells), found.values)


def put(
    session: Session, agency_id: int, batch_id: str, name: str, sha256: str, new: NewList, agent: str, at: datetime
) -> None:  # fmt: skip
    """Put this list in place of the batch's, if it had one."""
    session.execute(delete(ListLine).where(ListLine.batch_id == batch_id))
    session.execute(delete(PaperList).where(PaperList.batch_id == batch_id))
    session.expire_all()
    session.add(
        PaperList(
            batch_id=batch_id, agency_id=agency_id, name=name[:200], sha256=sha256, agent=agent, loaded_at=at,
            columns=[*new.columns],
            notes=[{"row": one.row, "code": one.code, "vi": one.vi, "en": one.en} for one in new.notes],
        )
    )  # fmt: skip
    session.flush()
    session.add_all(
        ListLine(batch_id=batch_id, row=one.row, cells=[*one.cells], values={**one.values})
        for one in new.lines
    )
    session.flush()
