"""Is this file what its seal says it is? One verdict with reasons, for any bytes, ours or a stranger's.

The verdict never rests on "the signature is cryptographically valid" alone: other programs call files valid that were
overlaid, extended or re-signed (signing.md section 6). The steps, each with its named checks:

  1  format         one plain, strictly readable PDF: not encrypted, no hybrid tables, no XFA
  2  signature      at least one signature, none broken, none of an unknown kind
  3  tail           nothing behind the newest signature but whole revisions
  4  integrity      digest, coverage, modifications, permissions, algorithms: of every signature
  5  key_usage      every signer's certificate is one for signing
  6  trust          every signer's chain and revocation, judged at the time of the timestamp
  7  timestamp      every signature timestamped by a trusted authority, not in the future
  8  document_timestamp, long_term   timestamps over the whole file hold; evidence for later is there
  9  metadata       the description was not changed behind the signature (a warning only)
 10  standing       what the archive says about this very file

Not checked: whether the signer was entitled to sign this kind of paper, whether text and picture agree, seed values,
attribute certificates, contents of the DSS beyond their use as evidence. The attached original of a copy is a file of
its own: verify(attached_original(copy)).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from pyhanko.sign.validation import EmbeddedPdfSignature

from signing.checks import form
from signing.checks.chain import Basis, Judgement, judge, judge_timestamp
from signing.checks.evidence import embedded
from signing.checks.integrity import Integrity, algorithms, as_signed, integrity, key_usage, metadata_changed
from signing.codes import CODES
from signing.mark import HANOI
from signing.report import (
    Check,
    Kind,
    Known,
    SealReport,
    SignatureSeen,
    Signer,
    Status,
    TimeSource,
    check,
    verdict_of,
)
from signing.trust import Trust

# Written by signing/seal.py into the signed part of every seal (/Prop_Build, ISO 32000-1 table 252).
SEAL_MAKER = "hoso B-LTA"

NAMES = (
    "format",
    "signature",
    "tail",
    "integrity",
    "modifications",
    "algorithms",
    "key_usage",
    "trust",
    "timestamp",
    "document_timestamp",
    "long_term",
    "metadata",
    "standing",
)


@dataclass(frozen=True)
class _Examined:
    """One signature with everything found out about it."""

    embedded: EmbeddedPdfSignature
    kind: Kind
    integrity: Integrity
    algorithms: tuple[str, str]
    key_usage: tuple[str, str]
    judgement: Judgement

    @property
    def is_timestamp(self) -> bool:
        return self.kind == "timestamp"

    @property
    def trusted(self) -> bool:
        return self.judgement.code == "OK" and self.key_usage[0] == "OK"

    @property
    def code(self) -> str:
        codes = (self.integrity.code, self.algorithms[0], self.key_usage[0], self.judgement.code)
        return next((code for code in (*codes, self.judgement.timestamp_code) if code != "OK"), "OK")


def verify(pdf: bytes, trust: Trust, *, at: datetime, known: Known | None = None) -> SealReport:
    """Give the report on `pdf` at the aware time `at`. Raises nothing for any bytes.

    `known` is what the archive holds under the file's SHA-256; the caller looked it up. Runs in the calling thread;
    hostile files cost CPU and memory, so services call it in a child process with limits.
    """
    examined: tuple[_Examined, ...] = ()
    try:
        checks, examined = _examine(pdf, trust, at)
    except Exception as error:  # the ONE boundary around pyHanko: it raises any kind of error on hostile files
        checks = (check("format", "VALIDATOR_FAILURE", f"{type(error).__name__}: {error}"),)
    done = {one.name for one in checks}
    checks += tuple(check(name, "NOT_REACHED") for name in NAMES[:-1] if name not in done)
    checks += (_standing(known),)
    return _report(pdf, at, checks, examined, known)


def _examine(pdf: bytes, trust: Trust, at: datetime) -> tuple[tuple[Check, ...], tuple[_Examined, ...]]:
    checks = form.file_form(pdf)  # 1
    if checks[-1].status is not Status.PASSED:
        return checks, ()
    reader = form.open_strictly(pdf)
    fields = form.fields(reader)
    checks += (_present(fields),)  # 2
    if not fields.signed:
        return checks, ()
    checks += (form.tail(pdf, reader, fields.signed[-1]),)  # 3
    found = embedded(reader)
    evidence = bool(found.known_crls or found.known_ocsps)
    examined = _signatures(pdf, fields, trust, at)
    ordinary = [one for one in examined if not one.is_timestamp]
    stamps = [one for one in examined if one.is_timestamp]
    if not ordinary:
        if checks[1].status is Status.PASSED:
            checks = (checks[0], check("signature", "NO_SIGNATURE", "document timestamps only"), checks[2])
        return checks, examined
    checks += (
        _worst("integrity", [(_hash_code(one), _name(one)) for one in examined]),  # 4
        _worst("modifications", [_modified(one, examined, fields) for one in examined]),
        _worst("algorithms", [(one.algorithms[0], one.algorithms[1]) for one in examined]),
        _worst("key_usage", [one.key_usage for one in ordinary]),  # 5
        _worst("trust", [_trusted(one) for one in ordinary]),  # 6
        _worst("timestamp", [_stamped(one) for one in ordinary]),  # 7
        _document_timestamp(stamps),  # 8
        _long_term(evidence, examined),
        _metadata(pdf, ordinary[-1]),  # 9
    )
    return checks, examined


def _present(fields: form.Fields) -> Check:
    if fields.broken:
        return check("signature", "BROKEN_SIGNATURE", "; ".join(fields.broken))
    if fields.unsupported:
        return check("signature", "UNSUPPORTED_SIGNATURE", ", ".join(fields.unsupported))
    return check("signature", "OK" if fields.signed else "NO_SIGNATURE")


def _signatures(pdf: bytes, fields: form.Fields, trust: Trust, at: datetime) -> tuple[_Examined, ...]:
    """Examine every signature.

    Trust is judged from the newest to the oldest: what a trusted document timestamp covers is judged at its time and
    with the evidence it covers. Modifications are judged on another reading of the file: a reader that has looked at
    old revisions raises PdfReadError on the present one (measured).
    """
    judged: dict[int, Judgement] = {}
    basis = Basis(trust, embedded(fields.signed[0].reader), at)
    for number, one in reversed(list(enumerate(fields.signed))):
        if not _is_stamp(one):
            judged[number] = asyncio.run(judge(one, basis))
            continue
        judged[number] = stamp = asyncio.run(judge_timestamp(one, basis))
        if stamp.code == "OK" and stamp.time is not None:
            covered = embedded(form.open_strictly(as_signed(pdf, one)))
            basis = Basis(trust, covered, min(stamp.time, basis.moment))
    again = form.fields(form.open_strictly(pdf)).signed
    return tuple(
        _Examined(
            embedded=one,
            kind=_kind(one),
            integrity=integrity(one),
            algorithms=algorithms(one),
            key_usage=("OK", "") if _is_stamp(one) else key_usage(one),
            judgement=judged[number],
        )
        for number, one in enumerate(again)
    )


def _is_stamp(signature: EmbeddedPdfSignature) -> bool:
    return bool(signature.sig_object_type == "/DocTimeStamp")


def _kind(signature: EmbeddedPdfSignature) -> Kind:
    if _is_stamp(signature):
        return "timestamp"
    return "seal" if signature.docmdp_level is not None else "approval"


def _name(one: _Examined) -> str:
    return str(one.embedded.field_name)


def _hash_code(one: _Examined) -> str:
    for code in (one.integrity.code, one.judgement.code, one.judgement.timestamp_code):
        if code in ("COVERAGE_INCOMPLETE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE", "BROKEN_SIGNATURE"):
            return code
    if one.is_timestamp and one.judgement.code == "TIMESTAMP_BROKEN":
        return "HASH_FAILURE"  # its imprint is the digest of the file
    return "OK"


def _modified(one: _Examined, all_of_them: tuple[_Examined, ...], fields: form.Fields) -> tuple[str, str]:
    """Allow filled-in fields only as trusted later signatures: a stranger's visible one can cover the text."""
    name = _name(one)
    if one.integrity.code in ("FORBIDDEN_MODIFICATION", "DOCMDP_VIOLATION"):
        return one.integrity.code, f"{name}: {one.integrity.detail}"
    if one.integrity.form_filling:
        later = [other for other in all_of_them if other.embedded.signed_revision > one.embedded.signed_revision]
        if fields.empty_visible or not later or not all(other.trusted for other in later):
            return "FORBIDDEN_MODIFICATION", f"{name}: fields were filled or added by someone untrusted"
    return "OK", ""


