"""A draft is at most 5 % larger than the file as received: what is added to the pictures weighs little."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import img2pdf
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from ingest.inspect import inspect
from ingest.inspection import Limits
from ocr.glyphless import Alphabet
from ocr.page import read_page
from ocr.pdfa import PageImage, build, check
from ocr.values import Box, PageReading, Word
from tests.ocr import pdfa_paper as paper
from tests.papers.generate import paper as made_up

DPI = 300
MOST = 1.05
METADATA = replace(
    paper.METADATA,
    title="Quyết định",
    identifier="doc-bench",
    producer="hoso",
    fields={"number": "12"},
)
"""As in the bench. Each further field adds what it takes to say it, unpacked: a fax page of 80 kB has no room for more
than this one within the 5 %."""


@cache
def scan(level: str) -> Image.Image:
    """The first page of a made-up decision, full of text."""
    page = made_up("qd", level, 41, DPI, max_pages=1).pages[0]
    return Image.fromarray(cv2.cvtColor(page.image, cv2.COLOR_BGR2RGB))


def encoded(image: Image.Image, kind: str, **how: object) -> bytes:
    into = io.BytesIO()
    image.save(into, kind, dpi=(DPI, DPI), **how)  # type: ignore[arg-type]
    return into.getvalue()


def fax() -> bytes:
    return encoded(scan("photocopy").convert("1", dither=Image.Dither.NONE), "TIFF", compression="group4")


def fax_in_pdf() -> bytes:
    made = img2pdf.convert(fax())
    assert isinstance(made, bytes)
    return made


@cache
def reading(picture: bytes) -> PageReading:
    return read_page(picture, DPI)


@pytest.mark.parametrize(
    ("make", "coding"),
    [
        (fax, "/CCITTFaxDecode"),
        (fax_in_pdf, "/CCITTFaxDecode"),
        (lambda: encoded(scan("scan"), "TIFF", compression="jpeg", quality=75), "/DCTDecode"),
        (lambda: encoded(scan("scan"), "JPEG", quality=75), "/DCTDecode"),
    ],
    ids=["fax TIFF", "fax PDF", "TIFF with JPEG", "JPEG"],
)
def test_a_full_page_grows_by_five_percent_at_most(
    make: Callable[[], bytes], coding: str, tmp_path: Path
) -> None:
    received = make()
    (tmp_path / "received").write_bytes(received)
    (page,) = inspect(tmp_path / "received", tmp_path, Limits(150, 200, 20, 60, 60)).pages
    picture = page.path.read_bytes()
    read = reading(picture)
    assert len(read.words) > 200
    draft = build([PageImage(picture, page.dpi)], [read], METADATA)
    assert check(draft.pdf).ok
    with pikepdf.open(io.BytesIO(draft.pdf)) as pdf:
        assert paper.coding(pdf.pages[0].Resources.XObject.Im) == coding
    assert len(draft.pdf) <= MOST * len(received)


def written(words: tuple[Word, ...], tmp_path: Path) -> tuple[str, str]:
    """What poppler and pdfium say these words are."""
    pdf = paper.draft((paper.page()[0], paper.reading(words))).pdf
    assert check(pdf).ok
    text = paper.run("pdftotext", "-raw", "@", "-", data=pdf, folder=tmp_path)
    with pypdfium2.PdfDocument(pdf) as document:
        return text, document[0].get_textpage().get_text_range()


def test_a_document_of_more_letters_than_one_font_has_codes_is_written_with_several(tmp_path: Path) -> None:
    letters = [chr(code) for code in range(0x4E00, 0x4E00 + 600)]
    words = tuple(
        Word("".join(letters[at : at + 10]), 0.9, Box(100, 100 + 4 * at, 400, 122 + 4 * at), at)
        for at in range(0, 200, 10)
    ) + tuple(
        Word("Huyện" + "".join(letters[at : at + 10]), 0.9, Box(450, 4 * at - 700, 750, 4 * at - 678), at)
        for at in range(200, 400, 10)
    )
    assert len(Alphabet.of(word.text for word in words).faces) == 2
    for text in written(words, tmp_path):
        assert text.split() == [word.text for word in words]


def test_a_word_with_a_space_inside_is_copied_as_it_is(tmp_path: Path) -> None:
    words = tuple(
        Word(text, 0.9, Box(left, 300, right, 322), 0)
        for text, left, right in (
            ("Nguyễn Văn", 100, 200),
            ("Ước", 210, 240),
            ("ký", 250, 270),
            ("tên", 280, 310),
        )
    )
    for text in written(words, tmp_path):
        assert text.strip() == "Nguyễn Văn Ước ký tên"


def test_the_letters_of_a_font_do_not_depend_on_the_order_of_the_pages() -> None:
    texts = ["Quyết định", "về việc", "phê duyệt"]
    assert Alphabet.of(texts) == Alphabet.of(reversed(texts))


def test_a_page_without_words_has_no_font() -> None:
    image, read = paper.page()
    with pikepdf.open(io.BytesIO(paper.draft((image, replace(read, words=()))).pdf)) as pdf:
        assert "/Font" not in pdf.pages[0].Resources
