"""Is this file what its seal says it is? One verdict with reasons, for any bytes, ours or a stranger's.

The verdict never rests on "the signature is cryptographically valid" alone: other programs call files valid that were
overlaid, extended or re-signed (docs/verification.md). The steps, each with its named checks:

  1  format         one plain, strictly readable PDF: not encrypted, no hybrid tables, no XFA
  2  signature      at least one signature, none broken, none of an unknown kind
  3  tail           nothing behind the newest signature but whole revisions
  4  integrity      digest, coverage, modifications, permissions, algorithms: of every signature
  5  key_usage      every signer's certificate is one for signing
  6  trust          every signer's chain and revocation, judged at the time of the timestamp
     entitlement    the signer is an agency of the list and may seal this; nobody bears such an agency's name falsely
  7  timestamp      every signature timestamped by a trusted authority, not in the future
  8  document_timestamp, long_term   timestamps over the whole file hold; evidence for later is there
  9  metadata       the description was not changed behind the signature (a warning only)
 10  standing       what the archive says about this very file

The verdict is reached up to three times side by side: now, at the time of signing, at a time that the caller chose
(docs/verification.md says what each means). What lies in the bytes is found once.

Not checked: whether text and picture agree, seed values, attribute certificates, contents of the DSS beyond their use
as evidence; the paper's type, unless the archive knows it. The attached original of a copy is a file of
its own: verify(attached_original(copy)).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from signing.checks import form
from signing.checks.evidence import embedded
from signing.checks.entitlement import entitlement
from signing.checks.examined import BROKEN_CODES, Examined, View, iso, seen, signer_of, views
from signing.checks.integrity import metadata_changed
from signing.codes import CODES
from signing.indications import sub_indication
from signing.mark import iso_time
from signing.report import (
    Check,
    Known,
    Label,
    SealReport,
    Status,
    TimeJudged,
    TimeSource,
    TrustUsed,
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
    "entitlement",
    "timestamp",
    "document_timestamp",
    "long_term",
    "metadata",
    "standing",
)
# What a time can change; the rest lies in the bytes.
TIMELY = frozenset(
    ["modifications", "trust", "entitlement", "timestamp", "document_timestamp", "long_term", "standing"]
)
# Codes of a later signature that leave open who made it: its own check says so, and decides.
UNPROVEN = frozenset(
    [
        "ANCHOR_NOT_IN_FORCE",
        "NOT_PROVEN",
        "OUT_OF_BOUNDS_NO_POE",
        "REVOCATION_UNKNOWN",
        "REVOKED_NO_POE",
        "TIMESTAMP_UNTRUSTED",
    ]
)


def verify(
    pdf: bytes, trust: Trust, *, at: datetime, known: Known | None = None, chosen: datetime | None = None
) -> SealReport:
    """Give the report on `pdf` at the aware time `at`. Raises nothing for any bytes.

    `known` is what the archive holds under the file's SHA-256; the caller looked it up. `chosen` is a third time,
    before or after `at`, to be judged beside. Runs in the calling thread; hostile files cost CPU and memory, so
    services call it in a child process with limits.
    """
    file = _File()
    try:
        file = _examine(pdf, trust, at, chosen)
    except Exception as error:  # the ONE boundary around pyHanko, which raises anything on hostile files
        file = _File((check("format", "VALIDATOR_FAILURE", f"{type(error).__name__}: {error}"),))
    return _report(pdf, file, trust, at, chosen, known)


@dataclass(frozen=True)
class _File:
    """What was found in the bytes, and every signature as judged at each time."""

    checks: tuple[Check, ...] = ()
    fields: form.Fields | None = None
    evidence: bool = False
    views: dict[Label, View] = field(default_factory=dict)


def _examine(pdf: bytes, trust: Trust, at: datetime, chosen: datetime | None) -> _File:
    checks = form.file_form(pdf)  # 1
    if checks[-1].status is not Status.PASSED:
        return _File(checks)
    reader = form.open_strictly(pdf)
    fields = form.fields(reader)
    checks += (_present(fields),)  # 2
    if not fields.signed:
        return _File(checks)
    checks += (form.tail(pdf, reader, fields.signed[-1]),)  # 3
    found = embedded(reader)
    judged = views(pdf, fields, trust, at, chosen)
    examined = judged["now"].examined
    ordinary = [one for one in examined if not one.is_timestamp]
    if not ordinary:
        if checks[1].status is Status.PASSED:
            checks = (checks[0], check("signature", "NO_SIGNATURE", "document timestamps only"), checks[2])
        return _File(checks, views=judged)
    checks += (
        _worst("integrity", [(one.hash_code, one.name) for one in examined]),  # 4
        _worst("algorithms", [(one.algorithms[0], one.algorithms[1]) for one in examined]),
        _worst("key_usage", [one.key_usage for one in ordinary]),  # 5
        _metadata(pdf, ordinary[-1]),  # 9
    )
    return _File(checks, fields, bool(found.known_crls or found.known_ocsps), judged)


def _checks(file: _File, label: Label, trust: Trust, known: Known | None, at: datetime) -> tuple[Check, ...]:
    """Give every check in its order, as of one of the times judged."""
    found = {one.name: one for one in file.checks}
    view = file.views.get(label)
    if file.fields is not None and view is not None:
        found |= {one.name: one for one in _timely(file, file.fields, view, trust, known)}
    found["standing"] = _standing(known, at)
    return tuple(found.get(name) or check(name, "NOT_REACHED") for name in NAMES)


def _timely(
    file: _File, fields: form.Fields, view: View, trust: Trust, known: Known | None
) -> tuple[Check, ...]:
    """Give the checks of 4, 6, 7 and 8 that depend on the time, over what was there at that time."""
    present = [one for one in view.examined if not one.judgement.absent]
    ordinary = [one for one in present if not one.is_timestamp]
    stamps = [one for one in present if one.is_timestamp]
    if not ordinary:
        return (check("trust", "NOT_YET_SIGNED", iso_time(view.at)),)
    paper = known.form if known is not None else ""
    return (
        _worst("modifications", [_modified(one, view, file, fields) for one in view.examined]),
        _worst("trust", [_trusted(one) for one in ordinary]),
        _worst("entitlement", [_entitled(one, paper, view.at, trust) for one in ordinary]),
        _worst("timestamp", [_stamped(one) for one in ordinary]),
        _document_timestamp(stamps),
        _long_term(file.evidence, view.examined),
    )


def _present(fields: form.Fields) -> Check:
    if fields.broken:
        return check("signature", "BROKEN_SIGNATURE", "; ".join(fields.broken))
    if fields.unsupported:
        return check("signature", "UNSUPPORTED_SIGNATURE", ", ".join(fields.unsupported))
    return check("signature", "OK" if fields.signed else "NO_SIGNATURE")


def _modified(one: Examined, view: View, file: _File, fields: form.Fields) -> tuple[str, str]:
    """Allow filled-in fields only as trusted later signatures: a stranger's visible one can cover the text."""
    if one.integrity.code in ("FORBIDDEN_MODIFICATION", "DOCMDP_VIOLATION"):
        return one.integrity.code, f"{one.name}: {one.integrity.detail}"
    if one.integrity.form_filling:
        revision = one.embedded.signed_revision
        # what was not there yet at that time lies in the file all the same: it is judged as of now
        as_of_now = file.views["now"].examined
        later = [
            (now if other.judgement.absent else other, other.judgement.absent)
            for other, now in zip(view.examined, as_of_now, strict=True)
            if other.embedded.signed_revision > revision
        ]
        doubtful = [(other, absent) for other, absent in later if not other.trusted]
        if fields.empty_visible or not later or any(not _unproven(other) for other, _ in doubtful):
            return "FORBIDDEN_MODIFICATION", f"{one.name}: fields were filled or added by someone untrusted"
        if doubtful:
            # a later signature that was there is doubted by its own check, one that was not is by no other
            unseen = any(absent for _, absent in doubtful)
            return "NOT_PROVEN" if unseen else "NOT_REACHED", f"{one.name}: a later signature is in doubt"
    return "OK", ""


