"""Where another document may begin within a pile of pages: a head of its own, or a separator sheet before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ocr.fields.head import head, is_motto
from ocr.fields.separators import is_separator
from ocr.fields.sheet import Sheet, sheet
from ocr.values import PageReading

HEAD_ROWS = 12
"""A head with quốc hiệu, number and date takes eight rows at most (NĐ 30/2020/NĐ-CP, annex I); stamps add some."""


def openings(pages: Sequence[PageReading]) -> tuple[int, ...]:
    """Numbers, from 2, of pages that look like another document's first. For a person to judge, never acted upon."""
    found: list[int] = []
    content = parted = False
    for number, page in enumerate(pages, start=1):
        if page.blank:
            continue
        if is_separator(page):
            parted = True
            continue
        if content and (parted or has_head(sheet(number, page))):
            found.append(number)
        content, parted = True, False
    return tuple(found)


def has_head(page: Sheet) -> bool:
    """Whether the page opens with quốc hiệu and a number line of its own, and is no attachment, form or draft."""
    top = page.rows[:HEAD_ROWS]
    if is_attachment(page) or not any(is_motto(row) for row in top):
        return False
    number = head(page).notation
    return number is not None and number.sound


def is_attachment(page: Sheet) -> bool:
    """Whether the page opens an attachment: "Phụ lục", "Kèm theo", "Mẫu số", "Dự thảo" in its head."""
    if any(re.match(r"^\W*(ban hanh )?kem theo", row.bare) for row in page.rows[:9]):
        return True
    return any(
        re.match(r"^\W*(phu luc|mau so|mau [0-9ivx]|bieu mau|du thao)", row.bare) for row in page.rows[:4]
    )
