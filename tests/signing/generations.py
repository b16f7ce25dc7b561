"""Three generations of authorities, roots and all, each taking over from the one before; and a clock that moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from signing import certificates
from signing.algorithms import Algorithms, shipped
from signing.certificates import subject
from signing.key import SealKey
from signing.mark import Mark, mark_size
from signing.memory import MemoryKey
from signing.seal import seal
from signing.timestamp import LocalTimestamper
from signing.trust import Trust
from tests.signing.office import AGENCY, PAGE, paper

START = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HANOI = timezone(timedelta(hours=7))
YEAR = timedelta(days=365.25)
ROOT_YEARS, INTERMEDIATE_YEARS, TIMESTAMP_YEARS = 14, 13, 12
APART_YEARS = 10
CURVES: tuple[ec.EllipticCurve, ...] = (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1())


@dataclass(frozen=True)
class Authority:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def list_at(self, at: datetime) -> bytes:
        """Its revocation list as it is published on that day."""
        return certificates.crl(self.certificate, self.key, at, 30, 1, ()).public_bytes(Encoding.DER)

    def lives(self, at: datetime) -> bool:
        return self.certificate.not_valid_before_utc <= at <= self.certificate.not_valid_after_utc


def naming(made: x509.Certificate, key: ec.EllipticCurvePrivateKey, responder: str) -> x509.Certificate:
    """The same certificate, which also says where to ask about it."""
    builder = x509.CertificateBuilder(
        made.issuer, made.subject, made.public_key(), made.serial_number, made.not_valid_before_utc,
        made.not_valid_after_utc, list(made.extensions),
    )  # fmt: skip
    where = x509.AccessDescription(
        AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(responder)
    )
    return builder.add_extension(x509.AuthorityInformationAccess([where]), False).sign(key, hashes.SHA256())


@dataclass(frozen=True)
class Generation:
    """Root, intermediate and timestamp authority that began on one day."""

    number: int
    begins: datetime
    responder: str = ""
    """Address that its certificates name for questions about them (OCSP)."""

    @cached_property
    def root(self) -> Authority:
        key, name = self._key(), subject(f"TEST Root G{self.number}")
        days = round(ROOT_YEARS * 365.25)
        return Authority(certificates.authority(name, key, name, key, self.begins, days, 1), key)

    @cached_property
    def intermediate(self) -> Authority:
        key, root = self._key(), self.root
        made = certificates.authority(
            subject(f"TEST Intermediate G{self.number}"), key, root.certificate.subject, root.key, self.begins,
            round(INTERMEDIATE_YEARS * 365.25), 0,
        )  # fmt: skip
        return Authority(made, key)

    @cached_property
    def timestamp(self) -> Authority:
        key = self._key()
        made = certificates.leaf(
            subject(f"TEST Timestamp G{self.number}"), key, self.intermediate.certificate, self.intermediate.key,
            self.begins, round(TIMESTAMP_YEARS * 365.25), commitment=False, purpose=ExtendedKeyUsageOID.TIME_STAMPING,
        )  # fmt: skip
        return Authority(self._naming(made), key)

    def seal_key(self, at: datetime) -> SealKey:
        """A seal whose certificate lives three years from that day."""
        key = self._key()
        made = certificates.leaf(
            subject(f"TEST {AGENCY}", organisation=AGENCY, identifier="H01.02.03"), key,
            self.intermediate.certificate, self.intermediate.key, at - DAY, 3 * 365, commitment=True,
        )  # fmt: skip
        made = self._naming(made)
        return SealKey(
            made.public_bytes(Encoding.DER), (self.intermediate.der,), MemoryKey(key), "H01.02.03", AGENCY
        )

    def _naming(self, made: x509.Certificate) -> x509.Certificate:
        return naming(made, self.intermediate.key, self.responder) if self.responder else made

    def _key(self) -> ec.EllipticCurvePrivateKey:
        return ec.generate_private_key(CURVES[self.number - 1])


@dataclass
class World:
    """All generations, and what is in force at an instant. Old roots stay trusted; their lists end with them."""

    algorithms: Algorithms = field(default_factory=shipped)
    asked: int = 0
    silent: bool = False
    responder: str = ""

    @cached_property
    def generations(self) -> tuple[Generation, ...]:
        begins = [START + n * APART_YEARS * YEAR - DAY for n in range(len(CURVES))]
        return tuple(Generation(n + 1, at, self.responder) for n, at in enumerate(begins))

    def newest(self, at: datetime) -> Generation:
        return [one for one in self.generations if one.begins <= at][-1]

    def trust(self, at: datetime) -> Trust:
        known = [one for one in self.generations if one.begins <= at]
        authorities = [each for one in known for each in (one.root, one.intermediate)]
        lists = tuple(each.list_at(at) for each in authorities if each.lives(at))
        roots, intermediates = (one.root.der for one in known), (one.intermediate.der for one in known)
        return Trust(tuple(roots), tuple(intermediates), lists, algorithms=self.algorithms)

    def timestamper(self, at: datetime) -> LocalTimestamper:
        """The newest authority; counts how often it was asked, and says nothing while it is silent."""
        one = self.newest(at)

        def clock() -> datetime:
            self.asked += 1
            if self.silent:
                raise ConnectionRefusedError("nobody there")
            return at

        return LocalTimestamper(one.timestamp.der, (one.intermediate.der,), one.timestamp.key, clock)

    def seal_key(self, at: datetime) -> SealKey:
        """What an agency seals with on that day."""
        return self.newest(at).seal_key(at)

    def sealed(self, at: datetime) -> bytes:
        """A record sealed on that day."""
        key = self.seal_key(at)
        width, height = mark_size(AGENCY)
        box = (PAGE[0] - width - 10, PAGE[1] - height - 10, PAGE[0] - 10, PAGE[1] - 10)
        return seal(
            paper(),
            key=key,
            timestamper=self.timestamper(at),
            trust=self.trust(at),
            mark=Mark(AGENCY, at, box),
            at=at,
        ).pdf
