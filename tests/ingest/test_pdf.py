"""PDF files: what is refused, and that signed ones are left alone."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Name

from archive import catalogue
from tests.ingest import pdfs, pictures
from tests.ingest.conftest import Look, Office


@pytest.mark.parametrize(("user", "owner"), [("user", "owner"), ("", "owner"), ("same", "same")])
def test_a_pdf_with_a_password_is_refused(look: Look, user: str, owner: str) -> None:
    assert look(pdfs.locked(user, owner)).code == "ENCRYPTED"


def test_a_pdf_without_pages_is_refused(look: Look) -> None:
    assert look(pdfs.saved(pdfs.empty())).code == "NO_PAGES"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\nnothing\n%%EOF",
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF",
        b"<html>%PDF-1.7</html>%%EOF",
    ],
)
def test_a_pdf_that_holds_none_is_refused_without_telling_our_folders(
    look: Look, tmp_path: Path, data: bytes
) -> None:
    seen = look(data)
    assert seen.code in ("DAMAGED", "NO_PAGES") and str(tmp_path) not in seen.why


def test_a_pdf_with_a_wrong_table_of_contents_is_repaired_while_reading(look: Look) -> None:
    data = pdfs.scan()
    start = data.rindex(b"startxref")
    assert look(data[:start] + b"startxref\n7\n%%EOF\n").code == ""
    assert look(b"junk from a mail gateway\n" + data).code == ""


def loop(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)


def test_pages_that_go_in_circles_are_refused(look: Look) -> None:
    assert look(pdfs.scan(change=loop)).code == "DAMAGED"


@pytest.mark.parametrize("part", ["jpeg", "cmyk jpeg", "flate", "short flate"])
def test_a_scan_whose_picture_is_cut_inside_a_whole_pdf_is_refused(look: Look, part: str) -> None:
    pdf = pdfs.empty()
    rows = pictures.page("RGB").tobytes()
    if part == "jpeg":
        image = pdfs.jpeg_image(pdf, pictures.jpeg()[:20_000])
    elif part == "cmyk jpeg":
        inverted = Array([1, 0] * 4)
        image = pdfs.jpeg_image(pdf, pictures.jpeg("CMYK")[:30_000], "/DeviceCMYK", Decode=inverted)
    else:
        image = pdfs.flate_image(
            pdf, rows[: len(rows) // 2] if part != "flate" else rows, pictures.A6_200, 8, Name.DeviceRGB
        )
        if part == "flate":
            packed = image.read_raw_bytes()
            image.write(packed[: len(packed) // 2], filter=Name.FlateDecode)
    pdfs.add_scan(pdf, image)
    assert look(pdfs.saved(pdf)).code == "DAMAGED"


def test_a_signed_pdf_is_taken_told_and_its_bytes_stay(office: Office, folder: Path) -> None:
    data = pdfs.signed(pdfs.drawn())
    (folder / "signed.pdf").write_bytes(data)
    (outcome,) = office.take(folder).outcomes
    assert outcome.refusal is None
    assert [warning.code for warning in outcome.warnings] == ["ALREADY_SIGNED", "RENDERED"]
    with office.desk.database.reading() as session:
        document = catalogue.document(session, outcome.document or "")
        assert document.signed_already
        assert office.store.get("work", catalogue.scan(session, document).sha256) == data


def test_an_empty_signature_field_is_not_a_signature(look: Look) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigFieldSpec, append_signature_field

    writer = IncrementalPdfFileWriter(io.BytesIO(pdfs.scan()))
    append_signature_field(writer, SigFieldSpec("Chữ ký"))
    into = io.BytesIO()
    writer.write(into)
    seen = look(into.getvalue())
    assert (seen.code, seen.found.signed_already) == ("", False)


@pytest.mark.parametrize("fields", ["loop", "numbers", "null", "deep"])
def test_odd_form_fields_are_no_signature_and_no_trouble(look: Look, fields: str) -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        field = pdf.make_indirect(pikepdf.Dictionary(FT=Name.Sig))
        field.Kids = Array([field]) if fields == "loop" else Array([])
        kinds = {"loop": Array([field]), "numbers": Array([1, 2]), "deep": Array([field, field])}
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=kinds.get(fields, Array([])))
        if fields == "null":
            del pdf.Root.AcroForm["/Fields"]

    seen = look(pdfs.scan(change=add))
    assert (seen.code, seen.found.signed_already) == ("", False)