def _unproven(one: Examined) -> bool:
    return one.judgement.code in UNPROVEN and one.key_usage[0] == "OK" and one.hash_code == "OK"


def _trusted(one: Examined) -> tuple[str, str]:
    code = one.judgement.code
    if code in BROKEN_CODES:
        return "NOT_REACHED", one.name
    return code, f"{one.name}: {one.judgement.detail}".rstrip(": ")


def _entitled(one: Examined, paper: str, at: datetime, trust: Trust) -> tuple[str, str]:
    if one.judgement.code != "OK":
        return "NOT_REACHED", one.name
    signed = one.judgement.time or at
    code, detail = entitlement(one.embedded.signer_cert, one.judgement.anchor, signed, paper, trust)
    return code, f"{one.name}: {detail}".rstrip(": ")


def _stamped(one: Examined) -> tuple[str, str]:
    return one.judgement.timestamp_code, f"{one.name}: {one.judgement.detail}".rstrip(": ")


def _document_timestamp(stamps: list[Examined]) -> Check:
    if not stamps:
        return check("document_timestamp", "NOT_APPLICABLE")
    return _worst("document_timestamp", [_stamped(one) for one in stamps])


def _worst(name: str, found: Iterable[tuple[str, str]]) -> Check:
    """Give one check for many signatures: the first failure, else unknown, else warning, else skipped one."""
    rows = [check(name, code, detail) for code, detail in found]
    for status in (Status.FAILED, Status.UNKNOWN, Status.WARNING, Status.SKIPPED):
        for row in rows:
            if row.status is status:
                return row
    return check(name, "OK")


