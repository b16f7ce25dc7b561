"""What a person put right, in the page's words: the text layer says what was approved, the reading stays as read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, zip_longest

from rapidfuzz import fuzz

from ocr.fields import dates
from ocr.geometry import Corners, inverse, mapped, turned_back, whole_pixels
from ocr.page import text_by_line
from ocr.values import Box, Field, PageReading, Word

_ALIKE = 70
"""Likeness (0 to 100) from which words under a box are what was read, mended or not."""

_FOREIGN = 3
"""A text this many times longer than the value, and unlike it, is not the value: the box covers something else."""

_MARGIN = 2


@dataclass(frozen=True, slots=True)
class Correction:
    """One value put right: where it stands, what was read there, what a person says it is."""

    page: int
    box: Box
    read: str
    said: str


def corrections(
    found: Sequence[Field], approved: Mapping[str, tuple[str, ...]], places: Mapping[str, tuple[int, Box]]
) -> Iterator[Correction]:
    """The values that differ from what was read. ``places``: page and box by name, where reading found none."""
    read = {field.name: field for field in found}
    for name, values in approved.items():
        field = read.get(name)
        seen = () if field is None else _texts(field)
        page, box = (None, None) if field is None else (field.page, field.box)
        if page is None or box is None:
            if name not in places:
                continue
            page, box = places[name]
        for old, new in zip_longest(seen, values, fillvalue=""):
            # A value struck out is not on the paper, whatever stands there: the words stay.
            if new and new != old:
                yield Correction(page, box, old, new)


def corrected(pages: Sequence[PageReading], changes: Sequence[Correction]) -> tuple[PageReading, ...]:
    """The readings with the words under each corrected box replaced, laid out over the places of the old ones."""
    done = list(pages)
    for change in changes:
        if 0 < change.page <= len(done):
            done[change.page - 1] = _on(done[change.page - 1], change)
    return tuple(done)


def _texts(field: Field) -> tuple[str, ...]:
    return field.value if isinstance(field.value, tuple) else (str(field.value),)


def _on(page: PageReading, change: Correction) -> PageReading:
    under = [index for index, word in enumerate(page.words) if _inside(word.box, change.box)]
    texts = [page.words[index].text for index in under]
    text = " ".join(texts)
    span, said = _span(text, change.read, change.said)
    if span is None:
        return page
    if not under:
        words = _inserted(page, change.box, said.split())
    else:
        start, end = span
        edges = _edges(texts)
        # Whole words make way; what of the first and the last stands outside the value stays with it.
        first = next((i for i, (_, right) in enumerate(edges) if right > start), len(edges) - 1)
        last = max(first, next((i for i, (left, _) in reversed(list(enumerate(edges))) if left < end), first))
        whole = text[edges[first][0] : start] + said + text[end : edges[last][1]]
        words = _laid_out(page, under[first : last + 1], whole.split())
    return replace(page, words=words, text=text_by_line(words))


def _inside(word: Box, box: Box) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return box.x0 - _MARGIN <= x <= box.x1 + _MARGIN and box.y0 - _MARGIN <= y <= box.y1 + _MARGIN


def _edges(texts: Sequence[str]) -> list[tuple[int, int]]:
    found, at = [], 0
    for text in texts:
        found.append((at, at + len(text)))
        at += len(text) + 1
    return found


def _span(text: str, read: str, said: str) -> tuple[tuple[int, int] | None, str]:
    """Which part of the printed text makes way (None: none), and for what."""
    folded = text.casefold()
    day = _day(said)
    if day is not None:
        written = dates.in_text(text)
        figures = written is not None and "/" in text[written.start : written.end]
        said = f"{day:%d/%m/%Y}" if figures else _in_words(day)
        if written is not None:
            return ((written.start, written.end), said) if written.day != day else (None, said)
        if text and len(text) > _FOREIGN * len(said):
            return None, said
        return (0, len(text)), said
    if said.casefold() in folded:
        return None, said  # another correction of the same words has it already
    if read and (at := folded.find(read.casefold())) >= 0:
        start, end = at, at + len(read)
    elif read and (near := fuzz.partial_ratio_alignment(read.casefold(), folded)) and near.score >= _ALIKE:
        start, end = near.dest_start, near.dest_end
        if len(text) <= 1.3 * len(read):
            start, end = 0, len(text)
    elif text and len(text) > _FOREIGN * len(said):
        return None, said
    else:
        start, end = 0, len(text)
    shown = text[start:end]
    if shown.isupper() and not read.isupper() and any(c.isalpha() for c in shown):
        said = said.upper()  # agencies are printed in capitals and kept as they are written
    return (start, end), said


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if re.fullmatch(r"\d{4}-\d\d-\d\d", said) else None
    except ValueError:
        return None


def _in_words(day: date) -> str:
    """NĐ 30/2020, annex I, II.4.b: a zero before days under 10 and months 1 and 2."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def _laid_out(page: PageReading, places: Sequence[int], texts: Sequence[str]) -> tuple[Word, ...]:
    """The words at ``places`` replaced by ``texts``: alike ones stay where they are, the others share the room between
    by their length."""
    old = [page.words[index] for index in places]
    head = _common([word.text for word in old], texts)
    tail = _common([word.text for word in old[head:]][::-1], list(texts[head:])[::-1])
    middle, new = old[head : len(old) - tail], list(texts[head : len(texts) - tail])
    if middle and len(middle) == len(new):
        fresh = [_word(text, word.box, word.line) for text, word in zip(new, middle, strict=True)]
    elif middle:
        fresh = _spread(page, middle, new)
    elif new:  # a word that was not there: it shares the room of its neighbour
        if head:
            head -= 1
            middle, new = [old[head]], [old[head].text, *new]
        else:
            tail -= 1
            middle, new = [old[0]], [*new, old[0].text]
        fresh = _spread(page, middle, new)
    else:
        fresh = []
    kept = [*old[:head], *fresh, *old[len(old) - tail :]]
    gone = set(places)
    before = [word for index, word in enumerate(page.words) if index < places[0]]
    after = [word for index, word in enumerate(page.words) if index > places[0] and index not in gone]
    return _in_lines((*before, *kept, *after))


