"""Grants: an agency lets another find and use its papers. Without one, nothing crosses from agency to agency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from archive import history
from archive.clock import VIETNAM
from archive.errors import Problem
from archive.identifiers import Entropy, new_id
from archive.lifecycle import Act
from archive.reuse.tables import Grant
from archive.tables import Agency, Document


def give(
    session: Session, giver: Agency, taker: Agency, starts_on: date, ends_on: date | None, basis: str, agent: str,
    at: datetime, entropy: Entropy, form: str = "", procedure: str = "",
) -> Grant:  # fmt: skip
    """Let ``taker`` use the papers of ``giver``: of one form or all (empty), for dossiers of one procedure or all.

    ``basis`` says why (a decision's number, an agreement). Raises Problem BAD_GRANT.
    """
    if giver.id == taker.id or not basis.strip() or (ends_on is not None and ends_on < starts_on):
        raise Problem(
            "BAD_GRANT",
            "Việc chia sẻ cần hai cơ quan khác nhau, căn cứ, và ngày kết thúc không trước ngày bắt đầu",
            "A grant needs two agencies, a basis, and an end that is not before its beginning",
        )
    grant = Grant(
        id=new_id("grant", entropy), giver_id=giver.id, taker_id=taker.id, form=form, procedure=procedure,
        basis=basis.strip(), starts_on=starts_on, ends_on=ends_on, given_at=at, given_by=agent,
    )  # fmt: skip
    session.add(grant)
    details = {
        "taker": taker.code, "form": form, "procedure": procedure, "basis": grant.basis,
        "from": starts_on.isoformat(), "until": None if ends_on is None else ends_on.isoformat(),
    }  # fmt: skip
    history.append(session, giver.id, at, Act.GIVE_GRANT, agent, grant.id, details)
    return grant


def end(session: Session, grant: Grant, agent: str, at: datetime) -> None:
    """Take the grant back from now on; ending it again changes nothing."""
    session.refresh(grant, with_for_update={"key_share": True})
    if grant.ended_at is None:
        grant.ended_at = at
        history.append(session, grant.giver_id, at, Act.END_GRANT, agent, grant.id, {})


def standing(session: Session, taker_id: int, procedure: str, at: datetime) -> Sequence[Grant]:
    """The grants that an agency may use now for a dossier of ``procedure``; the last day still counts."""
    today = at.astimezone(VIETNAM).date()
    query = select(Grant).where(
        Grant.taker_id == taker_id,
        Grant.procedure.in_(("", procedure)),
        Grant.starts_on <= today,
        or_(Grant.ends_on.is_(None), Grant.ends_on >= today),
        or_(Grant.ended_at.is_(None), Grant.ended_at > at),
    )
    return session.scalars(query.order_by(Grant.id)).all()


def within(session: Session, agency_id: int, procedure: str, at: datetime) -> ColumnElement[bool]:
    """The condition on Document: the agency's own papers and those granted to it for this procedure now."""
    # Without + 0 planners walk all papers of the agency by its index instead of the few that the rest picks out.
    of = Document.agency_id + 0
    ways = [of == agency_id]
    for grant in standing(session, agency_id, procedure, at):
        of_giver = of == grant.giver_id
        ways.append(and_(of_giver, Document.form == grant.form) if grant.form else of_giver)
    return or_(*ways)
