"""The verification station: the picture on one side, what was read on the other, least sure first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from api import documents, paper_lists, reviews
from api.callers import Call, Called
from api.etags import document_of
from api.listed import ListedBody
from api.pages.forms import Filled, shaped, text
from api.pages.frame import day, page, see
from api.pages.naming import dates_of
from api.paper_lists import LineChoice
from api.papers import DocumentBody, FieldBody, FindingBody
from api.problems import status_of
from api.reviews import Decision, Review, Split
from api.shapes import DocumentId
from archive import field_rows, lists
from archive.errors import Problem
from archive.fields import BY_HAND, DATES, FIELD_NAMES, KEY_FIELDS, LISTS, NUMBERS, FieldValue, confidence
from archive.lifecycle import IllegalMove, State
from ocr.forms import Form

router = APIRouter(include_in_schema=False)

SURE = 0.9
"""Values less sure than this are marked for the eye."""


@dataclass(frozen=True)
class Input:
    """One field as the form shows it."""

    name: str
    value: str
    confidence: float
    page: int | None
    box: list[int] | None
    kind: str
    sure: bool
    by_hand: bool
    label: tuple[str, str] | None
    """Of a form's own field; None: the table of words has it."""
    findings: list[FindingBody]
    origin: str
    read: str
    """What the engine read where the list's value stands."""
    line: str
    """What the line of the list says otherwise."""


@router.get("/station", name="pages.station")
def start(request: Request, call: Called) -> Response:
    """The document that needs a person most, or the news that none does."""
    with call.office.database.reading() as session:
        first = lists.to_review(session, call.sight, None, 1)
    if first:
        return see(f"/station/{first[0][0]}")
    return page(request, call.caller, "station-empty.html")


@router.get("/station/{document_id}", name="pages.station-document")
def show(document_id: DocumentId, request: Request, call: Called) -> Response:
    """One document to check."""
    return _station(request, call, document_id, {}, None)


@router.post("/station/{document_id}", name="pages.decide")
def decide(document_id: DocumentId, request: Request, call: Called, form: Filled) -> Response:
    """Approve what stands in the form, return the paper or split it; then go on to the next. What was typed is never
    lost."""
    typed = {name[2:]: text(form, name) for name in form if name.startswith("f.")}
    following = _next(call, document_id)
    if text(form, "decision") == "line":
        return _choose(request, call, document_id, typed, form)
    try:
        if text(form, "split"):
            where = shaped(Split, page=text(form, "split"))
            reviews.split(document_id, where, Response(), call, text(form, "etag") or None)
        else:
            review = _review(call, document_id, typed, form)
            reviews.review(document_id, review, Response(), call, text(form, "etag") or None)
    except (Problem, IllegalMove) as problem:
        told = problem if isinstance(problem, Problem) else _moved()
        if status_of(told) == 404:
            raise
        return _station(request, call, document_id, typed, told)
    return see("/station" if following is None else f"/station/{following}")


def _choose(
    request: Request, call: Call, document_id: str, typed: dict[str, str], form: FormData
) -> Response:  # fmt: skip
    """A line of the list was chosen: its values are filled in, what a person typed stays."""
    own = _typed_over(call, document_id, typed)
    row = text(form, "line")
    try:
        if not row.isdecimal():
            raise Problem("NO_LINE_CHOSEN", "Chưa chọn dòng nào của bản kê", "No line of the list was chosen")
        choice = shaped(LineChoice, row=int(row) or None)
        paper_lists.choose(document_id, choice, Response(), call, text(form, "etag") or None)
    except (Problem, IllegalMove) as problem:
        told = problem if isinstance(problem, Problem) else _moved()
        if status_of(told) == 404 and told.code == "NOT_FOUND":
            raise
        return _station(request, call, document_id, typed, told)
    return _station(request, call, document_id, own, None)


def _typed_over(call: Call, document_id: str, typed: dict[str, str]) -> dict[str, str]:
    """What a person changed of the values that the page showed."""
    return {name: typed[name] for name in _changed(call, document_id, typed)}


def _changed(call: Call, document_id: str, typed: dict[str, str]) -> dict[str, list[str]]:
    """What a person typed that says something else than is kept, by field."""
    with call.office.database.reading() as session:  # shown and recorded when the page was
        dates = dates_of(call, document_of(call, session, document_id).form)
        was = field_rows.read(session, [document_id])[document_id]
    said = {name: _lines(name, value, dates) for name, value in typed.items()}
    return {name: one for name, one in said.items() if one != _lines(name, _plain(was.get(name)), dates)}


