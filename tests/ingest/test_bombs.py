"""Files that unpack to more than anyone can hold are refused, whatever they claim, and cost little."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from pikepdf import Dictionary, Name, Stream

from archive.errors import Problem
from ingest.inspection import Limits
from tests.ingest import pdfs, pictures
from tests.ingest.conftest import LIMITS, Look, Office
from tests.ingest.zips import lying_about_size, zipped
from workers.children import Children

MIB = 1 << 20
STOPPED = {"DECOMPRESSION_BOMB", "DAMAGED", "CHILD_MEMORY_LIMIT", "CHILD_CRASHED"}


def in_child(
    data: bytes, folder: Path, memory_mib: int = 400, seconds: float = 30, limits: Limits = LIMITS
) -> str:
    """Inspect in a real limited child, as the worker does; gives the code of the refusal or of the broken limit."""
    file = folder / "kept"
    file.write_bytes(data)
    (folder / "pages").mkdir(exist_ok=True)
    try:
        children = Children(1, memory_mib, ("ingest.inspect",))
        children.run(seconds, "ingest.inspect", "inspect", file, folder / "pages", limits)
    except Problem as problem:
        return problem.code
    return ""


@pytest.mark.parametrize("claiming", [pictures.png_claiming, pictures.tiff_claiming, pictures.jpeg_claiming])
def test_a_picture_that_claims_too_many_pixels_is_not_decoded(
    look: Look, claiming: Callable[[int, int], bytes]
) -> None:
    seen = look(claiming(60_000, 60_000))
    assert seen.code == "TOO_MANY_PIXELS" and "60000 x 60000" in seen.why


def test_the_limit_of_pixels_is_a_setting(look: Look) -> None:
    tight = Limits(150, 200, 20, 1, 4)
    assert look(pictures.jpeg(), tight).code == ""
    assert look(pictures.jpeg("L", (1240, 1754)), tight).code == "TOO_MANY_PIXELS"


@pytest.mark.parametrize("chunk", [b"zTXt", b"iTXt", b"iCCP"])
def test_a_png_with_a_text_that_swells_is_refused(look: Look, chunk: bytes) -> None:
    packed = zlib.compress(bytes(100 * MIB))
    head = b"Comment\x00\x01\x00\x00\x00" if chunk == b"iTXt" else b"Comment\x00\x00"
    assert look(pictures.png_with(chunk, head + packed)).code == "DECOMPRESSION_BOMB"


def swelling(count: int) -> bytes:
    """``count`` MiB of zeros, packed without ever holding them."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(MIB)) for _ in range(count)) + packer.flush()


def test_a_page_image_that_swells_is_refused(tmp_path: Path) -> None:
    pdf = pdfs.empty()
    width, height = pictures.A6_200
    image = Stream(
        pdf, swelling(600), Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height, BitsPerComponent=8,
        ColorSpace=Name.DeviceGray, Filter=Name.FlateDecode,
    )  # fmt: skip
    pdfs.add_scan(pdf, image)
    assert in_child(pdfs.saved(pdf), tmp_path) in STOPPED


def test_a_page_content_that_swells_is_refused(tmp_path: Path) -> None:
    pdf = pdfs.empty()
    page = pdfs.add_page(pdf)
    page.obj.Contents = Stream(pdf, swelling(600), Filter=Name.FlateDecode)
    assert in_child(pdfs.saved(pdf), tmp_path) in STOPPED


def test_a_pdf_page_of_absurd_size_is_refused(look: Look) -> None:
    assert look(pdfs.drawn((14_400, 14_400))).code == "TOO_MANY_PIXELS"


def test_a_scan_that_claims_too_many_pixels_is_refused(look: Look) -> None:
    pdf = pdfs.empty()
    pdfs.add_scan(pdf, pdfs.flate_image(pdf, b"x", (60_000, 60_000), 1, Name.DeviceGray))
    assert look(pdfs.saved(pdf)).code == "TOO_MANY_PIXELS"


def test_a_drawn_page_with_a_picture_of_absurd_size_ends_in_time(tmp_path: Path) -> None:
    pdf = pdfs.empty()
    image = pdfs.flate_image(pdf, bytes(1000), (60_000, 60_000), 8, Name.DeviceRGB)
    content = b"q 100 0 0 100 0 0 cm /Im0 Do Q 0 0 m 10 10 l S"
    pdfs.add_page(pdf, content, resources=Dictionary(XObject=Dictionary(Im0=image)))
    in_child(pdfs.saved(pdf), tmp_path)  # any answer will do


def test_a_zip_entry_that_swells_is_refused_and_the_others_are_taken(office: Office, folder: Path) -> None:
    bomb = zipped({"bomb.jpg": bytes(7 * MIB), "scan.jpg": pictures.jpeg()})
    (folder / "a.zip").write_bytes(bomb)
    outcomes = office.take(folder).outcomes
    assert [outcome.refusal.code if outcome.refusal else "" for outcome in outcomes] == [
        "DECOMPRESSION_BOMB",
        "",
    ]


def test_a_zip_entry_that_lies_about_its_size_is_refused(office: Office, folder: Path) -> None:
    (folder / "a.zip").write_bytes(lying_about_size("bomb.jpg", bytes(7 * MIB), 1000))
    (outcome,) = office.take(folder).outcomes
    assert outcome.refusal is not None and outcome.refusal.code in ("DECOMPRESSION_BOMB", "DAMAGED")


def test_entries_that_are_too_much_together_are_refused_from_there_on(office: Office, folder: Path) -> None:
    entries = {f"{number:02}.bin": random.Random(number).randbytes(9_000) * 100 for number in range(12)}
    (folder / "a.zip").write_bytes(zipped(entries))
    codes = [outcome.refusal.code for outcome in office.take(folder).outcomes if outcome.refusal]
    assert codes == ["NOT_AN_IMAGE"] * 9 + ["DECOMPRESSION_BOMB"] * 3


def test_too_many_pages_are_refused(look: Look) -> None:
    few = Limits(150, 200, 3, 30, 4)
    assert look(pictures.tiff(*pictures.numbered(3)), few).code == ""
    assert look(pictures.tiff(*pictures.numbered(4)), few).code == "TOO_MANY_PAGES"
    assert look(pdfs.scan(pages=4), few).code == "TOO_MANY_PAGES"