def _trusted(one: _Examined) -> tuple[str, str]:
    code = one.judgement.code
    if code in ("HASH_FAILURE", "SIG_CRYPTO_FAILURE", "BROKEN_SIGNATURE"):
        return "NOT_REACHED", _name(one)
    return code, f"{_name(one)}: {one.judgement.detail}".rstrip(": ")


def _stamped(one: _Examined) -> tuple[str, str]:
    return one.judgement.timestamp_code, f"{_name(one)}: {one.judgement.detail}".rstrip(": ")


def _document_timestamp(stamps: list[_Examined]) -> Check:
    if not stamps:
        return check("document_timestamp", "NOT_APPLICABLE")
    return _worst("document_timestamp", [_stamped(one) for one in stamps])


def _worst(name: str, found: Iterable[tuple[str, str]]) -> Check:
    """Give one check for many signatures: the first failure, else the first unknown, else the first other."""
    rows = [check(name, code, detail) for code, detail in found]
    for status in (Status.FAILED, Status.UNKNOWN, Status.SKIPPED):
        for row in rows:
            if row.status is status:
                return row
    return check(name, "OK")


def _long_term(evidence: bool, examined: tuple[_Examined, ...]) -> Check:
    """Say whether the file is B-LTA: revocation evidence inside, under a document timestamp that comes last.

    A stranger's file may do without (B-T is enough for VALID in EN 319 102-1). Our seals say inside what they sign
    that they come with it, so a file cut back to the bare signature is told from one that never had more.
    """
    if evidence and examined[-1].is_timestamp and examined[-1].trusted:
        return check("long_term", "OK")
    promised = any(form.made_by(one.embedded.sig_object) == SEAL_MAKER for one in examined)
    return check("long_term", "LONG_TERM_STRIPPED" if promised else "LONG_TERM_MISSING")


