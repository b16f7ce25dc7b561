"""The TEST PKI: whole or absent, private, plainly marked, revocable."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import stat
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

from signing import pki
from signing.trust import Trust
from tests.signing.office import AGENCY, now


def _make(directory: str) -> bytes:
    pki.make(Path(directory), now())
    return pki.load_trust(Path(directory)).roots[0]


def test_keys_are_private_files_and_nothing_temporary_is_left(tmp_path: Path) -> None:
    pki.make(tmp_path / "pki", now())
    pki.issue_seal(tmp_path / "pki", "H01", AGENCY, now())
    secret = [path for path in (tmp_path / "pki").rglob("*") if path.suffix in (".key", ".pem")]
    assert len(secret) == 4
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in secret)
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith((".part-", ".pki-"))]


def test_making_it_twice_keeps_the_first(tmp_path: Path) -> None:
    assert _make(str(tmp_path / "pki")) == _make(str(tmp_path / "pki"))


def test_many_who_start_together_share_one(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        roots = pool.map(_make, [str(tmp_path / "pki")] * 8)
    assert len(set(roots)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["pki"]


def test_a_killed_start_leaves_nothing_or_a_whole(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from datetime import datetime, UTC; from signing import pki\n"
        "print('ready', flush=True)\n"
        "for n in range(10**6): pki.make(Path(sys.argv[1]) / str(n), datetime.now(UTC))"
    )
    for pause in (0.0, 0.004, 0.011, 0.03):
        room = tmp_path / str(pause)
        room.mkdir()
        with subprocess.Popen(
            [sys.executable, "-c", code, str(room)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        ) as child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(pause)
            child.send_signal(signal.SIGKILL)
        for made in room.iterdir():
            if not made.name.startswith(".pki-"):
                pki.issue_seal(made, "H01", AGENCY, now())
                assert len(pki.load_trust(made).crls) == 2


def test_certificates_say_that_they_are_tests(tmp_path: Path) -> None:
    pki.make(tmp_path / "pki", now())
    name = "Ủy ban nhân dân thành phố Hồ Chí Minh, Văn phòng tiếp công dân và giải quyết khiếu nại"
    key = pki.issue_seal(tmp_path / "pki", "H29.01", name, now())
    certificate = x509.load_der_x509_certificate(key.certificate)
    subject = certificate.subject
    assert subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == name
    unit = str(subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)[0].value)
    assert "TEST" in unit and "không có giá trị pháp lý" in unit
    assert str(subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value).startswith("TEST ")
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.content_commitment and not usage.key_cert_sign
    with pytest.raises(x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_oid(ExtensionOID.AUTHORITY_INFORMATION_ACCESS)


def test_the_timestamp_certificate_is_for_timestamps_only(tmp_path: Path) -> None:
    pki.make(tmp_path / "pki", now())
    certificate = x509.load_pem_x509_certificate((tmp_path / "pki" / "timestamp.crt").read_bytes())
    extended = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert extended.critical and list(extended.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    assert not certificate.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment


def test_an_agency_keeps_its_key_until_name_or_time_change(tmp_path: Path) -> None:
    room = tmp_path / "pki"
    pki.make(room, now())
    first = pki.issue_seal(room, "H01", AGENCY, now())
    assert pki.issue_seal(room, "H01", AGENCY, now()).certificate == first.certificate
    assert pki.load_seal(room, "H01").certificate == first.certificate
    renamed = pki.issue_seal(room, "H01", "Ủy ban nhân dân phường Bình An", now())
    assert renamed.certificate != first.certificate
    later = pki.issue_seal(room, "H01", "Ủy ban nhân dân phường Bình An", now() + timedelta(days=4 * 365))
    assert later.certificate != renamed.certificate


@pytest.mark.parametrize("code", ["", "../x", "a/b", "x" * 80, ".hidden"])
def test_an_agency_code_is_no_path(tmp_path: Path, code: str) -> None:
    pki.make(tmp_path / "pki", now())
    with pytest.raises(ValueError, match="agency code"):
        pki.issue_seal(tmp_path / "pki", code, AGENCY, now())


def test_lists_are_renewed_in_time_and_keep_what_was_revoked(tmp_path: Path) -> None:
    room = tmp_path / "pki"
    pki.make(room, now())
    assert not pki.refresh_crls(room, now())
    pki.revoke(room, 4711, now())
    pki.revoke(room, 4711, now())
    assert pki.refresh_crls(room, now() + timedelta(days=pki.CRL_DAYS - pki.CRL_REFRESH_DAYS + 1))
    crl = x509.load_der_x509_crl(pki.load_trust(room).crls[1])
    assert [entry.serial_number for entry in crl] == [4711]
    assert crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 4


def test_trust_travels_to_a_child_process(tmp_path: Path) -> None:
    pki.make(tmp_path / "pki", now())
    trust = pki.load_trust(tmp_path / "pki")
    again: Trust = pickle.loads(pickle.dumps(trust))
    assert again == trust


def test_light_processes_can_read_reports_without_pyhanko() -> None:
    code = (
        "import sys, signing.report, signing.codes, signing.errors, signing.trust\n"
        "assert not [m for m in sys.modules if m.startswith(('pyhanko', 'pikepdf', 'asn1crypto'))], sys.modules"
    )
    root = str(Path(__file__).parents[2])
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root, env={**os.environ, "PYTHONPATH": root})
