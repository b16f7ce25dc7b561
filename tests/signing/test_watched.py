"""Whose certificates may say where their revocation data is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing import certificates, pki, revocation
from signing.finish import finished
from signing.timestamp import LocalTimestamper
from tests.signing.office import now, open_office
from tests.signing.peers import Answer, Asked, peer
from workers.jobs.keys import refresh_revocation

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _stamping(directory: Path, issuer: str, asks: str) -> tuple[bytes, Any]:
    """A TSA's certificate below that one of the PKI (by whoever has its key), which names `asks` for its revocation."""
    above, above_key = pki._load(directory, issuer)
    key, begin = ec.generate_private_key(ec.SECP256R1()), now().replace(microsecond=0) - HOUR
    names = [x509.UniformResourceIdentifier(asks)]
    made = (
        x509.CertificateBuilder()
        .subject_name(certificates.subject("TEST TSA"))
        .issuer_name(above.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + 300 * DAY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .add_extension(x509.CRLDistributionPoints([x509.DistributionPoint(names, None, None, None)]), False)
        .sign(above_key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.DER), key


@pytest.mark.parametrize("issuer", ["ours", "a stranger", "a certificate that is no authority's"])
def test_only_what_leads_to_a_trusted_root_says_where_its_revocation_data_is(
    tmp_path: Path, issuer: str
) -> None:
    ours = open_office(tmp_path / "pki").directory
    stranger = open_office(tmp_path / "stranger").directory
    folder, above = {
        "ours": (ours, "intermediate"),
        "a stranger": (stranger, "intermediate"),
        "a certificate that is no authority's": (ours, "timestamp"),
    }[issuer]
    with peer(lambda asked: Answer(status=404)) as named:
        certificate, key = _stamping(folder, above, f"{named.url}/list.crl")
        rows = _refreshed(ours, folder, above, certificate, key)
    assert [one.path for one in named.asked] == (["/list.crl"] if issuer == "ours" else [])
    assert (certificate in revocation.watched(ours, now())) is (issuer == "ours")
    assert any("no root of the trust store" in row["why"] for row in rows) is (issuer != "ours")


def _refreshed(ours: Path, folder: Path, above: str, certificate: bytes, key: Any) -> list[dict[str, Any]]:
    chain = tuple(
        x509.load_pem_x509_certificate((folder / f"{one}.crt").read_bytes()).public_bytes(Encoding.DER)
        for one in {above, "intermediate", "root"}
    )
    tsa = LocalTimestamper(certificate, chain, key, now)

    def stamps(asked: Asked) -> Answer:
        request = tsp.TimeStampReq.load(asked.body)
        answer = finished(tsa.async_request_tsa_response(request)).dump()
        return Answer(answer, kind="application/timestamp-reply")

    with peer(stamps) as plain:
        (ours / "timestamps.toml").write_text(f'[[authority]]\nname = "TSA"\nurl = "{plain.url}"\n')
        return refresh_revocation(ours, now())
