"""Over TLS: with the certificate that was named, and not with another."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from archive.s3 import S3Store
from archive.s3_access import S3Access
from archive.s3_problems import Unfit
from archive.store import HOLDINGS, WORK
from tests.stores.lying import lying


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Key and self-made certificate of 127.0.0.1, made now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TEST store")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path / "store.pem"
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.mark.parametrize("size", [1000, 6_000_000])
def test_records_are_held_over_tls(access: S3Access, certificate: Path, tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    with lying(access.url, certificate) as server:
        store = S3Store(replace(access, url=server.url, ca_file=certificate), tmp_path / "cache")
        sha256 = store.put(HOLDINGS, data)
        assert store.get(HOLDINGS, sha256) == data and store.held(sha256)[1].mode == "COMPLIANCE"


def test_a_strangers_certificate_is_refused_with_a_code(
    access: S3Access, certificate: Path, tmp_path: Path
) -> None:
    with lying(access.url, certificate) as server:
        store = S3Store(replace(access, url=server.url), tmp_path / "cache")
        with pytest.raises(Unfit) as found:
            store.put(WORK, b"scan")
        assert found.value.code == "STORE_CERTIFICATE"
        assert server.asked == []
