"""``hoso request``: at the counter, from asking to the copy; what takes a record's or a copy's place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rich.table import Table
from sqlalchemy.orm import Session

from archive import answers, catalogue, certification, copies, ledger, standings, steps
from archive.clock import stamp, system_clock
from archive.copies import CopyBasis
from archive.copy_law import load_law
from archive.copy_rows import CopyRequest
from archive.copy_rules import Capacity, Certification, Limits, Relation, Requester, Wish
from archive.database import open_database
from archive.errors import Problem
from archive.lifecycle import CopyState
from archive.lists import Sight
from archive.printed import printed as printed_number
from archive.register_book import money
from archive.settings import Settings
from archive.tables import Agency, Copy, Document
from workers.commands.copying import handed_over, may_certify, see_through
from workers.commands.reviewing import name_of
from workers.console import DONE, PARTLY, Console
from workers.jobs import SEALS
from workers.tables import printed
from workers.workshop import open_workshop

MOST_LISTED = 1000


def add(
    out: Console, document_id: str, basis: str, recipient: str, purpose: str, told: Mapping[str, str], quantity: int,
    limits: Mapping[str, Any], wanted_anyway: str, who: str,
) -> None:  # fmt: skip
    """A request with its deadline and fee; one from the register is granted or refused at once, and then made."""
    name_of(who)
    if not recipient.strip() or not purpose.strip():
        raise Problem(
            "COPY_FOR_WHAT",
            "Nêu người nhận (--for) và mục đích (--purpose)",
            "Say for whom and for what purpose",
        )
    shop = open_workshop(Settings(), out.notice, preload=(SEALS,))
    wish = Wish(_requester(told), quantity, _limits(limits), wanted_anyway)
    with shop.database.writing() as session:
        document = catalogue.document(session, document_id)
        asked = copies.request(
            session, document, _basis(basis), recipient, purpose, who, shop.clock(), shop.entropy, wish=wish,
            law=shop.law,
        )  # fmt: skip
        copy_id = asked.id
    copy = see_through(shop, copy_id)
    with shop.database.reading() as session:
        answer = as_dict(session, copy, shop.clock())
    out.answer(answer, lambda: _text(answer), PARTLY if answer["reason"] else DONE)


def list_due(out: Console) -> None:
    """Open requests of all agencies here."""
    database = open_database(Settings().database)
    now = system_clock()
    with database.reading() as session:
        sight = Sight(frozenset(one.id for one in catalogue.agencies(session)))
        rows = [as_dict(session, one.copy, now) for one in certification.due(session, sight, MOST_LISTED)]
    table = Table("hạn / due", "mã / id", "loại / basis", "người yêu cầu / requester", "trạng thái / state")
    for row in rows:
        late = " QUÁ HẠN / overdue" if row["overdue"] else ""
        table.add_row(row["due"] + late, row["copy"], row["basis"], row["requester"], row["state"])
    out.answer({"requests": rows}, lambda: printed(table))


def grant(
    out: Console, copy_id: str, presented: str, certifier: str, title: str, file: Path | None, who: str
) -> None:
    """The officer certifies; the copy is made and written."""
    name_of(who)
    shop = open_workshop(Settings(), out.notice, preload=(SEALS,))
    found = Certification(_day(presented), certifier, title)
    with shop.database.reading() as session:
        copy, document = _copy(session, copy_id)
        if copy.basis == CopyBasis.EXTRACT.value:
            raise _extract_elsewhere()
        agency = session.get_one(Agency, document.agency_id)
    if copy.state == CopyState.REQUESTED.value and presented.strip() and certifier.strip():
        may_certify(shop, agency, certifier)
    with shop.database.writing() as session:
        copy, document = _copy(session, copy_id)
        certification.grant(session, copy, document, found, who, shop.clock(), shop.entropy, shop.law)
    handed_over(out, shop, see_through(shop, copy_id), file)


def refuse(out: Console, copy_id: str, grounds: Sequence[str], note: str, who: str) -> None:
    """The officer refuses on grounds of the closed list; an extract for what ``note`` says."""
    name_of(who)
    database = open_database(Settings().database)
    with database.writing() as session:
        copy, document = _copy(session, copy_id)
        certification.refuse(session, copy, document, grounds, note, who, system_clock())
        answer = as_dict(session, copy, system_clock())
    out.answer(answer, lambda: _text(answer))


def void(out: Console, copy_id: str, reason: str, who: str) -> None:
    """A granted copy that waits for a key is not made any more; its number is void."""
    name_of(who)
    if not reason.strip():
        raise Problem("REASON_MISSING", "Phải nêu lý do", "Say why")
    database = open_database(Settings().database)
    with database.writing() as session:
        copy, document = _copy(session, copy_id)
        certification.give_up(session, copy, document, reason.strip(), who, system_clock())
        answer = as_dict(session, copy, system_clock())
    out.answer(answer, lambda: _text(answer))


def extend(out: Console, copy_id: str, days: int, until: str, agreement: str, who: str) -> None:
    """A later deadline."""
    name_of(who)
    settings = Settings()
    database = open_database(settings.database)
    with database.writing() as session:
        copy, document = _copy(session, copy_id)
        certification.extend(
            session, copy, document, days, _day(until), agreement, who, system_clock(), load_law(settings.law)
        )
        answer = as_dict(session, copy, system_clock())
    out.answer(answer, lambda: _text(answer))


def no_entry(
    out: Console, agency: str | None, requester: str, about: str, who: str, holder: str | None
) -> None:
    """The written answer that no register has it."""
    name_of(who)
    shop = open_workshop(Settings(), out.notice, preload=(SEALS,))
    with shop.database.writing() as session:
        of = catalogue.agency(session, agency)
        made = answers.no_entry(session, of, requester, about, who, shop.clock(), shop.entropy, holder)
        answer = {"id": made.id, "text": made.text}
    out.answer(answer, lambda: answer["text"])


def fall(out: Console, what: str, by: str | None, reason: str, who: str) -> None:
    """A copy is revoked (no ``by``), or a record or copy is replaced by another of its kind."""
    name_of(who)
    if not reason.strip():
        raise Problem("REASON_MISSING", "Phải nêu lý do", "Say why")
    database, at = open_database(Settings().database), system_clock()
    with database.writing() as session:
        if by is not None and what.startswith("doc-"):
            document = catalogue.document(session, what)
            ledger.replace(session, document, catalogue.document(session, by), who, at, reason)
            now = standings.of_record(session, document, at)
        else:
            copy, document = _copy(session, what)
            if by is None:
                copies.revoke(session, copy, document, who, at, reason)
            else:
                copies.replace(session, copy, document, _copy(session, by)[0], who, at, reason)
            now = standings.of_copy(session, copy, document, at)
        answer = {"id": what, "standing": now.standing.value, "since": stamp(at), "by": now.by}
    out.answer(answer, lambda: f"{what}: {answer['standing']}")


def as_dict(session: Session, copy: Copy, at: datetime) -> dict[str, Any]:
    """A request's line."""
    asked = session.get_one(CopyRequest, copy.id)
    waits = copy.state in certification.OPEN
    return {
        "copy": copy.id, "document": copy.document_id, "state": copy.state, "basis": copy.basis,
        "requester": asked.requester, "capacity": asked.capacity, "quantity": asked.quantity, "pages": asked.pages,
        "fee": asked.fee, "due": stamp(asked.due_at), "slip": asked.slip, "overdue": waits and asked.due_at < at,
        "number": None if copy.number is None else printed_number(copy, asked), "code": copy.code,
        "reason": copy.reason or steps.parked_with(session, "issue", copy.id),
    }  # fmt: skip


