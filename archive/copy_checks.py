"""What stands in the way of a copy, asked of the archive: how the record stands, who asks, what is kept already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from archive import field_rows, scans
from archive.clock import VIETNAM, stamp
from archive.copy_rules import Certification, CopyBasis, Requester, Wish, entitled
from archive.errors import Problem
from archive.lifecycle import Standing, State
from archive.standings import last_day, of_record
from archive.tables import Agency, Document, FieldRow

VIETNAMESE = {
    Standing.VALID: "còn hiệu lực",
    Standing.EXPIRED: "hết hiệu lực",
    Standing.REPLACED: "bị thay thế",
    Standing.REVOKED: "bị thu hồi",
    Standing.DISPUTED: "đang tranh chấp",
}


def why_not(session: Session, document: Document, at: datetime) -> Problem | None:
    """The reason why no copy may be made of the document now, or None."""
    if document.state != State.HELD.value:
        return Problem(
            "NOT_HELD",
            f"Hồ sơ {document.id} chưa được lưu trữ (đang ở trạng thái {document.state})",
            f"Document {document.id} is not held yet (it is {document.state})",
        )
    now = of_record(session, document, at).standing
    if now is Standing.VALID:
        return None
    since = last_day(session, document) if now is Standing.EXPIRED else stamp(document.standing_since or at)
    word = VIETNAMESE[now]
    return Problem(
        f"RECORD_{now.name}",
        f"Giấy tờ {document.id} không còn giá trị ({word}, từ {since}). {document.standing_reason}".strip(),
        f"Record {document.id} does not count any more ({now.value}, {since}). {document.standing_reason}".strip(),
    )


def pages_of(session: Session, document: Document) -> int:
    """Pages of the original that carry content: what the fee counts (TT 226/2016) and the register shows."""
    content = [one for one in scans.pages_of(session, document.id) if one.role == "content"]
    return max(1, len(content))


def not_for(session: Session, document: Document, basis: CopyBasis, who: Requester) -> Problem | None:
    """Why this requester may not have a copy of it, or None (V-25)."""
    numbers = [field_text(session, document.id, name) for name in ("holder_id", "holder_tax_code")]
    return entitled(
        who, basis, field_text(session, document.id, "holder_name"), [one for one in numbers if one]
    )


def not_certified(
    session: Session, document: Document, wish: Wish, found: Certification | None, at: datetime
) -> Problem | None:
    """Why this paper is not certified against an original, whatever it looks like."""
    if document.signed_already:
        # The source is a paper original only (NĐ 45/2020 Đ.3(9)); an electronic one is copied from the register.
        return Problem(
            "NOT_A_PAPER_ORIGINAL",
            f"Giấy tờ {document.id} là bản gốc điện tử, không phải bản giấy. Hãy cấp bản sao từ sổ gốc.",
            f"{document.id} is an electronic original, no paper. Ask for a copy from the register.",
        )
    if wish.wanted_anyway.strip():
        return None
    brought = found.presented_on if found and found.presented_on else at.astimezone(VIETNAM).date()
    elsewhere = kept_already(session, document)
    if document.received_at.astimezone(VIETNAM).date() < brought:
        elsewhere = [session.get_one(Agency, document.agency_id).name, *elsewhere]
    if not elsewhere:
        return None
    # Nobody is asked for a paper that the databases have (NĐ 280/2025; domain.md CC-14).
    return Problem(
        "ALREADY_KEPT",
        f"Giấy tờ này đã có trong kho ({elsewhere[0]}): cấp bản sao từ sổ gốc, không yêu cầu nộp bản chính. "
        "Nếu người yêu cầu vẫn muốn chứng thực, hãy ghi lý do.",
        f"This record is kept already ({elsewhere[0]}): issue a copy from the register and ask for no original. "
        "If the requester still wants it certified, say why.",
    )


def kept_already(session: Session, document: Document) -> Sequence[str]:
    """Names of agencies that hold another record in force of the same number, issuer and day."""
    told = {name: field_text(session, document.id, name) for name in ("code", "issuer", "issued_on")}
    if not all(told.values()):
        return []
    rows = [aliased(FieldRow) for _ in told]
    query = select(Agency.name).join(Document, Document.agency_id == Agency.id)
    for row, (name, value) in zip(rows, told.items(), strict=True):
        query = query.join(row, row.document_id == Document.id)
        query = query.where(row.name == name, row.position == 0, row.value == value)
    in_force = Document.standing == Standing.VALID.value
    query = query.where(Document.id != document.id, Document.state == State.HELD.value, in_force)
    return session.scalars(query.distinct().order_by(Agency.name)).all()


def field_text(session: Session, document_id: str, name: str) -> str:
    """The first value of a field, empty when there is none."""
    found = field_rows.read(session, [document_id])[document_id].get(name)
    return "" if found is None else str(found.values[0])
