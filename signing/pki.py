"""A TEST key infrastructure for first start and tests. Its certificates say so and have no legal value.

Root -> intermediate -> one timestamp certificate and one seal certificate per agency, all EC P-256 (TT
15/2025/TT-BKHCN annex I: ECDSA of 256 bit or more). Revocation is by CRL files only: the leaves carry no AIA/OCSP
address, because nothing answers there and pdfsig then calls the same certificate unknown (measured).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing import anchor_changes, anchors, certificates
from signing.certificates import pem_key, subject
from signing.disk import PRIVATE_MODE, PUBLIC_MODE, alone, replace, sync_directory
from signing.key import SealKey
from signing.memory import MemoryKey
from signing.timestamp import LocalTimestamper
from signing.trust import Trust

ROOT_DAYS = 20 * 365
INTERMEDIATE_DAYS = 15 * 365
TIMESTAMP_DAYS = 10 * 365
SEAL_DAYS = 3 * 365  # subscriber certificates live at most five years (from memory, to be checked)
CRL_DAYS = 30
CRL_REFRESH_DAYS = (
    20  # renewed when fewer days are left, so a stopped machine still checks for almost three weeks
)

_AGENCY_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def make(directory: Path, now: datetime) -> None:
    """Put a whole TEST PKI at `directory`, or leave the one that is there. Safe against kills and rivals.

    Everything is written and synced beside the directory, then renamed onto it in one move; whoever comes second
    throws his own away. `now` is aware; certificates begin there.
    """
    if (directory / "root.crt").exists():
        _take_over(directory)
        return
    directory.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".pki-", dir=directory.parent))
    try:
        _fill(draft, now)
        sync_directory(draft)
        try:
            draft.rename(directory)
        except OSError:
            if not (directory / "root.crt").exists():
                raise
        sync_directory(directory.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _take_over(directory: Path) -> None:
    """Give a folder from before there was a trust store its first version."""
    if not (directory / anchors.FOLDER).exists():
        with alone(directory):
            known = anchors.versions(directory)
            if known and not (directory / anchors.FOLDER).exists():
                anchor_changes.install(directory, known[0])


def _fill(directory: Path, now: datetime) -> None:
    (directory / "seals").mkdir()
    root_key, intermediate_key, timestamp_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    # every PKI has its own names: two authorities with one name and two keys lead checkers astray
    mark = x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()).digest.hex()[:8]
    root_name, intermediate_name = (
        subject(f"hoso TEST Root {mark}"),
        subject(f"hoso TEST Intermediate {mark}"),
    )
    root = certificates.authority(root_name, root_key, root_name, root_key, now, ROOT_DAYS, path_length=1)
    intermediate = certificates.authority(
        intermediate_name, intermediate_key, root_name, root_key, now, INTERMEDIATE_DAYS, path_length=0
    )
    timestamp = certificates.leaf(
        subject(f"hoso TEST Timestamp {mark}"),
        timestamp_key,
        intermediate,
        intermediate_key,
        now,
        TIMESTAMP_DAYS,
        commitment=False,
        purpose=ExtendedKeyUsageOID.TIME_STAMPING,
    )
    for name, certificate, key in (
        ("root", root, root_key),
        ("intermediate", intermediate, intermediate_key),
        ("timestamp", timestamp, timestamp_key),
    ):
        replace(directory / f"{name}.key", pem_key(key), PRIVATE_MODE)
        replace(directory / f"{name}.crt", certificate.public_bytes(Encoding.PEM), PUBLIC_MODE)
    for name in ("root", "intermediate"):
        _write_crl(directory, name, now, ())
    pems = [certificate.public_bytes(Encoding.PEM) for certificate in (root, intermediate)]
    anchor_changes.install(directory, anchors.first_version(*pems))


def issue_seal(directory: Path, agency_code: str, agency_name: str, now: datetime) -> SealKey:
    """Give the agency's seal key, issuing one when it has none that is valid at `now` under this name.

    Raises:
        ValueError: the code is not letters, digits, dots, dashes (QĐ 20/2020 codes are), or the name is empty.
    """
    path = seal_path(directory, agency_code)
    if not agency_name.strip():
        raise ValueError("an agency needs a name on its seal certificate")
    with alone(directory):
        if path.exists():
            key = load_seal(directory, agency_code)
            certificate = x509.load_der_x509_certificate(key.certificate)
            if key.agency_name == agency_name and now < certificate.not_valid_after_utc:
                return key
        private_key = ec.generate_private_key(ec.SECP256R1())
        issuer, issuer_key = _load(directory, "intermediate")
        certificate = certificates.leaf(
            subject(f"TEST {agency_name}", organisation=agency_name, identifier=agency_code),
            private_key,
            issuer,
            issuer_key,
            now,
            SEAL_DAYS,
            commitment=True,
        )
        bundle = pem_key(private_key) + certificate.public_bytes(Encoding.PEM)
        # one file for key and certificate: there is never one without the other
        replace(path, bundle, PRIVATE_MODE)
    return load_seal(directory, agency_code)


def load_seal(directory: Path, agency_code: str) -> SealKey:
    """Give the agency's seal key.

    Raises:
        FileNotFoundError: none was issued.
    """
    return load(directory, seal_path(directory, agency_code), agency_code)


def load(directory: Path, path: Path, agency_code: str) -> SealKey:
    """Give the TEST key of a file, an agency's or an officer's.

    Raises:
        FileNotFoundError: there is none.
    """
    bundle = path.read_bytes()
    certificate = x509.load_pem_x509_certificate(bundle)
    private_key = load_pem_private_key(bundle, None)
    if not isinstance(private_key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"the key of {agency_code} is not an EC key")
    organisation = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value
    chain = (_der(_load_certificate(directory, "intermediate")),)
    return SealKey(_der(certificate), chain, MemoryKey(private_key), agency_code, str(organisation))


def issue_officer(
    directory: Path, agency_code: str, agency_name: str, officer: str, now: datetime
) -> SealKey:
    """Give an officer's personal key, issuing one under the agency when there is none valid at `now`.

    P1 (TT 01/2023 Đ.8(1)) and the certifier's part of P5 are signed in person: the certificate names the officer, and
    the agency as the organisation.

    Raises:
        ValueError: the officer has no name, or the code is no agency's.
    """
    officer = " ".join(officer.split())
    path = officer_path(directory, agency_code, officer)
    if not officer or not officer.isprintable():
        raise ValueError("an officer needs a name on a personal certificate")
    with alone(directory):
        if path.exists():
            certificate = x509.load_pem_x509_certificate(path.read_bytes())
            if now < certificate.not_valid_after_utc:
                return load_officer(directory, agency_code, officer)
        private_key = ec.generate_private_key(ec.SECP256R1())
        issuer, issuer_key = _load(directory, "intermediate")
        certificate = certificates.leaf(
            subject(f"TEST {officer}", organisation=agency_name),
            private_key,
            issuer,
            issuer_key,
            now,
            SEAL_DAYS,
            commitment=True,
        )
        path.parent.mkdir(exist_ok=True)
        replace(path, pem_key(private_key) + certificate.public_bytes(Encoding.PEM), PRIVATE_MODE)
    return load_officer(directory, agency_code, officer)


def load_officer(directory: Path, agency_code: str, officer: str) -> SealKey:
    """Give an officer's personal key.

    Raises:
        FileNotFoundError: none was issued.
    """
    return load(directory, officer_path(directory, agency_code, officer), agency_code)


def load_trust(directory: Path) -> Trust:
    """Give the newest version of the trust store and the CRLs as they are on disk now (call refresh_crls before).

    Raises:
        TrustBroken: the store is damaged.
    """
    return anchors.load_trust(directory)


SLOWNESS = "timestamp.seconds"


def load_timestamper(
    directory: Path,
    clock: Callable[[], datetime],
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> LocalTimestamper:
    """Give the timestamp authority of this PKI, running in this process on `clock`. Where the folder says so in
    ``timestamp.seconds``, it takes its time as one far away does (for measuring)."""
    certificate, private_key = _load(directory, "timestamp")
    chain = (_der(_load_certificate(directory, "intermediate")),)
    slow = directory / SLOWNESS
    seconds = float(slow.read_text("utf-8")) if slow.exists() else 0.0
    return LocalTimestamper(_der(certificate), chain, private_key, clock, random_bytes, seconds)


def refresh_crls(directory: Path, now: datetime) -> bool:
    """Sign new CRLs when fewer than CRL_REFRESH_DAYS are left; say whether any was."""
    changed = False
    with alone(directory):
        for name in ("root", "intermediate"):
            crl = _load_crl(directory, name)
            until = crl.next_update_utc
            if until is None or until - now < timedelta(days=CRL_REFRESH_DAYS):
                _write_crl(directory, name, now, tuple(crl))
                changed = True
    return changed


def revoke(
    directory: Path,
    serial: int,
    when: datetime,
    reason: x509.ReasonFlags = x509.ReasonFlags.key_compromise,
    *,
    now: datetime | None = None,
) -> None:
    """Put the seal or timestamp certificate `serial` on the intermediate's CRL as revoked at `when`.

    `now` dates the list itself (default `when`). Revoking twice keeps the first entry.
    """
    with alone(directory):
        entries = tuple(_load_crl(directory, "intermediate"))
        if all(entry.serial_number != serial for entry in entries):
            entries += (certificates.revoked(serial, when, reason),)
        _write_crl(directory, "intermediate", now or when, entries)


def _write_crl(
    directory: Path, name: str, now: datetime, entries: tuple[x509.RevokedCertificate, ...]
) -> None:
    path = directory / f"{name}.crl"
    number = 1 + (certificates.crl_number(_load_crl(directory, name)) if path.exists() else 0)
    issuer, key = _load(directory, name)
    crl = certificates.crl(issuer, key, now, CRL_DAYS, number, entries)
    replace(path, crl.public_bytes(Encoding.DER), PUBLIC_MODE)


def seal_path(directory: Path, agency_code: str) -> Path:
    """Give where the TEST key of an agency is or would be.

    Raises:
        ValueError: the code is none.
    """
    if not _AGENCY_CODE.fullmatch(agency_code):
        raise ValueError(f"not an agency code: {agency_code!r}")
    return directory / "seals" / f"{agency_code}.pem"


def officer_path(directory: Path, agency_code: str, officer: str) -> Path:
    """Give where the TEST key of an officer is or would be. Names have letters that no file system agrees on; their
    digest serves.

    Raises:
        ValueError: the code is none.
    """
    seal_path(directory, agency_code)
    plain = unicodedata.normalize("NFC", " ".join(officer.split()))
    name = hashlib.sha256(f"{agency_code}/{plain}".encode()).hexdigest()[:32]
    return directory / "officers" / f"{name}.pem"


def _load(directory: Path, name: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = load_pem_private_key((directory / f"{name}.key").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{name}.key is not an EC key")
    return _load_certificate(directory, name), key


def _load_certificate(directory: Path, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((directory / f"{name}.crt").read_bytes())


def _load_crl(directory: Path, name: str) -> x509.CertificateRevocationList:
    return x509.load_der_x509_crl((directory / f"{name}.crl").read_bytes())


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
