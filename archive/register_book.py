"""One month of a copy register as the book has it: every number in order with all columns of the form (CC-09)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

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
OWN_COLUMNS = (
    ("Số", 10.5), ("Ngày, tháng, năm", 8.0), ("Họ tên, giấy tờ tùy thân của người yêu cầu", 18.0),
    ("Tên giấy tờ", 20.0), ("Họ tên, chức danh người ký", 13.5), ("Số bản sao", 6.0), ("Phí (đồng)", 7.0),
    ("Ghi chú", 17.0),
)  # fmt: skip
"""Heading and share of the width, where no form is prescribed."""
FORM_COLUMNS = (
    ("Số thứ tự/ số chứng thực", 10.5), ("Ngày, tháng, năm chứng thực", 9.0),
    ("Họ tên của người yêu cầu chứng thực", 16.0), ("Tên của bản chính giấy tờ, văn bản", 21.0),
    ("Họ tên, chức danh người ký chứng thực", 14.0), ("Số bản sao đã được chứng thực", 8.0),
    ("Lệ phí/ Phí chứng thực (đồng)", 8.0), ("Ghi chú", 13.5),
)  # fmt: skip
"""The eight columns of the form of the book (NĐ 23/2015/NĐ-CP Đ.13(4), CC-09), as other systems of certifying print
them; the annex itself was not at hand. It asks for the name alone: identity papers stay in the register."""
COLUMNS = {
    COPIES_FROM_REGISTER: OWN_COLUMNS,
    COPIES_FROM_ORIGINAL: FORM_COLUMNS,
    COPIES_OF_OUR_OWN: OWN_COLUMNS,
}


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
    """The lines given in a month (``2026-11``, Việt Nam time); December also closes the year (NĐ 23/2015 Đ.13(1)).

    Raises Problem UNKNOWN_REGISTER, BAD_MONTH.
    """
    if kind not in TITLES:
        known = ", ".join(TITLES)
        raise Problem("UNKNOWN_REGISTER", f"Sổ in được: {known}", f"Registers to print: {known}")
    first, behind = _bounds(asked_for)
    found = session.execute(
        select(Entry, Copy, CopyRequest, Document)
        .join(Register, Register.id == Entry.register_id)
        .outerjoin(Copy, Copy.id == Entry.subject)
        .outerjoin(CopyRequest, CopyRequest.copy_id == Entry.subject)
        .outerjoin(Document, Document.id == Copy.document_id)
        .where(Register.agency_id == agency.id, Register.kind == kind)
        .where(Entry.given_at >= first, Entry.given_at < behind)
        .order_by(Register.year, Entry.number)
    ).all()
    values = field_rows.read(session, [one.Document.id for one in found if one.Document is not None])
    rows = tuple(
        _row(entry, copy, asked, document, values.get(document.id, {}) if document else {})
        for entry, copy, asked, document in found
    )
    used = sorted({entry.volume for entry, *_ in found if entry.volume})
    subtitle = f"Tháng {first:%m} năm {first:%Y}. Quyển số: {', '.join(f'{one:02}' for one in used) or '–'}"
    closing = (
        f"Cộng tháng {first:%m/%Y}: {_sums([tuple(one) for one in found])}.",
        *_closing(session, agency, kind, first),
    )
    return BookMonth(agency.name, TITLES[kind], subtitle, COLUMNS[kind], rows, closing)


def _closing(session: Session, agency: Agency, kind: str, first: datetime) -> tuple[str, ...]:
    bound = "Các tờ này được đóng thành sổ và đóng dấu giáp lai từ tờ đầu đến tờ cuối."
    if first.month != 12:
        return (bound,)
    given = session.execute(
        select(Entry, Copy, CopyRequest)
        .join(Register, Register.id == Entry.register_id)
        .outerjoin(Copy, Copy.id == Entry.subject)
        .outerjoin(CopyRequest, CopyRequest.copy_id == Entry.subject)
        .where(Register.agency_id == agency.id, Register.kind == kind, Register.year == first.year)
    ).all()
    return (f"Khóa sổ ngày 31/12/{first.year}, cộng cả năm: {_sums([tuple(one) for one in given])}.", bound)


def _sums(lines: Sequence[tuple[Any, ...]]) -> str:
    """Numbers, void ones among them, copies and fees of lines that begin with entry, copy and request."""
    good = [(copy, asked) for entry, copy, asked, *_ in lines if entry.state != "void"]
    quantity = sum(asked.quantity if asked else 1 for _, asked in good)
    fees = sum(asked.fee for _, asked in good if asked)
    return f"{len(lines)} số, trong đó {len(lines) - len(good)} số hủy; {quantity} bản sao; phí {money(fees)} đồng"


def _row(
    entry: Entry, copy: Copy | None, asked: CopyRequest | None, document: Document | None,
    values: Mapping[str, FieldValue],
) -> tuple[str, ...]:  # fmt: skip
    number = printed(copy, asked) if copy is not None else str(entry.number)
    day = f"{entry.given_at.astimezone(VIETNAM):%d/%m/%Y}"
    paper, notes = _paper(document, values), _notes(entry, copy, asked)
    if asked is None:
        return number, day, copy.recipient if copy else "", paper, "", "1", "", notes
    of_paper = copy is not None and copy.basis == CopyBasis.ORIGINAL.value
    who = asked.requester if of_paper else "\n".join(one for one in (asked.requester, asked.identity) if one)
    signer = "\n".join(one for one in (asked.certifier, asked.certifier_title) if one) or "Ký số của cơ quan"
    fee = money(asked.fee) if of_paper else "–"
    return number, day, who, paper, signer, str(asked.quantity), fee, notes


def _notes(entry: Entry, copy: Copy | None, asked: CopyRequest | None) -> str:
    notes = []
    if entry.state == "void":
        told = (copy.reason or {}).get("vi") if copy is not None else None
        notes.append(f"HỦY SỐ: {told or entry.void_reason}")
    elif entry.state == "reserved":
        notes.append("Đang cấp")
    if copy is not None and copy.state in ("REVOKED", "REPLACED"):
        notes.append("Đã thu hồi" if copy.state == "REVOKED" else "Đã thay thế")
    if asked is not None:
        notes += [CAPACITIES[asked.capacity]] if asked.capacity in CAPACITIES else []
        notes.append(f"{asked.pages} trang")  # what the fee counts (TT 226/2016: pages of the original)
    return "; ".join(notes)


CAPACITIES = {
    "representative": "Người đại diện, ủy quyền",
    "heir": "Người thừa kế",
    "consent": "Theo đồng ý của chủ giấy tờ",
}


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
        behind = first.replace(day=monthrange(first.year, first.month)[1]) + timedelta(days=1)
    except (ValueError, OverflowError):  # the calendar ends with 9999-12
        raise Problem("BAD_MONTH", "Tháng ghi như 2026-11", "A month is written as 2026-11") from None
    return datetime.combine(first, time(), VIETNAM), datetime.combine(behind, time(), VIETNAM)
