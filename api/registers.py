"""Registers (sổ): the books of an agency and their lines, in the order of their numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from api.callers import Called
from api.paging import Cursor, Limit, cursor_of, numbered
from api.problems import Refused
from api.shapes import Page
from archive import catalogue, lists
from archive.tables import Register

router = APIRouter(prefix="/registers", tags=["registers"])


class RegisterBody(BaseModel):
    """A book of one agency, one kind, one year; ``last`` is the highest number given."""

    id: int
    agency: str
    kind: str
    year: int
    last: int


class EntryBody(BaseModel):
    """A numbered line: reserved, entered, or void with its reason."""

    number: int
    subject: str
    state: str
    given_at: datetime
    void_reason: str


@router.get("", name="registers.list")
def list_registers(call: Called) -> Page[RegisterBody]:
    """The books, newest year first."""
    with call.office.database.reading() as session:
        codes = {one.id: one.code for one in catalogue.agencies(session)}
        found = lists.registers(session, call.sight.agencies)
    rows = [
        RegisterBody(id=one.id, agency=codes[one.agency_id], kind=one.kind, year=one.year, last=one.last)
        for one in found
    ]
    return Page(rows=rows, next=None)


@router.get("/{register_id}/entries", name="registers.entries")
def list_entries(
    register_id: Annotated[int, Path(ge=1, lt=1 << 31)],
    call: Called,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[EntryBody]:
    """The lines of one book."""
    limit = min(limit, call.office.settings.most_listed)
    with call.office.database.reading() as session:
        book = session.get(Register, register_id)
        if book is None or book.agency_id not in call.sight.agencies:
            raise Refused("NOT_FOUND")
        found = lists.entries(session, book.id, numbered(cursor) or 0, limit + 1)
    rows = [
        EntryBody(
            number=one.number, subject=one.subject, state=one.state, given_at=one.given_at,
            void_reason=one.void_reason,
        )
        for one in found[:limit]
    ]  # fmt: skip
    return Page(rows=rows, next=cursor_of(rows[-1].number) if len(found) > limit else None)
