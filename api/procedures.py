"""Procedures (thủ tục hành chính) and the papers they require: public, as the national list is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel
from sqlalchemy.orm import Session

from api.callers import Called
from api.paging import Cursor, Limit, cursor_of, named
from api.shapes import Page, ProcedureCode
from archive.copies import CopyBasis
from archive.reuse import lists, proposals
from archive.reuse.judging import Required
from archive.reuse.tables import Procedure

router = APIRouter(prefix="/procedures", tags=["reuse"])


class ProcedureLine(BaseModel):
    """A procedure; ``agency`` is the competent one in words, ``source`` the document that names it, ``invented``
    what of it stands in no document."""

    code: str
    name: str
    agency: str
    source: str
    invented: str


class RequiredBody(BaseModel):
    """A paper that has to be there: its ``form``, and the procedure whose result it is, if that matters; ``bases``
    are the legal acts that a copy of it may come from."""

    id: int
    form: str
    title: str
    result_of: str
    quantity: int
    bases: list[CopyBasis]
    mandatory: bool
    note: str


class ProcedureBody(ProcedureLine):
    """A procedure with the papers it requires now, in order."""

    papers: list[RequiredBody]


@router.get("", name="procedures.list")
def list_procedures(
    call: Called, limit: Limit = 50, cursor: Cursor = None,
    q: Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")] = "",
) -> Page[ProcedureLine]:  # fmt: skip
    """Procedures by code; with ``q`` those that have all its words in code or name, typed with marks or without."""
    limit = min(limit, call.office.settings.most_listed)
    with call.office.database.reading() as session:
        found = lists.procedures(session, q, named(cursor), limit + 1)
        rows = [ProcedureLine.model_validate(_values(one)) for one in found[:limit]]
    return Page(rows=rows, next=cursor_of(rows[-1].code) if len(found) > limit else None)


@router.get("/{code}", name="procedures.show")
def show_procedure(code: Annotated[ProcedureCode, Path()], call: Called) -> ProcedureBody:
    """One procedure with the papers it requires."""
    with call.office.database.reading() as session:
        return body(session, proposals.procedure(session, code))


def body(session: Session, of: Procedure) -> ProcedureBody:
    """A procedure as it goes out."""
    papers = [required_body(one) for one in proposals.requirements(session, of)]
    return ProcedureBody(**_values(of), papers=papers)


def required_body(one: Required) -> RequiredBody:
    """A required paper as it goes out."""
    return RequiredBody(
        id=one.id, form=one.form, title=one.title, result_of=one.result_of, quantity=one.quantity,
        bases=sorted(one.bases), mandatory=one.mandatory, note=one.note,
    )  # fmt: skip


def _values(of: Procedure) -> dict[str, str]:
    return {
        "code": of.code, "name": of.name, "agency": of.agency, "source": of.source, "invented": of.invented
    }  # fmt: skip
