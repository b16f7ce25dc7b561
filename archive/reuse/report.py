"""How much is not asked for again: the shares M-03 and M-04 of domain.md 7, with numerator and denominator."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from archive.clock import VIETNAM
from archive.errors import Problem
from archive.reuse.tables import Ask, Dossier, PaperHere, Use


@dataclass(frozen=True)
class Share:
    """A part of a whole, as it has to be published: both numbers."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> float | None:
        """0 to 100, one decimal; None when there is nothing to take a share of."""
        return round(100 * self.numerator / self.denominator, 1) if self.denominator else None


@dataclass(frozen=True)
class ReuseReport:
    """Dossiers received from ``first`` to ``last`` (days in Việt Nam, both counted).

    ``not_asked_again`` (M-03): dossiers none of whose papers that were here was asked for again, of dossiers with at
    least one such paper. A refused attempt counts as asked: the person at the counter heard the question.
    ``filled`` (M-04): required papers filled with a copy from here, of required papers that were here.
    """

    first: date
    last: date
    dossiers: int
    not_asked_again: Share
    filled: Share
    asks_refused: int
    asks_for_suspicion: int


def report(session: Session, agency_ids: Collection[int], first: date, last: date) -> ReuseReport:
    """The shares of these agencies' dossiers of a period. Raises Problem BAD_PERIOD."""
    if last < first:
        raise Problem(
            "BAD_PERIOD", "Kỳ báo cáo kết thúc trước khi bắt đầu", "The period ends before it begins"
        )
    start, end = _midnight(first), _midnight(last + timedelta(days=1))
    mine = select(Dossier.id).where(
        Dossier.agency_id.in_(agency_ids), Dossier.received_at >= start, Dossier.received_at < end
    )
    here = exists().where(PaperHere.dossier_id == Dossier.id)
    asked = exists().where(Ask.dossier_id == Dossier.id)

    def count(query: Select[str] | Select[int]) -> int:
        return session.scalar(select(func.count()).select_from(query.subquery())) or 0

    with_paper = count(mine.where(here))
    asks = select(Ask.id).where(Ask.dossier_id.in_(mine))
    used = exists().where(
        Use.dossier_id == PaperHere.dossier_id, Use.requirement_id == PaperHere.requirement_id
    )
    papers = select(PaperHere.requirement_id).where(PaperHere.dossier_id.in_(mine))
    return ReuseReport(
        first, last, count(mine),
        Share(count(mine.where(here, ~asked)), with_paper),
        Share(count(papers.where(used)), count(papers)),
        count(asks.where(Ask.refused)), count(asks.where(~Ask.refused)),
    )  # fmt: skip


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, VIETNAM)
