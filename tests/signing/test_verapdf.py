"""What is sealed is still PDF/A, by veraPDF's word; without veraPDF the answer is "not checked", never "yes"."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper

from archive.errors import Problem
from ocr.pdfa import Margin
from signing import certificates, pki
from signing.certificates import subject
from signing.key import SealKey
from signing.mark import Mark
from signing.memory import MemoryKey
from signing.seal import seal
from signing.terms import CopyBasis
from signing.writer import Writer
from tests.ocr.pdfa_paper import draft, page
from tests.signing.office import AGENCY, Office, paper
from workers.verapdf import NOT_CHECKED, conformance, sealed_as_pdfa

SECONDS = 120


@pytest.fixture(scope="module")
def verapdf() -> Path:
    """Fetched by ``./run check`` where Maven is on the machine."""
    found = os.environ.get("HOSO_TEST_VERAPDF", "")
    if not found:
        pytest.skip("HOSO_TEST_VERAPDF names no veraPDF: PDF/A after sealing is not checked")
    return Path(found)


def _with_rsa(office: Office) -> Office:
    """The same agency with an RSA-3072 key, which signs by PSS."""
    private_key = rsa.generate_private_key(65537, 3072)
    issuer, issuer_key = pki._load(office.directory, "intermediate")
    certificate = certificates.leaf(
        subject(f"TEST {AGENCY}", organisation=AGENCY, identifier="H01.02.03"),
        private_key,  # type: ignore[arg-type]
        issuer,
        issuer_key,
        office.clock() - timedelta(minutes=1),
        30,
        commitment=True,
    )
    return replace(
        office,
        key=SealKey(pki._der(certificate), office.key.chain, MemoryKey(private_key), "H01.02.03", AGENCY),
    )


def _renewed(office: Office, pdf: bytes) -> bytes:
    """One more document timestamp, as renewal sets it."""
    out = io.BytesIO()
    PdfTimeStamper(office.timestamper, field_name="Renewal").timestamp_pdf(
        Writer(io.BytesIO(pdf)), "sha256", bytes_reserved=16384, output=out
    )
    return out.getvalue()


def _scanned(office: Office) -> bytes:
    """A record as it comes from reading: scans with a text layer under the mark."""
    made = draft(page(), page(90), margin=Margin(top=40.0))
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        right, top = (float(number) for number in pdf.pages[0].mediabox[2:])
    return seal(
        made.pdf,
        key=office.key,
        timestamper=office.timestamper,
        trust=office.trust,
        mark=Mark(AGENCY, office.clock(), (right - 204, top - 38, right - 4, top - 2)),
        at=office.clock(),
    ).pdf


def test_every_kind_of_sealed_file_is_pdfa(
    verapdf: Path, office: Office, sealed: bytes, copied: bytes, tmp_path: Path
) -> None:
    scanned = _scanned(office)
    files = {
        "record": (sealed, "2B"),
        "many-pages": (office.sealed(paper(pages=3)), "2B"),
        "rsa": (_with_rsa(office).sealed(), "2B"),
        "renewed": (_renewed(office, sealed), "2B"),
        "scanned": (scanned, "2B"),
        "copy": (copied, "3B"),
        "copy-from-register": (office.certified(office.draft(scanned, CopyBasis.REGISTER)), "3B"),
        "copy-renewed": (_renewed(office, copied), "3B"),
    }
    paths = []
    for name, (data, _) in files.items():
        paths.append(tmp_path / f"{name}.pdf")
        paths[-1].write_bytes(data)
    answers = conformance(paths, verapdf, SECONDS)
    for (name, (_, part)), answer in zip(files.items(), answers, strict=True):
        assert (answer.verdict, answer.profile) == ("conforms", f"PDF/A-{part}"), (name, answer.broken)


def test_what_breaks_the_standard_is_told_by_its_rule(verapdf: Path, sealed: bytes, tmp_path: Path) -> None:
    scripted, broken = tmp_path / "scripted.pdf", tmp_path / "broken.pdf"
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("1"))
        pdf.save(scripted)
    broken.write_bytes(b"%PDF-1.7\nno more")
    first, second = conformance([scripted, broken], verapdf, SECONDS)
    assert first.verdict == "violates" and any("6.5.1-1" in rule for rule in first.broken), first
    assert second.verdict == "unreadable" and second.broken
    with pytest.raises(Problem, match=r"6\.5\.1") as refused:
        sealed_as_pdfa(scripted, verapdf, SECONDS)
    assert refused.value.code == "NOT_PDFA"


def test_without_verapdf_the_answer_is_not_checked(tmp_path: Path) -> None:
    assert conformance([tmp_path / "any.pdf"], None, SECONDS) == (NOT_CHECKED,)
    assert sealed_as_pdfa(tmp_path / "any.pdf", None, SECONDS).as_dict()["verdict"] == "not checked"


def test_a_verapdf_that_does_not_run_is_told_as_that(tmp_path: Path) -> None:
    with pytest.raises(Problem) as missing:
        conformance([tmp_path / "any.pdf"], tmp_path / "no-such-launcher", SECONDS)
    assert missing.value.code == "VERAPDF_FAILED"
