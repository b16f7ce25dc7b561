"""The text that PDF pages bring along lies on the kept image where it is printed, however the page is set."""

from __future__ import annotations

from pathlib import Path

import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageChops

from ingest.inspect import inspect
from ingest.inspection import PageImage
from ingest.pdftext import MOST_LETTERS
from ocr.textlayer import Given, given_from_json
from tests.ingest import pdfs, pictures
from tests.ingest.conftest import LIMITS

FONTS = Dictionary(Font=Dictionary(F1=pdfs._font()))
LINE = b"BT /F1 18 Tf 60 300 Td (Quyet dinh) Tj 0 -40 Td (so 12) Tj ET"


def looked(data: bytes, folder: Path) -> tuple[PageImage, ...]:
    (folder / "a.pdf").write_bytes(data)
    (folder / "pages").mkdir(exist_ok=True)
    pages = inspect(folder / "a.pdf", folder / "pages", LIMITS).pages
    assert (folder / "a.pdf").read_bytes() == data
    return pages


def text(page: PageImage) -> Given:
    assert page.text is not None
    return given_from_json(page.text.read_bytes())


def ink(page: PageImage) -> tuple[float, float, float, float]:
    with Image.open(page.path) as image:
        box = ImageChops.invert(image.convert("L")).getbbox()
    assert box is not None
    return box


def around(given: Given) -> tuple[float, ...]:
    sides = tuple(zip(*(word.corners for word in given.words), strict=True))
    return min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("cropped", [False, True])
def test_words_of_a_drawn_page_lie_on_their_ink(turn: int, cropped: bool, tmp_path: Path) -> None:
    pdf = pdfs.empty()
    more = {"CropBox": Array([30, 40, 290, 400])} if cropped else {}
    pdfs.add_page(pdf, LINE, resources=FONTS, Rotate=turn, **more)
    (page,) = looked(pdfs.saved(pdf), tmp_path)
    given = text(page)
    lines = {(word.text, word.line) for word in given.words}
    assert lines in (
        {("Quyet", 0), ("dinh", 0), ("so", 1), ("12", 1)},
        {("Quyet", 1), ("dinh", 1), ("so", 0), ("12", 0)},
    )
    assert given.rotation == turn
    assert around(given) == pytest.approx(ink(page), abs=3)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_words_over_a_scan_lie_on_the_stored_picture(turn: int, tmp_path: Path) -> None:
    pdf = pdfs.empty()
    image = pdfs.jpeg_image(pdf, pictures.jpeg())
    box = (-5, -5, pdfs.A6_POINTS[0] + 10, pdfs.A6_POINTS[1] + 10)
    pdfs.add_scan(pdf, image, after=b"BT 3 Tr /F1 20 Tf 100 200 Td (chu) Tj ET", box=box, Rotate=turn)
    (page,) = looked(pdfs.saved(pdf), tmp_path)
    given = text(page)
    (word,) = given.words
    wide, tall = pictures.A6_200[0] / box[2], pictures.A6_200[1] / box[3]
    assert given.rotation == 0  # the stored picture is not turned, whatever the page says
    assert word.corners[0] == pytest.approx(105 * wide, abs=4)
    assert word.corners[3] == pytest.approx((pdfs.A6_POINTS[1] - 195) * tall, abs=4)


def test_text_of_a_stamp_that_signs_is_not_the_page_s_text(tmp_path: Path) -> None:
    pdf = pdfs.empty()
    pdfs.add_page(pdf, LINE, resources=FONTS)
    stamp = pdf.make_stream(b"BT /F1 12 Tf 5 5 Td (Nguoi ky) Tj ET", Type=Name.XObject, Subtype=Name.Form)
    stamp.BBox, stamp.Resources = Array([0, 0, 150, 20]), FONTS
    pdf.pages[0].obj.Annots = Array([
        pdf.make_indirect(Dictionary(
            Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([60, 50, 210, 70]), AP=Dictionary(N=stamp), F=4,
        ))
    ])  # fmt: skip
    (page,) = looked(pdfs.saved(pdf), tmp_path)
    assert ink(page)[3] > around(text(page))[3] + 100  # shown, as readers show it
    assert [word.text for word in text(page).words] == ["Quyet", "dinh", "so", "12"]


def test_a_signed_file_s_text_is_read_beside_its_bytes(tmp_path: Path) -> None:
    (page,) = looked(pdfs.signed(pdfs.drawn()), tmp_path)  # looked() compares the bytes
    assert "Quyet" in [word.text for word in text(page).words]


def test_bold_letters_made_by_printing_twice_are_one_word(tmp_path: Path) -> None:
    pdf = pdfs.empty()
    twice = b"BT /F1 18 Tf 60 300 Td (Dieu) Tj 0.3 0 Td (Dieu) Tj ET"
    pdfs.add_page(pdf, twice, resources=FONTS)
    (page,) = looked(pdfs.saved(pdf), tmp_path)
    assert [word.text for word in text(page).words] == ["Dieu"]


def test_pages_without_text_and_with_absurdly_much_of_it_bring_none(tmp_path: Path) -> None:
    pdf = pdfs.empty()
    pdfs.add_page(pdf, b"0 0 m 100 100 l S", resources=FONTS)
    flood = b"BT /F1 2 Tf 10 10 Td (%s) Tj ET" % (b"a " * MOST_LETTERS)
    pdfs.add_page(pdf, flood, resources=FONTS)
    pdfs.add_scan(pdf, pdfs.jpeg_image(pdf, pictures.jpeg()))
    assert [page.text for page in looked(pdfs.saved(pdf), tmp_path)] == [None, None, None]


def test_text_beside_the_page_is_left_out(tmp_path: Path) -> None:
    pdf = pdfs.empty()
    pdfs.add_page(pdf, LINE + b" BT /F1 18 Tf 9000 300 Td (xa) Tj ET", resources=FONTS)
    (page,) = looked(pdfs.saved(pdf), tmp_path)
    assert "xa" not in [word.text for word in text(page).words]
