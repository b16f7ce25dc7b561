"""Registers (sổ): the books of an agency and their lines, in the order of their numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from api.callers import Called
from api.files import BINARY, PDF
from api.once import Key, Made, once
from api.paging import Cursor, Limit, cursor_of, numbered
from api.printing import printed_book
from api.problems import Refused
from api.shapes import AgencyCode, Asked, Page
from archive import catalogue, lists, register_book, volumes
from archive.copy_rows import Volume
from archive.tables import Agency, Register

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


class NewVolume(Asked):
    """In which register the next volume is opened."""

    kind: Literal["copies-register", "copies-original"]
    agency: AgencyCode | None = None


class VolumeBody(BaseModel):
    """A volume of a register; open while ``closed_at`` is null."""

    agency: str
    kind: str
    number: int
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str


def _volume(agency: str, one: Volume) -> VolumeBody:
    return VolumeBody(
        agency=agency, kind=one.kind, number=one.number, opened_at=one.opened_at, opened_by=one.opened_by,
        closed_at=one.closed_at, closed_by=one.closed_by,
    )  # fmt: skip


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


@router.get("/volumes", name="volumes.list")
def list_volumes(call: Called) -> Page[VolumeBody]:
    """The volumes of all books that are kept in volumes."""
    rows = []
    with call.office.database.reading() as session:
        for agency in catalogue.agencies(session):
            if agency.id in call.sight.agencies:
                for kind in volumes.KEPT:
                    found = volumes.listed(session, agency.id, kind)
                    rows += [_volume(agency.code, one) for one in found]
    return Page(rows=rows, next=None)


@router.post("/volumes", name="volumes.create", status_code=201, response_model=VolumeBody)
def open_volume(asked: NewVolume, request: Request, call: Called, key: Key) -> JSONResponse:
    """The open volume is full: close it and open the next; numbers run on."""

    def make(session: Session) -> Made:
        agency = call.agency(session, asked.agency)
        made = volumes.open_next(session, agency, asked.kind, call.caller.agent, call.at)
        return Made(_volume(agency.code, made))

    return once(call, request, key, asked, make)


@router.get(
    "/{register_id}/book", name="registers.book", response_class=Response,
    responses={200: {"content": {PDF: BINARY}}},
)  # fmt: skip
def print_book(
    register_id: Annotated[int, Path(ge=1, lt=1 << 31)],
    call: Called,
    month: Annotated[str, Query(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")],
) -> Response:
    """The lines of one month as a PDF to print and bind (TT 01/2020/TT-BTP; CC-09)."""
    with call.office.database.reading() as session:
        book = session.get(Register, register_id)
        if book is None or book.agency_id not in call.sight.agencies:
            raise Refused("NOT_FOUND")
        told = register_book.month(session, session.get_one(Agency, book.agency_id), book.kind, month)
    data = printed_book(told, call.at)
    named = {"Content-Disposition": f'inline; filename="so-{book.kind}-{month}.pdf"'}
    return Response(data, media_type=PDF, headers=named)


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
