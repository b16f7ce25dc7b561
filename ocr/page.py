"""One page image read: looked at, prepared, given to Tesseract, put in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr import engine, pixels
from ocr.attempt import Attempt
from ocr.coverage import coverage
from ocr.engine import Token, Unreadable
from ocr.geometry import Corners, Image, mapped, whole_pixels
from ocr.lessons.file import Taught
from ocr.lexicon.mend import Read, Vocabulary, mended
from ocr.lexicon.model import lexicon
from ocr.lines import Line, reading_order
from ocr.paper import Look, look
from ocr.pen import written
from ocr.prepare import Prepared, prepare
from ocr.repairs import repaired
from ocr.second_look import missed
from ocr.second_tier import needed, read_thrice
from ocr.tables import grids, taken
from ocr.textlayer import Given, judge
from ocr.under_seal import read_again
from ocr.values import Box, Cell, PageReading, PenMark, Word

_GOOD = 0.62
"""``Attempt.merit`` from which a reading is taken as it is. Of 61 generated pages read upright all but one, a stained
page with a signature only (0.52), gave 0.70 and more; two pages read on their heads gave 0.16 and 0.18."""

_FEWEST_SENSE, _LEAST_SENSE = 4, 0.4
"""Words that make sense, and their share of all, from which a page that may be blank is not. Print of the other side
that shows through gave up to 30, at most 8 % of what was read; faint print 85 % and more."""

_DOUBTED = 0.5
"""Confidence of figures that were made of letters alone."""

_TELLING, _SURE = 0.03, 0.15
"""From these amounts of ``heads_up`` on the lines' own shape decides between standing and lying on the head: the
first where nobody said how the page stands, the second against a hint of EXIF or PDF."""


def read_page(
    image: bytes,
    dpi: float,
    *,
    turned: int = 0,
    tesseract: str = "tesseract",
    timeout_seconds: float = 60,
    given: Given | None = None,
    lesson: Taught | None = None,
) -> PageReading:
    """Reads a JPEG or PNG (any format OpenCV decodes) of one page. Raises Unreadable.

    ``dpi``: effective dots per inch of the picture. ``turned``: degrees clockwise by which EXIF or the PDF says
    that the picture stands turned; tried first, not believed. ``timeout_seconds``: for each run of the engine.
    ``given``: text that came with the page, used where the picture bears it out (ADR 0020). ``lesson``: what the
    agency's approved records taught.
    """
    cv2.setNumThreads(1)  # one process a core; threads of one page would only fight with other pages
    if turned not in (0, 90, 180, 270) or not dpi > 0:
        raise ValueError(f"turned must be a quarter turn and dpi above 0, not {turned} and {dpi}")
    picture = pixels.decode(image)
    if picture is None:
        raise Unreadable("IMAGE_UNDECODABLE")
    height, width = picture.shape[:2]
    facts = look(picture, dpi)
    nothing = PageReading(width, height, dpi, turned, 0.0, True, "", (), ("look",), engine.name_of(tesseract))
    if facts.blank:
        return nothing
    layer = _brought_along(picture, dpi, facts, given, tesseract, timeout_seconds)
    if isinstance(layer, _Found):
        return _told(picture, dpi, facts, layer, tesseract)
    best = _best(picture, dpi, facts, turned, tesseract, timeout_seconds)
    if facts.doubtful and best.sense < max(_FEWEST_SENSE, _LEAST_SENSE * len(best.tokens)):
        return replace(nothing, steps=best.prepared.steps)
    found = _completed(picture, dpi, facts, best, tesseract, timeout_seconds)
    found = replace(found, steps=(*layer, *found.steps))
    known: Vocabulary = lexicon() if lesson is None else lesson.lexicon
    names = (lexicon().name, *(() if lesson is None else (lesson.name,)))
    return _told(picture, dpi, facts, replace(found, steps=(*found.steps, *names)), tesseract, known)


@dataclass(frozen=True, slots=True)
class _Found:
    """The words of a page, lying on the upright picture, the steps that led to them, how much ink they cover."""

    prepared: Prepared
    tokens: tuple[Token, ...]
    steps: tuple[str, ...]
    covered: float


def _brought_along(
    picture: Image, dpi: float, facts: Look, given: Given | None, tesseract: str, timeout_seconds: float
) -> _Found | tuple[str, ...]:
    """The words that came with the page; else the step that says why they are not used, if any came."""
    if given is None:
        return ()
    reason = judge.fault(given)
    if reason is None:
        prepared = prepare(picture, dpi, facts, given.rotation)
        verdict = judge.judge(given, prepared, tesseract, timeout_seconds)
        if not verdict.reason:
            told = f"text layer, {verdict.agreed:.3f} of {verdict.compared} words as printed"
            tokens = tuple(verdict.tokens)
            covered = coverage(prepared.pixels, tokens, prepared.dpi)
            return _Found(prepared, tokens, (*prepared.steps, told), covered)
        reason = verdict.reason
    return (f"text layer not used: {reason}",)


def _completed(
    picture: Image, dpi: float, facts: Look, best: Attempt, tesseract: str, timeout_seconds: float
) -> _Found:
    """A first reading with what it passed over: read thrice when confidence or coverage say so, under black seals,
    and what ink is left."""
    covered = coverage(best.prepared.pixels, best.tokens, best.prepared.dpi)
    twice = needed(best, covered)
    if twice:
        best = read_thrice(picture, dpi, facts, best, tesseract, timeout_seconds)
    prepared = best.prepared
    tokens = read_again(
        prepared.pixels, prepared.seals, best.tokens, prepared.dpi, tesseract, timeout_seconds
    )
    more: tuple[Token, ...] = ()
    if facts.bilevel or twice:
        more = missed(prepared.pixels, tokens, prepared.dpi, tesseract, timeout_seconds)
    if twice or more or tokens is not best.tokens:
        covered = coverage(prepared.pixels, (*tokens, *more), prepared.dpi)
    extra = (*(("second tier",) if twice else ()), *(("second look",) if more else ()))
    return _Found(prepared, (*tokens, *more), (*prepared.steps, *extra), covered)


def _told(
    picture: Image,
    dpi: float,
    facts: Look,
    found: _Found,
    tesseract: str,
    known: Vocabulary | None = None,
) -> PageReading:
    """The words in reading order, with tables and what a pen wrote; put right by what is ``known``, where they were
    read and did not come as text."""
    prepared, (height, width) = found.prepared, picture.shape[:2]
    ruled = grids(prepared.pixels, prepared.dpi, prepared.lean)
    free, tables = taken(found.tokens, ruled, prepared.lean)
    lines = reading_order(free, tables)
    words = tuple(_words(lines, prepared, width, height))
    if known is not None:
        words = mended_words(words, lines, known)
    return PageReading(
        width=width,
        height=height,
        dpi=dpi,
        rotation=prepared.rotation,
        skew=prepared.skew,
        blank=False,
        text=text_by_line(words),
        words=words,
        steps=found.steps,
        engine=engine.name_of(tesseract),
        coverage=round(found.covered, 3),
        pen=tuple(
            PenMark(slot.kind, _on_scan(seen.corners, prepared, width, height))
            for slot, seen in written(found.tokens, prepared.pixels, picture, prepared.matrix)
        ),
        cells=tuple(
            Cell(table, cell.row, cell.column, _on_scan(cell.corners, prepared, width, height))
            for table, grid in enumerate(ruled)
            for cell in grid.cells
        ),
    )


def _best(
    picture: Image, dpi: float, facts: Look, turned: int, tesseract: str, timeout_seconds: float
) -> Attempt:
    """The reading of the likeliest turn; when it is poor, the better of it and the next likely ones."""

    def attempt(rotation: int) -> Attempt:
        prepared = prepare(picture, dpi, facts, rotation)
        return Attempt(prepared, engine.tokens(prepared.pixels, prepared.dpi, tesseract, timeout_seconds))

    first = attempt(likely_rotation(facts, turned))
    if first.merit >= _GOOD:
        return first
    seen = engine.detected_rotation(first.prepared.pixels, first.prepared.dpi, tesseract, timeout_seconds)
    if seen == 0 and abs(facts.heads_up) >= _SURE:
        return first
    # Without a clear answer the half turn is the likeliest mistake: whether lines lie level is told without reading.
    other = (first.prepared.rotation + (seen or 180)) % 360
    second = attempt(other)
    return second if second.worth > first.worth else first


def likely_rotation(facts: Look, turned: int) -> int:
    """Degrees clockwise by which the page most likely stands: the hint, unless the shape of the lines denies it."""
    standing = (90 if facts.sideways else 0) + (0 if facts.heads_up >= 0 else 180)
    if (turned in (90, 270)) != facts.sideways:
        return standing
    return standing if abs(facts.heads_up) >= (_SURE if turned else _TELLING) else turned


def mended_words(
    words: Sequence[Word], lines: Sequence[Line], known: Vocabulary | None = None
) -> tuple[Word, ...]:
    """The words with what is beyond doubt put right, then marks by the lexicon, a paragraph at a time; what was read
    stays beside. ``known``: the lexicon, unless an agency's own is given."""
    texts = [text for line in repaired([[token.text for token in line] for line in lines]) for text in line]
    paragraphs = [token.place[:2] for line in lines for token in line]
    sure = [
        min(word.confidence, _DOUBTED) if _is_guessed(word.text, text) else word.confidence
        for word, text in zip(words, texts, strict=True)
    ]
    texts, _ = mended(list(map(Read, texts, sure, paragraphs)), known or lexicon())
    return tuple(
        word if text == word.text else replace(word, text=text, raw=word.text, confidence=confidence)
        for word, text, confidence in zip(words, texts, sure, strict=True)
    )


def _is_guessed(read: str, text: str) -> bool:
    """Whether figures stand where no figure was read: a pen's strokes look like it too, and a person has to look."""
    return any(c.isdigit() for c in text) and not any(c.isdigit() for c in read)


def text_by_line(words: Sequence[Word]) -> str:
    """The words of a page as text: lines in reading order; a row of a table is one line, tabs between its cells."""
    text, last = "", None
    for word in words:
        if last is None:
            between = ""
        elif word.cell is not None and last.cell is not None and word.cell[:2] == last.cell[:2]:
            between = " " if word.cell == last.cell else "\t"
        else:
            between = " " if word.line == last.line else "\n"
        text, last = text + between + word.text, word
    return text


def _words(lines: tuple[Line, ...], prepared: Prepared, width: int, height: int) -> list[Word]:
    words = []
    for number, line in enumerate(lines):
        for token in line:
            box = _on_scan(token.corners, prepared, width, height)
            words.append(Word(token.text, round(token.confidence, 4), box, number, cell=token.cell))
    return words


def _on_scan(corners: Corners, prepared: Prepared, width: int, height: int) -> Box:
    return whole_pixels(mapped(np.asarray(prepared.matrix), corners), width, height)