def _in_lines(words: Sequence[Word]) -> tuple[Word, ...]:
    """Words of a line together again, in the order in which lines first come."""
    first: dict[int, int] = {}
    for word in words:
        first.setdefault(word.line, len(first))
    return tuple(sorted(words, key=lambda word: first[word.line]))


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _word(text: str, box: Box, line: int) -> Word:
    return Word(text, 1.0, box, line)


def _spread(page: PageReading, old: Sequence[Word], texts: Sequence[str]) -> list[Word]:
    """``texts`` over the lines of the old words, in shares of their widths."""
    runs = [(line, _around(page, list(words))) for line, words in groupby(old, key=lambda word: word.line)]
    widths = [run[2] - run[0] for _, run in runs]
    letters = sum(map(len, texts))
    found: list[Word] = []
    rest, done = list(texts), 0
    for number, (line, run) in enumerate(runs):
        until = letters * sum(widths[: number + 1]) / sum(widths)
        here: list[str] = []
        while rest and (number == len(runs) - 1 or done + len(rest[0]) / 2 <= until):
            done += len(rest[0])
            here.append(rest.pop(0))
        found += [_word(text, box, line) for text, box in zip(here, _shares(page, run, here), strict=True)]
    return found


def _around(page: PageReading, words: Sequence[Word]) -> Corners:
    back = inverse(turned_back(page.width, page.height, page.rotation))
    sides = tuple(zip(*(mapped(back, (*word.box,)) for word in words), strict=True))
    return min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])


def _shares(page: PageReading, run: Corners, texts: Sequence[str]) -> Iterator[Box]:
    """The upright rectangle parted from left to right, a letter's width between words, on the incoming picture."""
    forth = turned_back(page.width, page.height, page.rotation)
    letters = sum(map(len, texts)) + max(0, len(texts) - 1)
    x0, y0, x1, y1 = run
    step, at = (x1 - x0) / max(1, letters), x0
    for text in texts:
        yield whole_pixels(mapped(forth, (at, y0, at + step * len(text), y1)), page.width, page.height)
        at += step * (len(text) + 1)


def _inserted(page: PageReading, box: Box, texts: Sequence[str]) -> tuple[Word, ...]:
    """Words where none was read, as over a number written by hand: in their line, or as a line of their own."""
    back = inverse(turned_back(page.width, page.height, page.rotation))
    run = mapped(back, (*box,))
    middle = (run[1] + run[3]) / 2
    places = [mapped(back, (*word.box,)) for word in page.words]
    beside = [i for i, (_, y0, _, y1) in enumerate(places) if y0 <= middle <= y1]
    # The nearest word of the same height has the line; columns side by side are lines of their own.
    near = min(beside, key=lambda i: max(places[i][0] - run[2], run[0] - places[i][2]), default=None)
    if near is None:
        line = max((word.line for word in page.words), default=-1) + 1
        below = next(
            (word.line for word, place in zip(page.words, places, strict=True) if place[1] > middle), None
        )
        at = next((i for i, word in enumerate(page.words) if word.line == below), len(places))
    else:
        line = page.words[near].line
        at = next(
            (i for i, word in enumerate(page.words) if word.line == line and places[i][0] > run[0]),
            max(i for i, word in enumerate(page.words) if word.line == line) + 1,
        )
    new = [_word(text, one, line) for text, one in zip(texts, _shares(page, run, texts), strict=True)]
    return (*page.words[:at], *new, *page.words[at:])
