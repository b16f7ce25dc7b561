"""Is this file what its seal says it is? One verdict with reasons, for any bytes, ours or a stranger's.

The verdict never rests on "the signature is cryptographically valid" alone: other programs call files valid that were
overlaid, extended or re-signed (docs/verification.md). The steps, each with its named checks:

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

import hashlib
from collections.abc import Iterable
from datetime import datetime

from signing.checks import form
from signing.checks.evidence import embedded
from signing.checks.examined import BROKEN_CODES, Examined, iso, seen, signatures, signer_of
from signing.checks.integrity import metadata_changed
from signing.codes import CODES
from signing.mark import iso_time
from signing.report import Check, Known, SealReport, Status, TimeSource, check, verdict_of
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


def verify(pdf: bytes, trust: Trust, *, at: datetime, known: Known | None = None) -> SealReport:
    """Give the report on `pdf` at the aware time `at`. Raises nothing for any bytes.

    `known` is what the archive holds under the file's SHA-256; the caller looked it up. Runs in the calling thread;
    hostile files cost CPU and memory, so services call it in a child process with limits.
    """
    examined: tuple[Examined, ...] = ()
    try:
        checks, examined = _examine(pdf, trust, at)
    except form.BEYOND as error:
        checks = (check("format", "TOO_COMPLEX", f"{type(error).__name__}: {error}"),)
    except Exception as error:  # the ONE boundary around pyHanko, which raises anything on hostile files
        checks = (check("format", "VALIDATOR_FAILURE", f"{type(error).__name__}: {error}"),)
    done = {one.name for one in checks}
    checks += tuple(check(name, "NOT_REACHED") for name in NAMES[:-1] if name not in done)
    checks += (_standing(known),)
    return _report(pdf, at, checks, examined, known)


def _examine(pdf: bytes, trust: Trust, at: datetime) -> tuple[tuple[Check, ...], tuple[Examined, ...]]:
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
    examined = signatures(pdf, fields, trust, at)
    ordinary = [one for one in examined if not one.is_timestamp]
    stamps = [one for one in examined if one.is_timestamp]
    if not ordinary:
        if checks[1].status is Status.PASSED:
            checks = (checks[0], check("signature", "NO_SIGNATURE", "document timestamps only"), checks[2])
        return checks, examined
    checks += (
        _worst("integrity", [(one.hash_code, one.name) for one in examined]),  # 4
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
    if fields.unbound:
        return check("signature", "SIGNING_CERTIFICATE_UNBOUND", "; ".join(fields.unbound))
    if fields.unsupported:
        return check("signature", "UNSUPPORTED_SIGNATURE", ", ".join(fields.unsupported))
    return check("signature", "OK" if fields.signed else "NO_SIGNATURE")


def _modified(one: Examined, all_of_them: tuple[Examined, ...], fields: form.Fields) -> tuple[str, str]:
    """Allow filled-in fields only under trusted later signatures: a stranger's visible one can cover the text.

    A document timestamp vouches for no content: anybody gets one, for anything. Where the signature itself is not to be
    believed, that is the reason (a paper signed by three strangers is unknown, not falsified).
    """
    if one.integrity.code in ("FORBIDDEN_MODIFICATION", "DOCMDP_VIOLATION"):
        return one.integrity.code, f"{one.name}: {one.integrity.detail}"
    if one.integrity.form_filling and one.trusted:
        later = [
            other
            for other in all_of_them
            if not other.is_timestamp and other.embedded.signed_revision > one.embedded.signed_revision
        ]
        if fields.empty_visible or not later or not all(other.trusted for other in later):
            return "FORBIDDEN_MODIFICATION", f"{one.name}: fields were filled or added by someone untrusted"
    return "OK", ""


def _trusted(one: Examined) -> tuple[str, str]:
    code = one.judgement.code
    if code in BROKEN_CODES:
        return "NOT_REACHED", one.name
    return code, f"{one.name}: {one.judgement.detail}".rstrip(": ")


def _stamped(one: Examined) -> tuple[str, str]:
    return one.judgement.timestamp_code, f"{one.name}: {one.judgement.detail}".rstrip(": ")


def _document_timestamp(stamps: list[Examined]) -> Check:
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


def _long_term(evidence: bool, examined: tuple[Examined, ...]) -> Check:
    """Say whether the file is B-LTA: revocation evidence inside, under a document timestamp that comes last.

    A stranger's file may do without (B-T is enough for VALID in EN 319 102-1). Our seals say inside what they sign
    that they come with it, so a file cut back to the bare signature is told from one that never had more.
    """
    if evidence and examined[-1].is_timestamp and examined[-1].trusted:
        return check("long_term", "OK")
    promised = any(form.made_by(one.embedded.sig_object) == SEAL_MAKER for one in examined)
    return check("long_term", "LONG_TERM_STRIPPED" if promised else "LONG_TERM_MISSING")


def _metadata(pdf: bytes, one: Examined) -> Check:
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
    pdf: bytes, at: datetime, checks: tuple[Check, ...], examined: tuple[Examined, ...], known: Known | None
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
        checked_at=iso_time(at),
        checks=checks,
        signer=signer_of(main.embedded.signer_cert) if main else None,
        signing_time=iso(main.judgement.time) if main else None,
        time_source=source,
        signatures=tuple(seen(one) for one in examined),
        ours=known is not None,
        standing=known.standing if known else None,
        known=known,
    )
