"""The verdict on a text that came along: used where the picture bears it out, else why not.

A text layer can lie: other software read it badly, a font tells letters that it does not draw, somebody wrote another
number under the picture. What people see is the picture, so every line that a value of the record may stand in is
read and compared, prose by a sample; a word that differs is never taken from the layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ocr import engine
from ocr.engine import Token
from ocr.geometry import Corners, Image, inverse, mapped
from ocr.prepare import Prepared
from ocr.textlayer import ink, plausible, proof
from ocr.textlayer.lines import Fragment, Placed, by_line, chosen
from ocr.textlayer.proof import Doubt
from ocr.textlayer.values import Given
from ocr.vietnamese import bare

_ON_INK = 0.93
"""Share of words that must lie on ink. Layers that fit have 0.98 and more; those shifted by a line less than 0.6."""

_UNREAD = 0.25
"""Share of a page's letters without a word from which the layer is no text of the page; below it the rest is read."""

_AGREED = 0.95
"""Share of compared words that must be read as they are given. Born-digital papers of the generator give 0.99 and more,
layers by other readers of scans 0.9 and less: those are read better anew."""

_FIRST_DOUBTED = 0.12
"""Share of words in doubt after the first reading from which closer looks are not worth their time."""

_SCALES = (1.5, 0.8)
"""Sizes at which doubted lines are read again: the engine errs otherwise at another size, the print does not."""

_TRUE, _SAMPLED, _MARKS_DIFFER, _OURS = 0.99, 0.89, 0.6, 0.5
"""Confidence of words that were compared, of those vouched for by the sample only (never above what goes without a
person's look), of those whose marks were read otherwise, and of our own reading in place of a lie."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``tokens``: the page's words on the prepared picture, empty when the text is not used. ``reason``: why not, one
    of "few-words", "unknown-letters", "not-vietnamese", "off-ink", "ink-unread", "disagrees", or "" when used.
    ``agreed``: share of compared words that were read alike."""

    tokens: tuple[Token, ...]
    reason: str
    agreed: float = 0.0
    compared: int = 0


def fault(given: Given) -> str | None:
    """Why the text is not worth a look at the picture, or None."""
    return plausible.fault(given.words)


def judge(given: Given, prepared: Prepared, tesseract: str, timeout_seconds: float) -> Verdict:
    """Compare the text with the picture, turned as the text says. Raises Unreadable."""
    back = inverse(np.asarray(prepared.matrix))
    placed = [Placed(word.text, mapped(back, word.corners), word.line) for word in given.words]
    dark = ink.dark(prepared.pixels)
    shown = [word for word in placed if ink.on_ink(dark, word.corners)]
    if len(shown) < _ON_INK * len(placed):
        return Verdict((), "off-ink")
    rest, area, share = ink.unread(prepared.pixels, prepared.dpi, [word.corners for word in shown])
    if area is not None and share > _UNREAD:
        return Verdict((), "ink-unread")
    lines = by_line(shown)
    told = chosen(lines)
    doubted = _doubted(prepared, lines, told, tesseract, timeout_seconds)
    read = {(one.line, place) for one in told for place in range(one.start, one.end)}
    compared = len(read)
    agreed = 1 - len(doubted) / max(1, compared)
    # One word may differ on any page: it is not taken.
    if agreed < _AGREED and len(doubted) > 1:
        return Verdict((), "disagrees", agreed, compared)
    more: tuple[Token, ...] = ()
    if area is not None:
        more = _rest(rest, area, prepared.dpi, tesseract, timeout_seconds)
    return Verdict((*_tokens(lines, read, doubted, agreed), *more), "", agreed, compared)


def _doubted(
    prepared: Prepared,
    lines: Sequence[Sequence[Placed]],
    told: Sequence[Fragment],
    tesseract: str,
    seconds: float,
) -> dict[tuple[int, int], Doubt]:
    """The words that are read otherwise at every size."""
    found = proof.doubts(prepared.pixels, prepared.dpi, lines, told, 1.0, tesseract, seconds)
    if len(found) > _FIRST_DOUBTED * sum(one.end - one.start for one in told):
        return found
    for scale in _SCALES:
        if not found:
            break
        again = [
            Fragment(line, max(0, word - 2), min(len(lines[line]), word + 3)) for line, word in sorted(found)
        ]
        closer = proof.doubts(prepared.pixels, prepared.dpi, lines, again, scale, tesseract, seconds)
        found = {place: doubt for place, doubt in found.items() if place in closer}
    return found


def _tokens(
    lines: Sequence[Sequence[Placed]],
    read: set[tuple[int, int]],
    doubted: dict[tuple[int, int], Doubt],
    agreed: float,
) -> list[Token]:
    found = []
    for index, line in enumerate(lines):
        for place, word in enumerate(line):
            text, confidence = word.text, _TRUE if (index, place) in read else min(_SAMPLED, agreed)
            if (doubt := doubted.get((index, place))) is not None:
                same = bare(doubt.read) == bare(proof.plain(word.text))
                marks_only = same and not any(c.isdigit() for c in word.text)
                text, confidence = (word.text, _MARKS_DIFFER) if marks_only else (doubt.read, _OURS)
            if text:
                found.append(Token(text, confidence, word.corners, (0, 0, index)))
    return found


def _rest(picture: Image, area: Corners, dpi: float, tesseract: str, seconds: float) -> tuple[Token, ...]:
    """What the layer leaves out and the picture shows: stamps of signatures, filled-in numbers, pasted pictures."""
    x, y, x1, y1 = (int(c) for c in area)
    crop = np.ascontiguousarray(picture[y:y1, x:x1])
    return tuple(
        Token(
            one.text, one.confidence,
            (one.corners[0] + x, one.corners[1] + y, one.corners[2] + x, one.corners[3] + y),
            (one.place[0] + 10_000, one.place[1], one.place[2]),
        )
        for one in engine.tokens(crop, dpi, tesseract, seconds, scattered=True)
        if one.confidence >= 0.5
    )  # fmt: skip
