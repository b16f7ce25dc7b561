"""The certificates and revocation lists of the TEST PKI (RFC 5280), as pure builders."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

UNIT = "hoso TEST – không có giá trị pháp lý"
COMMON_NAME_BYTES = 64  # X.520 ub-common-name is 64 letters; `cryptography` counts UTF-8 bytes


def subject(common_name: str, organisation: str = "hoso TEST", identifier: str = "") -> x509.Name:
    """Give a subject that says TEST in its unit; a long common name is cut to the X.520 limit."""
    if len(common_name.encode()) > COMMON_NAME_BYTES:
        common_name = common_name.encode()[: COMMON_NAME_BYTES - 3].decode(errors="ignore") + "…"
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, UNIT),
        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
    ]
    if identifier:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, identifier))
    return x509.Name(parts)


def pem_key(key: EllipticCurvePrivateKey) -> bytes:
    """Give the key as unencrypted PKCS#8 PEM; its file must be 0600."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _usage(*, sign: bool = False, commitment: bool = False, authority: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=sign,
        content_commitment=commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _builder(
    name: x509.Name, key: EllipticCurvePrivateKey, issuer: x509.Name, now: datetime, days: int
) -> x509.CertificateBuilder:
    begin = now.replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def authority(
    name: x509.Name,
    key: EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: EllipticCurvePrivateKey,
    now: datetime,
    days: int,
    path_length: int,
) -> x509.Certificate:
    """Give a CA certificate valid for `days` from `now`."""
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return (
        _builder(name, key, issuer, now, days)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(identifier, critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def leaf(
    name: x509.Name,
    key: EllipticCurvePrivateKey,
    issuer: x509.Certificate,
    issuer_key: EllipticCurvePrivateKey,
    now: datetime,
    days: int,
    *,
    commitment: bool,
    purpose: x509.ObjectIdentifier | None = None,
) -> x509.Certificate:
    """Give an end certificate. `commitment` sets non-repudiation, by which signers are told from timestamps.

    `purpose` is a critical extended key usage (RFC 3161 2.3 wants timeStamping alone and critical).
    """
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = (
        _builder(name, key, issuer.subject, now, days)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign=True, commitment=commitment), critical=True)
        .add_extension(identifier, critical=False)
    )
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def revoked(serial: int, when: datetime, reason: x509.ReasonFlags) -> x509.RevokedCertificate:
    """Give the CRL entry of a certificate revoked at `when`."""
    return (
        x509.RevokedCertificateBuilder()
        .serial_number(serial)
        .revocation_date(when.replace(microsecond=0))
        .add_extension(x509.CRLReason(reason), critical=False)
        .build()
    )


def crl(
    issuer: x509.Certificate,
    key: EllipticCurvePrivateKey,
    now: datetime,
    days: int,
    number: int,
    entries: tuple[x509.RevokedCertificate, ...],
) -> x509.CertificateRevocationList:
    """Give the complete CRL of `issuer`, dated `now`, next due in `days`."""
    begin = now.replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(begin)
        .next_update(begin + timedelta(days=days))
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    for entry in entries:
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(key, hashes.SHA256())


def crl_number(crl: x509.CertificateRevocationList) -> int:
    """Give the list's number."""
    return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
