"""Pages for holders: their papers and how they stand, copies, what a procedure needs, consents, who looked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api import answers, consents, copies, documents, holdership, procedures, reusing
from api.callers import Call, Called
from api.pages.desk import asked_for
from api.pages.forms import Filled, shaped, text
from api.pages.frame import page, see
from api.pages.naming import dates_of, named
from api.paging import Cursor
from api.shapes import AnswerId, ConsentId, CopyId, DocumentId, ProcedureCode
from archive import catalogue
from archive.holders import HolderKind

router = APIRouter(prefix="/my", include_in_schema=False)

Words = Annotated[str, Query(max_length=200)]


@router.get("/papers", name="pages.papers")
def list_papers(request: Request, call: Called, cursor: Cursor = None) -> Response:
    """The holder's papers with standing and expiry."""
    found = documents.list_documents(call, 50, cursor)
    told = answers.list_answers(call, 50).rows
    return page(request, call.caller, "my-papers.html", found=found, names=_names(call), answers=told)


@router.get("/papers/{document_id}", name="pages.paper")
def show_paper(document_id: DocumentId, request: Request, call: Called) -> Response:
    """One paper: what stands in it, its copies, who saw it."""
    body = documents.show_document(document_id, Response(), call)
    made = copies.list_copies(call, 200, None, None, document_id).rows
    seen = documents.list_reads(document_id, call, 200, None)
    return page(
        request, call.caller, "my-paper.html", document=body, copies=made, reads=seen.rows, names=_names(call),
        named=named(call, body.form), dates=dates_of(call, body.form),
        key=call.office.token()[:32],
    )  # fmt: skip


@router.post("/papers/{document_id}/copies", name="pages.ask-copy")
def ask_copy(document_id: DocumentId, request: Request, call: Called, form: Filled) -> Response:
    """Ask for a copy of an own paper."""
    return see(f"/my/copies/{asked_for(document_id, request, call, form)}")


@router.get("/copies/{copy_id}", name="pages.own-copy")
def show_copy(copy_id: CopyId, request: Request, call: Called) -> Response:
    """A copy of an own paper and where it stands."""
    return page(request, call.caller, "copy.html", copy=copies.look_at(copy_id, call), grounds={}, today="")


@router.get("/answers/{answer_id}", name="pages.own-answer")
def show_answer(answer_id: AnswerId, request: Request, call: Called) -> Response:
    """A written answer that the holder was given."""
    return page(request, call.caller, "answer.html", answer=answers.show_answer(answer_id, call))


@router.get("/procedures", name="pages.needs")
def list_procedures(request: Request, call: Called, q: Words = "", cursor: Cursor = None) -> Response:
    """Procedures to choose from."""
    found = procedures.list_procedures(call, 50, cursor, q.replace("\x00", ""))
    return page(request, call.caller, "my-procedures.html", found=found, q=q)


@router.get("/procedures/{code}", name="pages.need")
def show_procedure(
    code: Annotated[ProcedureCode, Path()], request: Request, call: Called,
    agency: Annotated[str, Query(max_length=35)] = "",
) -> Response:  # fmt: skip
    """What a procedure needs, and what of it is here already."""
    needed = procedures.show_procedure(code, call)
    names = _names(call)
    if not agency and len(names) == 1:
        agency = next(iter(names))
    wanted = {"procedure": code, "agency": agency, "holder": _number(call)}
    proposal = reusing.propose(shaped(reusing.Wish, **wanted), call) if agency else None
    return page(
        request,
        call.caller,
        "my-procedure.html",
        procedure=needed,
        proposal=proposal,
        agency=agency,
        names=names,
    )


@router.get("/consents", name="pages.consents")
def list_consents(request: Request, call: Called, cursor: Cursor = None) -> Response:
    """What the holder agreed to, and may take back."""
    found = consents.list_consents(call, 50, cursor)
    return page(request, call.caller, "my-consents.html", found=found, names=_names(call))


@router.post("/consents", name="pages.consents.create")
def give_consent(request: Request, call: Called, form: Filled) -> Response:
    """Agree that an agency uses the holder's papers for a procedure."""
    asked = shaped(
        consents.NewConsent, agency=text(form, "agency"), procedure=text(form, "procedure"), holder=_number(call)
    )  # fmt: skip
    consents.give_consent(asked, request, call, call.office.token()[:32])
    return see("/my/consents")


@router.post("/consents/{consent_id}/withdraw", name="pages.withdraw-consent")
def withdraw_consent(consent_id: ConsentId, call: Called, form: Filled) -> Response:
    """Take a consent back."""
    consents.withdraw_consent(consent_id, call)
    return see("/my/consents")


@router.get("/deeds", name="pages.deeds")
def list_deeds(
    request: Request, call: Called, cursor: Cursor = None, kind: HolderKind | None = None
) -> Response:
    """Who read, copied, used or asked for the holder's papers."""
    chosen = kind if kind is not None or call.caller.personal_id is None else HolderKind.PERSON
    found = holdership.list_deeds(call, 50, cursor, chosen)
    both = call.caller.personal_id is not None and call.caller.tax_code is not None
    return page(request, call.caller, "my-deeds.html", found=found, both=both, kind=chosen)


def _number(call: Call) -> str | None:
    """Under which number a holder with two acts here: as a person."""
    return call.caller.personal_id or call.caller.tax_code


def _names(call: Call) -> dict[str, str]:
    with call.office.database.reading() as session:
        return {one.code: one.name for one in catalogue.agencies(session)}
