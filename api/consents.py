"""Consents: the holder lets an agency use their papers, for one dossier or one procedure, until they take it back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.callers import Called
from api.once import Key, Made, once
from api.paging import Cursor, Limit, cursor_of, following, timed
from api.problems import Refused
from api.reusing import applicant
from api.shapes import AgencyCode, Asked, ConsentId, HolderNumber, Page, ProcedureCode
from archive.reuse import consents, lists, proposals
from archive.reuse.tables import Consent, Dossier
from archive.tables import Agency

router = APIRouter(prefix="/consents", tags=["reuse"])


class NewConsent(Asked):
    """For one ``dossier`` or for every dossier of one ``procedure``. Holders leave their number out; staff record
    what the holder told them."""

    agency: AgencyCode | None = None
    holder: HolderNumber | None = None
    dossier: Annotated[str | None, Field(max_length=20, pattern=r"^dossier-[0-9a-z]{12}$")] = None
    procedure: ProcedureCode | None = None


class ConsentBody(BaseModel):
    """A consent, standing until ``withdrawn_at``."""

    id: str
    agency: str
    holder: str
    dossier: str | None
    procedure: str | None
    given_at: datetime
    given_by: str
    withdrawn_at: datetime | None


@router.get("", name="consents.list")
def list_consents(
    call: Called, limit: Limit = 50, cursor: Cursor = None, standing: Annotated[bool, Query()] = False
) -> Page[ConsentBody]:
    """Consents to the caller's agency, or the holder's own, newest first."""
    limit = min(limit, call.office.settings.most_listed)
    with call.office.database.reading() as session:
        found = lists.consents(session, call.sight, standing, timed(cursor), limit + 1)
        rows = [_body(session, one) for one in found[:limit]]
    return Page(rows=rows, next=following(found, limit, lambda last: cursor_of(last.given_at, last.id)))


@router.post("", name="consents.create", status_code=201, response_model=ConsentBody)
def give_consent(asked: NewConsent, request: Request, call: Called, key: Key) -> JSONResponse:
    """Give a consent, or record one that was given at the counter. The same again is the same."""

    def make(session: Session) -> Made:
        dossier = None
        if asked.dossier is not None:
            dossier = lists.dossier(session, call.sight, asked.dossier)
            if dossier is None:
                raise Refused("NOT_FOUND")
        agency, number = _between(session, dossier, asked)
        of, holder = applicant(call, session, agency, number)
        purpose = "" if asked.procedure is None else proposals.procedure(session, asked.procedure).code
        made = consents.give(
            session, of, holder.number, call.caller.agent, call.at, call.office.entropy, dossier, purpose
        )
        return Made(_body(session, made))

    return once(call, request, key, asked, make)


@router.post("/{consent_id}/withdraw", name="consents.withdraw")
def withdraw_consent(consent_id: ConsentId, call: Called) -> ConsentBody:
    """Take a consent back: from now on nothing is copied or used on it. Again changes nothing."""
    with call.office.database.writing() as session:
        found = lists.consent(session, call.sight, consent_id)
        if found is None:
            raise Refused("NOT_FOUND")
        consents.withdraw(session, found, call.caller.agent, call.at)
        return _body(session, found)


def _between(session: Session, dossier: Dossier | None, asked: NewConsent) -> tuple[str | None, str | None]:
    """Agency and holder as asked; what is left out is the dossier's."""
    if dossier is None:
        return asked.agency, asked.holder
    agency = session.get_one(Agency, dossier.agency_id).code
    return asked.agency or agency, asked.holder or dossier.holder


def _body(session: Session, one: Consent) -> ConsentBody:
    return ConsentBody(
        id=one.id, agency=session.get_one(Agency, one.agency_id).code, holder=one.holder, dossier=one.dossier_id,
        procedure=one.purpose or None, given_at=one.given_at, given_by=one.given_by, withdrawn_at=one.withdrawn_at,
    )  # fmt: skip
