"""Questions to the archive: lists, one document with all about it, and whose file this is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import evidence, field_rows, fields, standings
from archive.clock import VIETNAM
from archive.copy_rows import CopyRequest
from archive.copy_rules import CopyBasis
from archive.errors import Problem
from archive.lifecycle import Act, Standing
from archive.printed import printed
from archive.tables import Agency, Copy, Document, Event, Page, Refusal, Scan, Step

SLICE = 200
"""Documents fetched at a time when listing."""


@dataclass(frozen=True)
class Listed:
    """A document with its values, as lists show it."""

    document: Document
    fields: dict[str, fields.FieldValue]

    def text(self, name: str) -> str | None:
        """The value of a field that is not a list, or None."""
        found = self.fields.get(name)
        return None if found is None else str(found.plain)


@dataclass(frozen=True)
class OneOfOurs:
    """A file that we issued: a record or a copy, and how it stands now. ``which`` of the two (a copy falls with its
    record) decides, since when, by whom (the agency's name), and why in both languages."""

    kind: standings.Which
    identifier: str
    standing: Standing
    since: datetime | None
    reason: str
    which: standings.Which
    by: str
    reason_en: str
    form: str = ""
    expires: datetime | None = None
    """From when on the record's own last day is over."""


def agencies(session: Session) -> list[Agency]:
    """All agencies of the installation, by code."""
    return list(session.scalars(select(Agency).order_by(Agency.code)))


def agency(session: Session, code: str | None) -> Agency:
    """The agency with this code, or the only one. Raises Problem."""
    known = agencies(session)
    if code is None and len(known) == 1:
        return known[0]
    for found in known:
        if found.code == code:
            return found
    codes = ", ".join(found.code for found in known) or "–"
    if code is None:
        raise Problem(
            "WHICH_AGENCY", f"Hãy nêu mã cơ quan (--agency): {codes}", f"Say which agency (--agency): {codes}"
        )
    raise Problem("UNKNOWN_AGENCY", f"Không có cơ quan {code}: {codes}", f"No agency {code}: {codes}")


def document(session: Session, document_id: str) -> Document:
    """The document with this id. Raises Problem UNKNOWN_DOCUMENT."""
    found = session.get(Document, document_id)
    if found is None:
        raise Problem("UNKNOWN_DOCUMENT", f"Không có hồ sơ {document_id}", f"No document {document_id}")
    return found


def listing(session: Session, batch_id: str | None = None) -> Iterator[Listed]:
    """All documents (or those first seen in a batch) in the order they came, with their values."""
    last: tuple[datetime, int, int] | None = None
    order = (Document.received_at, Document.scan_id, Document.scan_page)
    while True:
        # A batch comes in at one instant; its scans were numbered in the order of the files.
        query = select(Document).order_by(*order).limit(SLICE)
        if batch_id is not None:
            query = query.where(Document.batch_id == batch_id)
        if last is not None:
            at, scan_id, scan_page = last
            same_scan = (Document.scan_id == scan_id) & (Document.scan_page > scan_page)
            later = (Document.scan_id > scan_id) | same_scan
            query = query.where((Document.received_at > at) | ((Document.received_at == at) & later))
        found = list(session.scalars(query))
        if not found:
            return
        values = field_rows.read(session, [one.id for one in found])
        yield from (Listed(one, values[one.id]) for one in found)
        last = (found[-1].received_at, found[-1].scan_id, found[-1].scan_page)


def pages(session: Session, document_id: str) -> list[Page]:
    """The pages in order."""
    return list(session.scalars(select(Page).where(Page.document_id == document_id).order_by(Page.number)))


def scan(session: Session, of: Document) -> Scan:
    """The file the document's first page came in."""
    return session.scalars(select(Scan).where(Scan.id == of.scan_id)).one()


def events(session: Session, subject: str) -> list[Event]:
    """The history of one document or agency."""
    return list(session.scalars(select(Event).where(Event.subject == subject).order_by(Event.number)))


def parked(session: Session) -> list[Step]:
    """Steps that wait for a person."""
    return list(session.scalars(select(Step).where(Step.state == "parked").order_by(Step.id)))


def waiting(session: Session) -> list[Step]:
    """Steps that wait for what is away, or for another try; each bears the reason."""
    return list(
        session.scalars(select(Step).where(Step.state == "due", Step.error.is_not(None)).order_by(Step.id))
    )


def refused(session: Session) -> list[Refusal]:
    """Files that were not taken."""
    return list(session.scalars(select(Refusal).order_by(Refusal.id)))


def copies_of(session: Session, document_id: str) -> list[Copy]:
    """All copies asked for of a document, in order."""
    query = select(Copy).where(Copy.document_id == document_id).order_by(Copy.requested_at, Copy.id)
    return list(session.scalars(query))


def standing(session: Session, of: Document, at: datetime) -> Standing:
    """How the record stands on the day of ``at`` in Việt Nam."""
    return standings.of_record(session, of, at).standing


def expires(session: Session, of: Document) -> datetime | None:
    """The midnight in Việt Nam after the record's last valid day, or None when it has none."""
    values = field_rows.read(session, [of.id])[of.id]
    until = values["valid_until"].values[0] if "valid_until" in values else None
    if not until:
        return None
    return datetime.combine(date.fromisoformat(until) + timedelta(days=1), time(), VIETNAM)


def one_of_ours(session: Session, sha256: str, at: datetime) -> OneOfOurs | None:
    """What the archive knows of a file with this digest, renewed or not; a copy falls with its record."""
    sha256 = evidence.original_of(session, sha256)
    copy = session.scalars(select(Copy).where(Copy.file_sha256 == sha256)).first()
    if copy is not None:
        of = document(session, copy.document_id)
        return _ours(session, "copy", copy.id, of, standings.of_copy(session, copy, of, at))
    held = session.scalars(
        select(Document).where(Document.sealed_sha256 == sha256, Document.manifest_sha256.is_not(None))
    ).first()
    return (
        None
        if held is None
        else _ours(session, "record", held.id, held, standings.of_record(session, held, at))
    )


def _ours(
    session: Session, kind: standings.Which, identifier: str, of: Document, now: standings.Stands
) -> OneOfOurs:
    return OneOfOurs(
        kind,
        identifier,
        now.standing,
        now.since,
        now.vi,
        now.which,
        now.by,
        now.en,
        of.form,
        expires(session, of),
    )


CLOCK_PUT_BACK = timedelta(hours=1)


def copy_stated(session: Session, told: dict[str, Any], at: datetime) -> OneOfOurs | None:
    """How the copy stands that an offline statement names (issuer, form, number, the original's digest); None when no
    copy of ours is this one. Numbers such as ``01/01-SCT/BS`` come again every year, also for one original: of several,
    the first to be entered after the statement was signed."""
    original = evidence.original_of(session, str(told["original_sha256"]))
    query = (
        select(Copy, Document, CopyRequest)
        .join(Document, Document.id == Copy.document_id)
        .join(Agency, Agency.id == Document.agency_id)
        .outerjoin(CopyRequest, CopyRequest.copy_id == Copy.id)
        .where(
            Agency.code == told["issuer"], Copy.basis == str(told["form"]).lower(), Copy.file_sha256.is_not(None),
            Document.sealed_sha256 == original,
        )
    )  # fmt: skip
    numbered = [row for row in session.execute(query) if printed(row[0], row[2]) == told["number"]]
    entered = _entered(session, numbered[0][1]) if numbered else {}
    signed = datetime.fromisoformat(told["issued_at"])
    # The statement is signed in the step whose end enters the copy, so no other copy of its number lies between; a
    # clock that was put back in the step may have entered it a little before.
    after = [
        row for row in numbered if row[0].id in entered and entered[row[0].id] >= signed - CLOCK_PUT_BACK
    ]
    if not after:
        return None
    copy, of, _ = min(after, key=lambda row: entered[row[0].id])
    return _ours(session, "copy", copy.id, of, standings.of_copy(session, copy, of, at))


def _entered(session: Session, of: Document) -> dict[str, datetime]:
    """When each issued copy of the record was entered: the history says."""
    query = select(Event).where(Event.subject == of.id, Event.act == Act.ISSUE_COPY.value)
    return {event.details["copy"]: event.at for event in session.scalars(query)}


def originals_of_extract(session: Session, sha256: str) -> tuple[str, ...]:
    """The digests of the sealed record that an extract of ours, renewed or not, is of: the one it was sealed with, then
    one for each renewal; empty for any other file."""
    query = (
        select(Document.id, Document.sealed_sha256)
        .join(Copy, Copy.document_id == Document.id)
        .where(
            Copy.file_sha256 == evidence.original_of(session, sha256),
            Copy.basis == CopyBasis.EXTRACT.value,
        )
    )
    found = session.execute(query).first()
    if found is None or found[1] is None:
        return ()
    renewed = [one.digest for one in evidence.of_document(session, found[0]) if one.subject == found[0]]
    return (found[1], *renewed)


def manifest_values(session: Session, of: Document) -> dict[str, Any]:
    """The values of a document as its manifest keeps them."""
    values = field_rows.read(session, [of.id])[of.id]
    return {
        name: {
            "value": value.plain, "confidence": value.confidence, "page": value.page,
            "box": value.box, "origin": value.origin,
        }
        for name, value in values.items()
    }  # fmt: skip
