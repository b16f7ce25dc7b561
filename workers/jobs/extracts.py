"""Jobs around extracts: draw a page to choose on, make the extract. Reading and signing meet here, in children."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pypdfium2

from archive.errors import Problem
from ingest.pdftext import drawn_matrix, text_of
from ocr import pdfa
from ocr.values import Box, PageReading, Word
from signing import extract
from signing.copy import first_width, pdfa_findings
from signing.errors import NotSealed
from signing.keyring import load_key
from signing.redaction import Drawn, draw, fitted, picture_of
from signing.report import SealReport
from signing.selection import BadSelection, Part, parse, told
from signing.statement_paper import Seen, bears_code
from signing.terms import CopyTerms
from workers.jobs.seals import as_problems, stated, trust_at
from workers.jobs.values import Chosen, Stated

SHOWN_SIDE = 1600


def page_picture(original: Path, page: int) -> bytes:
    """One page of a sealed record as PNG, as the extract would show it whole. Raises Problem."""
    with as_problems():
        return picture_of(original.read_bytes(), page, SHOWN_SIDE)


def check_parts(original: Path, show: Sequence[str], hide: Sequence[str]) -> None:
    """See that a sealed record can be shown so: before a number is given. Raises Problem EXTRACT_…"""
    data = original.read_bytes()
    with as_problems():
        _parts(data, Chosen(tuple(show), tuple(hide), False), _pages(data))


def issue_extract(
    original: Path, keys: Path, agency_code: str, terms: CopyTerms, what: Stated, chosen: Chosen, at: datetime,
    copy: Path,
) -> SealReport:  # fmt: skip
    """Build the extract of a sealed record, seal and verify it, write it to ``copy``. Raises Problem."""
    data = original.read_bytes()
    with as_problems():
        pages = _pages(data)
        parts = _parts(data, chosen, pages)
        drawn, readings = [], []
        for page, one in draw(data, parts):
            drawn.append(one)
            readings.append(_reading(page, one, chosen.with_text))
        terms = replace(terms, shown=told(parts, pages))
        made = pdfa.build(
            (pdfa.PageImage(one.encoded(), one.dpi) for one in drawn),
            readings,
            _metadata(terms),
        )
        what = _of_what_is_shown(what, readings[0])
        terms = replace(terms, statement=stated(keys, agency_code, terms, what, at, first_width(made.pdf)))
        built = extract.build(made.pdf, drawn, pages, terms)
        trust, timestamper = trust_at(keys, at)
        key = load_key(keys, agency_code)
        done = extract.certify(built, data, key=key, timestamper=timestamper, trust=trust, at=at)
        # After certify, which refuses an original that is not valid: that says more than a format's fault.
        faults = "; ".join(pdfa_findings(built))[:500]
        if faults:
            raise Problem(
                "NOT_PDFA",
                f"Bản trích sao không đạt PDF/A-3b: {faults}",
                f"The extract is not PDF/A-3b: {faults}",
            )
    copy.write_bytes(done.pdf)
    return done.report


def _of_what_is_shown(what: Stated, first: PageReading) -> Stated:
    """What the statement may say: the record's number, where it stands in the head that the extract shows."""
    words = [
        Seen(word.text, word.line, ((word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2))
        for word in first.words
    ]
    shown = bool(what.document_code) and bears_code(words, what.document_code)
    return replace(what, document_code=what.document_code if shown else "", holder="")


def _parts(data: bytes, chosen: Chosen, pages: int) -> tuple[Part, ...]:
    try:
        return fitted(data, parse(chosen.show, chosen.hide, pages))
    except BadSelection as error:
        raise Problem(error.code, error.vi, error.en) from error


def _pages(data: bytes) -> int:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise NotSealed("FORMAT_FAILURE", str(error)) from error
    try:
        return len(document)
    finally:
        document.close()


def _metadata(terms: CopyTerms) -> pdfa.Metadata:
    """Only what the copy says of itself: the original's title, number and fields may be among what is hidden."""
    title = f"{terms.heading} số {terms.number}"
    return pdfa.Metadata(title, terms.number, terms.issued_at, "hoso", {})


def _reading(page: pypdfium2.PdfPage, one: Drawn, with_text: bool) -> PageReading:
    """The words of the page of which nothing is hidden. ``with_text``: only where we wrote the text layer ourselves; a
    stranger's may say what the picture does not show, anywhere."""
    width, height = one.picture.size
    given = text_of(page, drawn_matrix(page, width, height), width, height) if with_text else None
    words = () if given is None or given.rotation else given.words
    kept = tuple(
        Word(word.text, 1.0, Box(*(round(edge) for edge in word.corners)), word.line)
        for word in words
        if one.shows(word.corners)
    )
    return PageReading(width, height, one.dpi, 0, 0.0, not kept, "", kept, (), "")
