"""Certified copies in the ledger: asked for, granted or refused with a reason, issued, revoked.

CopyBasis.REGISTER is a copy issued from the original register (bản sao từ sổ gốc), CopyBasis.ORIGINAL a copy
certified against the paper original (chứng thực bản sao từ bản chính): two legal acts (NĐ 23/2015). CopyBasis.EXTRACT
is an extract (trích sao, NĐ 30/2020 Đ.25) of the sealed record: parts of it, named in the request.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive import field_rows, history, registers
from archive.clock import VIETNAM, stamp
from archive.errors import Problem
from archive.identifiers import Entropy, new_id, verification_code
from archive.lifecycle import Act, CopyState, Standing, State, move_copy
from archive.tables import Copy, Document, Step


class CopyBasis(StrEnum):
    """The legal act a copy comes from."""

    REGISTER = "register"
    ORIGINAL = "original"
    EXTRACT = "extract"


WHOLE = frozenset({CopyBasis.REGISTER, CopyBasis.ORIGINAL})
"""Copies that stand for the paper: an extract is none, for what it leaves out may matter."""

VIETNAMESE = {
    Standing.VALID: "còn hiệu lực",
    Standing.EXPIRED: "hết hiệu lực",
    Standing.REPLACED: "bị thay thế",
    Standing.REVOKED: "bị thu hồi",
    Standing.DISPUTED: "đang tranh chấp",
}

REGISTER_OF = {
    CopyBasis.REGISTER: registers.COPIES_FROM_REGISTER,
    CopyBasis.ORIGINAL: registers.COPIES_FROM_ORIGINAL,
    # NĐ 30/2020 Đ.25: sao y, sao lục and trích sao share one series of numbers, 01 January to 31 December.
    CopyBasis.EXTRACT: registers.COPIES_FROM_ORIGINAL,
}


def standing(document: Document, valid_until: str | None, today: date) -> Standing:
    """Whether the record counts today. Raised standings win over the date; the last valid day still counts.

    ``valid_until`` is a date as the field holds it; empty (a person struck it out) is none.
    """
    kept = Standing(document.standing)
    if kept is Standing.VALID and valid_until and date.fromisoformat(valid_until) < today:
        return Standing.EXPIRED
    return kept


def why_not(session: Session, document: Document, at: datetime) -> Problem | None:
    """The reason why no copy may be made of the document now, or None."""
    if document.state != State.HELD.value:
        return Problem(
            "NOT_HELD",
            f"Hồ sơ {document.id} chưa được lưu trữ (đang ở trạng thái {document.state})",
            f"Document {document.id} is not held yet (it is {document.state})",
        )
    values = field_rows.read(session, [document.id])[document.id]
    until = values["valid_until"].values[0] if "valid_until" in values else None
    now = standing(document, until, at.astimezone(VIETNAM).date())
    if now is Standing.VALID:
        return None
    since = until if now is Standing.EXPIRED else stamp(document.standing_since or at)
    word = VIETNAMESE[now]
    return Problem(
        f"RECORD_{now.name}",
        f"Giấy tờ {document.id} không còn giá trị ({word}, từ {since}). {document.standing_reason}".strip(),
        f"Record {document.id} does not count any more ({now.value}, {since}). {document.standing_reason}".strip(),
    )


def request(
    session: Session, document: Document, basis: CopyBasis, recipient: str, purpose: str, agent: str,
    at: datetime, entropy: Entropy, request_key: str | None = None, extract: dict[str, Any] | None = None,
) -> Copy:  # fmt: skip
    """Ask for a copy; it is granted with its number and code, or refused with the reason, at once.

    A granted copy's ``issue`` step is due. With ``request_key`` the same request gives the same copy. ``extract`` says
    what an EXTRACT shows and hides.
    Raises Problem REQUEST_KEY_USED when the key came with another request before, EXTRACT_OF_WHAT when an extract says
    not what it shows, or another copy does.
    """
    if (basis is CopyBasis.EXTRACT) != (extract is not None):
        raise Problem(
            "EXTRACT_OF_WHAT",
            "Trích sao phải nêu phần được trích; loại bản sao khác thì không",
            "An extract names the parts that it shows, and no other copy does",
        )
    history.head(session, document.agency_id)
    session.refresh(document)  # as it is now that nobody else can act on it
    if request_key is not None:
        before = session.scalars(select(Copy).where(Copy.request_key == request_key)).one_or_none()
        if before is not None:
            asked_before = (
                before.document_id,
                before.basis,
                before.recipient,
                before.purpose,
                before.extract,
            )
            if asked_before != (document.id, basis.value, recipient, purpose, extract):
                raise Problem(
                    "REQUEST_KEY_USED",
                    "Khóa yêu cầu này đã dùng cho một yêu cầu khác. Hãy dùng khóa mới.",
                    "This request key was used for another request. Use a new one.",
                )
            return before
    copy = Copy(
        id=new_id("copy", entropy), document_id=document.id, basis=basis.value, recipient=recipient,
        purpose=purpose, state=CopyState.REQUESTED.value, requested_at=at, request_key=request_key, extract=extract,
    )  # fmt: skip
    session.add(copy)
    session.flush()
    asked: dict[str, Any] = {
        "copy": copy.id,
        "basis": basis.value,
        "recipient": recipient,
        "purpose": purpose,
    }
    if extract is not None:
        asked["extract"] = extract
    history.append(session, document.agency_id, at, Act.REQUEST_COPY, agent, document.id, asked)
    refused = why_not(session, document, at)
    if refused is not None:
        act(session, copy, document, Act.REFUSE_COPY, agent, at, refused.as_dict())
        copy.reason = dict(refused.as_dict())
        return copy
    given = registers.reserve(session, document.agency_id, REGISTER_OF[basis], copy.id, at)
    copy.number, copy.year, copy.code = given.number, given.year, verification_code(entropy)
    act(session, copy, document, Act.GRANT_COPY, agent, at, {"number": given.number, "year": given.year})
    session.add(Step(document_id=document.id, name="issue", input=copy.id, offer_at=at))
    session.flush()
    return copy


def act(
    session: Session,
    copy: Copy,
    document: Document,
    done: Act,
    agent: str,
    at: datetime,
    details: dict[str, Any],
) -> None:
    """Move the copy and write the event. Raises IllegalMove, or Problem CHANGED_MEANWHILE when someone else
    moved it since it was loaded."""
    before = CopyState(copy.state)
    moved = session.execute(
        update(Copy)
        .where(Copy.id == copy.id, Copy.state == before.value)
        .values(state=move_copy(before, done).value)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Problem(
            "CHANGED_MEANWHILE",
            f"Bản sao {copy.id} vừa được người khác xử lý. Hãy xem lại.",
            f"Copy {copy.id} was changed by someone else just now. Look again.",
        )
    session.refresh(copy)
    history.append(session, document.agency_id, at, done, agent, document.id, {"copy": copy.id, **details})


def issued(
    session: Session,
    copy: Copy,
    document: Document,
    file_sha256: str,
    report_sha256: str,
    agent: str,
    at: datetime,
) -> None:
    """The copy's file is made, verified and stored: enter its number and record the act."""
    act(session, copy, document, Act.ISSUE_COPY, agent, at, {"file": file_sha256, "number": copy.number})
    copy.file_sha256, copy.report_sha256 = file_sha256, report_sha256
    registers.enter(session, document.agency_id, REGISTER_OF[CopyBasis(copy.basis)], copy.id)


def give_up(session: Session, copy: Copy, document: Document, why: Problem, agent: str, at: datetime) -> None:
    """The granted copy cannot be made any more: its number is void, with the reason, and never given again."""
    act(session, copy, document, Act.VOID_COPY, agent, at, why.as_dict())
    copy.reason = dict(why.as_dict())
    registers.void(session, document.agency_id, REGISTER_OF[CopyBasis(copy.basis)], copy.id, why.code)
