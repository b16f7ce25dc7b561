"""Jobs that look at papers: inspection, reading, drafting. They run in children (``workers.children``)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import cv2

import ingest.inspect
from archive.clock import VIETNAM
from archive.errors import Problem
from archive.fields import BY_HAND, READ, REVIEWER, FieldValue
from ingest.inspection import Inspection, Limits
from ocr import pdfa, transcript
from ocr.checks import check
from ocr.corrected import Correction, corrected, corrections
from ocr.engine import Unreadable
from ocr.fields import extract, is_separator, openings
from ocr.forms import forms_in
from ocr.page import read_page
from ocr.textlayer import given_from_json
from ocr.values import Box, Field, PageReading
from signing.mark import mark_size
from signing.places import Place
from signing.templates import NoTemplate, Templates, in_force
from workers.jobs.lessons import lesson_at
from workers.jobs.placing import place_on
from workers.jobs.values import Drafted, PageFiles

PRODUCER = "hoso"

cv2.setNumThreads(1)  # one process a core; threads of one page would only fight with other pages


def look(path: Path, folder: Path, limits: Limits) -> Inspection:
    """``ingest.inspect.inspect``, without threads of OpenCV or Pillow."""
    return ingest.inspect.inspect(path, folder, limits)


def read(
    image: Path, dpi: float, turned: int, tesseract: str, seconds: float, text: Path | None = None,
    lesson: Path | None = None,
) -> bytes:  # fmt: skip
    """The page's reading as JSON. ``text``: what came with the page (``ocr.textlayer``). Raises Problem with the
    engine's code, or LESSON_UNREADABLE."""
    given = None if text is None else given_from_json(text.read_bytes())
    known = lesson_at(lesson)
    with _as_problems():
        return transcript.page_to_json(
            read_page(
                image.read_bytes(),
                dpi,
                turned=turned,
                tesseract=tesseract,
                timeout_seconds=seconds,
                given=given,
                lesson=known,
            )
        )


def read_fields(pages: tuple[bytes, ...], folder: Path | None) -> dict[str, dict[str, Any]]:
    """The fields of a document from its pages' readings (JSON), by name. ``folder``: of the office's own forms."""
    readings = tuple(transcript.page_from_json(page) for page in pages)
    return transcript.fields_to_dict(extract(readings, forms_in(folder)))


def draft(
    pages: tuple[PageFiles, ...], identifier: str, agency_name: str, at: datetime,
    approved: tuple[FieldValue, ...] | None, pdf: Path, reading: Path, folder: Path | None, form: str,
    lesson: Path | None = None, templates: Templates = (),
) -> Drafted:  # fmt: skip
    """Write the draft PDF/A to ``pdf`` and the whole reading as JSON to ``reading``.

    ``approved``: values a person vouched for; None means those just read. What a person put right lands in the text
    over the page, while the reading is kept as read. ``folder``: of the office's own forms. ``form``: the paper's,
    where it is known beforehand. ``at``: when the paper was received. ``lesson``: file with what the agency's
    approved records taught. ``templates``: of the marks; empty: those shipped. Raises Problem; NOT_PDFA when the
    checker finds fault with what was written,
    LESSON_UNREADABLE.
    """
    known = lesson_at(lesson)
    with _as_problems():
        readings = tuple(transcript.page_from_json(page.reading.read_bytes()) for page in pages)
        forms = forms_in(folder)
        found = extract(readings, forms, form)
        if known is not None:
            found = known.fields(found, readings)
        warned = [one.as_dict() for one in check(readings, found, forms, form, at.astimezone(VIETNAM).date())]
        values = (
            tuple(_value(field.name, field.value, field) for field in found) if approved is None else approved
        )
        metadata = pdfa.Metadata(
            title=_title(values, identifier),
            identifier=identifier,
            created_at=at,
            producer=PRODUCER,
            fields={value.name: _plain(value) for value in values if value.origin != BY_HAND},
        )
        images = (pdfa.PageImage(page.image.read_bytes(), page.dpi) for page in pages)
        shown = readings if approved is None else corrected(readings, list(_changes(found, approved)))
        place = _room(pages, shown, agency_name, at, templates)
        built = pdfa.build(images, shown, metadata, margin=pdfa.Margin(place.right, place.top))
        report = pdfa.check(built.pdf)
    if not report.ok:
        faults = "; ".join(report.findings)[:500]
        raise Problem(
            "NOT_PDFA", f"Bản nháp không đạt PDF/A-2b: {faults}", f"The draft is not PDF/A-2b: {faults}"
        )
    pdf.write_bytes(built.pdf)
    verdict = {"verdict": report.verdict, "checker": report.checker, "findings": list(report.findings)}
    whole = {
        "format": transcript.FORMAT,
        "document": identifier,
        **({} if known is None else {"lesson": known.sha256}),
        "pages": [transcript.page_to_dict(page) for page in readings],
        "fields": transcript.fields_to_dict(found),
        "findings": warned,
        "pdfa": verdict,
    }
    reading.write_text(json.dumps(whole, ensure_ascii=False, separators=(",", ":")), "utf-8")
    doc_type = next((str(field.value) for field in found if field.name == "doc_type"), None)
    read = {field.name: field.read for field in found if field.read is not None}
    return Drafted(
        values, place.box, place.method, built.page_count, verdict, form or forms.code(doc_type), tuple(warned),
        tuple(map(_role, readings)), openings(readings), read,
    )  # fmt: skip


