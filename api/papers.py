"""Documents as they go out: the line of a list, and all about one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from api.callers import Call
from api.listed import ListedBody, listed
from api.shapes import Reason
from archive import catalogue, copies, field_rows, fields, lists, scans
from archive.clock import VIETNAM
from archive.fields import FieldValue
from archive.lifecycle import Standing, State
from archive.lists import Sight
from archive.roles import Role
from archive.tables import Document

SHOWN = ("code", "doc_type", "issuer", "number", "notation", "issued_on", "subject", "valid_until")


class DocumentLine(BaseModel):
    """A document as lists show it; values are null when they were not read."""

    id: str
    agency: str
    state: State
    standing: Standing
    form: str
    name: str
    batch: str
    received_at: datetime
    confidence: float | None
    """The least of the key fields, 0 to 1."""
    code: str | None
    doc_type: str | None
    issuer: str | None
    number: str | None
    notation: str | None
    issued_on: str | None
    subject: str | None
    valid_until: str | None
    warnings: list[str]
    """Codes of checks that warn."""


class FieldBody(BaseModel):
    """One value: how sure, on which page, where (pixels of the page image), and who said so."""

    value: str | int | list[str]
    confidence: float
    page: int | None
    box: list[int] | None
    origin: str


class FindingBody(BaseModel):
    """What a check of the reading warns of: the fields concerned, why, and where it shows (docs/forms.md)."""

    code: str
    fields: list[str]
    vi: str
    en: str
    page: int | None
    box: list[int] | None


class PageAccount(BaseModel):
    """Every page that was scanned, by what it is; separators are covers too."""

    scanned: int
    content: int
    blank: int
    separator: int


class PageBody(BaseModel):
    """One page image; ``image`` is its address. ``role``: content, blank or separator."""

    number: int
    role: Role
    width: int
    height: int
    dpi: float
    read: bool
    failure: dict[str, Any] | None
    image: str


class Parked(BaseModel):
    """A step that waits for a person, and why."""

    step: str
    attempt: int
    reason: Reason


class DocumentBody(DocumentLine):
    """A document with all about it. The ETag of this answer is what a review has to match."""

    standing_reason: str
    standing_since: datetime | None
    signed_already: bool
    fields: dict[str, FieldBody]
    findings: list[FindingBody]
    dossier: str | None
    """Code of the dossier on the cover sheet before it, as received."""
    scanned: PageAccount
    """The pages of the files that it came in."""
    head_pages: list[int]
    """Pages that may begin another document: to be split by a person."""
    pages: list[PageBody]
    parked: list[Parked]
    sealed_sha256: str | None
    manifest_sha256: str | None
    listed: ListedBody | None
    """Its line of the office's own list; null without one, once it is held, and for holders: lines name others."""


def line(
    document: Document, values: Mapping[str, FieldValue], agency: str, today: date, sight: Sight
) -> dict[str, Any]:
    """What lists show of a document. Warnings are for the agency: one may name another person's paper (V-15)."""
    until = values["valid_until"].values[0] if "valid_until" in values else None
    return {
        "id": document.id, "agency": agency, "state": document.state, "form": document.form, "name": document.name,
        "standing": copies.standing(document, until, today), "batch": document.batch_id,
        "received_at": document.received_at,
        "warnings": sorted({one["code"] for one in _told(document, sight)}),
        "confidence": round(fields.confidence(values), 3) if values else None,
        **{name: str(values[name].plain) if name in values else None for name in SHOWN},
    }  # fmt: skip


def _told(document: Document, sight: Sight) -> list[dict[str, Any]]:
    return document.findings or [] if document.agency_id in sight.agencies else []


def field_body(value: FieldValue) -> FieldBody:
    """A value as it goes out."""
    return FieldBody(
        value=value.plain, confidence=round(value.confidence, 3), page=value.page,
        box=None if value.box is None else [*value.box], origin=value.origin,
    )  # fmt: skip


def whole(call: Call, session: Session, document: Document, agency: str) -> DocumentBody:
    """All about one document of the agency with this code."""
    values = field_rows.read(session, [document.id])[document.id]
    pages = [
        PageBody(
            number=one.number, role=Role(row.role), width=one.width, height=one.height, dpi=round(one.dpi, 1),
            read=one.reading_sha256 is not None, failure=one.failure,
            image=f"/api/v1/documents/{document.id}/pages/{one.number}",
        )
        for one, row in zip(
            catalogue.pages(session, document.id), scans.pages_of(session, document.id), strict=True
        )
    ]  # fmt: skip
    parked = [
        Parked(step=one.name, attempt=one.attempt, reason=Reason.model_validate(one.error))
        for one in lists.parked(session, document.id)
    ]
    return DocumentBody(
        **line(document, values, agency, call.at.astimezone(VIETNAM).date(), call.sight),
        standing_reason=document.standing_reason, standing_since=document.standing_since,
        dossier=document.dossier, head_pages=document.head_pages or [],
        scanned=PageAccount(**scans.account_of_files(session, document.id).as_dict()),
        signed_already=document.signed_already, pages=pages, parked=parked, sealed_sha256=document.sealed_sha256,
        fields={name: field_body(value) for name, value in values.items()},
        findings=[FindingBody.model_validate(one) for one in _told(document, call.sight)],
        manifest_sha256=document.manifest_sha256,
        listed=listed(session, document, values) if _may_see_lines(call, document) else None,
    )  # fmt: skip


def _may_see_lines(call: Call, document: Document) -> bool:
    return document.agency_id in call.sight.agencies and document.state != State.HELD.value
