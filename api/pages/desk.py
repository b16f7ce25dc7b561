"""The copy desk: copies asked for, due, certified or refused, made, taken back, replaced; answers in writing."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import answers, copies, copying
from api.callers import Call, Called
from api.copy_shapes import Extension, Finding, NewCopy, Refusing, Replacement
from api.etags import document_of
from api.pages.forms import Filled, key_of, shaped, text
from api.pages.frame import page, see
from api.pages.intake import agencies
from api.paging import Cursor
from api.problems import Refused
from api.reviews import Revocation
from api.shapes import AnswerId, CopyId, DocumentId
from archive.clock import VIETNAM
from archive.copy_rules import GROUNDS
from archive.errors import Problem
from archive.lifecycle import CopyState
from archive.tables import Agency

router = APIRouter(include_in_schema=False)


@router.get("/copies", name="pages.copies")
def list_copies(
    request: Request, call: Called, cursor: Cursor = None, state: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Copies, newest first."""
    wanted = CopyState(state) if state in set(CopyState) else None
    found = copies.list_copies(call, 50, cursor, wanted)
    return page(request, call.caller, "copies.html", found=found, state=state, states=list(CopyState))


@router.get("/requests", name="pages.requests")
def list_requests(request: Request, call: Called) -> Response:
    """Open requests by deadline, what is overdue at the top."""
    found = copying.list_due(call, 200)
    today = call.at.astimezone(VIETNAM).date()
    return page(
        request, call.caller, "requests.html", rows=found.rows, today=today,
        answers=answers.list_answers(call, 20).rows,
        agencies=agencies(call, "pages.answer-no-entry"), key=call.office.token()[:32],
    )  # fmt: skip


@router.post("/requests/answers", name="pages.answer-no-entry")
def answer_no_entry(request: Request, call: Called, form: Filled) -> Response:
    """The register has no entry: the written answer, to be printed from its page."""
    asked = shaped(
        answers.NoEntry, requester=text(form, "requester"), about=text(form, "about"),
        agency=text(form, "agency") or None, holder=text(form, "holder") or None,
    )  # fmt: skip
    made = answers.answer_no_entry(asked, request, call, key_of(form))
    return see(f"/answers/{json.loads(bytes(made.body))['id']}")


@router.get("/answers/{answer_id}", name="pages.answer")
def show_answer(answer_id: AnswerId, request: Request, call: Called) -> Response:
    """A written answer as it is printed and signed."""
    return page(request, call.caller, "answer.html", answer=answers.show_answer(answer_id, call))


@router.get("/copies/{copy_id}", name="pages.copy")
def show_copy(copy_id: CopyId, request: Request, call: Called) -> Response:
    """One copy and where it stands; who may decide on it can do so here."""
    today = call.at.astimezone(VIETNAM).date().isoformat()
    copy = copies.look_at(copy_id, call)
    return page(request, call.caller, "copy.html", copy=copy, grounds=GROUNDS, today=today)


@router.get("/copies/{copy_id}/slip", name="pages.slip")
def show_slip(copy_id: CopyId, request: Request, call: Called) -> Response:
    """The appointment slip with hour and date, to be printed (TT 01/2020/TT-BTP Đ.2)."""
    copy = copies.look_at(copy_id, call)
    if copy.request is None:
        raise Refused("NOT_FOUND")
    with call.office.database.reading() as session:
        document = document_of(call, session, copy.document)
        agency = session.get_one(Agency, document.agency_id).name
    return page(request, call.caller, "slip.html", copy=copy, agency=agency)


@router.post("/documents/{document_id}/copies", name="pages.request-copy")
def request_copy(document_id: DocumentId, request: Request, call: Called, form: Filled) -> Response:
    """Ask for a copy; the answer, also a refusal, is on its page."""
    return see(f"/copies/{asked_for(document_id, request, call, form)}")


