"""Fields of the record drawn from the readings of a document's pages, by the layout of NĐ 30/2020/NĐ-CP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ocr.fields.bases import legal_bases
from ocr.fields.head import head
from ocr.fields.holder import holder, procedure
from ocr.fields.openings import has_head, is_attachment, openings
from ocr.fields.separators import is_separator
from ocr.fields.sheet import Sheet, sheet
from ocr.fields.signature import foot
from ocr.fields.title import title
from ocr.fields.validity import validity
from ocr.values import FIELD_NAMES, Field, PageReading

__all__ = ["extract", "is_separator", "openings"]

_RESULTS = ("Giấy phép", "Giấy chứng nhận", "Giấy xác nhận")


def extract(pages: Sequence[PageReading]) -> tuple[Field, ...]:
    """The fields found, in the order of FIELD_NAMES; what was not found is left out.

    Blank pages and separator sheets are passed over and not counted. Confidence joins how surely the words were
    read with how well the value fits its grammar or list: one that fails its grammar stays below 0.5.
    """
    sheets = [
        sheet(i, page) for i, page in enumerate(pages, start=1) if not page.blank and not is_separator(page)
    ]
    found: list[Field] = [Field("page_count", len(sheets), 0.99)]
    if sheets and sheets[0].rows:
        found += _of_document(sheets)
    order = {name: i for i, name in enumerate(FIELD_NAMES)}
    return tuple(sorted(found, key=lambda f: order[f.name]))


def _of_document(sheets: Sequence[Sheet]) -> list[Field]:
    first = sheets[0]
    top = head(first)
    named = title(first, top)
    found = [*top.fields, *named]
    values = {f.name: f.value for f in found}
    own = _own_pages(sheets)
    issued = date.fromisoformat(str(values["issued_on"])) if "issued_on" in values else None
    result = values.get("doc_type") in _RESULTS
    found += legal_bases(top.below, first)
    found += foot(own)
    found += validity(own, issued, result)
    if result:
        found += holder(own)
        found += procedure(own)
    return found


def _own_pages(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The document's pages without its attachments, and without what may be another document behind it: those open
    with a head of their own."""
    for i, page in enumerate(sheets[1:], start=1):
        if is_attachment(page) or has_head(page):
            return list(sheets[:i])
    return list(sheets)
