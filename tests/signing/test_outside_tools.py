"""Outsiders can check it without us: poppler, OpenSSL and qpdf agree on the bytes.

The commands are those of docs/verification.md.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.signing import attacks
from tests.signing.office import AGENCY, Office
from tests.signing.test_codes import PAGE
from tests.signing.tools import run


@pytest.fixture(params=["record", "copy"])
def folder(
    request: pytest.FixtureRequest, tmp_path: Path, office: Office, sealed: bytes, copied: bytes
) -> Path:
    pdf = sealed if request.param == "record" else copied
    (tmp_path / "file.pdf").write_bytes(pdf)
    for name, der in (("root", office.trust.roots[0]), ("intermediate", office.trust.intermediates[0])):
        certificate = x509.load_der_x509_certificate(der)
        (tmp_path / f"{name}.crt").write_bytes(certificate.public_bytes(Encoding.PEM))
    script = PAGE.split("```python\n")[1].split("```")[0]
    done = subprocess.run(
        [sys.executable, "-c", script, "file.pdf"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert done.stdout.splitlines()[-1] == f"2 covers {len(pdf)} of {len(pdf)} bytes"
    return tmp_path


def test_pdfsig_finds_the_seal_valid(folder: Path) -> None:
    done = run(folder, "pdfsig", "-nocert", "file.pdf")
    first = done.stdout.split("Signature #2")[0]
    assert "Signature is Valid." in first
    assert AGENCY in first and "ETSI.CAdES.detached" in first
    assert "Total document signed" in done.stdout.split("Signature #2")[1]


def test_pdfsig_finds_an_altered_file_broken(folder: Path) -> None:
    pdf = (folder / "file.pdf").read_bytes()
    (folder / "file.pdf").write_bytes(attacks.in_picture(pdf))
    assert "Digest Mismatch" in run(folder, "pdfsig", "-nocert", "file.pdf").stdout


def test_openssl_verifies_signature_and_chain(folder: Path) -> None:
    command = "openssl cms -verify -cades -binary -inform DER -in 1.der -content 1.data -CAfile root.crt -out /dev/null"
    assert command in PAGE
    done = run(folder, *command.split())
    assert done.returncode == 0, done.stderr
    assert "CAdES Verification successful" in done.stderr
    data = bytearray((folder / "1.data").read_bytes())
    data[2000] ^= 1
    (folder / "1.data").write_bytes(data)
    assert run(folder, *command.split()).returncode != 0


def test_openssl_verifies_the_document_timestamp(folder: Path) -> None:
    command = (
        "openssl ts -verify -token_in -in 2.der -data 2.data -CAfile root.crt -untrusted intermediate.crt"
    )
    assert command in PAGE
    done = run(folder, *command.split())
    assert done.returncode == 0, done.stderr
    assert "Verification: OK" in done.stdout + done.stderr


def test_qpdf_finds_no_fault(folder: Path) -> None:
    done = run(folder, "qpdf", "--check", "file.pdf")
    assert done.returncode == 0, done.stdout + done.stderr
    if "ban-goc.pdf" in run(folder, "qpdf", "--list-attachments", "file.pdf").stdout:
        assert (
            run(folder, "sh", "-c", "qpdf --show-attachment=ban-goc.pdf file.pdf > original.pdf").returncode
            == 0
        )
        assert (folder / "original.pdf").read_bytes().startswith(b"%PDF-")
