"""Generations of authorities whose intermediates publish no list: about their certificates only a responder answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from asn1crypto import ocsp as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.certificates import subject
from signing.key import SealKey
from signing.trust import Trust
from tests.signing.generations import DAY, Authority, Generation, World, naming

HOUR = timedelta(hours=1)
RESPONDER = "http://ocsp.example.vn/"
By = Literal[
    "the issuer",
    "a responder",
    "a responder to be checked",
    "a responder nobody answers for",
    "nobody appointed",
]


def appointed(issuer: Authority, at: datetime, *, unchecked: bool, purpose: bool = True) -> Authority:
    """A responder's certificate of a month, by the issuer; without ``purpose`` it is any other certificate of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject("TEST Responder"))
        .issuer_name(issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - DAY)
        .not_valid_after(at + 30 * DAY)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )
    if purpose:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), False)
    if unchecked:
        builder = builder.add_extension(x509.OCSPNoCheck(), False)
    made = builder.sign(issuer.key, hashes.SHA256())
    return Authority(made if unchecked else naming(made, issuer.key, RESPONDER), key)


def answer(
    about: x509.Certificate, issuer: Authority, by: Authority, at: datetime, *, revoked: datetime | None = None,
    weak: bool = False,
) -> bytes:  # fmt: skip
    """An answer of an hour, from a minute before ``at`` on."""
    begin = (at - timedelta(minutes=1)).replace(microsecond=0)
    status = ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            about, issuer.certificate, hashes.SHA1(), status, begin, begin + HOUR,
            revoked and revoked.replace(microsecond=0), x509.ReasonFlags.key_compromise if revoked else None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate)
    )  # fmt: skip
    if by is not issuer:
        builder = builder.certificates([by.certificate])
    made = builder.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)
    return with_sha1(made, by) if weak else made


def with_sha1(made: bytes, by: Authority) -> bytes:
    """The same answer signed with a digest that nobody should take (`cryptography` makes none)."""
    told = asn1.OCSPResponse.load(made)
    basic = told["response_bytes"]["response"].parsed
    basic["signature_algorithm"] = {"algorithm": "sha1_ecdsa"}
    basic["signature"] = by.key.sign(basic["tbs_response_data"].dump(), ec.ECDSA(hashes.SHA1()))
    told["response_bytes"]["response"] = basic
    return bytes(told.dump(force=True))


@dataclass
class Answering(World):
    """The same generations, without the lists of the intermediates."""

    responder: str = RESPONDER
    by: By = "the issuer"
    weak: bool = False
    revoked: dict[int, datetime] = field(default_factory=dict)
    """Since when the timestamp authority of a generation is revoked, by the answers."""
    late: timedelta = timedelta()
    """How old the answers are."""
    _seals: list[tuple[x509.Certificate, Generation]] = field(default_factory=list)

    def seal_key(self, at: datetime) -> SealKey:
        made = super().seal_key(at)
        self._seals.append((x509.load_der_x509_certificate(made.certificate), self.newest(at)))
        return made

    def trust(self, at: datetime) -> Trust:
        known = super().trust(at)
        silent = {one.intermediate.certificate.subject for one in self.generations}
        lists = tuple(der for der in known.crls if x509.load_der_x509_crl(der).issuer not in silent)
        return replace(known, crls=lists, ocsps=tuple(self._answers(at)))

    def _answers(self, at: datetime) -> list[bytes]:
        found = []
        leaves = [(one.timestamp.certificate, one) for one in self.generations if one.begins <= at]
        for certificate, generation in [*leaves, *self._seals]:
            if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
                continue
            issuer = generation.intermediate
            since = (
                self.revoked.get(generation.number)
                if certificate == generation.timestamp.certificate
                else None
            )
            signer, at_last = self._signer(issuer, at), at - self.late
            found.append(answer(certificate, issuer, signer, at_last, revoked=since, weak=self.weak))
            if self.by == "a responder to be checked":
                found.append(answer(signer.certificate, issuer, issuer, at_last))
        return found

    def _signer(self, issuer: Authority, at: datetime) -> Authority:
        if self.by == "the issuer":
            return issuer
        unchecked = self.by not in ("a responder to be checked", "a responder nobody answers for")
        return appointed(issuer, at, unchecked=unchecked, purpose=self.by != "nobody appointed")
