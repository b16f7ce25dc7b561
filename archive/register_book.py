"""One month of a copy register as the book has it: every number in order with all columns of the form (CC-09)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import field_rows
from archive.clock import VIETNAM
from archive.copy_rows import CopyRequest
from archive.copy_rules import CopyBasis
from archive.errors import Problem
from archive.fields import FieldValue
from archive.printed import printed
from archive.registers import COPIES_FROM_ORIGINAL, COPIES_FROM_REGISTER, COPIES_OF_OUR_OWN
from archive.tables import Agency, Copy, Document, Entry, Register

TITLES = {
    COPIES_FROM_REGISTER: "SỔ CẤP BẢN SAO TỪ SỔ GỐC",
    COPIES_FROM_ORIGINAL: "SỔ CHỨNG THỰC BẢN SAO TỪ BẢN CHÍNH",
    COPIES_OF_OUR_OWN: "SỔ ĐĂNG KÝ BẢN SAO (SAO Y, SAO LỤC, TRÍCH SAO)",
}
COLUMNS = (
    ("Số", 10.5), ("Ngày, tháng, năm", 8.0), ("Họ tên, giấy tờ tùy thân của người yêu cầu", 18.0),
    ("Tên giấy tờ", 20.0), ("Số bản", 5.0), ("Số trang", 5.0), ("Họ tên, chức danh người ký", 13.5),
    ("Phí (đồng)", 7.0), ("Ghi chú", 13.0),
)  # fmt: skip
"""Heading and share of the width; the columns of the form with the pages that the fee counts."""


@dataclass(frozen=True)
class BookMonth:
    """A month ready to be laid out: headings, rows as texts in the order of the numbers, the closing sentences."""

    agency: str
    title: str
    subtitle: str
    columns: tuple[tuple[str, float], ...]
    rows: tuple[tuple[str, ...], ...]
    closing: tuple[str, ...]


def month(session: Session, agency: Agency, kind: str, asked_for: str) -> BookMonth:
    """The lines given in a month (``2026-11``, Việt Nam time). Raises Problem UNKNOWN_REGISTER, BAD_MONTH."""
    if kind not in TITLES:
        known = ", ".join(TITLES)
        raise Problem("UNKNOWN_REGISTER", f"Sổ in được: {known}", f"Registers to print: {known}")
    first, behind = _bounds(asked_for)
    query = (
        select(Entry, Copy, CopyRequest, Document)
        .join(Register, Register.id == Entry.register_id)
        .outerjoin(Copy, Copy.id == Entry.subject)
        .outerjoin(CopyRequest, CopyRequest.copy_id == Entry.subject)
        .outerjoin(Document, Document.id == Copy.document_id)
        .where(Register.agency_id == agency.id, Register.kind == kind)
        .where(Entry.given_at >= first, Entry.given_at < behind)
        .order_by(Register.year, Entry.number)
    )
    found = session.execute(query).all()
    values = field_rows.read(session, [one.Document.id for one in found if one.Document is not None])
    rows, quantity, fees, void, volumes_used = [], 0, 0, 0, set()
    for entry, copy, asked, document in found:
        gone = entry.state == "void"
        void += gone
        quantity += 0 if gone else (asked.quantity if asked else 1)
        fees += 0 if gone or asked is None else asked.fee
        volumes_used.add(entry.volume)
        rows.append(_row(entry, copy, asked, document, values.get(document.id, {}) if document else {}))
    quyen = ", ".join(f"{one:02}" for one in sorted(one for one in volumes_used if one)) or "–"
    closing = (
        f"Cộng tháng {first:%m/%Y}: {len(rows)} số, trong đó {void} số hủy; {quantity} bản sao; "
        f"phí {money(fees)} đồng.",
        "Các tờ này được đóng thành sổ và đóng dấu giáp lai từ tờ đầu đến tờ cuối.",
    )
    subtitle = f"Tháng {first:%m} năm {first:%Y}. Quyển số: {quyen}"
    return BookMonth(agency.name, TITLES[kind], subtitle, COLUMNS, tuple(rows), closing)


def _row(
    entry: Entry, copy: Copy | None, asked: CopyRequest | None, document: Document | None,
    values: Mapping[str, FieldValue],
) -> tuple[str, ...]:  # fmt: skip
    number = printed(copy, asked) if copy is not None else str(entry.number)
    day = f"{entry.given_at.astimezone(VIETNAM):%d/%m/%Y}"
    notes = []
    if entry.state == "void":
        told = (copy.reason or {}).get("vi") if copy is not None else None
        notes.append(f"HỦY SỐ: {told or entry.void_reason}")
    elif entry.state == "reserved":
        notes.append("Đang cấp")
    if copy is not None and copy.state in ("REVOKED", "REPLACED"):
        notes.append("Đã thu hồi" if copy.state == "REVOKED" else "Đã thay thế")
    if asked is None:
        return (
            number,
            day,
            copy.recipient if copy else "",
            _paper(document, values),
            "1",
            "",
            "",
            "",
            *_one(notes),
        )
    if asked.capacity not in ("holder", "bearer"):
        notes.append(CAPACITIES[asked.capacity])
    fee = money(asked.fee) if copy is not None and copy.basis == CopyBasis.ORIGINAL.value else "–"
    who = "\n".join(one for one in (asked.requester, asked.identity) if one)
    signer = "\n".join(one for one in (asked.certifier, asked.certifier_title) if one) or "Ký số của cơ quan"
    return (
        number, day, who, _paper(document, values), str(asked.quantity), str(asked.pages), signer, fee, *_one(notes)
    )  # fmt: skip


CAPACITIES = {
    "representative": "Người đại diện, ủy quyền",
    "heir": "Người thừa kế",
    "consent": "Theo đồng ý của chủ giấy tờ",
}


def _one(notes: list[str]) -> tuple[str]:
    return ("; ".join(notes),)


def _paper(document: Document | None, values: Mapping[str, FieldValue]) -> str:
    """What the copied paper is: its kind or subject, its number."""
    told = [_text(values, name) for name in ("doc_type", "subject", "code")]
    named = ", ".join(one for one in told if one)
    return named or (document.name if document is not None else "")


def _text(values: Mapping[str, FieldValue], name: str) -> str:
    found = values.get(name)
    return "" if found is None else str(found.plain)


def money(amount: int) -> str:
    """đồng with points between thousands, as Vietnamese writes them."""
    return f"{amount:,}".replace(",", ".")


def _bounds(asked_for: str) -> tuple[datetime, datetime]:
    try:
        first = date.fromisoformat(f"{asked_for}-01")
    except ValueError:
        raise Problem("BAD_MONTH", "Tháng ghi như 2026-11", "A month is written as 2026-11") from None
    last = first.replace(day=monthrange(first.year, first.month)[1])
    begin = datetime.combine(first, time(), VIETNAM)
    return begin, datetime.combine(last + timedelta(days=1), time(), VIETNAM)
