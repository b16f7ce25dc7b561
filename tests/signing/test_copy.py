"""Certified copies: nothing covered, everything said, the original inside byte for byte."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from PIL import Image, ImageChops

from signing import pki
from signing.copy import attached_original, build, certify, pdfa_findings
from signing.errors import NotCopied, NotSealed
from signing.report import Verdict
from signing.terms import CopyBasis
from tests.signing import attacks
from tests.signing.office import ADDRESS, AGENCY, Office, open_office, paper
from tests.signing.tools import needs


def _picture(pdf: bytes, folder: Path, dpi: int, page: int = 1) -> Image.Image:
    needs("pdftoppm")
    (folder / "in.pdf").write_bytes(pdf)
    target = folder / "page"
    subprocess.run(
        [
            "pdftoppm",
            "-r",
            str(dpi),
            "-f",
            str(page),
            "-l",
            str(page),
            "-png",
            "-singlefile",
            "in.pdf",
            str(target),
        ],
        check=True,
        cwd=folder,
    )
    return Image.open(target.with_suffix(".png")).convert("RGB")


def _text(pdf: bytes, folder: Path) -> str:
    needs("pdftotext")
    (folder / "in.pdf").write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-l", "1", "in.pdf", "-"], check=True, cwd=folder, capture_output=True
    )
    return done.stdout.decode()


def test_a_copy_is_valid_and_carries_its_valid_original(office: Office, sealed: bytes, copied: bytes) -> None:
    report = office.verified(copied)
    assert (report.verdict, report.reason, report.time_source) == (Verdict.VALID, "OK", "timestamp")
    assert [one.kind for one in report.signatures] == ["seal", "timestamp"]
    inside = attached_original(copied)
    assert inside == sealed
    assert office.verified(inside).verdict is Verdict.VALID


@pytest.mark.parametrize("basis", list(CopyBasis))
def test_the_unsealed_copy_is_pdfa_3b(office: Office, sealed: bytes, basis: CopyBasis) -> None:
    assert pdfa_findings(office.draft(sealed, basis)) == ()


def test_the_attachment_is_declared_as_the_source(copied: bytes) -> None:
    with pikepdf.open(io.BytesIO(copied)) as pdf:
        (spec,) = pdf.Root.AF
        assert spec.AFRelationship == "/Source"
        assert spec.EF.F.Subtype == "/application/pdf"
        assert "SHA-256" in str(spec.Desc)
        assert list(pdf.attachments) == ["ban-goc.pdf"]
        with pdf.open_metadata() as xmp:
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "B")
            assert xmp["dc:title"] == "Trích lục khai sinh"
            assert "12/SY-UBND" in str(xmp["dc:identifier"])


@pytest.mark.parametrize("dpi", [150, 200])
def test_the_code_square_leads_to_the_verification_address(copied: bytes, tmp_path: Path, dpi: int) -> None:
    found = zxingcpp.read_barcodes(_picture(copied, tmp_path, dpi))
    assert [each.text for each in found] == [ADDRESS]


def test_nothing_of_the_page_is_covered(sealed: bytes, copied: bytes, tmp_path: Path) -> None:
    before, after = _picture(sealed, tmp_path, 72), _picture(copied, tmp_path, 72)
    assert after.width == before.width and after.height > before.height
    below = after.crop((0, after.height - before.height, after.width, after.height))
    # the seam lies between two rows of pixels
    inner = (0, 2, before.width, before.height)
    difference = ImageChops.difference(below.crop(inner), before.crop(inner)).convert("L")
    assert difference.point(lambda value: 255 if value > 60 else 0).getbbox() is None


def test_the_copy_says_what_it_is(office: Office, sealed: bytes, copied: bytes, tmp_path: Path) -> None:
    text = " ".join(_text(copied, tmp_path).split())
    for words in (
        "Số: 12/SY-UBND",
        "SAO Y",
        AGENCY,
        "+07:00",
        "Ông Nguyễn Văn Ước",
        "đăng ký kết hôn",
        "Mã xác minh: 7Q2M-9KXW-4TZB-R8CD",
        "HỢP LỆ",
        "Số: 15/QĐ-UBND, trang 1",
    ):
        assert words in text, words
    register = office.certified(office.draft(sealed, CopyBasis.REGISTER))
    assert "BẢN SAO TỪ SỔ GỐC" in _text(register, tmp_path)


def test_every_page_is_copied_and_no_field_of_the_original_is_left(office: Office, tmp_path: Path) -> None:
    original = office.sealed(paper(pages=3))
    draft = office.draft(original)
    with pikepdf.open(io.BytesIO(draft.pdf)) as pdf:
        assert len(pdf.pages) == 3
        assert not {"/AcroForm", "/Perms", "/DSS"} & set(pdf.Root.keys())
        assert not [page for page in pdf.pages if "/Annots" in page.obj]
    assert office.verified(office.certified(draft)).verdict is Verdict.VALID


def test_small_papers_get_a_band_that_fits(office: Office, tmp_path: Path) -> None:
    """An identity card is narrower than code and mark together."""
    small = (243.0, 153.0)
    mark = replace(office.mark(), box=(20, 110, 230, 150))
    from signing.seal import seal

    original = seal(
        paper(size=small),
        key=office.key,
        timestamper=office.timestamper,
        trust=office.trust,
        mark=mark,
        at=office.clock(),
    ).pdf
    copy = office.certified(office.draft(original))
    assert office.verified(copy).verdict is Verdict.VALID
    assert [each.text for each in zxingcpp.read_barcodes(_picture(copy, tmp_path, 200))] == [ADDRESS]


def _refused(call: object, *values: object) -> str:
    with pytest.raises(NotSealed) as caught:
        call(*values)  # type: ignore[operator]
    return caught.value.code


def test_a_copy_is_made_of_the_named_valid_original_only(office: Office, sealed: bytes) -> None:
    altered = attacks.in_picture(sealed)
    assert _refused(build, altered, office.terms(sealed)) == "ORIGINAL_DIFFERS"
    assert _refused(office.certified, build(altered, office.terms(altered))) == "ORIGINAL_NOT_VALID"
    assert _refused(build, b"nothing", office.terms(b"nothing")) == "FORMAT_FAILURE"
    assert _refused(attached_original, sealed) == "NO_ORIGINAL"
    assert _refused(attached_original, b"%PDF-") == "FORMAT_FAILURE"
    askew = paper(rotate=45)
    assert _refused(build, askew, office.terms(askew)) == "PAGE_ROTATED"


def test_a_copy_of_a_copy_keeps_both_inside(office: Office, sealed: bytes, copied: bytes) -> None:
    second = office.certified(office.draft(copied))
    assert attached_original(second) == copied
    assert attached_original(attached_original(second)) == sealed


def test_an_exchanged_attachment_is_noticed(office: Office, copied: bytes, tmp_path: Path) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(copied)) as pdf:
        pdf.Root.AF[0].EF.F.write(paper())
        pdf.save(out)
    assert office.verified(out.getvalue()).verdict is not Verdict.VALID
    for attack in (attacks.in_picture, attacks.overlay, attacks.junk, attacks.cut_to_signature):
        assert office.verified(attack(copied)).verdict is not Verdict.VALID


def test_a_copy_by_a_revoked_agency_is_not_certified(tmp_path: Path) -> None:
    office = open_office(tmp_path / "pki")
    draft = office.draft(office.sealed())
    from cryptography import x509

    certificate = x509.load_der_x509_certificate(office.key.certificate)
    pki.revoke(office.directory, certificate.serial_number, office.clock())
    with pytest.raises((NotCopied, NotSealed)):
        office.retrusted().certified(draft)


def test_a_copy_waits_for_fresh_lists_and_is_not_refused_for_want_of_them(
    office: Office, sealed: bytes
) -> None:
    late = office.clock() + timedelta(days=60)
    with pytest.raises(NotSealed) as caught:
        certify(
            office.draft(sealed), key=office.key, timestamper=office.timestamper, trust=office.trust, at=late
        )
    assert caught.value.code == "REVOCATION_UNKNOWN"