def _metadata(pdf: bytes, one: _Examined) -> Check:
    if one.integrity.code == "COVERAGE_INCOMPLETE":
        return check("metadata", "NOT_REACHED")
    return check("metadata", "METADATA_CHANGED" if metadata_changed(pdf, one.embedded) else "OK")


def _standing(known: Known | None) -> Check:
    """Revoked makes the record INVALID to rely on; expired, replaced, disputed leave the answer to the reader."""
    if known is None:
        return check("standing", "NOT_OURS")
    if known.standing == "valid":
        return check("standing", "OK")
    return check("standing", f"STANDING_{known.standing.upper()}", known.reason)


def _report(
    pdf: bytes, at: datetime, checks: tuple[Check, ...], examined: tuple[_Examined, ...], known: Known | None
) -> SealReport:
    verdict, deciding = verdict_of(checks)
    reason = CODES[deciding.code if deciding else "OK"]
    main = next((one for one in examined if not one.is_timestamp), None)
    source: TimeSource = main.judgement.time_source if main else "none"
    return SealReport(
        verdict=verdict,
        reason=reason.code,
        vi=reason.vi,
        en=reason.en,
        sha256=hashlib.sha256(pdf).hexdigest(),
        checked_at=_iso(at) or "",
        checks=checks,
        signer=_signer(main.embedded.signer_cert) if main else None,
        signing_time=_iso(main.judgement.time) if main else None,
        time_source=source,
        signatures=tuple(_seen(one) for one in examined),
        ours=known is not None,
        standing=known.standing if known else None,
        known=known,
    )


def _seen(one: _Examined) -> SignatureSeen:
    return SignatureSeen(
        field=_name(one),
        kind=one.kind,
        signer=_signer(one.embedded.signer_cert),
        time=_iso(one.judgement.time),
        time_source=one.judgement.time_source,
        intact=_hash_code(one) == "OK",
        trusted=one.trusted,
        covers=one.integrity.coverage,
        modifications=one.integrity.modifications,
        code=one.code,
        detail=one.integrity.detail or one.judgement.detail,
    )


def _signer(certificate: x509.Certificate) -> Signer:
    names = certificate.subject.native

    def one(key: str) -> str:
        value = names.get(key, "")
        return ", ".join(value) if isinstance(value, list) else str(value)

    return Signer(one("common_name"), one("organization_name"), f"{certificate.serial_number:x}")


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(HANOI).replace(microsecond=0).isoformat()

