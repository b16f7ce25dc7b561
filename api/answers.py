"""Written answers that the register has no entry: given, listed, looked at by the office and by who asked."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.orm import Session

from api.callers import Called
from api.once import Key, Made, once
from api.paging import Cursor, Limit, cursor_of, following, timed
from api.problems import Refused
from api.shapes import AgencyCode, AnswerId, Asked, HolderNumber, LongText, Page, Text
from archive import answers
from archive.copy_rows import WrittenAnswer
from archive.tables import Agency

router = APIRouter(prefix="/registers/answers", tags=["copies"])


class NoEntry(Asked):
    """Somebody asked for a copy of what no register here has. ``holder``: their personal number or tax code; who signs
    in with it sees the answer."""

    requester: Text
    about: LongText
    agency: AgencyCode | None = None
    holder: HolderNumber | None = None


class AnswerBody(BaseModel):
    """The written answer, in Vietnamese, to be handed over or sent."""

    id: str
    agency: str
    requester: str
    about: str
    answered_at: datetime
    text: str


@router.post("", name="answers.create", status_code=201, response_model=AnswerBody)
def answer_no_entry(asked: NoEntry, request: Request, call: Called, key: Key) -> JSONResponse:
    """No entry in the register, or no register: the written answer (NĐ 23/2015/NĐ-CP Đ.17), kept in the history."""

    def make(session: Session) -> Made:
        agency = call.agency(session, asked.agency)
        made = answers.no_entry(
            session,
            agency,
            asked.requester,
            asked.about,
            call.caller.agent,
            call.at,
            call.office.entropy,
            asked.holder,
        )
        return Made(_body(made, agency), headers={"Location": f"{request.url.path}/{made.id}"})

    return once(call, request, key, asked, make)


@router.get("", name="answers.list")
def list_answers(call: Called, limit: Limit = 50, cursor: Cursor = None) -> Page[AnswerBody]:
    """Answers of the caller's agencies, or given to the caller, newest first."""
    limit = min(limit, call.office.settings.most_listed)
    with call.office.database.reading() as session:
        found = answers.listed(session, call.sight, timed(cursor), limit + 1)
    return Page(
        rows=[_body(*one) for one in found[:limit]],
        next=following(found, limit, lambda last: cursor_of(last[0].answered_at, last[0].id)),
    )


@router.get("/{answer_id}", name="answers.show")
def show_answer(answer_id: AnswerId, call: Called) -> AnswerBody:
    """One answer."""
    with call.office.database.reading() as session:
        found = answers.one(session, call.sight, answer_id)
    if found is None:
        raise Refused("NOT_FOUND")
    return _body(*found)


def _body(one: WrittenAnswer, agency: Agency) -> AnswerBody:
    return AnswerBody(
        id=one.id, agency=agency.code, requester=one.requester, about=one.about, answered_at=one.answered_at,
        text=one.text,
    )  # fmt: skip
