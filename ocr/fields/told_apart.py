"""What stands on a document's pages and is not its own: stamps of incoming mail, the text of digital signatures,
attachments with heads of their own. All three carry numbers, dates and names that compete with the document's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from ocr.fields.head import is_motto
from ocr.fields.openings import is_attachment
from ocr.fields.sheet import Row, Sheet

_STAMP = ("cong van den", "van ban den")
"""Heads of the stamp of incoming mail (NĐ 30/2020, annex IV, form 1: name of the agency, ĐẾN, Số, Ngày, Chuyển, Số và
ký hiệu hồ sơ)."""

_STAMPED = re.compile(
    r"^\W*(s[o0]|ngay|gio|chuyen|luu ho so|luu hs|so va ky hieu( hs)?)(\s?[:.;]|\W{0,2}[\d.…_]|\W*$)"
)
_BARE_NUMBER = re.compile(r"^\W*s[o06]\W{1,3}[\do.]{1,6}\W*$")
_SHORT_DATE = re.compile(r"^\W*ngay\W{1,3}\d{1,2}\W{1,2}\d{1,2}(\W{1,2}\d{2,4})?\W*$")

_SIGNED = re.compile(
    r"^\W*(nguoi ky\s*:|(duoc )?ky boi\b|thoi gian ky\b|ngay ky\s*:|ky ngay\s*:|gio ky\s*:|signed by\b|"
    r"digitally signed\b|signature (valid|not)\b|signing time\b)"
)
_BESIDE_IT = re.compile(
    r"^\W*(e-?mail|co quan|to chuc|don vi|chuc vu|chuc danh|ly do|dia diem|ngay|date|reason|location|name)\s*:"
)


def own_rows(page: Sheet) -> Sheet:
    """The page without rows of incoming stamps and of digital signatures."""
    strange = {id(row) for row in (*_stamps(page), *_signatures(page))}
    return replace(page, rows=tuple(row for row in page.rows if id(row) not in strange)) if strange else page


def _stamps(page: Sheet) -> list[Row]:
    found: list[Row] = []
    for row in page.rows:
        words = row.bare.strip(" .:-|[]")
        alone = words == "den" and row.capitals
        headed = alone or any(
            fuzz.ratio(words, name) >= 82
            or (row.capitals and len(words) >= len(name) and fuzz.partial_ratio(name, words) >= 92)
            for name in _STAMP
        )
        if headed and len(words) <= 40:
            found += [row, *_under(page, row)]
    # The head of a stamp over other print is often unread: a number without a notation above a short date is one too.
    for row in page.rows:
        if _BARE_NUMBER.match(row.bare):
            dated = [
                other for other in page.rows
                if _SHORT_DATE.match(other.bare) and 0 < other.middle[1] - row.middle[1] < 3.5 * page.em
                and _beside(row, other, 4 * page.em)
            ]  # fmt: skip
            if dated:
                found += [row, *dated]
    return found


def _under(page: Sheet, head: Row) -> list[Row]:
    """The stamp's own lines: they begin with its labels, and none holds a notation."""
    return [
        row for row in page.rows
        if row is not head and 0 < row.middle[1] - head.middle[1] < 9 * page.em and _beside(head, row, 4 * page.em)
        and _STAMPED.match(row.bare) and not re.search(r"/\s?[A-ZĐ]{2,}", row.text) and len(row.words) <= 8
        and "thang" not in row.bare
    ]  # fmt: skip


def _signatures(page: Sheet) -> list[Row]:
    found: list[Row] = []
    for strong in (row for row in page.rows if _SIGNED.match(row.bare)):
        near = [
            row for row in page.rows
            if abs(row.middle[1] - strong.middle[1]) < 9 * page.em
            and abs(row.corners[0] - strong.corners[0]) < 5 * page.em
            and (_SIGNED.match(row.bare) or _BESIDE_IT.match(row.bare))
        ]  # fmt: skip
        top, bottom = min(r.middle[1] for r in near), max(r.middle[1] for r in near)
        # A long agency's name runs on below its label, before the next one.
        found += near + [
            row for row in page.rows
            if top < row.middle[1] < bottom and abs(row.corners[0] - strong.corners[0]) < 2 * page.em
        ]  # fmt: skip
    return found


def _beside(a: Row, b: Row, slack: float) -> bool:
    return b.corners[0] < a.corners[2] + slack and b.corners[2] > a.corners[0] - slack


def own_pages(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The document's pages without its attachments, and without what may be another document behind it: those open
    with a head of their own, be it "Phụ lục", "Kèm theo" or the whole head of another paper with quốc hiệu."""
    for i, page in enumerate(sheets[1:], start=1):
        if is_attachment(page) or any(is_motto(row) for row in page.rows[:9]):
            return list(sheets[:i])
    return list(sheets)
