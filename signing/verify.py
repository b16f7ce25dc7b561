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
from dataclasses import replace
from datetime import datetime

from signing.checks import form
from signing.checks.evidence import readable
from signing.checks.examined import iso, legible, seen, signer_of, views
from signing.checks.looks import contents
from signing.checks.named import File, metadata, present, standing, timely, worst
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
    [
        "modifications",
        "algorithms",
        "trust",
        "entitlement",
        "timestamp",
        "document_timestamp",
        "long_term",
        "standing",
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
    file = File()
    try:
        file = _examine(pdf, trust, at, chosen)
    except form.BEYOND as error:
        file = File((check("format", "TOO_COMPLEX", f"{type(error).__name__}: {error}"),))
    except Exception as error:  # the ONE boundary around pyHanko, which raises anything on hostile files
        file = File((check("format", "VALIDATOR_FAILURE", f"{type(error).__name__}: {error}"),))
    return _report(pdf, file, trust, at, chosen, known)


def _examine(pdf: bytes, trust: Trust, at: datetime, chosen: datetime | None) -> File:
    checks = form.file_form(pdf)  # 1
    if checks[-1].status is not Status.PASSED:
        return File(checks)
    reader = form.open_strictly(pdf)
    try:
        fields = replace(legible(form.fields(reader)), looks=contents(reader))
    except form.BEYOND:
        raise
    except Exception as error:  # as in file_form: fields in a ring, or that are no fields
        return File((check("format", "FORMAT_FAILURE", f"fields: {type(error).__name__}: {error}"),))
    checks += (present(fields),)  # 2
    if not fields.signed:
        return File(checks)
    checks += (form.tail(pdf, reader, fields.signed[-1]),)  # 3
    found, fault = readable(reader)
    if fault:  # judged without it: what else is wrong may say more
        checks = (check("format", "FORMAT_FAILURE", f"evidence: {fault}"), *checks[1:])
    judged = views(pdf, fields, found, trust, at, chosen)
    examined = judged["now"].examined
    ordinary = [one for one in examined if not one.is_timestamp]
    if not ordinary:
        if checks[1].status is Status.PASSED:
            checks = (checks[0], check("signature", "NO_SIGNATURE", "document timestamps only"), checks[2])
        return File(checks, views=judged)
    checks += (
        worst("integrity", [(one.hash_code, one.name) for one in examined]),  # 4
        worst("key_usage", [one.key_usage for one in ordinary]),  # 5
        metadata(pdf, ordinary[-1]),  # 9
    )
    return File(checks, fields, bool(found.known_crls or found.known_ocsps), judged)


def _checks(file: File, label: Label, trust: Trust, known: Known | None, at: datetime) -> tuple[Check, ...]:
    """Give every check in its order, as of one of the times judged."""
    found = {one.name: one for one in file.checks}
    view = file.views.get(label)
    if file.fields is not None and view is not None:
        found |= {one.name: one for one in timely(file, file.fields, view, trust, known)}
    found["standing"] = standing(known, None if label == "now" else at)
    return tuple(found.get(name) or check(name, "NOT_REACHED") for name in NAMES)


def _times(
    file: File, trust: Trust, at: datetime, chosen: datetime | None, known: Known | None
) -> tuple[TimeJudged, ...]:
    """Give the verdict for each time, in the order of a reader's questions: signing, now, chosen."""
    asked: list[tuple[Label, datetime]] = [("now", at)]
    if "signing" in file.views:
        asked.insert(0, ("signing", file.views["signing"].at))
    if chosen is not None:
        asked.append(("chosen", chosen))
    return tuple(_time(file, label, moment, trust, known) for label, moment in asked)


def _time(file: File, label: Label, at: datetime, trust: Trust, known: Known | None) -> TimeJudged:
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
        standing=None if known is None else known.standing if label == "now" else known.standing_at(at),
        hindsight=late and deciding is not None and deciding.name == "trust",
    )


def _report(
    pdf: bytes, file: File, trust: Trust, at: datetime, chosen: datetime | None, known: Known | None
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
