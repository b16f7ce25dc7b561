"""Every signature of a file with all that was found out about it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from asn1crypto import x509
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import LocalKnowledge

from signing.checks import form
from signing.checks.chain import Basis, Judgement, as_of, judge, judge_timestamp, unjudged
from signing.checks.evidence import Relied, readable
from signing.checks.integrity import (
    Integrity,
    algorithms,
    ended,
    integrity,
    key_usage,
    mechanism_known,
    names_of,
    signed_end,
)
from signing.checks.looks import Look, contents, unlike
from signing.finish import finished
from signing.mark import iso_time
from signing.report import Kind, Label, SignatureSeen, Signer
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
    filled: str = ""
    """How fields other than for signatures look otherwise than when it was made."""

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


@dataclass(frozen=True)
class View:
    """All signatures of a file, oldest first, as they are judged at one time."""

    at: datetime
    examined: tuple[Examined, ...]


def views(
    pdf: bytes,
    fields: form.Fields,
    evidence: LocalKnowledge,
    trust: Trust,
    at: datetime,
    chosen: datetime | None,
) -> dict[Label, View]:
    """Examine every signature, judged now (at `at`), at the time of signing, and at the chosen time.

    Digests, coverage and modifications are found once; only trust is judged at each time, from the newest to the
    oldest: what a trusted document timestamp covers is judged at its time and with the evidence it covers.
    Modifications come last: a reader that has looked at old revisions may raise PdfReadError on the present one
    (measured), so the same order must be kept by whoever changes this.
    """
    file = _File(pdf, fields, Relied.on(trust), evidence, at)
    judged: dict[Label, tuple[datetime, list[Judgement]]] = {"now": (at, file.judged(at))}
    if all(one.code == "OK" == one.timestamp_code == one.algorithms[0] for one in judged["now"][1]):
        file = replace(file, whole=tuple(judged["now"][1]))
    signed = signed_at(fields, judged["now"][1])
    if signed is not None:
        # a time to come is nobody's time of signing; judged now, the code says so
        moment = min(signed, at)
        judged["signing"] = moment, file.judged(moment)
    if chosen is not None:
        judged["chosen"] = chosen, file.judged(chosen)
    facts = [
        Examined(
            embedded=one,
            kind=_kind(one),
            integrity=integrity(one),
            algorithms=algorithms(one),
            key_usage=("OK", "") if _is_stamp(one) else key_usage(one),
            judgement=judgement,
            filled=unlike(_contents(pdf, one), fields.looks) if fields.looks else "",
        )
        for one, judgement in zip(fields.signed, judged["now"][1], strict=True)
    ]
    return {
        label: View(moment, tuple(_judged(fact, one) for fact, one in zip(facts, judgements, strict=True)))
        for label, (moment, judgements) in judged.items()
    }


def legible(fields: form.Fields) -> form.Fields:
    """Give the fields with those called broken whose signature cannot be read to its end: its certificates, algorithms,
    timestamps, what it permits; those unsupported whose mechanism is unknown here; and those garbled whose
    certificate has an extension that cannot be read: its authority's fault, which says nothing of the content."""
    signed: list[EmbeddedPdfSignature] = []
    broken: list[str] = []
    unsupported = list(fields.unsupported)
    garbled: list[str] = []
    for one in fields.signed:
        try:
            if why := _garbled(one):
                garbled.append(f"{one.field_name}: {why}")
                continue
            if not mechanism_known(one):
                unsupported.append(str(one.field_name))
                continue
            names_of(one), algorithms(one), key_usage(one), _kind(one), signer_of(one.signer_cert)
        except form.BEYOND:
            raise
        except Exception as error:  # hostile input: asn1crypto reads late, and raises anything
            broken.append(f"{one.field_name}: {type(error).__name__}: {error}")
        else:
            signed.append(one)
    return replace(
        fields,
        signed=tuple(signed),
        broken=(*fields.broken, *broken),
        unsupported=tuple(unsupported),
        garbled=tuple(garbled),
    )


def _garbled(signature: EmbeddedPdfSignature) -> str:
    """Say why the signer's certificate cannot be read; nothing when it can, or when the content was altered too."""
    try:
        signature.signer_cert.key_usage_value  # noqa: B018  reads all extensions
    except (ValueError, TypeError) as error:
        why = f"certificate: {type(error).__name__}: {error}"
        return why if unjudged(signature, "").code == "NOT_PROVEN" else ""
    return ""


def _contents(pdf: bytes, signature: EmbeddedPdfSignature) -> tuple[Look, ...] | None:
    """Give what stood in the fields when the signature was made; None when that cannot be told."""
    try:
        return contents(form.open_strictly(pdf, signed_end(signature)))
    except form.BEYOND:
        raise
    except Exception:  # hostile input: what cannot be compared counts as filled in
        return None


def signed_at(fields: form.Fields, judged: list[Judgement]) -> datetime | None:
    """Give when the file was signed: the time of its newest ordinary signature, by timestamp or else as claimed.

    A timestamp is taken even when nobody vouches for it any more: judged at that time it may hold.
    """
    times = [
        judgement.stamped or judgement.time
        for one, judgement in zip(fields.signed, judged, strict=True)
        if not _is_stamp(one)
    ]
    known = [time for time in times if time is not None]
    return max(known) if known else None


@dataclass(frozen=True)
class _File:
    """One file to be judged at several times."""

    pdf: bytes
    fields: form.Fields
    relied: Relied
    evidence: LocalKnowledge
    now: datetime
    covered: dict[int, LocalKnowledge] = field(default_factory=dict)
    """Evidence found in old revisions, by the number of the timestamp that covers it."""
    whole: tuple[Judgement, ...] = ()
    """All judgements of now, when nothing at all was found against any."""

    def judged(self, at: datetime) -> list[Judgement]:
        """Judge trust and time of every signature at `at`, in the order of the fields."""
        if self.whole and at <= self.now:
            # What holds now held whenever it was there: its certificate was in its days and not revoked then, and of
            # revocations and broken trust only those of before count. Judging again would find the same, at its cost.
            return [as_of(one, at) for one in self.whole]
        found: dict[int, Judgement] = {}
        basis = Basis(self.relied, self.evidence, at, at, self.now)
        for number, one in reversed(list(enumerate(self.fields.signed))):
            lasted = ended(one, basis.moment, self.relied.trust.algorithms)
            if not _is_stamp(one):
                found[number] = replace(_judge(one, basis), algorithms=lasted)
                continue
            found[number] = stamp = replace(_judge(one, basis), algorithms=lasted)
            if stamp.code == "OK" == lasted[0] and stamp.time is not None:
                moment = min(stamp.time, basis.moment)
                basis = replace(basis, evidence=self._under(number, one), moment=moment)
        return [found[number] for number in range(len(self.fields.signed))]

    def _under(self, number: int, stamp: EmbeddedPdfSignature) -> LocalKnowledge:
        if number not in self.covered:
            self.covered[number], _ = readable(form.open_strictly(self.pdf, signed_end(stamp)))
        return self.covered[number]


def _judge(one: EmbeddedPdfSignature, basis: Basis) -> Judgement:
    try:
        return finished(judge_timestamp(one, basis) if _is_stamp(one) else judge(one, basis))
    except form.BEYOND:
        raise
    except Exception as error:  # evidence is read late: only when it is needed does it turn out broken
        return unjudged(one, f"{type(error).__name__}: {error}")


def _judged(fact: Examined, judgement: Judgement) -> Examined:
    worse = fact.algorithms if fact.algorithms[0] != "OK" else judgement.algorithms
    return replace(fact, judgement=judgement, algorithms=worse)


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
