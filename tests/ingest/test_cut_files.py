"""Files cut short at many points: always refused by name, or taken with every pixel there."""

from __future__ import annotations

import random
import zipfile
from functools import cache

import pikepdf
import pytest
from PIL import ImageChops

from tests.ingest import pdfs, pictures
from tests.ingest.conftest import Look, Office
from tests.ingest.zips import zipped

SMALL = (620, 877)
"""A6 at 150 dpi: hundreds of decodings a test."""


def cuts(data: bytes, count: int = 25) -> list[int]:
    """Ends to cut at: the first bytes, the last bytes, and some between, always the same."""
    size = len(data)
    chance = random.Random(size)
    near = [*range(1, 12, 2), *(size - back for back in (*range(1, 10), 12, 16, 20, 30, 60, 200, 1000))]
    return sorted({cut for cut in (*near, *(chance.randrange(size) for _ in range(count))) if 0 < cut < size})


def small(mode: str) -> list:
    page = pictures.page(mode, SMALL)
    return [page, page.rotate(180), page]


@cache
def files() -> dict[str, bytes]:
    dpi = {"dpi": (150, 150)}
    made = {
        "jpeg": pictures.jpeg("RGB", SMALL, **dpi),
        "progressive jpeg": pictures.jpeg("RGB", SMALL, progressive=True, **dpi),
        "cmyk jpeg": pictures.jpeg("CMYK", SMALL, **dpi),
        "1-bit png": pictures.png("1", SMALL, **dpi),
        "grey png": pictures.png("L", SMALL, **dpi),
        "palette png": pictures.png("P", SMALL, **dpi),
        "transparent png": pictures.png("RGBA", SMALL, **dpi),
    }
    for mode, how in (
        ("1", "group4"),
        ("1", "group3"),
        ("L", "raw"),
        ("L", "packbits"),
        ("RGB", "tiff_lzw"),
        ("RGB", "jpeg"),
    ):
        made[f"{how} tiff"] = pictures.tiff(*small(mode), compression=how, **dpi)
    made["big group4 tiff"] = pictures.tiff(*small("1"), compression="group4", big_tiff=True, **dpi)
    made["tiff of one page"] = pictures.tiff(small("1")[0], compression="packbits", **dpi)
    pdf = pdfs.empty()
    for page in small("RGB"):
        pdfs.add_scan(pdf, pdfs.jpeg_image(pdf, pictures.encoded(page, "JPEG"), size=SMALL))
    made["pdf"] = pdfs.saved(pdf)
    made["linearized pdf"] = pdfs.saved(pdf, linearize=True)
    made["packed pdf"] = pdfs.saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return made


@pytest.mark.parametrize("name", list(files()))
def test_a_cut_file_is_refused_or_has_every_pixel(look: Look, name: str) -> None:
    data = files()[name]
    whole = look(data)
    assert whole.code == ""
    told = set()
    for cut in cuts(data):
        seen = look(data[:cut])
        told.add(seen.code)
        if not seen.code:
            assert len(seen.pages) == len(whole.pages), cut
            for page, expected in zip(seen.pages, whole.pages, strict=True):
                assert (
                    ImageChops.difference(page.convert("RGB"), expected.convert("RGB")).getbbox() is None
                ), cut
    assert "TRUNCATED" in told and told <= {"", "TRUNCATED", "DAMAGED", "NOT_AN_IMAGE"}


def test_a_signed_pdf_cut_in_its_signature_is_not_taken_for_an_unsigned_one(look: Look) -> None:
    before = pdfs.scan()
    signed = pdfs.signed(before)
    assert look(signed).found.signed_already
    for cut in (
        *range(len(before) + 20, len(before) + 2000, 90),
        *range(len(before) + 2000, len(signed) - 8, 300),
    ):
        assert look(signed[:cut]).code == "TRUNCATED", cut


@pytest.mark.parametrize("rubbish", [b"\r\n", b"\x00" * 1000, b"<!-- sent by scanner -->\n"])
def test_rubbish_behind_a_pdf_is_fine(look: Look, rubbish: bytes) -> None:
    assert look(pdfs.scan() + rubbish).code == ""


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_a_cut_or_spoilt_zip_never_stops_the_batch(office: Office, folder, method: int) -> None:
    data = zipped({"một.jpg": files()["jpeg"], "hai.png": files()["grey png"]}, method)
    chance = random.Random(method)
    for cut in cuts(data, 6):
        (folder / f"cut-{cut}.zip").write_bytes(data[:cut])
    for number in range(60):
        spoilt = bytearray(data)
        for _ in range(3):
            where = chance.choice(
                [chance.randrange(200), -chance.randrange(1, 250), chance.randrange(len(data))]
            )
            spoilt[where] = chance.randrange(256)
        (folder / f"spoilt-{number}.zip").write_bytes(spoilt)
    (folder / "zz-good.jpg").write_bytes(pictures.jpeg())
    receipt = office.take(folder)
    assert receipt.outcomes[-1].document and receipt.refused > 10
    for outcome in receipt.outcomes:
        assert outcome.refusal is None or outcome.refusal.code in {
            "TRUNCATED", "DAMAGED", "NOT_AN_IMAGE", "ENCRYPTED", "NO_PAGES", "EMPTY_FILE", "DECOMPRESSION_BOMB",
        }  # fmt: skip


@pytest.mark.parametrize("kind", ["jpeg", "grey png", "group4 tiff", "pdf"])
def test_spoilt_bytes_never_raise_anything_but_a_refusal(look: Look, kind: str) -> None:
    data, chance = files()[kind], random.Random(kind)
    for _ in range(40):
        spoilt = bytearray(data)
        for _ in range(chance.choice([1, 4, 30])):
            spoilt[chance.choice([chance.randrange(len(data)), chance.randrange(min(300, len(data)))])] = (
                chance.randrange(256)
            )
        look(bytes(spoilt))
