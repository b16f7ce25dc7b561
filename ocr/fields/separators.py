"""Separator sheets whose symbol could not be read, told by their printed words."""

from __future__ import annotations

from ocr.values import PageReading
from ocr.vietnamese import bare

MOST_WORDS = 60


def is_separator(page: PageReading) -> bool:
    """Whether the page is a separator sheet laid between documents, told by its printed words."""
    if len(page.words) >= MOST_WORDS:
        return False
    text = bare(page.text)
    return any(phrase in text for phrase in ("phieu phan tach", "to phan cach", "hs|", "bia|"))