def _long_term(evidence: bool, examined: tuple[Examined, ...]) -> Check:
    """Say whether the file is B-LTA: revocation evidence inside, under a document timestamp that comes last.

    A stranger's file may do without (B-T is enough for VALID in EN 319 102-1). Our seals say inside what they sign
    that they come with it, so a file cut back to the bare signature is told from one that never had more.
    """
    last = examined[-1]
    if evidence and last.is_timestamp:
        if last.trusted:
            return check("long_term", "OK")
        if last.judgement.absent:
            return check("long_term", "NOT_APPLICABLE", "came later")
        if last.judgement.code in UNPROVEN:
            return check("long_term", "NOT_REACHED")
    promised = any(form.made_by(one.embedded.sig_object) == SEAL_MAKER for one in examined)
    return check("long_term", "LONG_TERM_STRIPPED" if promised else "LONG_TERM_MISSING")


def _metadata(pdf: bytes, one: Examined) -> Check:
    if one.integrity.code == "COVERAGE_INCOMPLETE":
        return check("metadata", "NOT_REACHED")
    return check("metadata", "METADATA_CHANGED" if metadata_changed(pdf, one.embedded) else "OK")


def _standing(known: Known | None, at: datetime) -> Check:
    """Revoked makes the record INVALID to rely on; expired, replaced, disputed leave the answer to the reader."""
    if known is None:
        return check("standing", "NOT_OURS")
    standing = known.standing_at(at)
    if standing == "valid":
        return check("standing", "OK")
    if standing == "expired":
        return check("standing", "STANDING_EXPIRED", known.expires or "")
    since = f"since {known.since}" if known.since else ""
    return check("standing", f"STANDING_{standing.upper()}", "; ".join(filter(None, (since, known.reason))))


def _times(
    file: _File, trust: Trust, at: datetime, chosen: datetime | None, known: Known | None
) -> tuple[TimeJudged, ...]:
    """Give the verdict for each time, in the order of a reader's questions: signing, now, chosen."""
    asked: list[tuple[Label, datetime]] = [("now", at)]
    if "signing" in file.views:
        asked.insert(0, ("signing", file.views["signing"].at))
    if chosen is not None:
        asked.append(("chosen", chosen))
    return tuple(_time(file, label, moment, trust, known) for label, moment in asked)


def _time(file: _File, label: Label, at: datetime, trust: Trust, known: Known | None) -> TimeJudged:
    checks = _checks(file, label, trust, known, at)
    verdict, deciding = verdict_of(checks)
    reason = CODES[deciding.code if deciding else "OK"]
    view = file.views.get(label)
    late = view is not None and any(one.judgement.hindsight for one in view.examined)
    return TimeJudged(
        label=label,
        at=iso_time(at),
        verdict=verdict,
        reason=reason.code,
        sub_indication=sub_indication(reason.code),
        vi=reason.vi,
        en=reason.en,
        checks=tuple(one for one in checks if one.name in TIMELY),
        standing=None if known is None else known.standing_at(at),
        hindsight=late and deciding is not None and deciding.name == "trust",
    )


def _report(
    pdf: bytes, file: _File, trust: Trust, at: datetime, chosen: datetime | None, known: Known | None
) -> SealReport:
    checks = _checks(file, "now", trust, known, at)
    verdict, deciding = verdict_of(checks)
    reason = CODES[deciding.code if deciding else "OK"]
    examined = file.views["now"].examined if "now" in file.views else ()
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
        sub_indication=sub_indication(reason.code),
        times=_times(file, trust, at, chosen, known),
        trust=TrustUsed(trust.version, trust.digest),
    )
