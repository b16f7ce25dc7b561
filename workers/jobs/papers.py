"""Jobs that look at papers: inspection, reading, drafting. They run in children (``workers.children``)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import cv2

import ingest.inspect
from archive.errors import Problem
from archive.fields import FieldValue
from ingest.inspection import Inspection, Limits
from ocr import pdfa, transcript
from ocr.engine import Unreadable
from ocr.fields import extract
from ocr.page import read_page
from signing.mark import mark_size
from workers.jobs.lessons import lesson_at
from workers.jobs.values import Drafted, PageFiles

PRODUCER = "hoso"

cv2.setNumThreads(1)  # one process a core; threads of one page would only fight with other pages


def look(path: Path, folder: Path, limits: Limits) -> Inspection:
    """``ingest.inspect.inspect``, without threads of OpenCV or Pillow."""
    return ingest.inspect.inspect(path, folder, limits)


def read(
    image: Path, dpi: float, turned: int, tesseract: str, seconds: float, lesson: Path | None = None
) -> bytes:
    """The page's reading as JSON. Raises Problem with the engine's code, or LESSON_UNREADABLE."""
    known = lesson_at(lesson)
    with _as_problems():
        return transcript.page_to_json(
            read_page(
                image.read_bytes(),
                dpi,
                turned=turned,
                tesseract=tesseract,
                timeout_seconds=seconds,
                lesson=known,
            )
        )


def read_fields(pages: tuple[bytes, ...]) -> dict[str, dict[str, Any]]:
    """The fields of a document from its pages' readings (JSON), by name."""
    readings = tuple(transcript.page_from_json(page) for page in pages)
    return transcript.fields_to_dict(extract(readings))


def draft(
    pages: tuple[PageFiles, ...], identifier: str, agency_name: str, at: datetime,
    approved: tuple[FieldValue, ...] | None, pdf: Path, reading: Path, lesson: Path | None = None,
) -> Drafted:  # fmt: skip
    """Write the draft PDF/A to ``pdf`` and the whole reading as JSON to ``reading``.

    ``approved``: values a person vouched for; None means those just read. ``lesson``: file with what the agency's
    approved records taught. Raises Problem; NOT_PDFA when the checker finds fault with what was written,
    LESSON_UNREADABLE.
    """
    known = lesson_at(lesson)
    with _as_problems():
        readings = tuple(transcript.page_from_json(page.reading.read_bytes()) for page in pages)
        found = extract(readings) if known is None else known.fields(extract(readings), readings)
        values = (
            tuple(_value(field.name, field.value, field) for field in found) if approved is None else approved
        )
        metadata = pdfa.Metadata(
            title=_title(values, identifier),
            identifier=identifier,
            created_at=at,
            producer=PRODUCER,
            fields={value.name: _plain(value) for value in values},
        )
        images = (pdfa.PageImage(page.image.read_bytes(), page.dpi) for page in pages)
        built = pdfa.build(images, readings, metadata, mark_size=mark_size(agency_name))
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
        "pdfa": verdict,
    }
    reading.write_text(json.dumps(whole, ensure_ascii=False, separators=(",", ":")), "utf-8")
    read = {field.name: field.read for field in found if field.read is not None}
    return Drafted(values, built.mark_box, built.page_count, verdict, read)


def _value(name: str, value: str | int | tuple[str, ...], seen: Any) -> FieldValue:
    values = value if isinstance(value, tuple) else (str(value),)
    box = None if seen.box is None else (seen.box.x0, seen.box.y0, seen.box.x1, seen.box.y1)
    return FieldValue(name, values, seen.confidence, seen.page, box)


def _plain(value: FieldValue) -> str | int | tuple[str, ...]:
    plain = value.plain
    return tuple(plain) if isinstance(plain, list) else plain


def _title(values: tuple[FieldValue, ...], identifier: str) -> str:
    """``Quyết định 2005/QĐ-BNN-VP`` as far as it was read."""
    named = {value.name: str(value.plain) for value in values}
    parts = [named[name] for name in ("doc_type", "code") if name in named]
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
