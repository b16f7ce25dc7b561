"""Holders: their papers by number, and for themselves what others did with them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api import reads
from api.callers import Call, Called
from api.paging import Cursor, Limit, cursor_of, following, timed
from api.papers import DocumentLine, line
from api.problems import Refused
from api.shapes import Asked, HolderNumber, Page
from archive import catalogue, field_rows, holders, lists
from archive.clock import VIETNAM
from archive.holders import HolderKind
from archive.lists import DocumentFilter
from archive.reuse.seen import Deed, Seen, seen

router = APIRouter(prefix="/holders", tags=["holders"])


class WhosePapers(Asked):
    """Whose papers. Numbers of people stay out of addresses, which proxies and browsers keep."""

    holder: HolderNumber
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=200)] = None


class DeedBody(BaseModel):
    """Something done with the holder's papers: a read, copy, use, a question for a paper that is here, consent,
    withdrawal, grant or written answer (``answer`` is its id); by which agency and whom, about which document, why."""

    at: datetime
    deed: Deed
    agency: str
    document: str | None
    why: str
    who: str
    answer: str | None = None


@router.post("/papers", name="holders.list")
def list_papers(asked: WhosePapers, call: Called) -> Page[DocumentLine]:
    """A holder's papers, newest first, of those that the caller may see; staff are recorded as readers."""
    holder = holders.holder(asked.holder)
    limit = min(asked.limit, call.office.settings.most_listed)
    today = call.at.astimezone(VIETNAM).date()
    with call.office.database.reading() as session:
        codes = {one.id: one.code for one in catalogue.agencies(session)}
        which = DocumentFilter(holder=holder.number)
        found = lists.documents(session, call.sight, which, today, timed(asked.cursor), limit + 1)
        values = field_rows.read(session, [one.id for one in found])
        rows = [
            DocumentLine(**line(one, values[one.id], codes[one.agency_id], today, call.sight))
            for one in found[:limit]
        ]
    if holder.number not in (call.caller.personal_id, call.caller.tax_code):
        reads.record_all(call, found[:limit], "papers of the holder", values)
    return Page(rows=rows, next=following(found, limit, lambda last: cursor_of(last.received_at, last.id)))


@router.get("/current/deeds", name="deeds.list")
def list_deeds(
    call: Called, limit: Limit = 50, cursor: Cursor = None,
    kind: Annotated[HolderKind | None, Query(description="which of two numbers")] = None,
) -> Page[DeedBody]:  # fmt: skip
    """What others did with the caller's papers, newest first."""
    limit = min(limit, call.office.settings.most_listed)
    with call.office.database.reading() as session:
        found = seen(session, own_number(call, kind), _place(cursor), limit + 1)
    rows = [
        DeedBody(
            at=one.at, deed=one.deed, agency=one.agency, document=one.document_id or None, why=one.why, who=one.who,
            answer=one.key if one.deed is Deed.ANSWER else None,
        )
        for one in found[:limit]
    ]  # fmt: skip
    return Page(
        rows=rows,
        next=following(found, limit, lambda last: cursor_of(last.at, json.dumps([last.deed, last.key]))),
    )


def own_number(call: Call, kind: HolderKind | None) -> str:
    """The caller's number as a holder, of two the one of this kind. Raises Refused NOT_FOUND, WHICH_HOLDER."""
    own = [holders.holder(one) for one in (call.caller.personal_id, call.caller.tax_code) if one]
    named = [one.number for one in own if kind is None or one.kind is kind]
    if len(named) > 1:
        raise Refused("WHICH_HOLDER")
    if not named:
        raise Refused("NOT_FOUND")
    return named[0]


def _place(cursor: str | None) -> Seen | None:
    place = timed(cursor)
    if place is None:
        return None
    try:
        deed, key = json.loads(place[1])
        return Seen(place[0], Deed(deed), str(key), "", "", "", "")
    except (ValueError, TypeError):
        raise Refused("BAD_CURSOR") from None
