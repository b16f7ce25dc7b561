"""Grants: an agency lets another find and use its papers. Nothing else crosses from agency to agency."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.callers import Called
from api.once import Key, Made, once
from api.paging import Cursor, Limit, cursor_of, following, timed
from api.problems import Refused
from api.shapes import AgencyCode, Asked, GrantId, LongText, Page, ProcedureCode
from archive import catalogue
from archive.reuse import grants, lists, proposals
from archive.reuse.tables import Grant
from archive.tables import Agency

router = APIRouter(prefix="/grants", tags=["reuse"])


class NewGrant(Asked):
    """Papers of ``form`` (all when left out) for dossiers of ``procedure`` (all), on which ``basis``."""

    to: AgencyCode
    basis: LongText
    starts_on: date
    ends_on: date | None = None
    form: Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9._-]*$")] = ""
    procedure: ProcedureCode | None = None
    agency: AgencyCode | None = None


class GrantBody(BaseModel):
    """A grant from ``agency`` to ``to``; the last day still counts."""

    id: str
    agency: str
    to: str
    form: str
    procedure: str
    basis: str
    starts_on: date
    ends_on: date | None
    given_at: datetime
    given_by: str
    ended_at: datetime | None


@router.get("", name="grants.list")
def list_grants(call: Called, limit: Limit = 50, cursor: Cursor = None) -> Page[GrantBody]:
    """Grants that the caller's agencies gave or were given, newest first."""
    limit = min(limit, call.office.settings.most_listed)
    with call.office.database.reading() as session:
        found = lists.grants(session, call.sight.agencies, timed(cursor), limit + 1)
        rows = [_body(session, one) for one in found[:limit]]
    return Page(rows=rows, next=following(found, limit, lambda last: cursor_of(last.given_at, last.id)))


@router.post("", name="grants.create", status_code=201, response_model=GrantBody)
def give_grant(asked: NewGrant, request: Request, call: Called, key: Key) -> JSONResponse:
    """Let another agency find and use papers of this one."""

    def make(session: Session) -> Made:
        giver = call.agency(session, asked.agency)
        taker = catalogue.agency(session, asked.to)
        of = "" if asked.procedure is None else proposals.procedure(session, asked.procedure).code
        made = grants.give(
            session, giver, taker, asked.starts_on, asked.ends_on, asked.basis, call.caller.agent, call.at,
            call.office.entropy, asked.form, of,
        )  # fmt: skip
        return Made(_body(session, made))

    return once(call, request, key, asked, make)


@router.post("/{grant_id}/end", name="grants.end")
def end_grant(grant_id: GrantId, call: Called) -> GrantBody:
    """End a grant that the caller's agency gave, from now on. Again changes nothing."""
    with call.office.database.writing() as session:
        found = lists.grant(session, call.sight.agencies, grant_id)
        if found is None:
            raise Refused("NOT_FOUND")
        grants.end(session, found, call.caller.agent, call.at)
        return _body(session, found)


def _body(session: Session, one: Grant) -> GrantBody:
    return GrantBody(
        id=one.id, agency=session.get_one(Agency, one.giver_id).code, to=session.get_one(Agency, one.taker_id).code,
        form=one.form, procedure=one.procedure, basis=one.basis, starts_on=one.starts_on, ends_on=one.ends_on,
        given_at=one.given_at, given_by=one.given_by, ended_at=one.ended_at,
    )  # fmt: skip
