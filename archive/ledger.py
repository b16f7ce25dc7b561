"""The ledger: the only writer of a document's state. Each change is one event and, where work follows, one step.

Every function runs inside the caller's transaction: the change, its event and the step it makes due are one
commit or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive import field_rows, fields, history, scans, search
from archive.errors import Problem
from archive.lifecycle import STEP_AFTER, Act, IllegalMove, Standing, State, move
from archive.roles import Role
from archive.standings import of_record
from archive.tables import Agency, Batch, Document, Page, Refusal, ScannedPage, Step
from archive.written import MOST_REASON, check_lines


@dataclass(frozen=True)
class NewPage:
    """A page image about to be recorded: digest in the work area, pixels, effective dots per inch; the digest of the
    text that came with it, if any.

    ``scan_sha256`` and ``scan_page``: the file it was scanned in and its number there, when these are not the
    document's first file and the page's own number.
    """

    sha256: str
    width: int
    height: int
    dpi: float
    turned: int
    text_sha256: str | None = None
    scan_sha256: str = ""
    scan_page: int = 0


@dataclass(frozen=True)
class NewDocument:
    """Scanned pages about to become a document; ``scan_sha256`` is the file of the first. ``dossier``: the code on
    the cover sheet before it. ``capture``: of the officer who captured it at the counter (TT 01/2023 Đ.8(1))."""

    id: str
    name: str
    form: str
    scan_sha256: str
    scan_size: int
    media_type: str
    signed_already: bool
    pages: tuple[NewPage, ...]
    dossier: str = ""
    capture: dict[str, Any] | None = None


def open_agency(session: Session, code: str, name: str, agent: str, at: datetime) -> Agency:
    """The agency with this code, opened now unless it is there. Raises Problem when it has another name."""
    by_code = select(Agency).where(Agency.code == code)
    agency = session.scalars(by_code).one_or_none()
    if agency is None:
        agency = Agency(code=code, name=name, opened_at=at, last_event=0, last_hash=history.GENESIS)
        try:
            with session.begin_nested():
                session.add(agency)
        except IntegrityError:  # somebody else opened it in the meantime
            agency = session.scalars(by_code).one()
        else:
            history.append(session, agency.id, at, Act.OPEN_AGENCY, agent, code, {"name": name})
            return agency
    if agency.name != name:
        raise Problem(
            "AGENCY_NAME_DIFFERS",
            f"Cơ quan {code} đã có với tên «{agency.name}»",
            f"Agency {code} exists with the name {agency.name!r}",
        )
    return agency


def open_batch(session: Session, agency: Agency, batch_id: str, cover: str, at: datetime) -> None:
    """Record that files came in together."""
    session.add(Batch(id=batch_id, agency_id=agency.id, cover=cover, received_at=at))
    session.flush()


def receive(
    session: Session, agency: Agency, batch_id: str, new: NewDocument, agent: str, at: datetime
) -> tuple[str, bool]:
    """Make a document of scanned pages. Gives its id and whether they were a document's before (same bytes).

    A file that ``scans.add`` did not record yet is recorded as nothing but this document's pages.
    """
    history.head(session, agency.id)
    places = [_place(session, agency, batch_id, new, page, n) for n, page in enumerate(new.pages, 1)]
    first = session.get_one(ScannedPage, places[0])
    if first.document_id is not None:
        return first.document_id, True
    document = Document(
        id=new.id, agency_id=agency.id, batch_id=batch_id, scan_id=first.scan_id, scan_page=first.number,
        name=new.name, form=new.form, dossier=new.dossier or None, state=State.RECEIVED.value,
        signed_already=new.signed_already, received_at=at,
    )  # fmt: skip
    session.add(document)
    session.flush()
    session.add_all(
        Page(
            document_id=new.id, number=number, sha256=page.sha256, width=page.width, height=page.height,
            dpi=page.dpi, turned=page.turned, text_sha256=page.text_sha256,
        )
        for number, page in enumerate(new.pages, 1)
    )  # fmt: skip
    scans.give(session, new.id, places)
    details = {
        "batch": batch_id, "name": new.name, "scan": new.scan_sha256, "pages": [page.sha256 for page in new.pages],
        "scanned": [
            [page.scan_sha256 or new.scan_sha256, number]
            for page, (_, number) in zip(new.pages, places, strict=True)
        ],
        "signed_already": new.signed_already, "dossier": new.dossier,
        **({} if new.capture is None else {"capture": new.capture}),
    }  # fmt: skip
    history.append(session, agency.id, at, Act.RECEIVE, agent, new.id, details)
    make_due(session, new.id, State.RECEIVED, new.scan_sha256, at)
    return new.id, False


def _place(
    session: Session, agency: Agency, batch_id: str, new: NewDocument, page: NewPage, number: int
) -> tuple[int, int]:
    """Where the document's page was scanned: the scan and the page's number in it."""
    scan = scans.find(session, agency.id, page.scan_sha256 or new.scan_sha256)
    if scan is None:
        alone = scans.NewScan(
            new.scan_sha256, new.scan_size, new.media_type, tuple((Role.CONTENT, "") for _ in new.pages)
        )
        scan = scans.add(session, agency.id, batch_id, alone)
    return scan.id, page.scan_page or number


def refuse(
    session: Session, agency: Agency, batch_id: str, path: str, sha256: str | None, why: Problem, agent: str,
    at: datetime,
) -> None:  # fmt: skip
    """List a file that was not taken, with its reason; ``sha256`` names its bytes if they were kept aside.

    The same file refused again for the same reason stays one line of the list.
    """
    history.head(session, agency.id)
    listed = session.scalars(
        select(Refusal.id)
        .join(Batch, Batch.id == Refusal.batch_id)
        .where(
            Batch.agency_id == agency.id,
            Refusal.path == path,
            Refusal.sha256.is_(None) if sha256 is None else Refusal.sha256 == sha256,
            Refusal.code == why.code,
        )
    ).first()
    if listed is not None:
        return
    session.add(Refusal(batch_id=batch_id, path=path, sha256=sha256, code=why.code, vi=why.vi, en=why.en))
    details = {"path": path, "scan": sha256, "code": why.code}
    history.append(session, agency.id, at, Act.REFUSE_FILE, agent, batch_id, details)


def record(
    session: Session,
    document: Document,
    act: Act,
    agent: str,
    at: datetime,
    details: dict[str, Any],
    **changes: Any,
) -> None:
    """Move the document by ``act``, write the event, make the next step due; what was read or approved is indexed
    for search, with the values as they are then.

    ``changes`` are columns of the document set in the same breath. Compare-and-set on the state: of two people
    acting on one document the second gets Problem CHANGED_MEANWHILE. Raises IllegalMove.
    """
    before = State(document.state)
    after = move(before, act)
    moved = session.execute(
        update(Document)
        .where(Document.id == document.id, Document.state == before.value)
        .values(state=after.value, **changes)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Problem(
            "CHANGED_MEANWHILE",
            f"Hồ sơ {document.id} vừa được người khác xử lý. Hãy xem lại.",
            f"Document {document.id} was changed by someone else just now. Look again.",
        )
    session.refresh(document)
    if act in (Act.READ, Act.APPROVE):
        search.index(session, document)
    event = history.append(session, document.agency_id, at, act, agent, document.id, details)
    if after is not before:
        make_due(session, document.id, after, event.hash, at)


def approve(
    session: Session, document: Document, agent: str, at: datetime, corrections: Iterable[fields.FieldValue],
    **how: Any,
) -> None:  # fmt: skip
    """A person vouches for picture and values; the digest of the draft they saw goes into the event."""
    before = field_rows.read(session, [document.id])[document.id]
    changed = fields.joined(list(corrections), before)
    field_rows.write(session, document.id, changed)
    warned = sorted({one["code"] for one in document.findings or ()})
    details = {
        **how,
        **({"warnings": warned} if warned else {}),  # approved in spite of them
        "draft": document.draft_sha256,
        "corrected": {
            field.name: {
                "from": before[field.name].plain if field.name in before else None,
                "to": field.plain,
            }
            for field in changed
        },
    }
    # What did not come from the paper is not in the draft's metadata either.
    listed = any(value.origin == fields.LIST for value in before.values())
    record(session, document, Act.APPROVE, agent, at, details, corrected=bool(changed) or listed)


def revoke(session: Session, document: Document, agent: str, at: datetime, reason: str) -> None:
    """Take a held record's force away. It stays kept and can be looked up (NĐ 45/2020, domain.md R45-06).

    Raises IllegalMove, also when someone else took it away since the document was loaded, Problem BAD_TEXT.
    """
    check_lines(MOST_REASON, reason=reason)
    session.refresh(document, with_for_update={"key_share": True})
    if document.standing == Standing.REVOKED.value:
        raise IllegalMove(Standing.REVOKED, Act.REVOKE_RECORD)
    record(
        session, document, Act.REVOKE_RECORD, agent, at, {"reason": reason}, standing=Standing.REVOKED.value,
        standing_since=at, standing_reason=reason,
    )  # fmt: skip


def replace(
    session: Session, document: Document, by: Document, agent: str, at: datetime, reason: str
) -> None:
    """Another held record of the agency takes this one's place; this one stays kept and is told as replaced.

    Raises IllegalMove (it is revoked or replaced), Problem BAD_REPLACEMENT (``by`` is not held and in force here),
    BAD_TEXT.
    """
    check_lines(MOST_REASON, reason=reason)
    for one in sorted((document, by), key=lambda one: one.id):  # two that would replace each other take turns
        session.refresh(one, with_for_update={"key_share": True})
    if document.standing in (Standing.REVOKED.value, Standing.REPLACED.value):
        raise IllegalMove(Standing(document.standing), Act.REPLACE_RECORD)
    counts = by.state == State.HELD.value and of_record(session, by, at).standing is Standing.VALID
    if by.id == document.id or by.agency_id != document.agency_id or not counts:
        raise Problem(
            "BAD_REPLACEMENT",
            f"{by.id} không thay thế được: cần một giấy tờ khác của cơ quan, đã lưu trữ và còn hiệu lực",
            f"{by.id} cannot take its place: another held record in force of the agency is needed",
        )
    record(
        session, document, Act.REPLACE_RECORD, agent, at, {"reason": reason, "by": by.id},
        standing=Standing.REPLACED.value, standing_since=at, standing_reason=reason,
    )  # fmt: skip


def note(
    session: Session, document: Document, act: Act, agent: str, at: datetime, details: dict[str, Any]
) -> None:
    """An event that moves nothing: a step parked or tried again."""
    history.append(session, document.agency_id, at, act, agent, document.id, details)


def make_due(session: Session, document_id: str, state: State, cause: str, at: datetime) -> None:
    """The step that follows upon ``state``, if there is one; ``cause`` is what it is done for."""
    name = STEP_AFTER.get(state)
    if name is not None:
        session.add(Step(document_id=document_id, name=name, input=cause, offer_at=at))
        session.flush()
