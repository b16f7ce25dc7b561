"""One page image read: looked at, prepared, given to Tesseract, put in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr import engine, pixels
from ocr.engine import Token, Unreadable
from ocr.geometry import Image, mapped, whole_pixels
from ocr.lessons.file import Taught
from ocr.lexicon.mend import Read, Vocabulary, mended
from ocr.lexicon.model import lexicon
from ocr.lines import Line, reading_order
from ocr.paper import Look, look
from ocr.prepare import Prepared, prepare
from ocr.repairs import repaired
from ocr.second_look import missed
from ocr.values import PageReading, Word
from ocr.vietnamese import is_syllable

_GOOD = 0.62
"""``Attempt.merit`` from which a reading is taken as it is. Of 61 generated pages read upright all but one, a stained
page with a signature only (0.52), gave 0.70 and more; two pages read on their heads gave 0.16 and 0.18."""

_DOUBTED = 0.5
"""Confidence of figures that were made of letters alone."""

_TELLING, _SURE = 0.03, 0.15
"""From these amounts of ``heads_up`` on the lines' own shape decides between standing and lying on the head: the
first where nobody said how the page stands, the second against a hint of EXIF or PDF."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one way of holding the page gave."""

    prepared: Prepared
    tokens: tuple[Token, ...]

    @property
    def merit(self) -> float:
        """Mean confidence of the words, 0.0 to 1.0, where what cannot be Vietnamese or a number counts nothing."""
        total = good = 0.0
        for token in self.tokens:
            weight = len(token.text)
            total += weight
            if is_syllable(token.text) or any(c.isdigit() for c in token.text):
                good += weight * token.confidence
        return good / total if total else 0.0

    @property
    def worth(self) -> float:
        """How much was read: letters times confidence above one half, less what cannot be Vietnamese."""
        return sum(
            len(t.text)
            * (t.confidence - 0.5 if is_syllable(t.text) or any(c.isdigit() for c in t.text) else -0.4)
            for t in self.tokens
        )


def read_page(
    image: bytes,
    dpi: float,
    *,
    turned: int = 0,
    tesseract: str = "tesseract",
    timeout_seconds: float = 60,
    lesson: Taught | None = None,
) -> PageReading:
    """Reads a JPEG or PNG (any format OpenCV decodes) of one page. Raises Unreadable.

    ``dpi``: effective dots per inch of the picture. ``turned``: degrees clockwise by which EXIF or the PDF says
    that the picture stands turned; tried first, not believed. ``timeout_seconds``: for each run of the engine.
    ``lesson``: what the agency's approved records taught.
    """
    cv2.setNumThreads(1)  # one process a core; threads of one page would only fight with other pages
    if turned not in (0, 90, 180, 270) or not dpi > 0:
        raise ValueError(f"turned must be a quarter turn and dpi above 0, not {turned} and {dpi}")
    picture = pixels.decode(image)
    if picture is None:
        raise Unreadable("IMAGE_UNDECODABLE")
    height, width = picture.shape[:2]
    facts = look(picture, dpi)
    if facts.blank:
        return PageReading(
            width, height, dpi, turned, 0.0, True, "", (), facts.ink, ("look",), engine.name_of(tesseract)
        )
    best = _best(picture, dpi, facts, turned, tesseract, timeout_seconds)
    prepared = best.prepared
    more: tuple[Token, ...] = ()
    if facts.bilevel:
        more = missed(prepared.pixels, best.tokens, prepared.dpi, tesseract, timeout_seconds)
    lines = reading_order((*best.tokens, *more))
    known = lexicon() if lesson is None else lesson.lexicon
    words = mended_words(_words(lines, best.prepared, width, height), lines, known)
    steps = (*prepared.steps, *(("second look",) if more else ()), lexicon().name)
    steps += () if lesson is None else (lesson.name,)
    return PageReading(
        width=width,
        height=height,
        dpi=dpi,
        rotation=best.prepared.rotation,
        skew=best.prepared.skew,
        blank=False,
        text=text_by_line(words),
        words=words,
        ink=facts.ink,
        steps=steps,
        engine=engine.name_of(tesseract),
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
    """The words of a page as text: lines in reading order."""
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.text)
    return "\n".join(" ".join(line) for line in lines.values())


def _words(lines: tuple[Line, ...], prepared: Prepared, width: int, height: int) -> list[Word]:
    words = []
    for number, line in enumerate(lines):
        for token in line:
            box = whole_pixels(mapped(np.asarray(prepared.matrix), token.corners), width, height)
            words.append(Word(token.text, round(token.confidence, 4), box, number))
    return words
