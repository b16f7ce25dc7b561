"""Certified copies in the ledger: asked for, granted or refused with a reason, issued, revoked, replaced.

CopyBasis.REGISTER is a copy issued from the original register (bản sao từ sổ gốc), CopyBasis.ORIGINAL a copy
certified against the paper original (chứng thực bản sao từ bản chính): two legal acts (NĐ 23/2015) with rules of
their own (``copy_rules``). The first is granted as soon as it is asked for rightly; the second waits for the officer
who has the paper (``certification.grant``), unless they say at once what they found. CopyBasis.EXTRACT is an extract
(trích sao, NĐ 30/2020 Đ.25) of the sealed record: parts of it, named in the request.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive import history, registers, volumes
from archive.clock import VIETNAM
from archive.copy_checks import field_text, not_certified, not_for, pages_of
from archive.copy_checks import why_not as why_not
from archive.copy_law import CopyLaw, shipped_law
from archive.copy_rows import CopyRequest
from archive.copy_rules import PLAIN, Capacity, Certification, Requester, Wish, certifiable, check_wish
from archive.copy_rules import CopyBasis as CopyBasis
from archive.errors import Problem
from archive.identifiers import Entropy, new_id, verification_code
from archive.lifecycle import Act, CopyState, IllegalMove, Standing, move_copy
from archive.standings import judged as standing
from archive.standings import of_copy
from archive.tables import Copy, Document, Step
from archive.written import MOST_NAME, MOST_REASON, check_lines

__all__ = ["CopyBasis", "standing", "why_not"]

REGISTER_OF = {
    CopyBasis.REGISTER: registers.COPIES_FROM_REGISTER,
    CopyBasis.ORIGINAL: registers.COPIES_FROM_ORIGINAL,
    # NĐ 30/2020 Đ.25: sao y, sao lục and trích sao share one series of numbers, 01 January to 31 December; what is
    # certified from a paper original is counted apart (NĐ 23/2015 Đ.13).
    CopyBasis.EXTRACT: registers.COPIES_OF_OUR_OWN,
}


def request(
    session: Session, document: Document, basis: CopyBasis, recipient: str, purpose: str, agent: str,
    at: datetime, entropy: Entropy, request_key: str | None = None, wish: Wish = PLAIN,
    found: Certification | None = None, law: CopyLaw | None = None, extract: dict[str, Any] | None = None,
) -> Copy:  # fmt: skip
    """Ask for a copy. From the register it is granted with its number and code, or refused with the reason, at once;
    of a paper original it waits for ``certification.grant``, unless ``found`` says what the officer found.

    A granted copy's ``issue`` step is due. With ``request_key`` the same request gives the same copy. ``extract`` says
    what an EXTRACT shows and hides, or in words what is ``wanted`` of it: then it waits for
    ``certification.grant_extract``. One without a requester the office makes for its own ends.
    Raises Problem REQUEST_KEY_USED when the key came with another request before, BAD_LIMITS, BAD_TEXT,
    REQUESTER_MISSING, UNKNOWN_GROUND, EXTRACT_OF_WHAT when an extract says not what it shows, or another copy does.
    """
    law = law or shipped_law()
    check_lines(MOST_NAME, recipient=recipient, purpose=purpose)
    check_wish(wish, at.astimezone(VIETNAM).date())
    if (basis is CopyBasis.EXTRACT) != (extract is not None) or (
        extract is not None and not any(extract.values())
    ):
        raise extract_of_what()
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
    requester = _requester(session, document, wish, recipient)
    _write_down(session, copy, document, wish, requester, at, law)
    asked: dict[str, Any] = {
        "copy": copy.id, "basis": basis.value, "recipient": recipient, "purpose": purpose,
        "capacity": requester.capacity.value, "requester": requester.name,
    }  # fmt: skip
    if extract is not None:
        asked["extract"] = extract
    history.append(session, document.agency_id, at, Act.REQUEST_COPY, agent, document.id, asked)
    refused = why_not(session, document, at)
    if basis is not CopyBasis.EXTRACT or wish.requester is not None:
        refused = refused or not_for(session, document, basis, requester)
    if refused is None and extract is not None and not extract.get("show") and not extract.get("hide"):
        return copy
    if basis is not CopyBasis.ORIGINAL:
        return _settled(session, copy, document, refused, agent, at, entropy, law)
    refused = refused or not_certified(session, document, wish, found, at)
    if refused is None and found is None:
        return copy
    return certified(session, copy, document, refused, found, agent, at, entropy, law)


def extract_of_what() -> Problem:
    """An extract says too little, or another copy too much."""
    return Problem(
        "EXTRACT_OF_WHAT",
        "Trích sao phải nêu phần được trích; loại bản sao khác thì không",
        "An extract names the parts that it shows, and no other copy does",
    )


def certified(
    session: Session, copy: Copy, document: Document, refused: Problem | None, found: Certification | None,
    agent: str, at: datetime, entropy: Entropy, law: CopyLaw | None = None,
) -> Copy:  # fmt: skip
    """The officer decides on a copy that waited: granted, or refused for ``refused`` or what was found. Raises Problem
    BAD_TEXT, UNKNOWN_GROUND."""
    asked = session.get_one(CopyRequest, copy.id)
    if found is not None:
        check_lines(MOST_NAME, certifier=found.certifier, certifier_title=found.certifier_title)
        asked.presented_on = found.presented_on
        asked.certifier, asked.certifier_title = found.certifier, found.certifier_title
        asked.grounds = list(found.grounds)
        refused = refused or certifiable(found, at.astimezone(VIETNAM).date())
    return _settled(session, copy, document, refused, agent, at, entropy, law or shipped_law())


def _settled(
    session: Session, copy: Copy, document: Document, refused: Problem | None, agent: str, at: datetime,
    entropy: Entropy, law: CopyLaw,
) -> Copy:  # fmt: skip
    if refused is not None:
        act(session, copy, document, Act.REFUSE_COPY, agent, at, refused.as_dict())
        copy.reason = dict(refused.as_dict())
        return copy
    if copy.state != CopyState.REQUESTED.value:  # no number for what was decided already
        raise IllegalMove(CopyState(copy.state), Act.GRANT_COPY)
    kind = REGISTER_OF[CopyBasis(copy.basis)]
    volume = volumes.current(session, document.agency_id, kind, agent, at).number
    given = registers.reserve(session, document.agency_id, kind, copy.id, at, volume)
    copy.number, copy.year, copy.code = given.number, given.year, verification_code(entropy)
    asked = session.get_one(CopyRequest, copy.id)
    day = at.astimezone(VIETNAM).date()
    asked.volume, asked.granted_at = given.volume, at
    asked.printed = law.printed(kind, given.number, given.volume, given.year, day)
    told: dict[str, Any] = {
        "number": given.number, "year": given.year, "volume": given.volume, "fee": asked.fee,
    }  # fmt: skip
    if copy.extract is not None and copy.extract.get("wanted"):
        told["extract"] = copy.extract  # what was asked for in words was chosen only now
    act(session, copy, document, Act.GRANT_COPY, agent, at, told)
    session.add(Step(document_id=document.id, name="issue", input=copy.id, offer_at=at))
    session.flush()
    return copy


def _requester(session: Session, document: Document, wish: Wish, recipient: str) -> Requester:
    if wish.requester is not None:
        return wish.requester
    name = field_text(session, document.id, "holder_name")
    return Requester(Capacity.HOLDER, name or recipient)


def _write_down(
    session: Session, copy: Copy, document: Document, wish: Wish, who: Requester, at: datetime, law: CopyLaw
) -> None:
    pages = pages_of(session, document)
    due = law.due(at)
    limits = wish.limits
    session.add(
        CopyRequest(
            copy_id=copy.id, capacity=who.capacity.value, requester=who.name, identity=who.identity, power=who.power,
            relation="" if who.relation is None else who.relation.value, relation_proof=who.relation_proof,
            death_proof=who.death_proof, quantity=wish.quantity, pages=pages,
            fee=law.fee(copy.basis, pages, wish.quantity, at.astimezone(VIETNAM).date()), due_at=due.at, slip=due.slip,
            wanted_anyway=wish.wanted_anyway, grounds=[], original_sha256=document.sealed_sha256,
            original_version=document.manifest_sha256 or "", valid_until=limits.valid_until,
            most_uses=limits.most_uses, only_recipient=limits.only_recipient, only_purpose=limits.only_purpose,
            organisation=limits.organisation,
        )
    )  # fmt: skip
    session.flush()


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
    """The copy's file is made, verified and stored: enter its number, bind it to what was copied, record the act."""
    bound = {"original": document.sealed_sha256, "version": document.manifest_sha256}
    told = {"file": file_sha256, "number": copy.number, **bound}
    act(session, copy, document, Act.ISSUE_COPY, agent, at, told)
    copy.file_sha256, copy.report_sha256 = file_sha256, report_sha256
    asked = session.get(CopyRequest, copy.id)
    if asked is not None:
        asked.original_sha256, asked.original_version = document.sealed_sha256, document.manifest_sha256 or ""
    registers.enter(session, document.agency_id, REGISTER_OF[CopyBasis(copy.basis)], copy.id)


