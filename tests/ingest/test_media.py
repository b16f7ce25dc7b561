"""Media types: by the first bytes, never by the name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.media import HEAD_BYTES, JPEG, PDF, PNG, TIFF, ZIP, media_type
from tests.ingest import pdfs, pictures
from tests.ingest.conftest import Look, Office
from tests.ingest.zips import zipped


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (pictures.jpeg(), JPEG),
        (pictures.png(), PNG),
        (pictures.tiff(), TIFF),
        (pictures.tiff(big_tiff=True), TIFF),
        (b"MM\x00*", TIFF),
        (pdfs.scan(), PDF),
        (b"\r\n" * 500 + b"%PDF-1.4", PDF),
        (b"\r\n" * 510 + b"%PDF-1.4", None),
        (zipped({"a.jpg": b"x"}), ZIP),
        (zipped({}), ZIP),
        (pictures.encoded(pictures.page("P"), "GIF"), None),
        (pictures.encoded(pictures.page(), "BMP"), None),
        (pictures.encoded(pictures.page(), "WEBP"), None),
        (b"<!DOCTYPE html><html></html>", None),
        (b"", None),
        (b"\xff", None),
    ],
)
def test_a_file_is_what_its_first_bytes_say(data: bytes, expected: str | None) -> None:
    assert media_type(data[:HEAD_BYTES]) == expected


@given(st.binary(max_size=40))
def test_any_bytes_have_a_type_or_none(head: bytes) -> None:
    assert media_type(head) in (JPEG, PNG, TIFF, PDF, ZIP, None)


@pytest.mark.parametrize("name", ["scan.pdf", "scan.zip", "scan.txt", "scan", "scan.PNG.exe"])
def test_a_jpeg_is_taken_under_any_name(office: Office, folder: Path, name: str) -> None:
    (folder / name).write_bytes(pictures.jpeg())
    (outcome,) = office.take(folder).outcomes
    assert outcome.refusal is None and outcome.document


def test_a_pdf_called_jpg_is_a_pdf(office: Office, folder: Path) -> None:
    (folder / "scan.jpg").write_bytes(pdfs.scan())
    (outcome,) = office.take(folder).outcomes
    assert outcome.refusal is None


@pytest.mark.parametrize(
    "data",
    [
        b"Cong hoa xa hoi chu nghia Viet Nam\n",
        b"<!DOCTYPE html><html><body>scan.jpg</body></html>",
        bytes(range(256)) * 8,
        pictures.encoded(pictures.page("P"), "GIF"),
        pictures.encoded(pictures.page(), "WEBP"),
        b"\x00" * 4096,
    ],
    ids=["text", "html", "random bytes", "gif", "webp", "zeros"],
)
def test_what_is_no_image_is_refused(look: Look, data: bytes) -> None:
    assert look(data).code == "NOT_AN_IMAGE"
