"""The PDF/A draft: its text, its metadata, its bytes, its refusals."""

from __future__ import annotations

import dataclasses
import io
import unicodedata
import xml.etree.ElementTree as ET
from datetime import datetime
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from ocr.pdfa import Margin, NotBuilt, PageImage, build, check
from ocr.values import Box, Word
from tests.ocr import pdfa_paper as paper

ROTATIONS = (0, 90, 180, 270)
DC = "{http://purl.org/dc/elements/1.1/}"
LI = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
EXPECTED = [" ".join(line) for line in paper.LINES]


@pytest.mark.parametrize("rotation", ROTATIONS)
def test_a_draft_is_approved_as_pdfa_2b_whichever_way_the_scan_stands(rotation: int, tmp_path: Path) -> None:
    pdf = paper.draft(paper.page(rotation)).pdf
    report = check(pdf)
    assert (report.ok, report.verdict, report.findings) == (True, "pass", ())
    assert report.checker.startswith("pikepdf ")
    paper.run("qpdf", "--check", "@", data=pdf, folder=tmp_path)


@pytest.mark.parametrize("rotation", ROTATIONS)
def test_every_page_is_upright_a4_without_a_rotate_entry(rotation: int) -> None:
    with pikepdf.open(io.BytesIO(paper.draft(paper.page(rotation)).pdf)) as pdf:
        (page,) = pdf.pages
        assert int(page.obj.get("/Rotate", 0)) == 0
        assert [float(edge) for edge in page.mediabox] == pytest.approx([0, 0, 595.44, 841.68])


@pytest.mark.parametrize("rotation", ROTATIONS)
def test_poppler_finds_every_word_where_the_reading_has_it(rotation: int, tmp_path: Path) -> None:
    found = paper.word_boxes(paper.draft(paper.page(rotation)).pdf, tmp_path)
    words = paper.upright_words()
    assert [text for text, _ in found] == [word.text for word in words]
    for (text, box), word in zip(found, words, strict=True):
        # Of the line's height (22): a word begins within a tenth, and ends within a sixth, of where it should.
        assert box[:2] + box[3:] == pytest.approx(word.box[:2] + word.box[3:], abs=2.0), text
        assert box[2] == pytest.approx(word.box.x1, abs=3.5), text


