"""What officers do with requests for copies: what is due, grant, refuse, put off, replace."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from api.callers import Call, Called
from api.copies import check_parts, check_sizes, own
from api.copy_shapes import CopyBody, Extension, Finding, Refusing, Replacement, Selection, copy_body
from api.problems import Refused
from api.reviews import Revocation
from api.shapes import CopyId, Page
from archive import certification, copies, lists
from archive.copies import CopyBasis
from archive.copy_rows import CopyRequest
from archive.copy_rules import Certification
from archive.tables import Copy

router = APIRouter(tags=["copies"])


@router.get("/copies/due", name="requests.list")
def list_due(
    call: Called,
    limit: Annotated[int, Query(ge=1, le=200)] = 200,
    basis: CopyBasis | None = None,
) -> Page[CopyBody]:
    """Open requests, the earliest deadline first: what is overdue stands at the top."""
    limit = min(limit, call.office.settings.most_listed)
    with call.office.database.reading() as session:
        found = certification.due(session, call.sight, limit, basis)
    return Page(rows=[copy_body(call, one.copy, one.asked) for one in found], next=None)


@router.post("/copies/{copy_id}/grant", name="copies.grant")
def grant(copy_id: CopyId, asked: Finding, call: Called) -> CopyBody:
    """The paper original was presented and compared: number and code are given, the file follows."""
    found = Certification(asked.presented_on, asked.certifier, asked.certifier_title)
    with call.office.database.writing() as session:
        copy, document = own(call, session, copy_id)
        certification.grant(
            session, copy, document, found, call.caller.agent, call.at, call.office.entropy, call.office.law
        )
        return _body(call, session, copy)


@router.post("/copies/{copy_id}/extract", name="copies.extract")
def grant_extract(copy_id: CopyId, asked: Selection, call: Called) -> CopyBody:
    """The parts of an extract that was asked for in words are chosen: number and code are given, the file follows."""
    with call.office.database.reading() as session:
        _, of = own(call, session, copy_id)
    check_sizes(call, of, asked.show, asked.hide)
    with call.office.database.writing() as session:
        copy, document = own(call, session, copy_id)
        check_parts(session, document, asked.show, asked.hide)
        certification.grant_extract(
            session, copy, document, asked.show, asked.hide, call.caller.agent, call.at, call.office.entropy,
            call.office.law,
        )  # fmt: skip
        return _body(call, session, copy)


@router.post("/copies/{copy_id}/refuse", name="copies.refuse")
def refuse(copy_id: CopyId, asked: Refusing, call: Called) -> CopyBody:
    """Refuse certification on grounds of the closed list; an extract for the reason given in words."""
    with call.office.database.writing() as session:
        copy, document = own(call, session, copy_id)
        certification.refuse(session, copy, document, asked.grounds, asked.note, call.caller.agent, call.at)
        return _body(call, session, copy)


@router.post("/copies/{copy_id}/extend", name="copies.extend")
def extend(copy_id: CopyId, asked: Extension, call: Called) -> CopyBody:
    """Put the deadline off within the law, or to a day agreed in writing; the requester gets a slip."""
    with call.office.database.writing() as session:
        copy, document = own(call, session, copy_id)
        certification.extend(
            session, copy, document, asked.days, asked.until, asked.agreement, call.caller.agent, call.at,
            call.office.law,
        )  # fmt: skip
        return _body(call, session, copy)


@router.post("/copies/{copy_id}/void", name="copies.void")
def void(copy_id: CopyId, asked: Revocation, call: Called) -> CopyBody:
    """A granted copy is not made any more (its key is lost, nobody waits): its number is void, with the reason."""
    with call.office.database.writing() as session:
        copy, document = own(call, session, copy_id)
        certification.give_up(session, copy, document, asked.reason, call.caller.agent, call.at)
        return _body(call, session, copy)


@router.post("/copies/{copy_id}/replace", name="copies.replace")
def replace_copy(copy_id: CopyId, asked: Replacement, call: Called) -> CopyBody:
    """Another issued copy of the same record takes this one's place; verification says so."""
    with call.office.database.writing() as session:
        copy, document = own(call, session, copy_id)
        by = lists.copy(session, call.sight, asked.by)
        if by is None:
            raise Refused("NOT_FOUND")
        copies.replace(session, copy, document, by[0], call.caller.agent, call.at, asked.reason)
        return _body(call, session, copy)


def _body(call: Call, session: Session, copy: Copy) -> CopyBody:
    return copy_body(call, copy, session.get(CopyRequest, copy.id))