def _text(told: dict[str, Any]) -> str:
    lines = [f"Yêu cầu / request {told['copy']}: {told['state']}"]
    if told["state"] in certification.OPEN:
        slip = "; PHIẾU HẸN / appointment slip" if told["slip"] else ""
        lines.append(f"Hẹn trả / due {told['due']}{slip}")
    if told["basis"] == CopyBasis.ORIGINAL.value:
        lines.append(
            f"Phí / fee: {money(told['fee'])} đồng ({told['pages']} trang / pages × {told['quantity']})"
        )
    if told["number"]:
        lines.append(f"Số / number {told['number']}, mã / code {told['code']}")
    if told["reason"]:
        lines.append(f"{told['reason']['code']}: {told['reason']['vi']}")
    return "\n".join(lines)


def _copy(session: Session, copy_id: str) -> tuple[Copy, Document]:
    copy = session.get(Copy, copy_id)
    if copy is None:
        raise Problem("UNKNOWN_COPY", f"Không có bản sao {copy_id}", f"No copy {copy_id}")
    return copy, catalogue.document(session, copy.document_id)


def _requester(told: Mapping[str, str]) -> Requester:
    try:
        relation = Relation(told["relation"]) if told["relation"] else None
        return Requester(**{**told, "capacity": Capacity(told["capacity"]), "relation": relation})  # type: ignore[arg-type]
    except ValueError:
        known = "holder, representative, heir, bearer", ", ".join(Relation)
        raise Problem(
            "BAD_REQUESTER",
            f"Tư cách (--capacity): {known[0]}; quan hệ của người thừa kế (--relation): {known[1]}",
            f"The capacity is one of: {known[0]}; an heir's relation one of: {known[1]}",
        ) from None


def _limits(told: Mapping[str, Any]) -> Limits:
    flags = {name: bool(told[name]) for name in ("only_recipient", "only_purpose", "organisation")}
    return Limits(_day(told["valid_until"]), told["most_uses"] or None, **flags)


def _basis(told: str) -> CopyBasis:
    try:
        basis = CopyBasis(told)
    except ValueError:
        raise Problem(
            "BAD_BASIS", "Loại bản sao: register, original", "The basis is register or original"
        ) from None
    if basis is CopyBasis.EXTRACT:
        raise _extract_elsewhere()
    return basis


def _extract_elsewhere() -> Problem:
    return Problem(
        "EXTRACT_OF_WHAT",
        "Trích sao cấp bằng «hoso copy --basis extract» với --show, --hide, hoặc trên trang «Yêu cầu bản sao»",
        "Extracts are issued by «hoso copy --basis extract» with --show, --hide, or on the page «Copy requests»",
    )


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told) if told else None
    except ValueError:
        raise Problem("BAD_DAY", f"Ngày ghi như 2026-11-27: {told}", f"Write 2026-11-27: {told}") from None