@router.post("/copies/{copy_id}/grant", name="pages.grant-copy")
def grant_copy(copy_id: CopyId, call: Called, form: Filled) -> Response:
    """The original was compared: certify. Without the tick nothing is granted."""
    asked = shaped(
        Finding, presented_on=text(form, "presented_on"), certifier=text(form, "certifier"),
        certifier_title=text(form, "certifier_title"),
    )  # fmt: skip
    with call.office.database.reading() as session:
        copies.own(call, session, copy_id)
    if text(form, "compared") != "yes":
        raise Problem(
            "PAPER_NOT_PRESENTED",
            "Hãy đánh dấu đã đối chiếu với bản chính giấy được xuất trình",
            "Tick that the paper original was presented and compared",
        )
    copying.grant(copy_id, asked, call)
    return see(f"/copies/{copy_id}")


@router.post("/copies/{copy_id}/refuse", name="pages.refuse-copy")
def refuse_copy(copy_id: CopyId, call: Called, form: Filled) -> Response:
    """Refuse certification on the grounds ticked, or an extract for the reason typed."""
    grounds = [one for one in form.getlist("ground") if isinstance(one, str)]
    copying.refuse(copy_id, shaped(Refusing, grounds=grounds, note=text(form, "note")), call)
    return see(f"/copies/{copy_id}")


@router.post("/copies/{copy_id}/extend", name="pages.extend-copy")
def extend_copy(copy_id: CopyId, call: Called, form: Filled) -> Response:
    """Put the deadline off; the slip tells the new one."""
    asked = shaped(
        Extension, days=text(form, "days") or 0, until=text(form, "until") or None, agreement=text(form, "agreement")
    )  # fmt: skip
    copying.extend(copy_id, asked, call)
    return see(f"/copies/{copy_id}/slip")


@router.post("/copies/{copy_id}/void", name="pages.void-copy")
def void_copy(copy_id: CopyId, call: Called, form: Filled) -> Response:
    """Nobody waits any more: the copy's number is void, for the reason given."""
    copying.void(copy_id, shaped(Revocation, reason=text(form, "reason")), call)
    return see(f"/copies/{copy_id}")


@router.post("/copies/{copy_id}/revoke", name="pages.revoke-copy")
def revoke_copy(copy_id: CopyId, call: Called, form: Filled) -> Response:
    """Take the copy's force away, for the reason given."""
    copies.revoke_copy(copy_id, shaped(Revocation, reason=text(form, "reason")), call)
    return see(f"/copies/{copy_id}")


@router.post("/copies/{copy_id}/replace", name="pages.replace-copy")
def replace_copy(copy_id: CopyId, call: Called, form: Filled) -> Response:
    """Another copy takes this one's place."""
    asked = shaped(Replacement, by=text(form, "by"), reason=text(form, "reason"))
    copying.replace_copy(copy_id, asked, call)
    return see(f"/copies/{copy_id}")


REQUESTER = ("capacity", "name", "identity", "power", "relation", "relation_proof", "death_proof")


def asked_for(document_id: str, request: Request, call: Call, form: Filled) -> str:
    """The id of the copy that this form asks for; sent twice it is one copy."""
    who = {name: text(form, f"requester_{name}") for name in REQUESTER}
    requester = {name: value for name, value in who.items() if value} if who["name"] else None
    asked = shaped(
        NewCopy, basis=text(form, "basis"), recipient=text(form, "recipient"), purpose=text(form, "purpose"),
        requester=requester, quantity=text(form, "quantity") or 1, valid_until=text(form, "valid_until") or None,
        most_uses=text(form, "most_uses") or None, wanted_anyway=text(form, "wanted_anyway"),
        wanted=text(form, "wanted"),
        **{name: text(form, name) == "yes" for name in ("only_recipient", "only_purpose", "organisation")},
    )  # fmt: skip
    made = copies.request_copy(document_id, asked, request, call, key_of(form))
    return str(json.loads(bytes(made.body))["id"])
