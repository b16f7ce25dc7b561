"""The second, dearer tier: pages of which much ink lies under no word, or whose words are doubtful, read three ways.

Straightened more finely, at 1.2 and 1.5 times the usual scale; the reading that is worth most stands, each of its words
put to the vote of all three (1.26 to 1.17 % character errors on real pages, for three times the time: ocr.md 4 a2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ocr import engine
from ocr.attempt import Attempt, is_word
from ocr.coverage import coverage
from ocr.engine import Token
from ocr.geometry import Corners, Image, mapped
from ocr.paper import Look
from ocr.prepare import READING_DPI, prepare

COVERED = 0.93
"""Least share of text-like ink under words. Of 72 generated pages those read in full had 0.97 and more."""

CONFIDENT = 0.62
"""Least ``Attempt.merit``; see ocr.page."""

_WAYS = ((1.2, 0.3), (1.5, 0.3))
"""Scale beside the usual one, and the lean in degrees from which lines are levelled."""


def needed(attempt: Attempt, covered: float) -> bool:
    """Whether a page deserves three readings more; a page without a word does, too."""
    return covered < COVERED or attempt.merit < CONFIDENT


def read_thrice(
    picture: Image, dpi: float, facts: Look, first: Attempt, tesseract: str, timeout_seconds: float
) -> Attempt:
    """The best of ``first`` and two more readings, its words voted on. Never worth less than ``first``.

    Raises Unreadable.
    """
    attempts = [first]
    for scale, straighten_above in _WAYS:
        made = prepare(
            picture, dpi, facts, first.prepared.rotation,
            reading_dpi=READING_DPI * scale, straighten_above=straighten_above,
        )  # fmt: skip
        tokens = engine.tokens(made.pixels, made.dpi, tesseract, timeout_seconds)
        attempts.append(Attempt(replace(made, steps=(*made.steps, f"scale {scale:g}")), tokens))
    best = max(attempts, key=_value)
    return replace(best, tokens=voted(best, [other for other in attempts if other is not best]))


def _value(attempt: Attempt) -> float:
    """What was read, where the ink it leaves unread counts against it."""
    made = attempt.prepared
    return attempt.worth * coverage(made.pixels, attempt.tokens, made.dpi)


def voted(best: Attempt, others: Sequence[Attempt]) -> tuple[Token, ...]:
    """The words of ``best``; where both others, or one that is much surer, read something else, that."""
    elsewhere = [_by_place(other) for other in others]
    out = []
    for token, corners in zip(best.tokens, _on_scan(best), strict=True):
        votes: dict[str, list[float]] = defaultdict(list)
        votes[token.text].append(token.confidence)
        for placed in elsewhere:
            match = _same_place(corners, placed)
            if match is not None:
                votes[match.text].append(match.confidence if is_word(match) else 0.4 * match.confidence)
        text, told = max(votes.items(), key=lambda vote: (sum(vote[1]), vote[0] == token.text))
        surer = len(told) > 1 or told[0] > token.confidence + 0.3 or not is_word(token)
        changed = text != token.text and surer
        out.append(replace(token, text=text, confidence=sum(told) / len(told)) if changed else token)
    return tuple(out)


def _on_scan(attempt: Attempt) -> list[Corners]:
    matrix = np.asarray(attempt.prepared.matrix)
    return [mapped(matrix, token.corners) for token in attempt.tokens]


def _by_place(attempt: Attempt) -> list[tuple[Corners, Token]]:
    return list(zip(_on_scan(attempt), attempt.tokens, strict=True))


def _same_place(corners: Corners, placed: Sequence[tuple[Corners, Token]]) -> Token | None:
    """The word whose middle lies in the box and that is about as wide; None when there is none."""
    x0, y0, x1, y1 = corners
    for box, token in placed:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        if x0 < x < x1 and y0 < y < y1 and 0.7 < (box[2] - box[0]) / (x1 - x0) < 1.4:
            return token
    return None