def _review(call: Call, document_id: str, typed: dict[str, str], form: FormData) -> Review:
    if text(form, "decision") == Decision.RETURN:
        return shaped(Review, decision=Decision.RETURN, reason=text(form, "reason"))
    changed = {
        name: said if name in LISTS else "".join(said)
        for name, said in _changed(call, document_id, typed).items()
    }
    return shaped(Review, decision=Decision.APPROVE, corrections=changed)


def _station(
    request: Request, call: Call, document_id: str, typed: dict[str, str], problem: Problem | None
) -> Response:
    answer = Response()
    body = documents.show_document(document_id, answer, call)
    following = _next(call, document_id)
    form = call.office.forms.of_code(body.form)
    names = dict.fromkeys([*FIELD_NAMES, *(one.name for one in form.fields), *body.fields])
    inputs = [_input(name, body, form, typed) for name in names]
    shown = [one for one in inputs if one.name in body.fields or one.name in KEY_FIELDS or one.findings]
    return page(
        request, call.caller, "station.html", 200 if problem is None else status_of(problem), document=body,
        etag=answer.headers["ETag"], problem=problem, next=following, waits=body.state is State.READ,
        next_image=None if following is None else f"/api/v1/documents/{following}/pages/1",
        inputs=sorted(shown, key=lambda one: (not one.by_hand, not one.findings, one.confidence)),
        others=[one for one in inputs if one not in shown],
        findings=[one for one in body.findings if not one.fields or one.fields[0] not in names],
    )  # fmt: skip


def _input(name: str, body: DocumentBody, form: Form, typed: dict[str, str]) -> Input:
    field, own = body.fields.get(name), form.field(name)
    dated = name in DATES or (own is not None and own.grammar == "date")
    long = name in LISTS or name == "subject" or (own is not None and own.multi_line)
    kind = "lines" if long else "date" if dated else "text"
    kind = "number" if name in NUMBERS else kind
    sure = 0.0 if field is None else field.confidence
    value = day(_plain(field)) if dated else _plain(field)
    return Input(
        name, typed.get(name, value), sure, None if field is None else field.page,
        None if field is None else field.box, kind,
        sure >= SURE or (field is None and name not in KEY_FIELDS),
        field is not None and field.origin == BY_HAND,
        None if own is None else (own.vi, own.en),
        [one for one in body.findings if one.fields[:1] == [name]],
        "" if field is None else field.origin,
        *_beside(name, value, body.listed),
    )  # fmt: skip


def _beside(name: str, value: str, listed: ListedBody | None) -> tuple[str, str]:
    """What was read and what the list says, where it is not what stands in the field."""
    if listed is None:
        return "", ""
    read, line = (
        str(listed.read.get(name) or ""),
        "" if listed.line is None else listed.line.values.get(name, ""),
    )
    if name in DATES:
        read, line = day(read), day(line)
    differs = listed.line is not None and name in listed.line.differs and line != value
    return "" if read == value else read, line if differs else ""


def _lines(name: str, value: str, dates: frozenset[str]) -> list[str]:
    """What a text says, however it is broken and spaced: a list line by line, anything else as one line."""
    if name in dates:
        return [_iso(value.strip())]
    if name not in LISTS:
        return [" ".join(value.split())]
    return [" ".join(line.split()) for line in value.split("\n") if line.strip()]


def _iso(typed: str) -> str:
    """A day as it is kept, from what people type (31/3/2026); what is no day stays, to be refused."""
    try:
        return datetime.strptime(typed, "%d/%m/%Y").date().isoformat()  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        return typed


def _plain(field: FieldBody | FieldValue | None) -> str:
    if field is None:
        return ""
    value = field.plain if isinstance(field, FieldValue) else field.value
    return "\n".join(value) if isinstance(value, list) else str(value).strip()


def _next(call: Call, document_id: str) -> str | None:
    """The next in the queue; behind the last one the first, unless it is this one."""
    with call.office.database.reading() as session:
        sure = confidence(field_rows.read(session, [document_id])[document_id])
        following = lists.to_review(session, call.sight, (sure, document_id), 1)
        following = following or lists.to_review(session, call.sight, None, 1)
    found = following[0][0] if following else None
    return None if found == document_id else found


def _moved() -> Problem:
    return Problem(
        "ILLEGAL_MOVE",
        "Hồ sơ không còn ở bước chờ kiểm tra; có thể người khác đã xử lý.",
        "The document does not wait for a check any more; somebody else may have dealt with it.",
    )
