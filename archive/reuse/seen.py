"""What a holder sees of others' dealings with their papers: reads, copies, uses, asking again, consents, grants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from archive.lifecycle import State
from archive.people import ReadRecord
from archive.reuse.papers import made_out_to
from archive.reuse.tables import Ask, Consent, Dossier, Grant, Use
from archive.tables import Agency, Copy, Document

MOST = 200
"""Lines of one answer."""


class Deed(StrEnum):
    """What was done."""

    READ = "read"
    COPY = "copy"
    USE = "use"
    ASK = "ask"
    CONSENT = "consent"
    WITHDRAWAL = "withdrawal"
    GRANT = "grant"


@dataclass(frozen=True)
class Seen:
    """One line. ``agency`` is the one that acted (of a grant: that may find the papers since), ``why`` the dossier,
    purpose or basis, ``who`` the person or system as the history names it. Empty where it does not apply."""

    at: datetime
    deed: Deed
    agency: str
    document_id: str
    why: str
    who: str


def seen(session: Session, number: str, before: datetime | None = None, limit: int = MOST) -> list[Seen]:
    """The newest lines about the holder's held papers and consents, at most ``limit``; older ones from ``before``.

    Lines of one instant are never parted: when the last instant is cut by the limit, all of its lines are left for
    the next page, unless it is the only one.
    """
    limit = max(1, min(limit, MOST))
    theirs = and_(Document.state == State.HELD.value, made_out_to(number))
    lines: list[Seen] = []
    for deed, query, at in _queries(number, theirs):
        if before is not None:
            query = query.where(at < before)
        for when, agency, document_id, why, who in session.execute(
            query.order_by(at.desc()).limit(limit + 1)
        ):
            lines.append(Seen(when, deed, agency or "", document_id or "", why or "", who or ""))
    lines.sort(key=lambda line: (line.at, line.deed, line.document_id), reverse=True)
    if len(lines) <= limit:
        return lines
    whole = [line for line in lines[: limit + 1] if line.at != lines[limit].at]
    return whole or [line for line in lines if line.at == lines[0].at]


def _queries(
    number: str, theirs: ColumnElement[bool]
) -> list[tuple[Deed, Select[*tuple[Any, ...]], InstrumentedAttribute[Any]]]:
    nothing = literal("")
    of_giver = exists().where(
        Document.agency_id == Grant.giver_id, or_(Grant.form == "", Grant.form == Document.form), theirs
    )
    consents = (
        select(
            Consent.given_at,
            Agency.name,
            nothing,
            func.coalesce(Dossier.code, Consent.purpose),
            Consent.given_by,
        )
        .join(Agency, Agency.id == Consent.agency_id)
        .outerjoin(Dossier, Dossier.id == Consent.dossier_id)
        .where(Consent.holder == number)
    )
    withdrawals = (
        select(
            Consent.withdrawn_at, Agency.name, nothing, func.coalesce(Dossier.code, Consent.purpose), nothing
        )
        .join(Agency, Agency.id == Consent.agency_id)
        .outerjoin(Dossier, Dossier.id == Consent.dossier_id)
        .where(Consent.holder == number, Consent.withdrawn_at.is_not(None))
    )
    reads = (
        select(ReadRecord.at, nothing, ReadRecord.document_id, ReadRecord.what, ReadRecord.agent)
        .join(Document, Document.id == ReadRecord.document_id)
        .where(theirs)
    )
    copies = (
        select(Copy.requested_at, Agency.name, Copy.document_id, Copy.purpose, Copy.recipient)
        .join(Document, Document.id == Copy.document_id)
        .join(Agency, Agency.id == Document.agency_id)
        .where(theirs)
    )
    uses = (
        select(Use.used_at, Agency.name, Use.document_id, Dossier.code, Use.agent)
        .join(Document, Document.id == Use.document_id)
        .join(Dossier, Dossier.id == Use.dossier_id)
        .join(Agency, Agency.id == Dossier.agency_id)
        .where(theirs)
    )
    asks = (
        select(Ask.asked_at, Agency.name, Ask.document_id, Dossier.code, Ask.agent)
        .join(Dossier, Dossier.id == Ask.dossier_id)
        .join(Agency, Agency.id == Dossier.agency_id)
        .where(Dossier.holder == number)
    )
    granted = (
        select(Grant.given_at, Agency.name, nothing, Grant.basis, Grant.given_by)
        .join(Agency, Agency.id == Grant.taker_id)
        .where(of_giver)
    )
    return [
        (Deed.READ, reads, ReadRecord.at), (Deed.COPY, copies, Copy.requested_at), (Deed.USE, uses, Use.used_at),
        (Deed.ASK, asks, Ask.asked_at), (Deed.CONSENT, consents, Consent.given_at),
        (Deed.WITHDRAWAL, withdrawals, Consent.withdrawn_at), (Deed.GRANT, granted, Grant.given_at),
    ]  # fmt: skip
