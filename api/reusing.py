"""Reuse: what of a procedure's papers is here already, and how much is not asked for again."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api import reads
from api.callers import Call, Called
from api.problems import Refused
from api.procedures import RequiredBody, required_body
from api.shapes import AgencyCode, Asked, HolderNumber, ProcedureCode, Reason
from archive import catalogue, holders
from archive.holders import Holder
from archive.lifecycle import Standing
from archive.reuse import proposals
from archive.reuse.judging import Paper
from archive.reuse.proposals import Answer, Proposal, ToProvide, Unusable
from archive.reuse.report import Share, report
from archive.tables import Agency, Document

router = APIRouter(prefix="/reuse", tags=["reuse"])

MOST_OFFERED = 100
"""Documents pointed at in one request; procedures require some ten papers."""


class Offered(Asked):
    """A document that the holder points at for a required paper."""

    requirement: Annotated[int, Field(ge=1, lt=1 << 31)]
    document: Annotated[str, Field(max_length=20, pattern=r"^doc-[0-9a-z]{12}$")]


class Wish(Asked):
    """What is asked: which papers of ``holder`` will do for ``procedure`` at ``agency``. Holders leave their number
    out and name the agency where they apply; staff leave theirs out when they have one."""

    procedure: ProcedureCode
    holder: HolderNumber | None = None
    agency: AgencyCode | None = None
    offered: Annotated[tuple[Offered, ...], Field(max_length=MOST_OFFERED)] = ()


class PaperBody(BaseModel):
    """A paper that is here, with what decides on its reuse."""

    document: str
    form: str
    code: str
    subject: str
    standing: Standing
    issued_on: str
    valid_until: str


class AnswerBody(BaseModel):
    """For one required paper: ``usable`` with the paper, ``unusable`` with the paper and the reason why not, or
    ``to-provide``: nothing is here."""

    requirement: RequiredBody
    answer: Literal["usable", "unusable", "to-provide"]
    paper: PaperBody | None
    reason: Reason | None


class ProposalBody(BaseModel):
    """What a procedure needs of a holder, paper by paper; ``consent``: the holder agreed to reuse for it."""

    procedure: str
    holder: str
    agency: str
    consent: bool
    answers: list[AnswerBody]


class ShareBody(BaseModel):
    """A share as it has to be published: both numbers, and percent (null of nothing)."""

    numerator: int
    denominator: int
    percent: float | None


class ReportBody(BaseModel):
    """How much was not asked for again (domain.md 7, M-03 and M-04) of dossiers received in these days."""

    first: date
    last: date
    dossiers: int
    not_asked_again: ShareBody
    filled: ShareBody
    asks_refused: int
    asks_for_suspicion: int


@router.post("/proposals", name="reuse.proposals")
def propose(asked: Wish, call: Called) -> ProposalBody:
    """For each required paper: a usable document, an unusable one with the reason, or to be provided."""
    with call.office.database.reading() as session:
        agency, holder = applicant(call, session, asked.agency, asked.holder)
        of = proposals.procedure(session, asked.procedure)
        offered = {one.requirement: one.document for one in asked.offered}
        made = proposals.propose(session, agency, of, holder, call.at, offered)
        body = proposal_body(made, agency.code)
    with call.office.database.writing() as session:
        note_reads(call, session, made, f"proposal {made.procedure}")
    return body


@router.get("/report", name="reuse.report")
def show_report(
    call: Called, first: Annotated[date, Query()], last: Annotated[date, Query()],
    agency: Annotated[AgencyCode | None, Query()] = None,
) -> ReportBody:  # fmt: skip
    """The shares of one agency, or of all those that the caller answers for."""
    with call.office.database.reading() as session:
        ids = call.sight.agencies if agency is None else {call.agency(session, agency).id}
        made = report(session, ids, first, last)
    return ReportBody(
        first=made.first, last=made.last, dossiers=made.dossiers,
        not_asked_again=_share(made.not_asked_again), filled=_share(made.filled),
        asks_refused=made.asks_refused, asks_for_suspicion=made.asks_for_suspicion,
    )  # fmt: skip


def applicant(call: Call, session: Session, agency: str | None, number: str | None) -> tuple[Agency, Holder]:
    """Who applies where: holders themselves at any agency, others through the staff of theirs.

    Raises Refused NOT_FOUND for what is not the caller's, WHICH_AGENCY, WHICH_HOLDER; Problem BAD_HOLDER.
    """
    own = [one for one in (call.sight.personal_id, call.sight.tax_code) if one]
    given = None if number is None else holders.holder(number)
    if own and (given is None or given.number in own):
        if given is None and len(own) > 1:
            raise Refused("WHICH_HOLDER")
        if agency is None:
            raise Refused("WHICH_AGENCY")
        for one in catalogue.agencies(session):
            if one.code == agency:
                return one, given or holders.holder(own[0])
        raise Refused("NOT_FOUND")
    if own and not call.sight.agencies:
        raise Refused("NOT_FOUND")
    of = call.agency(session, agency)
    if given is None:
        raise Refused("WHICH_HOLDER")
    return of, given


def proposal_body(made: Proposal, agency: str) -> ProposalBody:
    """A proposal as it goes out."""
    return ProposalBody(
        procedure=made.procedure, holder=made.holder.number, agency=agency, consent=made.consent,
        answers=[_answer(one) for one in made.answers],
    )  # fmt: skip


def note_reads(call: Call, session: Session, made: Proposal, what: str) -> None:
    """Somebody else learns of the holder's papers: each is recorded. The holders' own look is not."""
    if made.holder.number in (call.caller.personal_id, call.caller.tax_code):
        return
    shown = [
        session.get_one(Document, one.paper.document_id) for one in made.answers
        if not isinstance(one, ToProvide) and not _is_of_others(one)
    ]  # fmt: skip
    reads.add(call, session, shown, what)


def _answer(one: Answer) -> AnswerBody:
    requirement = required_body(one.requirement)
    if isinstance(one, ToProvide):
        return AnswerBody(requirement=requirement, answer="to-provide", paper=None, reason=None)
    if not isinstance(one, Unusable):
        return AnswerBody(requirement=requirement, answer="usable", paper=_paper(one.paper), reason=None)
    reason = Reason(code=one.reason.code, vi=one.reason.vi, en=one.reason.en)
    # One that was pointed at by its identifier and is somebody else's is not shown to who pointed at it.
    paper = None if _is_of_others(one) else _paper(one.paper)
    return AnswerBody(requirement=requirement, answer="unusable", paper=paper, reason=reason)


def _is_of_others(one: Answer) -> bool:
    return isinstance(one, Unusable) and one.reason.code == "OTHER_HOLDER"


def _paper(paper: Paper) -> PaperBody:
    return PaperBody(
        document=paper.document_id, form=paper.form, code=paper.code, subject=paper.subject,
        standing=paper.standing, issued_on=paper.issued_on, valid_until=paper.valid_until,
    )  # fmt: skip


def _share(share: Share) -> ShareBody:
    return ShareBody(numerator=share.numerator, denominator=share.denominator, percent=share.percent)
