"""What a holder sees of others' dealings with them: reads, copies, uses, questions, consents, grants, answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from archive.copy_rows import WrittenAnswer
from archive.field_rows import made_out_to
from archive.lifecycle import State
from archive.people import ReadRecord
from archive.reuse.tables import Ask, Consent, Dossier, Grant, Use
from archive.tables import Agency, Copy, Document

MOST = 200
"""Lines of one answer."""

_NOTHING: ColumnElement[Any] = literal("")


class Deed(StrEnum):
    """What was done."""

    READ = "read"
    COPY = "copy"
    USE = "use"
    ASK = "ask"
    CONSENT = "consent"
    WITHDRAWAL = "withdrawal"
    GRANT = "grant"
    ANSWER = "answer"


@dataclass(frozen=True)
class Seen:
    """One line. ``agency`` is the one that acted (of a grant: that may find the papers since), ``why`` the dossier,
    purpose or basis, ``who`` the person or system as the history names it. Empty where it does not apply.
    ``key`` tells the line among those of one deed."""

    at: datetime
    deed: Deed
    key: str
    agency: str
    document_id: str
    why: str
    who: str


def seen(session: Session, number: str, after: Seen | None = None, limit: int = MOST) -> list[Seen]:
    """Lines about the holder's held papers, consents and written answers, newest first, at most ``limit``; on from
    ``after``."""
    lines = union_all(*_queries(number)).subquery()
    at, deed, key = lines.c.at, lines.c.deed, lines.c.key
    query = select(lines).order_by(at.desc(), deed, key).limit(max(1, min(limit, MOST)))
    if after is not None:
        same = and_(
            at == after.at, or_(deed > after.deed.value, and_(deed == after.deed.value, key > after.key))
        )
        query = query.where(or_(at < after.at, same))
    return [Seen(row.at, Deed(row.deed), *(part or "" for part in row[2:])) for row in session.execute(query)]


def _line(
    deed: Deed, at: ColumnElement[Any], key: ColumnElement[Any], agency: ColumnElement[Any],
    document_id: ColumnElement[Any], why: ColumnElement[Any], who: ColumnElement[Any],
) -> Select[*tuple[Any, ...]]:  # fmt: skip
    return select(
        at.label("at"), literal(deed.value).label("deed"), cast(key, String).label("key"), agency.label("agency"),
        document_id.label("document_id"), why.label("why"), who.label("who"),
    )  # fmt: skip


def _queries(number: str) -> list[Select[*tuple[Any, ...]]]:
    theirs = and_(Document.state == State.HELD.value, made_out_to(number))
    of_giver = exists().where(
        Document.agency_id == Grant.giver_id, or_(Grant.form == "", Grant.form == Document.form), theirs
    )
    reason = func.coalesce(Dossier.code, Consent.purpose)

    def consents(deed: Deed, at: ColumnElement[Any], who: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
        return (
            _line(deed, at, _of(Consent.id), _of(Agency.name), _NOTHING, reason, who)
            .join_from(Consent, Agency, Agency.id == Consent.agency_id)
            .outerjoin(Dossier, Dossier.id == Consent.dossier_id)
            .where(Consent.holder == number, at.is_not(None))
        )

    return [
        consents(Deed.CONSENT, _of(Consent.given_at), _of(Consent.given_by)),
        consents(Deed.WITHDRAWAL, _of(Consent.withdrawn_at), _NOTHING),
        _line(
            Deed.READ, _of(ReadRecord.at), _of(ReadRecord.id), _NOTHING, _of(ReadRecord.document_id),
            _of(ReadRecord.what), _of(ReadRecord.agent),
        )
        .join_from(ReadRecord, Document, Document.id == ReadRecord.document_id)
        .where(theirs),
        _line(
            Deed.COPY, _of(Copy.requested_at), _of(Copy.id), _of(Agency.name), _of(Copy.document_id),
            _of(Copy.purpose), _of(Copy.recipient),
        )
        .join_from(Copy, Document, Document.id == Copy.document_id)
        .join(Agency, Agency.id == Document.agency_id)
        .where(theirs),
        _line(
            Deed.USE, _of(Use.used_at), _of(Use.id), _of(Agency.name), _of(Use.document_id), _of(Dossier.code),
            _of(Use.agent),
        )
        .join_from(Use, Document, Document.id == Use.document_id)
        .join(Dossier, Dossier.id == Use.dossier_id)
        .join(Agency, Agency.id == Dossier.agency_id)
        .where(theirs),
        _line(
            Deed.ASK, _of(Ask.asked_at), _of(Ask.id), _of(Agency.name), _of(Ask.document_id), _of(Dossier.code),
            _of(Ask.agent),
        )
        .join_from(Ask, Dossier, Dossier.id == Ask.dossier_id)
        .join(Agency, Agency.id == Dossier.agency_id)
        .where(Dossier.holder == number),
        _line(
            Deed.GRANT, _of(Grant.given_at), _of(Grant.id), _of(Agency.name), _NOTHING, _of(Grant.basis),
            _of(Grant.given_by),
        )
        .join_from(Grant, Agency, Agency.id == Grant.taker_id)
        .where(of_giver),
        _line(
            Deed.ANSWER, _of(WrittenAnswer.answered_at), _of(WrittenAnswer.id), _of(Agency.name), _NOTHING,
            _of(WrittenAnswer.about), _of(WrittenAnswer.agent),
        )
        .join_from(WrittenAnswer, Agency, Agency.id == WrittenAnswer.agency_id)
        .where(WrittenAnswer.holder == number),
    ]  # fmt: skip


def _of(column: Any) -> ColumnElement[Any]:
    """The column as an expression."""
    found: ColumnElement[Any] = column.expression
    return found
