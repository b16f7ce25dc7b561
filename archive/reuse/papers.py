"""Documents as reuse sees them: found by their holder, within what an agency may see."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from archive import copies, field_rows, fields
from archive.clock import VIETNAM
from archive.copies import CopyBasis
from archive.copy_rules import WHOLE
from archive.field_rows import HOLDER_FIELDS
from archive.lifecycle import State
from archive.reuse.judging import Paper, Required
from archive.reuse.tables import Requirement
from archive.tables import Document

MOST_PAPERS = 500
"""Papers of one holder that are looked at, newest first."""

ANY_BASIS = "any"


def required(row: Requirement) -> Required:
    """The requirement as a value."""
    bases = WHOLE if row.basis == ANY_BASIS else frozenset({CopyBasis(row.basis)})
    return Required(
        row.id, row.form, row.title, row.result_of, row.quantity, bases, row.mandatory, row.note
    )  # fmt: skip


def load(session: Session, which: ColumnElement[bool], at: datetime) -> list[Paper]:
    """The papers that meet the condition, newest first, at most MOST_PAPERS; withdrawn ones are none."""
    query = (
        select(Document)
        .where(which, Document.state != State.WITHDRAWN.value)
        .order_by(Document.received_at.desc(), Document.id)
        .limit(MOST_PAPERS)
    )
    found = list(session.scalars(query))
    values = field_rows.read(session, [one.id for one in found]) if found else {}
    today = at.astimezone(VIETNAM).date()
    return [_paper(one, values[one.id], today) for one in found]


def _paper(document: Document, values: dict[str, fields.FieldValue], today: date) -> Paper:
    def text(name: str) -> str:
        return values[name].values[0].strip() if name in values and values[name].values else ""

    return Paper(
        document_id=document.id, agency_id=document.agency_id, form=document.form, code=text("code"),
        subject=text("subject"), result_of=text("procedure_code"),
        holders=frozenset(text(name) for name in HOLDER_FIELDS if text(name)),
        held=document.state == State.HELD.value,
        standing=copies.standing(document, text("valid_until") or None, today),
        issued_on=text("issued_on"), valid_from=text("valid_from"), valid_until=text("valid_until"),
    )  # fmt: skip