def _room(
    pages: tuple[PageFiles, ...], readings: Sequence[PageReading], agency_name: str, at: datetime,
    templates: Templates,
) -> Place:  # fmt: skip
    """The place of the agency's mark on page 1. At most the day of sealing has another template: then its words are
    fitted into this place."""
    if not pages:
        raise pdfa.NotBuilt("no-pages")
    try:
        rule = in_force("P2", at, templates)
    except NoTemplate as none:
        raise Problem(none.code, f"{none.vi} ({none.detail})", f"{none.en} ({none.detail})") from none
    first = pdfa.PageImage(pages[0].image.read_bytes(), pages[0].dpi)
    return place_on(first, readings[0], mark_size(agency_name, template=rule), rule)


def _changes(found: Sequence[Field], approved: Sequence[FieldValue]) -> Iterator[Correction]:
    """What of the approved values was read otherwise, where it stands."""
    return corrections(
        found,
        {one.name: one.values for one in approved if one.origin == REVIEWER},
        {
            one.name: (one.page, Box(*one.box))
            for one in approved
            if one.page is not None and one.box is not None
        },
    )


def _role(page: PageReading) -> str:
    return "blank" if page.blank else "separator" if is_separator(page) else "content"


def _value(name: str, value: str | int | tuple[str, ...], seen: Any) -> FieldValue:
    values = value if isinstance(value, tuple) else (str(value),)
    box = None if seen.box is None else (seen.box.x0, seen.box.y0, seen.box.x1, seen.box.y1)
    return FieldValue(name, values, seen.confidence, seen.page, box, BY_HAND if seen.by_hand else READ)


def _plain(value: FieldValue) -> str | int | tuple[str, ...]:
    plain = value.plain
    return tuple(plain) if isinstance(plain, list) else plain


def _title(values: tuple[FieldValue, ...], identifier: str) -> str:
    """``Quyết định 2005/QĐ-BNN-VP`` as far as it was read."""
    named = {value.name: str(value.plain) for value in values}
    parts = [named[name] for name in ("doc_type", "code") if named.get(name)]
    return " ".join(parts) or identifier


@contextmanager
def _as_problems() -> Iterator[None]:
    """Errors of reading and drafting as Problems, so that code and sentences travel back whole."""
    try:
        yield
    except Unreadable as error:
        detail = f" ({error.detail})" if error.detail else ""
        raise Problem(error.code, error.message_vi + detail, error.message_en + detail) from error
    except pdfa.NotBuilt as error:
        code = error.code.upper().replace("-", "_")
        raise Problem(code, error.vi, error.en) from error
