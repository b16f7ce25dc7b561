"""OCSP answers (RFC 6960): whose they are, what they are about, and whether they say that a certificate is good.

One set of rules for what the cache takes (signing/revocation.py) and what renewal puts into files (signing/lasting.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

TOLERANCE = timedelta(minutes=5)
"""How far an authority's clock may be ahead of ours."""
LEAST_DIGEST = 32
"""Bytes of a digest that revocation data may be signed over: SHA-256 or stronger (TT 15/2025/TT-BKHCN annex I)."""


class Useless(Exception):
    """It is no revocation data of this issuer that holds now."""


@dataclass(frozen=True)
class Answer:
    """What was said about one certificate, and by whom: its issuer, or a responder that the issuer appointed."""

    told: ocsp.OCSPResponse
    responder: x509.Certificate

    def good_at(self, at: datetime) -> bool:
        """Say whether it is fresh at `at`, says that the certificate is good, and its signer is in its own days."""
        until = self.told.next_update_utc
        fresh = until is not None and self.told.this_update_utc <= at + TOLERANCE and at <= until
        mine = self.responder.not_valid_before_utc <= at <= self.responder.not_valid_after_utc
        return fresh and mine and self.told.certificate_status is ocsp.OCSPCertStatus.GOOD

    @property
    def responder_is_checked(self) -> bool:
        """Whether the responder's own certificate needs revocation data: it does not say no-check (4.2.2.2.1)."""
        return not any(isinstance(one.value, x509.OCSPNoCheck) for one in self.responder.extensions)


def about(
    data: bytes, certificate: x509.Certificate, issuer: x509.Certificate, known: Iterable[x509.Certificate] = ()
) -> Answer:  # fmt: skip
    """Give an answer about the certificate by its issuer or a responder it appointed (RFC 6960 4.2.2.2), signed with
    SHA-256 or stronger. `known` are responders that may not have come along.

    Raises:
        Useless: it is none, or does not know the certificate.
    """
    try:
        found = ocsp.load_der_ocsp_response(data)
        if found.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise Useless(f"the responder says {found.response_status.name}")
        able = (issuer, *_appointed([*found.certificates, *known], issuer))
        signer = next((one for one in able if _signed(found, one)), None)
        meant = _names(found, certificate, issuer)
    except (ValueError, TypeError) as error:
        raise Useless(f"no OCSP answer: {error}") from error
    if signer is None:
        raise Useless("the answer is not signed by the issuer or a responder of its")
    if not meant:
        raise Useless("the answer is about another certificate")
    if found.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
        raise Useless("the responder does not know the certificate")
    return Answer(found, signer)


def _names(found: ocsp.OCSPResponse, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Say whether it names this certificate of this issuer (4.1.1): two authorities may give one serial number."""
    asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, found.hash_algorithm).build()
    return (found.serial_number, found.issuer_name_hash, found.issuer_key_hash) == (
        asked.serial_number,
        asked.issuer_name_hash,
        asked.issuer_key_hash,
    )


def _appointed(able: Iterable[x509.Certificate], issuer: x509.Certificate) -> Iterator[x509.Certificate]:
    for one in able:
        for extension in one.extensions:
            purposes = extension.value
            appointed = (
                isinstance(purposes, x509.ExtendedKeyUsage) and ExtendedKeyUsageOID.OCSP_SIGNING in purposes
            )
            if appointed and issued(one, issuer):
                yield one


def issued(one: x509.Certificate, by: x509.Certificate) -> bool:
    """Say whether the certificate was signed by that issuer."""
    try:
        one.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def under(certificates: Iterable[bytes], roots: Iterable[bytes]) -> tuple[bytes, ...]:
    """Give those of the certificates (DER) that a root issued, itself or through authorities among them, by signature.

    Only these may say where their revocation data is to be had: anybody can write any address into one of his own,
    and so can, below it, who was given a certificate that is no authority's (RFC 5280 4.2.1.9).
    """
    known = frozenset(roots)
    left = dict(_loaded(der for der in certificates if der not in known))
    above = [one for _, one in _loaded(known)]
    found: list[bytes] = []
    while above:
        new = {der: one for der, one in left.items() if any(issued(one, by) for by in above)}
        found += new
        left = {der: one for der, one in left.items() if der not in new}
        above = [one for one in new.values() if _is_authority(one)]
    return tuple(found)


def _loaded(certificates: Iterable[bytes]) -> Iterator[tuple[bytes, x509.Certificate]]:
    for der in certificates:
        with suppress(ValueError):  # what asn1crypto has read may be too wrong for `cryptography`
            yield der, x509.load_der_x509_certificate(der)


def _is_authority(one: x509.Certificate) -> bool:
    try:
        return bool(one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except (ValueError, x509.ExtensionNotFound):
        return False


def _signed(found: ocsp.OCSPResponse, by: x509.Certificate) -> bool:
    key, digest = by.public_key(), found.signature_hash_algorithm
    if digest is None or digest.digest_size < LEAST_DIGEST:
        return False
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(found.signature, found.tbs_response_bytes, PKCS1v15(), digest)
        elif isinstance(key, EllipticCurvePublicKey):
            key.verify(found.signature, found.tbs_response_bytes, ECDSA(digest))
        else:
            return False
    except InvalidSignature:
        return False
    return True
