"""What people decide about a document: approve, return, try again, revoke."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import etags
from api.callers import Call, Called
from api.etags import IfMatch, document_of, require_match
from api.papers import DocumentBody, whole
from api.problems import Refused
from api.rules import same_person
from api.shapes import Asked, DocumentId, LongText
from archive import fields, ledger, parting, steps
from archive.lifecycle import Act
from archive.tables import Agency, Document

router = APIRouter(prefix="/documents", tags=["documents"])

Value = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]
FieldName = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]
"""A field of every record or of the paper's form; an unknown one is refused when the paper is known."""


class Decision(StrEnum):
    """What a review comes to."""

    APPROVE = "approve"
    RETURN = "return"


class Review(Asked):
    """A person's decision over picture and values. ``corrections`` go with an approval: a text, or texts for lists."""

    decision: Decision
    corrections: dict[FieldName, Value | Annotated[list[Value], Field(max_length=100)]] = Field(
        {}, max_length=100
    )
    reason: str = Field("", max_length=1000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")


class Split(Asked):
    """Where a document is split: the first page of the second one."""

    page: int = Field(ge=2, le=100_000)


class Replacement(Asked):
    """The record that takes its place, and why."""

    by: Annotated[str, Field(max_length=20, pattern=r"^doc-[0-9a-z]{12}$")]
    reason: LongText


class Revocation(Asked):
    """Why a record or a copy loses its force, with the decision's number."""

    reason: LongText


@router.post("/{document_id}/review", name="documents.review")
def review(
    document_id: DocumentId, asked: Review, response: Response, call: Called, if_match: IfMatch = None
) -> DocumentBody:
    """Approve or return what was read. ``If-Match`` says which reading was seen: approved is what was seen, or
    nothing."""
    if asked.corrections and asked.decision is Decision.RETURN:
        raise Refused("INVALID_REQUEST")
    with call.office.database.writing() as session:
        document = _locked(call, session, document_id)
        require_match(session, document, if_match)
        if asked.decision is Decision.APPROVE:
            _separate(call, session, document, Act.APPROVE)
            own = call.office.forms.of_code(document.form).fields
            corrections = fields.corrections(asked.corrections, {one.name: one.grammar for one in own})
            ledger.approve(session, document, call.caller.agent, call.at, corrections, bulk=False)
        else:
            reason = {"reason": asked.reason}
            ledger.record(session, document, Act.RETURN, call.caller.agent, call.at, reason)
        return _answer(call, session, document, response)


@router.post("/{document_id}/split", name="documents.split")
def split(
    document_id: DocumentId, asked: Split, response: Response, call: Called, if_match: IfMatch = None
) -> DocumentBody:
    """Two documents that came as one: pages from ``page`` on become a new document (the last event of the history
    names it), both are read again. ``If-Match`` says what was seen."""
    with call.office.database.writing() as session:
        document = _locked(call, session, document_id)
        require_match(session, document, if_match)
        parting.split(session, document, asked.page, call.caller.agent, call.at, call.office.entropy)
        return _answer(call, session, document, response)


@router.post("/{document_id}/retry", name="documents.retry")
def retry(document_id: DocumentId, response: Response, call: Called) -> DocumentBody:
    """Make the document's parked steps due once more."""
    with call.office.database.writing() as session:
        document = _locked(call, session, document_id)
        names = steps.try_again(session, document.id, call.at)
        if not names:
            raise Refused("NOTHING_PARKED")
        ledger.note(session, document, Act.RETRY, call.caller.agent, call.at, {"steps": names})
        return _answer(call, session, document, response)


@router.post("/{document_id}/revoke", name="documents.revoke")
def revoke(
    document_id: DocumentId, asked: Revocation, response: Response, call: Called, if_match: IfMatch = None
) -> DocumentBody:
    """Take a held record's force away; it stays kept, verification says so, no copies are made of it."""
    with call.office.database.writing() as session:
        document = _locked(call, session, document_id)
        require_match(session, document, if_match)
        _separate(call, session, document, Act.REVOKE_RECORD)
        ledger.revoke(session, document, call.caller.agent, call.at, asked.reason)
        return _answer(call, session, document, response)


@router.post("/{document_id}/replace", name="documents.replace")
def replace(
    document_id: DocumentId, asked: Replacement, response: Response, call: Called, if_match: IfMatch = None
) -> DocumentBody:
    """Another held record takes this one's place; it stays kept, verification says so, no copies are made of it."""
    with call.office.database.writing() as session:
        document = _locked(call, session, document_id)
        require_match(session, document, if_match)
        _separate(call, session, document, Act.REVOKE_RECORD)
        by = document_of(call, session, asked.by)
        ledger.replace(session, document, by, call.caller.agent, call.at, asked.reason)
        return _answer(call, session, document, response)


def _locked(call: Call, session: Session, document_id: str) -> Document:
    """The document, with its agency's row locked first as every act does: what is compared stays so."""
    found = document_of(call, session, document_id)
    session.scalars(select(Agency).where(Agency.id == found.agency_id).with_for_update(key_share=True)).one()
    session.refresh(found)
    return found


def _separate(call: Call, session: Session, document: Document, act: Act) -> None:
    """Separation of duties. Raises Refused SAME_PERSON."""
    if not call.office.settings.separate_duties:
        return
    done = ((event.act, event.agent) for event in parting.lineage(session, document.id))
    if same_person(act, call.caller.agent, done):
        raise Refused("SAME_PERSON")


def _answer(call: Call, session: Session, document: Document, response: Response) -> DocumentBody:
    response.headers["ETag"] = etags.of_document(session, document)
    return whole(call, session, document, session.get_one(Agency, document.agency_id).code)