def revoke(session: Session, copy: Copy, document: Document, agent: str, at: datetime, reason: str) -> None:
    """Take an issued copy's force away; its number stays. Raises IllegalMove, Problem CHANGED_MEANWHILE, BAD_TEXT."""
    check_lines(MOST_REASON, reason=reason)
    act(session, copy, document, Act.REVOKE_COPY, agent, at, {"reason": reason})
    copy.reason = {"code": "REVOKED", "vi": reason, "en": reason}


def replace(
    session: Session, copy: Copy, document: Document, by: Copy, agent: str, at: datetime, reason: str
) -> None:
    """Another issued copy of the same record, in force, takes this one's place. Raises Problem BAD_REPLACEMENT,
    BAD_TEXT, IllegalMove."""
    check_lines(MOST_REASON, reason=reason)
    history.head(session, document.agency_id)
    session.refresh(by)
    issued_too = (
        by.id != copy.id and by.document_id == copy.document_id and by.state == CopyState.ISSUED.value
    )
    if not issued_too or of_copy(session, by, document, at).standing is not Standing.VALID:
        raise Problem(
            "BAD_REPLACEMENT",
            f"{by.id} không thay thế được: cần một bản sao khác đã cấp, còn hiệu lực, của cùng giấy tờ",
            f"{by.id} cannot take its place: another issued copy in force of the same record is needed",
        )
    act(session, copy, document, Act.REPLACE_COPY, agent, at, {"reason": reason, "by": by.id})
    copy.reason = {"code": "REPLACED", "vi": reason, "en": reason}


def give_up(session: Session, copy: Copy, document: Document, why: Problem, agent: str, at: datetime) -> None:
    """The granted copy cannot be made any more: its number is void, with the reason, and never given again."""
    act(session, copy, document, Act.VOID_COPY, agent, at, why.as_dict())
    copy.reason = dict(why.as_dict())
    registers.void(session, document.agency_id, REGISTER_OF[CopyBasis(copy.basis)], copy.id, why.code)
