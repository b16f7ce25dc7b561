"""Jobs of forms and snippets: a form tried on a paper, a field's box cut out of its page. They run in children."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import cv2

from archive.errors import Problem
from ocr import pixels, transcript
from ocr.checks import check
from ocr.fields import extract, own_pages, sheets_of
from ocr.fields.labelled import Missed, own_field
from ocr.forms import BadForm, Form, Forms, form_of, forms_in
from ocr.geometry import turn_back

Box = tuple[int, int, int, int]

MARGIN = 0.35
"""Paper left around a snippet, in heights of its box: letters' marks stand above and below it."""


def try_form(readings: tuple[bytes, ...], named: Path, folder: Path | None, today: date) -> dict[str, Any]:
    """What the form finds on a document's pages, and why not; ``recognised`` is the form that hoso takes by itself,
    ``rotations`` are how the pages stand.

    Raises Problem BAD_FORM.
    """
    forms, form = _with(named, folder)
    pages = [transcript.page_from_json(reading) for reading in readings]
    found = extract(pages, forms, form.name)
    values = {field.name: field for field in found}
    sheets = [one for one in sheets_of(pages) if one.rows]
    missed = [
        _missed(why)
        for wanted in form.fields
        if wanted.name not in values and isinstance(why := own_field(form, wanted, own_pages(sheets)), Missed)
    ]
    missed += [_required(name) for name in form.requires if name not in values]
    doc_type = str(values["doc_type"].value) if "doc_type" in values else None
    return {
        "form": form.name,
        "recognised": forms.code(doc_type),
        "rotations": [page.rotation for page in pages],
        "fields": transcript.fields_to_dict(found),
        "missed": missed,
        "findings": [one.as_dict() for one in check(pages, found, forms, form.name, today)],
    }


def _with(named: Path, folder: Path | None) -> tuple[Forms, Form]:
    """The forms in use with the tried one, a file or a name, in front."""
    forms = forms_in(folder)
    known = forms.named(str(named))
    if known is not None:
        return forms, known
    try:
        form = form_of(named)
    except BadForm as bad:
        raise Problem("BAD_FORM", str(bad), str(bad)) from bad
    others = tuple(one for one in forms.forms if one.name != form.name)
    return replace(forms, forms=(form, *others)), form


def _missed(why: Missed) -> dict[str, Any]:
    return {
        "name": why.name, "code": why.code, "page": why.page, "seen": why.seen, "vi": why.vi, "en": why.en,
    }  # fmt: skip


def _required(name: str) -> dict[str, Any]:
    vi, en = "mẫu cần có, không thấy trên giấy", "the form requires it, it was not found"
    return {"name": name, "code": "NOT_FOUND", "page": None, "seen": "", "vi": vi, "en": en}


def crop(image: Path, box: Box, rotation: int) -> bytes:
    """The part of a page picture around the box, upright, as PNG. ``rotation``: degrees clockwise that the page stands
    turned. Raises Problem IMAGE_UNDECODABLE."""
    picture = pixels.decode(image.read_bytes())
    if picture is None:
        raise Problem(
            "IMAGE_UNDECODABLE", "Không giải mã được ảnh trang", "The page picture cannot be decoded"
        )
    height, width = picture.shape[:2]
    x0, y0, x1, y1 = box
    edge = round(MARGIN * max(8, min(x1 - x0, y1 - y0)))
    left, top = max(0, min(x0 - edge, width - 1)), max(0, min(y0 - edge, height - 1))
    part = picture[top : max(top + 1, y1 + edge), left : max(left + 1, x1 + edge)]
    return bytes(cv2.imencode(".png", turn_back(part, rotation))[1].tobytes())


def crop_read(image: Path, box: Box, reading: Path | None) -> bytes:
    """As ``crop``, turned as the page's reading (JSON) says."""
    rotation = 0 if reading is None else transcript.page_from_json(reading.read_bytes()).rotation
    return crop(image, box, rotation)
