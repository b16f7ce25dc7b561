"""Lists of reuse by keyset, filtered by what the caller may see inside the query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from archive.folding import fold
from archive.lists import Sight, behind
from archive.official_codes import key_of
from archive.reuse.tables import Consent, Dossier, Grant, Procedure, Use
from archive.tables import Copy

After = tuple[datetime, str] | None
"""(time, id) of the last row seen; None: from the newest on."""


def procedures(session: Session, words: str, after: str, limit: int) -> Sequence[Procedure]:
    """Procedures by code, those behind ``after``; all of ``words`` stand in code or name, marks and case aside.

    Filtered in Python: the list is some thousands of lines, and folding is ours (stack.md 0.4).
    """
    query = select(Procedure).where(Procedure.code > after).order_by(Procedure.code)
    if not words.strip():
        return session.scalars(query.limit(limit)).all()
    wanted = fold(words).split()
    named = select(Procedure.id, Procedure.code, Procedure.name).where(Procedure.code > after)
    found = [
        row.id for row in session.execute(named.order_by(Procedure.code))
        if all(word in fold(f"{row.code} {row.name}") for word in wanted)
    ]  # fmt: skip
    return session.scalars(query.where(Procedure.id.in_(found[:limit]))).all()


def _visible(agency: ColumnElement[int], holder: ColumnElement[str], sight: Sight) -> ColumnElement[bool]:
    numbers = [one for one in (sight.personal_id, sight.tax_code) if one]
    return or_(agency.in_(sight.agencies), holder.in_(numbers))


def _dossier_visible(sight: Sight) -> ColumnElement[bool]:
    return _visible(Dossier.agency_id.expression, Dossier.holder.expression, sight)


def dossier(session: Session, sight: Sight, dossier_id: str) -> Dossier | None:
    """The dossier with this id, if it may be seen."""
    query = select(Dossier).where(Dossier.id == dossier_id, _dossier_visible(sight))
    return session.scalars(query).one_or_none()


def dossiers(session: Session, sight: Sight, code: str | None, after: After, limit: int) -> Sequence[Dossier]:
    """Dossiers by receipt, newest first; with ``code`` the one that bears it."""
    query = select(Dossier).where(_dossier_visible(sight))
    if code is not None:
        query = query.where(Dossier.key == key_of(code))
    if after is not None:
        query = query.where(behind(Dossier.received_at, Dossier.id, after))
    return session.scalars(query.order_by(Dossier.received_at.desc(), Dossier.id.desc()).limit(limit)).all()


def _consent_visible(sight: Sight) -> ColumnElement[bool]:
    return _visible(Consent.agency_id.expression, Consent.holder.expression, sight)


def consent(session: Session, sight: Sight, consent_id: str) -> Consent | None:
    """The consent with this id, if it may be seen."""
    query = select(Consent).where(Consent.id == consent_id, _consent_visible(sight))
    return session.scalars(query).one_or_none()


def consents(session: Session, sight: Sight, standing: bool, after: After, limit: int) -> Sequence[Consent]:
    """Consents, newest first; ``standing``: only those not withdrawn."""
    query = select(Consent).where(
        _consent_visible(sight), Consent.withdrawn_at.is_(None) if standing else true()
    )
    if after is not None:
        query = query.where(behind(Consent.given_at, Consent.id, after))
    return session.scalars(query.order_by(Consent.given_at.desc(), Consent.id.desc()).limit(limit)).all()


def grant(session: Session, givers: frozenset[int], grant_id: str) -> Grant | None:
    """The grant with this id, if one of these agencies gave it."""
    return session.scalars(
        select(Grant).where(Grant.id == grant_id, Grant.giver_id.in_(givers))
    ).one_or_none()


def grants(session: Session, agencies: frozenset[int], after: After, limit: int) -> Sequence[Grant]:
    """Grants that these agencies gave or were given, newest first."""
    query = select(Grant).where(or_(Grant.giver_id.in_(agencies), Grant.taker_id.in_(agencies)))
    if after is not None:
        query = query.where(behind(Grant.given_at, Grant.id, after))
    return session.scalars(query.order_by(Grant.given_at.desc(), Grant.id.desc()).limit(limit)).all()


def uses(session: Session, of: Dossier) -> Sequence[Use]:
    """What stands in the dossier, in the order of use."""
    return session.scalars(select(Use).where(Use.dossier_id == of.id).order_by(Use.id)).all()


def copies(session: Session, of: Dossier) -> Sequence[tuple[Copy, int]]:
    """The copies that were made for the dossier, oldest first, each with the id of the paper it is for."""
    query = select(Copy).where(Copy.request_key.startswith(f"{of.id}/", autoescape=True))
    found = session.scalars(query.order_by(Copy.requested_at, Copy.id))
    return [(one, int((one.request_key or "").split("/")[1])) for one in found]
