"""Proposals: for each paper that a procedure requires, the holder's paper that will do, why none does, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from archive import field_rows
from archive.clock import VIETNAM
from archive.errors import Problem
from archive.holders import Holder
from archive.reuse import consents, grants, papers
from archive.reuse.judging import Paper, Required, answer, judge
from archive.reuse.tables import Procedure, Requirement
from archive.tables import Agency, Document


@dataclass(frozen=True)
class Usable:
    """The paper is here and counts: a copy can stand for the required one once the holder agrees."""

    requirement: Required
    paper: Paper


@dataclass(frozen=True)
class Unusable:
    """A paper is here but cannot stand for the required one; ``reason`` says why, in both languages."""

    requirement: Required
    paper: Paper
    reason: Problem


@dataclass(frozen=True)
class ToProvide:
    """Nothing is here: the holder hands the paper in."""

    requirement: Required


Answer = Usable | Unusable | ToProvide


@dataclass(frozen=True)
class Proposal:
    """What a procedure needs of a holder, paper by paper. ``consent``: the holder agreed for this procedure, or for
    the dossier that was named."""

    procedure: str
    holder: Holder
    consent: bool
    answers: tuple[Answer, ...]


def procedure(session: Session, code: str) -> Procedure:
    """The procedure with this code. Raises Problem UNKNOWN_PROCEDURE."""
    found = session.scalars(select(Procedure).where(Procedure.code == code.strip().upper())).one_or_none()
    if found is None:
        raise Problem(
            "UNKNOWN_PROCEDURE",
            f"Không có thủ tục {code[:40]} trong danh mục",
            f"No procedure {code[:40]} is listed",
        )
    return found


def requirements(session: Session, of: Procedure) -> list[Required]:
    """The papers the procedure requires now, in order."""
    query = select(Requirement).where(Requirement.procedure_id == of.id, Requirement.retired.is_(False))
    return [papers.required(row) for row in session.scalars(query.order_by(Requirement.position))]


def propose(
    session: Session, agency: Agency, of: Procedure, holder: Holder, at: datetime,
    offered: Mapping[int, str] | None = None, dossier_id: str | None = None,
) -> Proposal:  # fmt: skip
    """Go through the required papers for a holder who applies at ``agency``.

    Papers are found by exactly the holder's number, among those of the agency and those granted to it. ``offered``
    names documents (by the requirement's id) that the holder points at themselves; of those it is told when they
    are somebody else's or another paper. A document outside the agency's sight is as if it were not there.
    """
    sight = grants.within(session, agency.id, of.code, at)
    found = papers.load(session, and_(field_rows.made_out_to(holder.number), sight), at)
    pointed = dict(offered or {})
    if pointed:
        named = papers.load(session, and_(Document.id.in_(set(pointed.values())), sight), at)
        by_id = {paper.document_id: paper for paper in named}
    else:
        by_id = {}
    answers = tuple(
        _answer(wanted, found, by_id.get(pointed.get(wanted.id, "")), holder, at)
        for wanted in requirements(session, of)
    )
    agreed = consents.stands(session, agency.id, holder.number, of.code, dossier_id)
    return Proposal(of.code, holder, agreed, answers)


def _answer(
    wanted: Required, found: Sequence[Paper], offered: Paper | None, holder: Holder, at: datetime
) -> Answer:
    today = at.astimezone(VIETNAM).date()
    if offered is not None:
        reason = judge(offered, wanted, holder.number, today)
        best: tuple[Paper, Problem | None] | None = (offered, reason)
    else:
        best = answer(wanted, found, holder.number, today)
    if best is None:
        return ToProvide(wanted)
    paper, reason = best
    return Usable(wanted, paper) if reason is None else Unusable(wanted, paper, reason)
