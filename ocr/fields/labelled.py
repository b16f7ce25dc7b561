"""A form's own fields: labels are looked for fuzzily, marks ignored, and what follows is held against the grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from ocr.fields.grammars import READ_AS_IS, Held, held
from ocr.fields.sheet import Row, Sheet, field
from ocr.forms import Form, FormField
from ocr.forms.form import labels_of
from ocr.values import Field, Word
from ocr.vietnamese import nfc

_ALIKE = 88
"""Of 100, from which on words are a label; labels shorter than six letters must be read whole."""

_SLACK = 8
"""Percent of the text's frame that a row may lie outside of its zone (domain.md 3.2)."""

_ITEM = re.compile(r"^\W*(\d{1,2}[.,)]\s|[-–+•*]\s|dieu \d)")
_MOST_ROWS = 8


@dataclass(frozen=True, slots=True)
class Missed:
    """Why a field has no value: NO_LABEL (``seen`` is the nearest row), OUTSIDE_ZONE, NO_SHAPE (``seen`` follows the
    label)."""

    name: str
    code: str
    page: int | None
    seen: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class _Hit:
    """A label found: words behind it on its row, the rows below, how alike (0..1)."""

    sheet: Sheet
    place: int
    tail: tuple[Word, ...]
    alike: float


def own_fields(form: Form, sheets: Sequence[Sheet]) -> list[Field]:
    """The values of the form's own fields, as far as they are found."""
    return [found for one in form.fields if isinstance(found := own_field(form, one, sheets), Field)]


def own_field(form: Form, wanted: FormField, sheets: Sequence[Sheet]) -> Field | Missed:
    """One of the form's own fields, or why it has no value."""
    others = labels_of(one for one in form.fields if one.name != wanted.name)
    failed: Missed | None = None
    for hit in _hits(wanted, sheets):
        words = _words_behind(hit, wanted, others)
        text, spans = _joined(words, wanted)
        value = held(wanted, text)
        if value is not None:
            return _as_field(wanted, value, words, spans, hit)
        failed = failed or Missed(
            wanted.name, "NO_SHAPE", hit.sheet.page, text[:80],
            f"có nhãn nhưng sau nhãn không có giá trị đúng dạng: «{text[:80]}»",
            f"the label is there, but nothing of the right shape follows: {text[:80]!r}",
        )  # fmt: skip
    return failed or _unseen(wanted, sheets)


def _as_field(
    wanted: FormField, value: Held, words: Sequence[Word], spans: Sequence[tuple[int, int]], hit: _Hit
) -> Field:
    shown = [w for w, (a, b) in zip(words, spans, strict=True) if a < value.end and b > value.start]
    trust = 0.95 * hit.alike if value.sound else 0.45  # what fails its grammar stays below one half
    return field(wanted.name, value.value, shown or list(words), hit.sheet.page, trust)


def _hits(wanted: FormField, sheets: Sequence[Sheet]) -> Iterator[_Hit]:
    """Places where the field may be: rows that begin with a label first, then labels further on in a row."""
    later: list[_Hit] = []
    for sheet in sheets[:1] if wanted.first_page else sheets:
        frame = _frame(sheet)
        for i, row in enumerate(sheet.rows):
            if not _inside(row, wanted, frame):
                continue
            if not wanted.labels:
                yield _Hit(sheet, i, row.words, 1.0)
            for start, end, alike in _labels_in(row, wanted.labels):
                hit = _Hit(sheet, i, row.words[end:], alike)
                if not any(c.isalpha() for w in row.words[:start] for c in w.text):
                    yield hit
                elif _ends_label(row.words, end) or wanted.grammar not in ("text", "person", "place"):
                    later.append(hit)
    yield from later


def _labels_in(row: Row, labels: Sequence[str]) -> list[tuple[int, int, float]]:
    """(first word, word behind, likeness 0..1) of the labels in the row, one a place, the longest that fits."""
    tokens = row.tokens
    found: dict[int, tuple[int, int, float]] = {}
    for label in sorted(labels, key=len, reverse=True):
        n = len(label.split())
        for i in range(len(tokens) - n + 1):
            if i in found:
                continue
            alike = fuzz.ratio(" ".join(tokens[i : i + n]), label)
            if alike >= (_ALIKE if len(label) >= 6 else 100):
                found[i] = (i, i + n, alike / 100)
    return [found[i] for i in sorted(found)]


def _ends_label(words: Sequence[Word], end: int) -> bool:
    """Whether a colon parts what stands before ``end`` from what follows."""
    return words[end - 1].text.endswith(":") or (end < len(words) and words[end].text.startswith(":"))


