"""Which line of a list is which document: evidence weighed in bits, one line to one document, a margin or a question.

Record linkage as Fellegi and Sunter have it: each thing that a line and a reading can agree on counts by how much
likelier this agreement is for the same paper than for another one. How often others agree is counted in the list
itself, so a subject that all lines share says nothing and a rare name says much. Pure; no database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

PRESENT = 0.95
"""How likely a scanned paper stands in its list, before anything is read."""
SURE = 0.9
"""A match less likely is a question to a person."""
SHARE = 0.9
"""Of the claims of all documents to a line, so much must be this document's."""
TWIN_BITS = 3.0
"""Lines this close to each other are alike: when the others are given away, the one left over may be taken."""
LEAST_LINES = 20
"""A list is taken to have so many lines at least: that it has only one makes this no likelier."""
LOOKED_AT = 0.85
"""How sure a match is at most that follows only from the other lines being given away, or whose day nothing bears out:
below 0.9, so that a person looks."""
WORTH_SHOWING = 0.1
MOST_CANDIDATES = 3
MOST_KEPT = 16
"""Lines kept of one document's scores; what stands behind these is far off or one of very many alike."""


class Fate(StrEnum):
    """What came of matching one document."""

    MATCHED = "matched"
    CHOSEN = "chosen"
    OPEN = "open"
    NONE = "none"


@dataclass(frozen=True)
class Score:
    """How much speaks for a line, in bits (log2 of the likelihood ratio). ``against``: something that was read
    surely says otherwise; such a line is shown and never taken by itself. ``dated`` False: the line has a day and
    neither month nor year was read that could bear it out; it is taken, and a person looks."""

    row: int
    bits: float
    against: bool = False
    dated: bool = True


@dataclass(frozen=True)
class Verdict:
    """Which line a document is, if any. ``confidence`` 0..1; ``margin``: bits between the line and the next one that
    was still free; ``candidates``: lines to choose from with their likelihood, best first."""

    fate: Fate
    row: int | None = None
    confidence: float = 0.0
    margin: float = 0.0
    candidates: tuple[tuple[int, float], ...] = ()


def kept(scores: Sequence[Score]) -> list[Score]:
    """The scores worth keeping, best first."""
    return sorted(scores, key=lambda one: (-one.bits, one.row))[:MOST_KEPT]


def likelihoods(scores: Sequence[Score], count: int, taken: Mapping[int, str]) -> dict[int, float]:
    """How likely each line is this paper, the rest to 1 being that none is. ``count``: lines of the list; those
    ``taken`` are out."""
    weights = {
        one.row: PRESENT / max(count, LEAST_LINES) * 2.0 ** min(one.bits, 60.0)
        for one in scores
        if one.row not in taken
    }
    total = sum(weights.values()) + 1 - PRESENT
    return {row: weight / total for row, weight in weights.items()}


def assign(
    documents: Mapping[str, Sequence[Score]], count: int, given: Mapping[str, int | None]
) -> dict[str, Verdict]:
    """A verdict for each document that is not ``given`` its line (or none) already.

    Sure pairs are fixed first, both ways: the line clear of this document's other lines, the document clear of the
    line's other claimants. What they took is gone for the others, and so on until nothing more is sure.
    """
    taken = {row: name for name, row in given.items() if row is not None}
    open_ones = {name: scores for name, scores in documents.items() if name not in given}
    found: dict[str, Verdict] = {}
    while True:
        rows = {name: likelihoods(scores, count, taken) for name, scores in open_ones.items()}
        claims = _claims(rows)
        fixed = {}
        for name, likely in rows.items():
            verdict = _sure(open_ones[name], likely, claims, count, taken)
            if verdict is not None:
                fixed[name] = verdict
        if not fixed:
            break
        for name, verdict in fixed.items():
            if verdict.row is not None:
                taken[verdict.row] = name
            del open_ones[name]
        found |= fixed
    for name in open_ones:
        found[name] = _unsure(rows[name])
    return found


def _odds(likely: float) -> float:
    return min(likely / max(1 - likely, 1e-9), 1e6)


def _claims(rows: Mapping[str, Mapping[int, float]]) -> dict[int, float]:
    """What all documents together claim of each line."""
    claims: dict[int, float] = {}
    for likely in rows.values():
        for row, value in likely.items():
            claims[row] = claims.get(row, 0.0) + _odds(value)
    return claims


def _sure(
    scores: Sequence[Score], likely: Mapping[int, float], claims: Mapping[int, float], count: int,
    taken: Mapping[int, str],
) -> Verdict | None:  # fmt: skip
    if not likely:
        return None
    row = max(likely, key=lambda one: likely[one])
    best = next(one for one in scores if one.row == row)
    share = _odds(likely[row]) / claims[row]
    if likely[row] < SURE or share < SHARE or best.against:
        return None
    confidence = min(likely[row] * share, 0.99)
    if not best.dated:
        confidence = min(confidence, LOOKED_AT)  # the list may be another year's
    before = max((one.bits for one in scores if one.row in taken), default=float("-inf"))
    if likelihoods(scores, count, {})[row] < SURE:
        if before - best.bits > TWIN_BITS:
            return None  # the line that fits is another document's: a second scan of it, or a mistake there
        confidence = min(confidence, LOOKED_AT)
    others = [one.bits for one in scores if one.row != row and one.row not in taken]
    return Verdict(
        Fate.MATCHED, row, round(confidence, 4), round(min(best.bits - max(others, default=0.0), 60.0), 2)
    )


def _unsure(likely: Mapping[int, float]) -> Verdict:
    ranked = sorted(likely.items(), key=lambda one: (-one[1], one[0]))
    # Many lines that are equally likely are each unlikely: the best of them are shown all the same.
    least = min(WORTH_SHOWING, ranked[0][1] if ranked and sum(likely.values()) >= 0.5 else 1.0)
    shown = tuple((row, round(value, 4)) for row, value in ranked[:MOST_CANDIDATES] if value >= least)
    return Verdict(Fate.OPEN if shown else Fate.NONE, candidates=shown)
