"""Dossiers (hồ sơ): opened with the one-stop system's code, filled with copies of papers that are here."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api import reads
from api.callers import Call, Called
from api.copy_shapes import CopyBody, copy_body
from api.files import BINARY, NOT_MODIFIED, PDF, pdf
from api.once import Key, Made, once
from api.paging import Cursor, Limit, cursor_of, following, timed
from api.problems import MEDIA_TYPE, Refused, problem_body, request_id, status_of
from api.reusing import ProposalBody, note_reads, proposal_body
from api.shapes import AgencyCode, Asked, CopyId, DossierId, HolderNumber, LongText, Page, ProcedureCode, Text
from archive import holders
from archive.copies import CopyBasis
from archive.copy_rows import CopyRequest
from archive.reuse import asks, dossiers, lists, proposals, uses
from archive.reuse.tables import Dossier, Procedure, Use
from archive.store import WORK
from archive.tables import Agency, Copy, Document

router = APIRouter(prefix="/dossiers", tags=["reuse"])

RequirementId = Annotated[int, Field(ge=1, lt=1 << 31)]


class NewDossier(Asked):
    """A dossier about to be opened; received now when no time is given."""

    code: Text
    procedure: ProcedureCode
    holder: HolderNumber
    received_at: datetime | None = None
    agency: AgencyCode | None = None


class WantedCopy(Asked):
    """The copy that shall stand for a required paper."""

    requirement: RequirementId
    document: Annotated[str, Field(max_length=20, pattern=r"^doc-[0-9a-z]{12}$")]
    basis: CopyBasis


class Filling(Asked):
    """The copy that stands for a required paper."""

    requirement: RequirementId
    copy_id: Annotated[str, Field(max_length=20, pattern=r"^copy-[0-9a-z]{12}$")]


class Question(Asked):
    """Asking the holder for a paper; ``suspicion`` says why forgery is suspected."""

    requirement: RequirementId
    suspicion: LongText | None = None


class DossierLine(BaseModel):
    """A dossier as lists show it."""

    id: str
    agency: str
    code: str
    procedure: str
    holder: str
    received_at: datetime
    opened_by: str


class DossierCopy(CopyBody):
    """A copy that was made for the dossier, and the required paper it is for."""

    requirement: int


class UseBody(BaseModel):
    """A copy stood for a required paper; recorded once."""

    requirement: int
    copy_id: str
    document: str
    used_at: datetime
    agent: str


class DossierBody(DossierLine):
    """A dossier with what its procedure needs now, the copies made for it and those in use."""

    proposal: ProposalBody
    copies: list[DossierCopy]
    uses: list[UseBody]


class MayAsk(BaseModel):
    """The holder may be asked: nothing usable is here, or forgery is suspected."""

    requirement: int
    allowed: bool


@router.get("", name="dossiers.list")
def list_dossiers(
    call: Called, limit: Limit = 50, cursor: Cursor = None,
    code: Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")] = None,
) -> Page[DossierLine]:  # fmt: skip
    """Dossiers, newest first; with ``code`` the one that bears it, however it is written."""
    limit = min(limit, call.office.settings.most_listed)
    with call.office.database.reading() as session:
        found = lists.dossiers(session, call.sight, code, timed(cursor), limit + 1)
        rows = [DossierLine(**_line(session, one)) for one in found[:limit]]
    return Page(rows=rows, next=following(found, limit, lambda last: cursor_of(last.received_at, last.id)))


@router.post("", name="dossiers.create", status_code=201, response_model=DossierBody)
def open_dossier(asked: NewDossier, request: Request, call: Called, key: Key) -> JSONResponse:
    """Open a dossier; the same dossier again is the same. Answers what its procedure needs, paper by paper."""

    def make(session: Session) -> Made:
        agency = call.agency(session, asked.agency)
        if asked.received_at is not None and asked.received_at.tzinfo is None:
            raise Refused("TIME_WITHOUT_ZONE")
        opened, made = dossiers.open_dossier(
            session, agency, asked.code, proposals.procedure(session, asked.procedure), holders.holder(asked.holder),
            asked.received_at or call.at, call.caller.agent, call.at, call.office.entropy,
        )  # fmt: skip
        note_reads(call, session, made, f"dossier {opened.key}")
        shown = _shown(call, session, opened, proposal_body(made, agency.code))
        return Made(shown, headers={"Location": f"/api/v1/dossiers/{opened.id}"})

    return once(call, request, key, asked, make)


@router.get("/{dossier_id}", name="dossiers.show")
def show_dossier(dossier_id: DossierId, call: Called) -> DossierBody:
    """One dossier, and how its papers stand now."""
    with call.office.database.reading() as session:
        of = _own(call, session, dossier_id)
        procedure = session.get_one(Procedure, of.procedure_id)
        agency = session.get_one(Agency, of.agency_id)
        made = proposals.propose(
            session, agency, procedure, holders.holder(of.holder), call.at, dossier_id=of.id
        )
        body = _shown(call, session, of, proposal_body(made, agency.code))
    with call.office.database.writing() as session:
        note_reads(call, session, made, f"dossier {of.key}")
    return body


@router.post("/{dossier_id}/copies", name="dossiers.copies", status_code=201, response_model=CopyBody)
def request_copy(
    dossier_id: DossierId, asked: WantedCopy, request: Request, call: Called, key: Key
) -> JSONResponse:
    """Ask for the copy that will stand for a required paper: bound to this dossier, and only with consent."""

    def make(session: Session) -> Made:
        of = _own(call, session, dossier_id)
        wanted = uses.requirement(session, of, asked.requirement)
        made = uses.request_copy(
            session, of, wanted, asked.document, asked.basis, call.caller.agent, call.at, call.office.entropy,
            call.office.law,
        )  # fmt: skip
        return Made(
            copy_body(call, made, session.get(CopyRequest, made.id)),
            headers={"Location": f"/api/v1/dossiers/{of.id}"},
        )

    return once(call, request, key, asked, make)


@router.get(
    "/{dossier_id}/copies/{copy_id}/file", name="dossiers.file", response_class=Response,
    responses={200: {"content": {PDF: BINARY}}, 304: NOT_MODIFIED},
)  # fmt: skip
def download_copy(dossier_id: DossierId, copy_id: CopyId, request: Request, call: Called) -> Response:
    """The PDF of a copy that was made for this dossier, whichever agency keeps the record."""
    with call.office.database.reading() as session:
        of = _own(call, session, dossier_id)
        copy = _copy(session, of, copy_id)
        document = session.get_one(Document, copy.document_id)
    if copy.file_sha256 is None:
        raise Refused("NOT_READY")
    reads.record(call, document, f"copy {copy.id}, file for dossier {of.key}")
    return pdf(call, request, WORK, copy.file_sha256, copy.id)


@router.post("/{dossier_id}/uses", name="dossiers.uses", status_code=201, response_model=UseBody)
def use_copy(dossier_id: DossierId, asked: Filling, request: Request, call: Called, key: Key) -> JSONResponse:
    """Record that a copy stands for a required paper: once, in the history of the document."""

    def make(session: Session) -> Made:
        of = _own(call, session, dossier_id)
        wanted = uses.requirement(session, of, asked.requirement)
        copy = _copy(session, of, asked.copy_id)
        return Made(_use_body(uses.use(session, of, wanted, copy, call.caller.agent, call.at)))

    return once(call, request, key, asked, make)


@router.post("/{dossier_id}/asks", name="dossiers.asks", status_code=200, response_model=MayAsk)
def ask_holder(
    dossier_id: DossierId, asked: Question, request: Request, call: Called, key: Key
) -> JSONResponse:
    """May the holder be asked for this paper? 409 ALREADY_HERE, and counted, when a usable one is here (V-27)."""

    def make(session: Session) -> Made:
        of = _own(call, session, dossier_id)
        wanted = uses.requirement(session, of, asked.requirement)
        refused = asks.ask(session, of, wanted, call.caller.agent, call.at, asked.suspicion or "")
        if refused is None:
            return Made(MayAsk(requirement=wanted.id, allowed=True), 200)
        # An answer, not an exception: the count of it is committed.
        status = status_of(refused)
        return Made(problem_body(request_id(request), refused, status), status, {"Content-Type": MEDIA_TYPE})

    return once(call, request, key, asked, make)


def _own(call: Call, session: Session, dossier_id: str) -> Dossier:
    found = lists.dossier(session, call.sight, dossier_id)
    if found is None:
        raise Refused("NOT_FOUND")
    return found


def _copy(session: Session, of: Dossier, copy_id: str) -> Copy:
    for copy, _ in lists.copies(session, of):
        if copy.id == copy_id:
            return copy
    raise Refused("NOT_FOUND")


def _line(session: Session, of: Dossier) -> dict[str, object]:
    return {
        "id": of.id, "agency": session.get_one(Agency, of.agency_id).code, "code": of.code,
        "procedure": session.get_one(Procedure, of.procedure_id).code, "holder": of.holder,
        "received_at": of.received_at, "opened_by": of.opened_by,
    }  # fmt: skip


def _use_body(one: Use) -> UseBody:
    return UseBody(
        requirement=one.requirement_id, copy_id=one.copy_id, document=one.document_id, used_at=one.used_at,
        agent=one.agent,
    )  # fmt: skip


def _shown(call: Call, session: Session, of: Dossier, proposal: ProposalBody) -> DossierBody:
    made = [
        DossierCopy(
            **copy_body(call, copy, session.get(CopyRequest, copy.id)).model_dump(), requirement=requirement
        )
        for copy, requirement in lists.copies(session, of)
    ]
    used = [_use_body(one) for one in lists.uses(session, of)]
    return DossierBody.model_validate(
        {**_line(session, of), "proposal": proposal, "copies": made, "uses": used}
    )
