"""Fields of the record drawn from the readings of a document's pages, by the layout of NĐ 30/2020/NĐ-CP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ocr.fields.bases import legal_bases
from ocr.fields.by_hand import left_to_a_person, without_pen
from ocr.fields.head import head
from ocr.fields.holder import holder, procedure
from ocr.fields.labelled import own_fields
from ocr.fields.openings import openings
from ocr.fields.separators import is_separator
from ocr.fields.sheet import Sheet, sheet
from ocr.fields.signature import foot
from ocr.fields.title import title
from ocr.fields.told_apart import own_pages, own_rows
from ocr.fields.validity import validity
from ocr.forms import Forms, shipped
from ocr.values import FIELD_NAMES, Field, PageReading

__all__ = ["extract", "is_separator", "openings", "own_pages", "sheets_of"]


def extract(pages: Sequence[PageReading], forms: Forms | None = None, form: str = "") -> tuple[Field, ...]:
    """The fields found, in the order of FIELD_NAMES, then the form's own in its order; what was not found is left out.

    ``forms``: those in use, without them those shipped. ``form``: the name of the paper's form where it is known
    beforehand; otherwise its type says which.

    Blank pages and separator sheets are passed over and not counted. Confidence joins how surely the words were
    read with how well the value fits its grammar or list: one that fails its grammar stays below 0.5.
    """
    sheets = sheets_of(pages)
    found: list[Field] = [Field("page_count", len(sheets), 0.99)]
    if sheets and sheets[0].rows:
        found += _of_document(sheets, pages[sheets[0].page - 1], forms or shipped(), form)
    order = {name: i for i, name in enumerate(FIELD_NAMES)}
    return tuple(sorted(found, key=lambda f: order.get(f.name, len(order))))


def sheets_of(pages: Sequence[PageReading]) -> list[Sheet]:
    """The pages that are the document's, without strange stamps and texts of signatures: blank ones and separator
    sheets left out, numbers as they came."""
    return [
        own_rows(sheet(i, without_pen(page)))
        for i, page in enumerate(pages, start=1)
        if not page.blank and not is_separator(page)
    ]


def _of_document(sheets: Sequence[Sheet], reading: PageReading, forms: Forms, form: str) -> list[Field]:
    first = sheets[0]
    top = head(first)
    named = title(first, top, forms)
    found = left_to_a_person([*top.fields, *named], reading, first.page)
    values = {f.name: f.value for f in found}
    own = own_pages(sheets)
    kind = forms.of(str(values["doc_type"]) if "doc_type" in values else None, form)
    issued = date.fromisoformat(str(values["issued_on"])) if values.get("issued_on") else None
    found += legal_bases(top.below, first)
    found += foot(own)
    found += validity(own, issued, kind.result)
    if kind.result:
        found += holder(own)
        found += procedure(own)
    return [*found, *own_fields(kind, own)]
