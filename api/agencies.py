"""Agencies, and for their auditors the history and its proof."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.callers import Call, Called
from api.paging import Cursor, Limit, cursor_of, numbered
from api.problems import Refused
from api.shapes import Page
from archive import catalogue, history, lists, registers
from archive.tables import Agency, Event

router = APIRouter(prefix="/agencies", tags=["agencies"])

Code = Annotated[str, Path(max_length=35, pattern=r"^[A-Y][0-9]{2}(\.[A-Y0-9]{2,3})*$")]


class AgencyBody(BaseModel):
    """A body with its own registers, seal and history; ``code`` by QĐ 20/2020/QĐ-TTg."""

    code: str
    name: str


class EventBody(BaseModel):
    """One line of the history; ``hash`` covers it and the line before."""

    number: int
    at: datetime
    act: str
    agent: str
    subject: str
    details: dict[str, Any]
    hash: str


class Proof(BaseModel):
    """Whether the chain is what was written and the registers have every number."""

    agency: str
    events: int
    whole: bool
    broken_at: int | None
    reason: str
    register_gaps: list[str]


def event_body(event: Event) -> EventBody:
    """A line as it goes out."""
    return EventBody(
        number=event.number, at=event.at, act=event.act, agent=event.agent, subject=event.subject,
        details=event.details, hash=event.hash,
    )  # fmt: skip


@router.get("", name="agencies.list")
def list_agencies(call: Called) -> Page[AgencyBody]:
    """All agencies of the installation: no secret, their names stand on every paper."""
    with call.office.database.reading() as session:
        rows = [AgencyBody(code=one.code, name=one.name) for one in catalogue.agencies(session)]
    return Page(rows=rows, next=None)


@router.get("/{code}", name="agencies.show")
def show_agency(code: Code, call: Called) -> AgencyBody:
    """One agency."""
    with call.office.database.reading() as session:
        found = session.scalars(select(Agency).where(Agency.code == code)).one_or_none()
    if found is None:
        raise Refused("NOT_FOUND")
    return AgencyBody(code=found.code, name=found.name)


@router.get("/{code}/events", name="agencies.events")
def list_events(
    code: Code, call: Called, limit: Limit = 100, cursor: Cursor = None,
    subject: Annotated[str | None, Query(max_length=64, pattern=r"^[A-Za-z0-9.-]+$")] = None,
) -> Page[EventBody]:  # fmt: skip
    """The history of one agency, oldest first; perhaps of one document, batch or agency only."""
    limit = min(limit, call.office.settings.most_listed)
    with call.office.database.reading() as session:
        agency = _own(call, session, code)
        found = lists.events(session, agency.id, subject, numbered(cursor) or 0, limit + 1)
    rows = [event_body(one) for one in found[:limit]]
    return Page(rows=rows, next=cursor_of(rows[-1].number) if len(found) > limit else None)


@router.get("/{code}/proof", name="agencies.proof")
def prove_history(code: Code, call: Called) -> Proof:
    """Recompute the whole chain and count the registers; says where they break."""
    with call.office.database.reading() as session:
        agency = _own(call, session, code)
        proof = history.prove(session, agency)
        gaps = registers.gaps(session, agency.id)
    return Proof(
        agency=proof.agency, events=proof.events, whole=proof.whole, broken_at=proof.broken_at, reason=proof.reason,
        register_gaps=gaps,
    )  # fmt: skip


def _own(call: Call, session: Session, code: str) -> Agency:
    found = session.scalars(select(Agency).where(Agency.code == code)).one_or_none()
    if found is None or found.id not in call.sight.agencies:
        raise Refused("NOT_FOUND")
    return found