@pytest.mark.parametrize("rotation", ROTATIONS)
def test_the_picture_is_shown_upright_under_its_words(rotation: int, tmp_path: Path) -> None:
    seen = paper.rendered(paper.draft(paper.page(rotation)).pdf, tmp_path)
    assert seen.size == (paper.WIDTH, paper.HEIGHT)
    for word in paper.upright_words():
        inside = ((word.box.x0 + word.box.x1) // 2, (word.box.y0 + word.box.y1) // 2)
        assert max(seen.getpixel(inside)) < 130, word.text
        assert min(seen.getpixel((inside[0], word.box.y0 - 9))) > 240, word.text


def test_text_comes_out_in_order_and_as_nfc_even_if_it_came_in_decomposed(tmp_path: Path) -> None:
    image, reading = paper.page()
    words = tuple(dataclasses.replace(w, text=unicodedata.normalize("NFD", w.text)) for w in reading.words)
    pdf = paper.draft((image, dataclasses.replace(reading, words=words))).pdf
    text = paper.run("pdftotext", "-raw", "@", "-", data=pdf, folder=tmp_path)
    assert text.rstrip("\f\n").split("\n") == EXPECTED
    with pypdfium2.PdfDocument(pdf) as document:
        assert document[0].get_textpage().get_text_range().split("\r\n") == EXPECTED


def test_words_set_tight_stay_apart(tmp_path: Path) -> None:
    words = (Word("tháng", 0.9, Box(100, 300, 160, 322), 0), Word("4", 0.9, Box(160, 300, 170, 322), 0))
    pdf = paper.draft((paper.page()[0], paper.reading(words))).pdf
    assert paper.run("pdftotext", "@", "-", data=pdf, folder=tmp_path).split() == ["tháng", "4"]
    with pypdfium2.PdfDocument(pdf) as document:  # which used to drop words of one letter
        assert document[0].get_textpage().get_text_range() == "tháng 4"


def test_a_tilted_line_keeps_its_boxes_on_the_words(tmp_path: Path) -> None:
    # 5 degrees clockwise: the line falls by 26 px on 300. Boxes enclose the tilted words.
    words = tuple(
        Word(text, 0.9, Box(100 + 100 * n, round(300 + 8.75 * n), 180 + 100 * n, round(328 + 8.75 * n)), 0)
        for n, text in enumerate(("một", "hai", "ba", "bốn"))
    )
    pdf = paper.draft((paper.page()[0], paper.reading(words, skew=5.0))).pdf
    found = paper.word_boxes(pdf, tmp_path)
    assert [text for text, _ in found] == ["một", "hai", "ba", "bốn"]
    for (_, box), word in zip(found, words, strict=True):
        assert box == pytest.approx(word.box, abs=4.0)


def test_letters_a_font_of_two_bytes_cannot_say_are_replaced_not_fatal(tmp_path: Path) -> None:
    odd = ("ký\u0000tên", "𝔸b", "\ud800x", "\ufeffy", "\uffffz", "\u0007", "  ")
    words = tuple(Word(text, 0.5, Box(100, 300 + 40 * n, 180, 322 + 40 * n), n) for n, text in enumerate(odd))
    pdf = paper.draft((paper.page()[0], paper.reading(words))).pdf
    assert check(pdf).ok
    text = paper.run("pdftotext", "-raw", "@", "-", data=pdf, folder=tmp_path)
    assert text.split() == ["kýtên", "\ufffdb", "\ufffdx", "\ufffdy", "\ufffdz"]


def test_boxes_without_area_or_outside_the_page_do_not_break_it() -> None:
    words = tuple(Word("x", 0.1, box, 0) for box in (Box(5, 5, 5, 5), Box(-9, 2, 900, 4), Box(800, 9, 90, 9)))
    assert check(paper.draft((paper.page()[0], paper.reading(words, skew=-3.0))).pdf).ok


def test_metadata_stand_in_xmp_and_info_alike() -> None:
    metadata = dataclasses.replace(paper.METADATA, title="A < B & “C”\x00")
    pdf = paper.draft(paper.page(), metadata=metadata).pdf
    assert check(pdf).ok
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert {key: str(value) for key, value in file.docinfo.items()} == {
            "/Title": "A < B & “C”",
            "/Producer": "hoso 0.1.0",
            "/CreationDate": "D:20261121010203Z",
        }
        raw = file.Root.Metadata.read_raw_bytes()  # uncompressed, so that simple tools can read it
    root = ET.fromstring(raw.decode())
    assert [item.text for item in root.iterfind(f".//{DC}title//{LI}")] == ["A < B & “C”"]
    assert [item.text for item in root.iterfind(f".//{DC}identifier")] == ["HS-2026-000001"]
    assert [item.text for item in root.iterfind(f".//{DC}subject//{LI}")] == [
        "hoso:number=12",
        "hoso:page_count=2",
        "hoso:recipients[1]=Như Điều 3",
        "hoso:recipients[2]=Lưu: VT & HC",
    ]
    assert b"2026-11-21T01:02:03Z" in raw


def test_the_same_paper_gives_the_same_bytes_and_another_an_id_of_its_own() -> None:
    first, second = (paper.draft(paper.page(), paper.page(90)).pdf for _ in range(2))
    other = paper.draft(paper.page()).pdf
    assert first == second
    with pikepdf.open(io.BytesIO(first)) as one, pikepdf.open(io.BytesIO(other)) as two:
        assert bytes(one.trailer.ID[0]) != bytes(two.trailer.ID[0])


def test_pages_share_font_and_profile() -> None:
    one = len(paper.draft(paper.page()).pdf)
    two = len(paper.draft(paper.page(), paper.page()).pdf)
    assert two - one < len(paper.page()[0].data) + 3000


def test_a_check_names_what_is_wrong() -> None:
    with pikepdf.open(io.BytesIO(paper.draft(paper.page()).pdf)) as pdf:
        del pdf.Root["/OutputIntents"]
        out = io.BytesIO()
        pdf.save(out)
    report = check(out.getvalue())
    assert not report.ok
    assert report.verdict == "fail"
    assert any("6.2.4.3" in finding for finding in report.findings)
    assert not check(b"not a PDF").ok


def _code(*pages: object, **options: object) -> str:
    with pytest.raises(NotBuilt) as caught:
        paper.draft(*pages, **options)  # type: ignore[arg-type]
    assert caught.value.vi
    assert caught.value.en
    return caught.value.code


def test_what_cannot_be_built_is_refused_with_a_code() -> None:
    image, reading = paper.page()
    assert _code() == "no-pages"
    assert _code((PageImage(b"GIF89a", 100.0), reading)) == "image-undecodable"
    assert _code((PageImage(image.data[:40], 100.0), reading)) == "image-undecodable"
    assert _code((PageImage(b"", 100.0), reading)) == "image-undecodable"
    assert _code((image, dataclasses.replace(reading, width=9))) == "image-size-mismatch"
    assert _code((image, dataclasses.replace(reading, rotation=45))) == "rotation-unknown"
    assert _code((PageImage(image.data, 1.0), reading)) == "page-size-out-of-range"
    assert _code((PageImage(image.data, 0.0), reading)) == "page-size-out-of-range"
    assert _code((image, reading), margin=Margin(top=14000.0)) == "page-size-out-of-range"
    naive = dataclasses.replace(paper.METADATA, created_at=datetime(2026, 1, 1))  # noqa: DTZ001
    assert _code((image, reading), metadata=naive) == "created-at-without-zone"


@pytest.mark.parametrize(("images", "readings"), [(1, 2), (2, 1), (1, 0), (0, 1)])
def test_images_and_readings_must_match_in_number(images: int, readings: int) -> None:
    image, reading = paper.page()
    with pytest.raises(NotBuilt) as caught:
        build([image] * images, [reading] * readings, paper.METADATA)
    assert caught.value.code == "page-count-mismatch"


def test_what_is_added_to_the_pictures_is_small() -> None:
    """A page in fax coding has some 80 kB; the goal is 5 % of that."""
    words = tuple(
        Word(text, 0.9, Box(60 + 48 * column, 250 + 26 * row, 100 + 48 * column, 272 + 26 * row), row)
        for row in range(30)
        for column, text in enumerate(["Căn", "cứ", "Luật", "Tổ", "chức", "chính", "quyền", "địa"])
    )
    image, _ = paper.page()
    one = len(paper.draft((image, paper.reading(words))).pdf) - len(image.data)
    two = len(paper.draft(*[(image, paper.reading(words))] * 2).pdf) - 2 * len(image.data)
    assert one < 4_300 and two - one < 1_800
