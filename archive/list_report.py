"""How a batch stands against its list: which papers are missing, which documents no line knows, what is open."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import list_matches, paper_lists
from archive.errors import Problem
from archive.lifecycle import State
from archive.list_matches import GONE
from archive.matching import Fate
from archive.paper_lists import Line, PaperList
from archive.tables import Document


@dataclass(frozen=True)
class Found:
    """A document of the batch: where it stands, which line it is, or which it may be (row, likelihood)."""

    id: str
    name: str
    state: str
    fate: str
    row: int | None
    confidence: float
    candidates: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class ListReport:
    """The list with its lines; ``missing``: rows that no document is; ``without``: documents that no line is;
    ``open``: documents that a person has to choose for; ``unread``: documents not read yet, so nothing is final."""

    of: PaperList
    lines: tuple[Line, ...]
    documents: tuple[Found, ...]
    missing: tuple[int, ...]
    without: tuple[str, ...]
    open: tuple[str, ...]
    unread: int


def report(session: Session, batch_id: str) -> ListReport:
    """How the batch stands against its list. Raises Problem NO_LIST."""
    of = paper_lists.of_batch(session, batch_id)
    if of is None:
        raise Problem("NO_LIST", "Lô này không có bản kê", "This batch has no list")
    lines = tuple(paper_lists.lines(session, batch_id))
    known = list_matches.matches(session, batch_id)
    rows = list_matches.rows_of(session, batch_id)
    found = []
    for one in session.scalars(
        select(Document).where(Document.batch_id == batch_id).order_by(Document.scan_id)
    ):
        match = known.get(one.id)
        fate = Fate.NONE.value if match is None else match.fate
        candidates = () if match is None else tuple((row, likely) for row, likely in match.candidates)
        row = rows.get(one.id)
        sure = 0.0 if match is None else match.confidence
        found.append(Found(one.id, one.name, one.state, fate, row, sure, candidates))
    taken = {one.row for one in found if one.state not in GONE}
    there = [one for one in found if one.state not in (*GONE, State.RECEIVED.value) and one.row is None]
    return ListReport(
        of, lines, tuple(found),
        missing=tuple(line.row for line in lines if line.row not in taken),
        without=tuple(one.id for one in there if one.fate != Fate.OPEN.value),
        open=tuple(one.id for one in there if one.fate == Fate.OPEN.value),
        unread=sum(one.state == State.RECEIVED.value for one in found),
    )  # fmt: skip
