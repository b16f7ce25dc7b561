"""The head of the first page: agencies, number and notation, place and date (NĐ 30/2020/NĐ-CP, annex I, boxes 1-4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from ocr.fields import dates, notation
from ocr.fields.agencies import Agency, agencies, initials
from ocr.fields.lists import TYPE_BY_ABBREVIATION
from ocr.fields.notation import Notation
from ocr.fields.place import place_and_date
from ocr.fields.sheet import Row, Sheet, field, words_of
from ocr.values import Field
from ocr.vietnamese import bare


@dataclass(frozen=True, slots=True)
class Head:
    """``rows`` of the head in both columns; ``below``: the rest of the page's rows. ``subject``: "V/v ..." rows."""

    fields: tuple[Field, ...]
    notation: Notation | None
    agency: Agency | None
    subject: tuple[Row, ...]
    below: tuple[Row, ...]


def head(page: Sheet) -> Head:
    """The head of the document's own first page. Later heads are of attachments and never asked."""
    motto = [i for i, row in enumerate(page.rows[:24]) if is_motto(row)]
    dated = _dated(page, motto[-1] if motto else 0)
    numbered = _numbered(page)
    last = max(
        [*motto, *([dated] if dated is not None else []), *([numbered] if numbered is not None else [])]
        or [-1]
    )
    rows = page.rows[: last + 1]
    bottom = max((r.corners[3] for r in rows), default=0.0)
    left = [r for r in rows if r.middle[0] < page.centre and not is_motto(r)]
    number_row = page.rows[numbered] if numbered is not None else None
    date_row = page.rows[dated] if dated is not None else None
    above = number_row.middle[1] if number_row else date_row.middle[1] if date_row else bottom
    named = [
        r for r in left if r.middle[1] < above - 0.3 * page.em and r is not number_row and r is not date_row
    ]
    dated_on = dates.in_text(date_row.text) if date_row else None
    found_agencies = agencies(named, dated_on.day if dated_on else None)
    issuer = found_agencies[-1] if found_agencies else None
    number = _notation(number_row, issuer)
    if number is not None:
        number = notation.with_type(number, _kinds_printed(page))
    subject = _subject_rows(page, above, bottom)
    fields: list[Field] = []
    if number_row is not None and number is not None:
        fields += _number_fields(number, number_row, issuer)
    fields += place_and_date(date_row, found_agencies)
    for name, agency in zip(("issuer", "parent_issuer"), reversed(found_agencies), strict=False):
        trust = 1.0 if agency.listed else 0.45 if agency.cut_short else 0.8
        fields.append(field(name, agency.name, words_of(agency.rows), page.page, trust))
    used = {id(r) for r in (*rows, *subject)}
    return Head(tuple(fields), number, issuer, subject, tuple(r for r in page.rows if id(r) not in used))


def _kinds_printed(page: Sheet) -> list[str]:
    """Abbreviations of the types whose whole name stands in a row of capitals of its own."""
    printed = {row.bare.strip(" .:-") for row in page.rows[:24] if row.capitals}
    return [short for short, name in TYPE_BY_ABBREVIATION.items() if bare(name) in printed]


def is_motto(row: Row) -> bool:
    """Whether the row is quốc hiệu or tiêu ngữ."""
    return (
        fuzz.ratio(row.bare, "cong hoa xa hoi chu nghia viet nam") > 75
        or fuzz.ratio(row.bare, "doc lap - tu do - hanh phuc") > 75
    )


def _dated(page: Sheet, start: int) -> int | None:
    """Index of the row "place, ngày ... tháng ... năm ..." in the right half of the head."""
    top = min((r.corners[1] for r in page.rows), default=0.0)
    for i, row in enumerate(page.rows[:30]):
        if i < start or row.middle[0] < page.centre or row.corners[1] > top + 16 * page.em:
            continue
        if "ng" in row.bare and fuzz.partial_ratio("thang", row.bare) >= 80 and len(row.words) <= 14:
            return i
    return None


def _numbered(page: Sheet) -> int | None:
    """Index of the row "Số: .../..." in the left half of the head; else of the first row shaped like a notation."""
    top = min((r.corners[1] for r in page.rows), default=0.0)
    near = [
        (i, row)
        for i, row in enumerate(page.rows[:24])
        if row.corners[1] < top + 16 * page.em
        and row.corners[0] < page.centre
        and row.middle[0] < page.centre
    ]
    labelled = [(i, row) for i, row in near if re.match(r"s[o06dö](\b|\W)", row.bare)]
    for i, row in labelled:  # a stamp's number has no notation
        if "/" in row.text:
            return i
    for i, row in labelled:
        if ":" in row.text[:6]:
            return i
    for i, row in near:
        value = notation.parsed(row.text)
        if value is not None and value.sound and value.kind:
            return i
    return None


def _notation(row: Row | None, issuer: Agency | None) -> Notation | None:
    if row is None:
        return None
    text = row.text
    for mark in (":", ";", "."):
        before, found, after = text.partition(mark)
        if found and len(before) <= 5:
            text = after
            break
    else:
        words = text.split(" ", 1)
        text = words[1] if len(words) > 1 and bare(words[0])[:1] == "s" and len(words[0]) <= 3 else text
    value = notation.parsed(text)
    if value is None or issuer is None:
        return value
    return notation.with_organ(value, initials(issuer.name))


def _number_fields(value: Notation, row: Row, issuer: Agency | None) -> list[Field]:
    """Number, notation, code. A notation that fits no grammar stays below 0.5."""
    shape = 1.0 if value.sound else 0.45
    agrees = issuer is not None and initials(issuer.name) in value.notation
    # V-12: the agency's initials stand in its notation; without that agreement nothing vouches for the letters.
    trust = shape * (1.0 if agrees else 0.85) * (0.9 if value.mended else 1.0)
    slot = [w for w in row.words if "/" in w.text] or list(row.words)
    out = [field("notation", value.notation, slot, row.page, trust)]
    if value.number:
        # Handwritten numbers are read wrongly far more often than printed letters (1 of 32 right on real papers).
        # A number written with a leading zero below 10 fits Đ.8; one without does not.
        out.append(field("number", value.number, slot, row.page, shape * (0.9 if value.mended else 0.95)))
        out.append(field("code", value.code, slot, row.page, trust * 0.95))
    return out


def _subject_rows(page: Sheet, above: float, bottom: float) -> tuple[Row, ...]:
    """The rows of "V/v ..." under the number of a công văn (annex I, box 5b)."""
    out: list[Row] = []
    for row in page.rows[:30]:
        if row.middle[1] < above - 0.3 * page.em or row.middle[0] > page.centre:
            continue
        if out:
            close = row.middle[1] - out[-1].middle[1] < 2.0 * page.em
            if close and row.corners[2] < page.centre + 2 * page.em and row.middle[1] < bottom + 8 * page.em:
                out.append(row)
            else:
                break
        elif opens_subject(row) and row.corners[2] < page.centre + 3 * page.em:
            out.append(row)
    return tuple(out)


def opens_subject(row: Row) -> bool:
    """Whether the row begins "V/v" (also "V/V", "Vv", "V/y")."""
    return re.match(r"^\W*[vyw]\s?[/jil|1\\]?\s?[vyw](\b|[:.])", row.bare) is not None


def without_opening(rows: Sequence[Row]) -> str:
    """The text of "V/v ..." rows without the "V/v"."""
    text = " ".join(r.text for r in rows)
    first, _, rest = text.partition(" ")
    if len(first) <= 4:
        return rest.strip()
    return text[3:].strip(" .:")
