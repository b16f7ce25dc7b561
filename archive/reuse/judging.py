"""Whether a paper can stand for a required one, and if not, why. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from archive.copies import CopyBasis
from archive.errors import Problem
from archive.lifecycle import Standing
from archive.official_codes import procedure as procedure_code


@dataclass(frozen=True)
class Required:
    """A paper that a procedure requires."""

    id: int
    form: str
    title: str
    result_of: str
    quantity: int
    bases: frozenset[CopyBasis]
    mandatory: bool
    note: str


@dataclass(frozen=True)
class Paper:
    """A document with the values that decide on its reuse; ``holders`` are the identifiers it is made out to."""

    document_id: str
    agency_id: int
    form: str
    code: str
    subject: str
    result_of: str
    holders: frozenset[str]
    held: bool
    standing: Standing
    issued_on: str
    valid_from: str
    valid_until: str


def judge(paper: Paper, wanted: Required, holder: str, today: date) -> Problem | None:
    """Why the paper cannot stand for the required one today, or None when it can (domain.md 2.6, V-22)."""
    if holder not in paper.holders:
        return Problem(
            "OTHER_HOLDER",
            f"Giấy tờ {paper.document_id} không phải của người này",
            f"Paper {paper.document_id} is made out to somebody else",
        )
    if paper.form != wanted.form:
        return Problem(
            "WRONG_FORM",
            f"Cần «{wanted.form}» ({wanted.title}), giấy tờ {paper.document_id} là «{paper.form}»",
            f"{wanted.form!r} is needed ({wanted.title}), paper {paper.document_id} is {paper.form!r}",
        )
    if wanted.result_of and not _same_procedure(paper.result_of, wanted.result_of):
        return Problem(
            "WRONG_PROCEDURE",
            f"Cần kết quả của thủ tục {wanted.result_of}, giấy tờ {paper.document_id} "
            f"{'của thủ tục ' + paper.result_of if paper.result_of else 'không ghi thủ tục'}",
            f"The result of procedure {wanted.result_of} is needed, paper {paper.document_id} "
            f"{'is of ' + paper.result_of if paper.result_of else 'names none'}",
        )
    return _why_not_now(paper, today)


def answer(
    wanted: Required, papers: Collection[Paper], holder: str, today: date
) -> tuple[Paper, Problem | None] | None:
    """The best paper for a requirement with what speaks against it; None when there is none to speak of.

    A paper that can be used wins, the latest issued of several; else the one that fails for the least reason. Papers
    of the form from another procedure, and papers of other forms, are no candidates unless the procedure is right.
    """
    newest_first = sorted(papers, key=lambda paper: paper.issued_on, reverse=True)
    judged = [
        (paper, judge(paper, wanted, holder, today)) for paper in newest_first if _concerns(paper, wanted)
    ]
    return min(judged, key=lambda one: _rank(one[1]), default=None)


def _concerns(paper: Paper, wanted: Required) -> bool:
    if not wanted.result_of:
        return paper.form == wanted.form
    if _same_procedure(paper.result_of, wanted.result_of):
        return True
    return paper.form == wanted.form and not paper.result_of


def _same_procedure(one: str, other: str) -> bool:
    """Whether two codes name one procedure: the national part counts, places differ."""
    try:
        return procedure_code(one).national == procedure_code(other).national
    except Problem:
        return False


def _rank(problem: Problem | None) -> int:
    order = (
        "RECORD_EXPIRED",
        "NOT_YET_VALID",
        "NOT_HELD",
        "RECORD_DISPUTED",
        "RECORD_REPLACED",
        "RECORD_REVOKED",
    )
    if problem is None:
        return -1
    return order.index(problem.code) if problem.code in order else len(order)


def _why_not_now(paper: Paper, today: date) -> Problem | None:
    name = paper.document_id
    if not paper.held:
        return Problem("NOT_HELD", f"Giấy tờ {name} chưa được lưu trữ", f"Paper {name} is not held yet")
    if paper.standing is not Standing.VALID:
        vi = {
            Standing.EXPIRED: f"đã hết hạn ngày {paper.valid_until}",
            Standing.REPLACED: "đã được thay thế",
            Standing.REVOKED: "đã bị thu hồi",
            Standing.DISPUTED: "đang bị tranh chấp",
        }[paper.standing]
        return Problem(
            f"RECORD_{paper.standing.name}", f"Giấy tờ {name} {vi}", f"Paper {name} is {paper.standing.value}"
        )
    if paper.valid_from and date.fromisoformat(paper.valid_from) > today:
        return Problem(
            "NOT_YET_VALID",
            f"Giấy tờ {name} có hiệu lực từ ngày {paper.valid_from}",
            f"Paper {name} counts from {paper.valid_from} on",
        )
    return None
