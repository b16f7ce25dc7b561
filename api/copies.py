"""Certified copies: asked for, looked at, downloaded, revoked."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from api import reads
from api.callers import Call, Called
from api.copy_shapes import CopyBody, NewCopy, copy_body
from api.etags import document_of
from api.files import BINARY, NOT_MODIFIED, PDF, pdf
from api.once import Key, Made, once
from api.paging import Cursor, Limit, cursor_of, following, timed
from api.problems import Refused
from api.reviews import Revocation
from api.shapes import CopyId, DocumentId, Page
from archive import catalogue, certification, copies, lists, steps
from archive.copies import CopyBasis
from archive.copy_rows import CopyRequest
from archive.copy_rules import Capacity, Requester, Wish
from archive.errors import Problem
from archive.lifecycle import CopyState, State
from archive.store import HOLDINGS, WORK
from archive.tables import Copy, Document
from signing.selection import BadSelection, parse

router = APIRouter(tags=["copies"])

Prefer = Annotated[
    str | None,
    Header(max_length=200, description="`wait=N`: answer when it is made, N seconds at most (RFC 7240)"),
]
WAIT = re.compile(r"(?:^|[,;\s])wait=([0-9]{1,4})(?=$|[,;\s])")
MOST_WAIT_SECONDS = 30
LOOK_SECONDS = 0.05
"""How often the database is asked for somebody who waits."""


@router.post(
    "/documents/{document_id}/copies", name="copies.create", status_code=201, response_model=CopyBody
)
def request_copy(
    document_id: DocumentId, asked: NewCopy, request: Request, call: Called, key: Key
) -> JSONResponse:
    """Ask for a copy. From the register: granted with number and code, or refused with the reason, at once; its file
    follows. Of a paper original, or an extract asked for in words: REQUESTED with its deadline until the officer
    decides (grant or extract, refuse)."""
    caller = call.caller
    if asked.show or asked.hide:
        with call.office.database.reading() as session:
            of = document_of(call, session, document_id)
        check_sizes(call, of, asked.show, asked.hide)

    def make(session: Session) -> Made:
        document = document_of(call, session, document_id)
        officer = document.agency_id in call.sight.agencies
        chosen = bool(asked.show or asked.hide)
        if not officer and (asked.basis is CopyBasis.ORIGINAL or chosen):
            raise Refused("COPY_FROM_REGISTER_ONLY")
        if not officer and asked.basis is CopyBasis.EXTRACT and not asked.wanted.strip():
            raise copies.extract_of_what()
        extract = _extract(session, document, asked)
        drawn = hashlib.sha256(f"{caller.id}\n{key}".encode()).hexdigest()
        made = copies.request(
            session, document, asked.basis, asked.recipient, asked.purpose, caller.agent, call.at,
            call.office.entropy, drawn, _wish(call, asked, officer), law=call.office.law, extract=extract,
        )  # fmt: skip
        return Made(
            copy_body(call, made, session.get(CopyRequest, made.id)),
            headers={"Location": f"/api/v1/copies/{made.id}"},
        )

    return once(call, request, key, asked, make)


def _wish(call: Call, asked: NewCopy, officer: bool) -> Wish:
    """Holders ask in their own name, whatever they say; an officer at the counter says who asks."""
    wish = asked.wish()
    if officer:
        return wish
    number = "; ".join(one for one in (call.caller.personal_id, call.caller.tax_code) if one)
    name = call.caller.agent.rpartition(" (")[0]
    return replace(wish, requester=Requester(Capacity.HOLDER, name, number))


def _extract(session: Session, document: Document, asked: NewCopy) -> dict[str, Any] | None:
    """What an extract is of, as it is kept; None for other copies. Raises Problem: nothing of it can be shown so."""
    wanted = asked.wanted.strip()
    if asked.basis is not CopyBasis.EXTRACT and not asked.show and not asked.hide and not wanted:
        return None
    if not wanted or asked.show or asked.hide:
        check_parts(session, document, asked.show, asked.hide)
    return {"show": asked.show, "hide": asked.hide} | ({"wanted": wanted} if wanted else {})


def check_parts(session: Session, document: Document, show: Sequence[str], hide: Sequence[str]) -> None:
    """Raises Problem EXTRACT_…: nothing of the record can be shown so."""
    try:
        parse(show, hide, len(catalogue.pages(session, document.id)))
    except BadSelection as error:
        raise Problem(error.code, error.vi, error.en) from error


def check_sizes(call: Call, document: Document, show: Sequence[str], hide: Sequence[str]) -> None:
    """Ask the sealed file whether it can be shown so, before a number is taken and while nothing is locked; for who may
    choose parts. Raises Problem EXTRACT_…"""
    if document.agency_id in call.sight.agencies and document.state == State.HELD.value:
        sealed = call.office.store.path(HOLDINGS, document.sealed_sha256 or "")
        call.office.check_parts(sealed, show, hide)


@router.get("/copies", name="copies.list")
def list_copies(
    call: Called, limit: Limit = 50, cursor: Cursor = None, state: CopyState | None = None,
    document: Annotated[str | None, Query(max_length=20, pattern=r"^doc-[0-9a-z]{12}$")] = None,
) -> Page[CopyBody]:  # fmt: skip
    """Copies that the caller may see, newest first."""
    limit = min(limit, call.office.settings.most_listed)
    wanted = None if state is None else state.value
    with call.office.database.reading() as session:
        found = lists.copies(session, call.sight, document, wanted, timed(cursor), limit + 1)
        asked = certification.requests_of(session, [one.id for one in found[:limit]])
    return Page(
        rows=[copy_body(call, one, asked.get(one.id)) for one in found[:limit]],
        next=following(found, limit, lambda last: cursor_of(last.requested_at, last.id)),
    )


@router.get("/copies/{copy_id}", name="copies.show")
async def show_copy(copy_id: CopyId, response: Response, call: Called, prefer: Prefer = None) -> CopyBody:
    """One copy and where it stands. With ``Prefer: wait=10`` (RFC 7240 4.3) the answer comes as soon as the copy is
    made, or after ten seconds: nobody has to ask again and again, and one look is one line of who read what."""
    seconds = _patience(prefer)
    if seconds:
        response.headers["Preference-Applied"] = f"wait={seconds}"
        ends = call.office.ticks() + seconds
        while await to_thread.run_sync(_in_the_making, call, copy_id) and call.office.ticks() < ends:
            await asyncio.sleep(LOOK_SECONDS)
    return await to_thread.run_sync(look_at, copy_id, call)


def _patience(prefer: str | None) -> int:
    """Seconds that the caller would wait; preferences that we do not know are passed over (RFC 7240 2)."""
    asked = WAIT.search(prefer or "")
    return min(int(asked[1]), MOST_WAIT_SECONDS) if asked else 0


def _in_the_making(call: Call, copy_id: str) -> bool:
    with call.office.database.asking() as session:
        found = lists.copy(session, call.sight, copy_id)
    return found is not None and found[0].state in (CopyState.REQUESTED.value, CopyState.GRANTED.value)


def look_at(copy_id: str, call: Call) -> CopyBody:
    """One copy, and that it was looked at."""
    with call.office.database.reading() as session:
        copy, document = own(call, session, copy_id)
        asked = session.get(CopyRequest, copy.id)
        granted = copy.state == CopyState.GRANTED.value and document.agency_id in call.sight.agencies
        held_up = steps.parked_with(session, "issue", copy.id) if granted else None
    reads.record(call, document, f"copy {copy.id}")
    return copy_body(call, copy, asked, held_up)


@router.get(
    "/copies/{copy_id}/file", name="copies.file", response_class=Response,
    responses={200: {"content": {PDF: BINARY}}, 304: NOT_MODIFIED},
)  # fmt: skip
def download_copy(copy_id: CopyId, request: Request, call: Called) -> Response:
    """The copy's PDF, once it is issued."""
    with call.office.database.reading() as session:
        copy, document = own(call, session, copy_id)
    if copy.file_sha256 is None:
        raise Refused("NOT_READY")
    reads.record(call, document, f"copy {copy.id}, file")
    return pdf(call, request, WORK, copy.file_sha256, copy.id)


@router.post("/copies/{copy_id}/revoke", name="copies.revoke")
def revoke_copy(copy_id: CopyId, asked: Revocation, call: Called) -> CopyBody:
    """Take an issued copy's force away; its number stays, verification says so."""
    with call.office.database.writing() as session:
        copy, document = own(call, session, copy_id)
        copies.revoke(session, copy, document, call.caller.agent, call.at, asked.reason)
        return copy_body(call, copy, session.get(CopyRequest, copy.id))


def own(call: Call, session: Session, copy_id: str) -> tuple[Copy, Document]:
    """The copy and its record, when the caller may see them. Raises Refused NOT_FOUND."""
    found = lists.copy(session, call.sight, copy_id)
    if found is None:
        raise Refused("NOT_FOUND")
    return found
