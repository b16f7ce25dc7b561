"""Fields of the record drawn from the readings of a document's pages, by the layout of NĐ 30/2020/NĐ-CP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ocr.fields.bases import legal_bases
from ocr.fields.by_hand import left_to_a_person, without_pen
from ocr.fields.head import head
from ocr.fields.holder import holder, procedure
from ocr.fields.sheet import Sheet, sheet
from ocr.fields.signature import foot
from ocr.fields.title import title
from ocr.fields.told_apart import own_pages, own_rows
from ocr.fields.validity import validity
from ocr.values import FIELD_NAMES, Field, PageReading
from ocr.vietnamese import bare

__all__ = ["extract", "is_separator"]

_RESULTS = ("Giấy phép", "Giấy chứng nhận", "Giấy xác nhận")


def extract(pages: Sequence[PageReading]) -> tuple[Field, ...]:
    """The fields found, in the order of FIELD_NAMES; what was not found is left out.

    Blank pages and separator sheets are passed over and not counted. Confidence joins how surely the words were
    read with how well the value fits its grammar or list: one that fails its grammar stays below 0.5.
    """
    sheets = [
        own_rows(sheet(i, without_pen(page)))
        for i, page in enumerate(pages, start=1)
        if not page.blank and not is_separator(page)
    ]
    found: list[Field] = [Field("page_count", len(sheets), 0.99)]
    if sheets and sheets[0].rows:
        found += _of_document(sheets, pages[sheets[0].page - 1])
    order = {name: i for i, name in enumerate(FIELD_NAMES)}
    return tuple(sorted(found, key=lambda f: order[f.name]))


def _of_document(sheets: Sequence[Sheet], reading: PageReading) -> list[Field]:
    first = sheets[0]
    top = head(first)
    named = title(first, top)
    found = left_to_a_person([*top.fields, *named], reading, first.page)
    values = {f.name: f.value for f in found}
    own = own_pages(sheets)
    issued = date.fromisoformat(str(values["issued_on"])) if values.get("issued_on") else None
    result = values.get("doc_type") in _RESULTS
    found += legal_bases(top.below, first)
    found += foot(own)
    found += validity(own, issued, result)
    if result:
        found += holder(own)
        found += procedure(own)
    return found


def is_separator(page: PageReading) -> bool:
    """Whether the page is a separator sheet laid between documents, told by its printed words."""
    text = bare(page.text)
    return len(page.words) < 60 and ("phieu phan tach" in text or "to phan cach" in text or "hs|" in text)
