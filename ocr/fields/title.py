"""Type and subject of the paper: the centred rows under the head (NĐ 30/2020/NĐ-CP, annex I, boxes 5a and 5b)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from ocr.fields.head import Head, opens_subject, without_opening
from ocr.fields.lists import TYPE_BY_ABBREVIATION
from ocr.fields.phrases import mended
from ocr.fields.sheet import Row, Sheet, field, whole, words_of
from ocr.forms import Forms
from ocr.values import Field
from ocr.vietnamese import bare, nfc

_BODY = re.compile(
    r"^(can cu|xet |theo |thuc hien |kinh gui|dieu \d|i\.|1\.|[-+]|phan |chuong |quyet nghi|quyet dinh:|chung nhan|"
    r"cap phep|cap cho)"
)
_MOST_ROWS = 7


def title(page: Sheet, head: Head, forms: Forms) -> list[Field]:
    """doc_type and subject, as far as they are found; the forms say which types there are."""
    rows = whole(r for r in head.below if any(c.isalpha() for c in r.text))
    kind = head.notation.kind if head.notation and head.notation.sound else ""
    if not kind and head.notation and head.notation.sound:  # an office's own abbreviation is in no grammar
        first = head.notation.notation.partition("-")[0]
        kind = first if first not in TYPE_BY_ABBREVIATION and first in forms.type_by_abbreviation else ""
    by_notation = forms.type_by_abbreviation.get(kind, "")
    start, name, alike = _type_row(rows, page, by_notation, forms.types)
    out: list[Field] = []
    if name:
        trust = alike * (1.0 if by_notation == name else 0.9 if not by_notation else 0.7)
        out.append(field("doc_type", name, rows[start].words, page.page, trust))
        return [*out, *_subject_below(rows[start:], name, page)]
    if head.subject or any(r.bare.startswith("kinh gui") for r in rows[:8]):
        # A công văn prints no type name; "V/v" or "Kính gửi" in its place tell it (Đ.7, annex I box 5b).
        agreed = head.subject and head.notation is not None and not kind
        out.append(
            field("doc_type", "Công văn", words_of(head.subject[:1]), page.page, 0.95 if agreed else 0.7)
        )
    elif by_notation:
        out.append(field("doc_type", by_notation, (), page.page, 0.6))
    if head.subject:
        text = mended(nfc(without_opening(head.subject)))[0]
        words = words_of(head.subject)[1:] or words_of(head.subject)
        out.append(field("subject", text, words, page.page, 0.95 if text else 0.3))
    return out


def _type_row(
    rows: Sequence[Row], page: Sheet, expected: str, types: Sequence[str]
) -> tuple[int, str, float]:
    """(index, type name, likeness 0..1) of the row that names the type; (0, "", 0) when none does."""
    for i, row in enumerate(rows[:10]):
        if opens_subject(row):
            continue
        if _BODY.match(row.bare) and not row.capitals:
            break
        # Some rules end above the body: the type stands near the middle, or the row begins with it.
        central = abs(row.middle[0] - page.centre) < 0.16 * (page.right - page.left)
        if not central or not row.capitals:
            continue
        best = max(types, key=lambda t: fuzz.ratio(row.bare.strip(" .:-"), bare(t)))
        score = fuzz.ratio(row.bare.strip(" .:-"), bare(best))
        if score >= (76 if best == expected else 84):  # the notation names the type too (V-11)
            return i, best, score / 100
        for name in sorted(types, key=len, reverse=True):
            start = row.bare[: len(name)]
            if len(name) > 6 and fuzz.ratio(start, bare(name)) >= 92 and len(row.bare) > len(name):
                return i, name, 0.9
    return 0, "", 0.0


def _subject_below(rows: Sequence[Row], name: str, page: Sheet) -> list[Field]:
    """The rows under the type name: centred, close together, before the body or the signing authority's name."""
    rest = rows[0].text[len(name) :].strip(" .:-") if len(rows[0].bare) > len(name) + 2 else ""
    taken: list[Row] = []
    for row in rows[1 : 1 + _MOST_ROWS]:
        if _BODY.match(row.bare) or abs(row.middle[0] - page.centre) > 0.12 * (page.right - page.left):
            break
        before = taken[-1] if taken else rows[0]
        if row.middle[1] - before.middle[1] > 2.6 * page.em:
            break
        # A subject is in one kind of letters; capitals after small ones are the authority ("BỘ TRƯỞNG BỘ ...").
        if taken and row.capitals != taken[-1].capitals:
            break
        if sum(c.isalpha() for c in row.text) >= 3:
            taken.append(row)
    text = mended(nfc(" ".join([rest, *(r.text for r in taken)])))[0]
    if not text:
        return []
    return [field("subject", text, words_of(taken or rows[:1]), page.page, 0.95)]
