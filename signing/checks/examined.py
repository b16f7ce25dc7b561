"""Every signature of a file with all that was found out about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from pyhanko.sign.validation import EmbeddedPdfSignature

from signing.checks import form
from signing.checks.chain import Basis, Judgement, judge, judge_timestamp
from signing.checks.evidence import embedded
from signing.checks.integrity import Integrity, algorithms, as_signed, ended, integrity, key_usage
from signing.finish import finished
from signing.mark import iso_time
from signing.report import Kind, SignatureSeen, Signer
from signing.trust import Trust

BROKEN_CODES = frozenset(["COVERAGE_INCOMPLETE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE", "BROKEN_SIGNATURE"])


@dataclass(frozen=True)
class Examined:
    """One signature with everything found out about it."""

    embedded: EmbeddedPdfSignature
    kind: Kind
    integrity: Integrity
    algorithms: tuple[str, str]
    key_usage: tuple[str, str]
    judgement: Judgement

    @property
    def name(self) -> str:
        """Give the field's name."""
        return str(self.embedded.field_name)

    @property
    def is_timestamp(self) -> bool:
        """Say whether it is a document timestamp."""
        return self.kind == "timestamp"

    @property
    def trusted(self) -> bool:
        """Say whether its signer may be believed (nothing about the file's content)."""
        return self.judgement.code == "OK" and self.key_usage[0] == "OK"

    @property
    def code(self) -> str:
        """Give the first thing wrong with it."""
        codes = (self.integrity.code, self.algorithms[0], self.key_usage[0], self.judgement.code)
        return next((code for code in (*codes, self.judgement.timestamp_code) if code != "OK"), "OK")

    @property
    def hash_code(self) -> str:
        """Give what is wrong between the signed bytes and the signature value, or OK."""
        for code in (self.integrity.code, self.judgement.code, self.judgement.timestamp_code):
            if code in BROKEN_CODES:
                return code
        if self.is_timestamp and self.judgement.code == "TIMESTAMP_BROKEN":
            return "HASH_FAILURE"  # its imprint is the digest of the file
        return "OK"


def signatures(pdf: bytes, fields: form.Fields, trust: Trust, at: datetime) -> tuple[Examined, ...]:
    """Examine every signature.

    Trust is judged from the newest to the oldest: what a trusted document timestamp covers is judged at its time and
    with the evidence it covers. Modifications come last: a reader that has looked at old revisions may raise
    PdfReadError on the present one (measured), so the same order must be kept by whoever changes this.
    """
    judged: dict[int, Judgement] = {}
    lasted: dict[int, tuple[str, str]] = {}
    basis = Basis(trust, embedded(fields.signed[0].reader), at)
    for number, one in reversed(list(enumerate(fields.signed))):
        lasted[number] = ended(one, basis.moment, trust.algorithms)
        if not _is_stamp(one):
            judged[number] = finished(judge(one, basis))
            continue
        judged[number] = stamp = finished(judge_timestamp(one, basis))
        if stamp.code == "OK" and stamp.time is not None and lasted[number][0] == "OK":
            covered = embedded(form.open_strictly(as_signed(pdf, one)))
            basis = Basis(trust, covered, min(stamp.time, basis.moment))
    return tuple(
        Examined(
            embedded=one,
            kind=_kind(one),
            integrity=integrity(one),
            algorithms=_first(algorithms(one), lasted[number]),
            key_usage=("OK", "") if _is_stamp(one) else key_usage(one),
            judgement=judged[number],
        )
        for number, one in enumerate(fields.signed)
    )


def _first(*found: tuple[str, str]) -> tuple[str, str]:
    return next((one for one in found if one[0] != "OK"), ("OK", ""))


def _is_stamp(signature: EmbeddedPdfSignature) -> bool:
    return bool(signature.sig_object_type == "/DocTimeStamp")


def _kind(signature: EmbeddedPdfSignature) -> Kind:
    if _is_stamp(signature):
        return "timestamp"
    return "seal" if signature.docmdp_level is not None else "approval"


def seen(one: Examined) -> SignatureSeen:
    """Give what the report says about it."""
    return SignatureSeen(
        field=one.name,
        kind=one.kind,
        signer=signer_of(one.embedded.signer_cert),
        time=iso(one.judgement.time),
        time_source=one.judgement.time_source,
        intact=one.hash_code == "OK",
        trusted=one.trusted,
        covers=one.integrity.coverage,
        modifications=one.integrity.modifications,
        code=one.code,
        detail=one.integrity.detail or one.judgement.detail,
    )


def signer_of(certificate: x509.Certificate) -> Signer:
    """Give whom the certificate names."""
    names = certificate.subject.native

    def one(key: str) -> str:
        value = names.get(key, "")
        return ", ".join(value) if isinstance(value, list) else str(value)

    return Signer(one("common_name"), one("organization_name"), f"{certificate.serial_number:x}")


def iso(at: datetime | None) -> str | None:
    """Give the time as reports write it."""
    return None if at is None else iso_time(at)