def _words_behind(hit: _Hit, wanted: FormField, others: Sequence[str]) -> list[Word]:
    """The words that can be the value: the rest of the label's row, and the rows it goes on in."""
    rows, i = hit.sheet.rows, hit.place
    words = _until_next(hit.tail, others, hit.sheet.em)
    cut = len(words) < len(hit.tail)
    listed = not any(c.isalnum() for w in words for c in w.text)  # the label stands alone; items follow
    if cut or not (wanted.multi_line or listed):
        return words
    last = rows[i]
    for row in rows[i + 1 : i + 1 + (_MOST_ROWS if wanted.multi_line else 1)]:
        item = _ITEM.match(row.bare) is not None
        other_label = _labels_in(row, others)[:1]
        if (other_label and other_label[0][0] == 0) or row.middle[1] - last.middle[1] > 2.4 * hit.sheet.em:
            break
        if not listed and (item or ":" in row.text[:40] or _ended(last, hit.sheet)):
            break
        if listed and last is not rows[i] and not item and _ended(last, hit.sheet, ";."):
            break
        words += row.words
        last = row
    return words


def _ended(row: Row, sheet: Sheet, signs: str = "") -> bool:
    """Whether a paragraph ends with the row: it stops short of the text's edge, or (``signs``) with one of these."""
    if signs:
        return row.text.rstrip()[-1:] in signs
    return row.corners[2] < sheet.right - 0.12 * (sheet.right - sheet.left)


def _until_next(words: Sequence[Word], others: Sequence[str], em: float) -> list[Word]:
    """The words up to the next label of the form, or up to a wide gap behind which another label ends in a colon."""
    row = Row(0, tuple(words), (0.0, 0.0, 0.0, 0.0))
    ends = [start for start, end, _ in _labels_in(row, others) if start and _ends_label(words, end)]
    for i in range(1, len(words)):
        wide = words[i].box.x0 - words[i - 1].box.x1 > 3 * em
        if wide and any(w.text.endswith(":") for w in words[i : i + 6]):
            ends.append(i)
    return list(words[: min(ends, default=len(words))])


def _joined(words: Sequence[Word], wanted: FormField) -> tuple[str, list[tuple[int, int]]]:
    """(the words as one text, the characters that each takes in it)."""
    text, spans = "", []
    for i, word in enumerate(words):
        part = nfc(word.read if wanted.grammar in READ_AS_IS else word.text)
        if i == 0 or not text:
            part = part.lstrip(" :.;")
        text += " " if text and part else ""
        spans.append((len(text), len(text) + len(part)))
        text += part
    return text, spans


def _frame(sheet: Sheet) -> tuple[float, float, float, float]:
    tops = [r.corners[1] for r in sheet.rows]
    bottoms = [r.corners[3] for r in sheet.rows]
    return sheet.left, min(tops, default=0.0), max(sheet.right, sheet.left + 1), max(bottoms, default=1.0)


def _inside(row: Row, wanted: FormField, frame: tuple[float, float, float, float]) -> bool:
    x0, y0, x1, y1 = frame
    x = 100 * (row.middle[0] - x0) / (x1 - x0)
    y = 100 * (row.middle[1] - y0) / max(y1 - y0, 1.0)
    left, top, right, bottom = wanted.zone
    return left - _SLACK <= x <= right + _SLACK and top - _SLACK <= y <= bottom + _SLACK


def _unseen(wanted: FormField, sheets: Sequence[Sheet]) -> Missed:
    """Why no label was met: outside of the zone, or nothing alike; then the nearest row is told."""
    best: tuple[float, Row | None] = (0.0, None)
    for sheet in sheets:
        for row in sheet.rows:
            if _labels_in(row, wanted.labels):
                return Missed(
                    wanted.name, "OUTSIDE_ZONE", sheet.page, row.text[:80],
                    f"có nhãn ở trang {sheet.page} nhưng ngoài vùng: «{row.text[:80]}»",
                    f"the label is on page {sheet.page}, outside of the zone: {row.text[:80]!r}",
                )  # fmt: skip
            alike = max((fuzz.partial_ratio(label, row.bare) for label in wanted.labels), default=0.0)
            if alike > best[0]:
                best = (alike, row)
    if not wanted.labels:
        return Missed(wanted.name, "NO_SHAPE", None, "", "không có chữ nào đúng dạng trong vùng",
                      "nothing of this shape stands in the zone")  # fmt: skip
    seen = best[1].text[:80] if best[1] and best[0] >= 60 else ""
    near = (f"; gần nhất: «{seen}»", f"; the nearest row: {seen!r}") if seen else ("", "")
    return Missed(
        wanted.name, "NO_LABEL", best[1].page if best[1] and seen else None, seen,
        f"không có dòng nào mang nhãn{near[0]}", f"no row bears a label{near[1]}",
    )  # fmt: skip
