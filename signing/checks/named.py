"""The named checks of a file, each over all its signatures; signing/verify.py puts them in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from signing.checks import form
from signing.checks.entitlement import entitlement
from signing.checks.examined import BROKEN_CODES, Examined, View
from signing.checks.integrity import metadata_changed
from signing.mark import iso_time
from signing.report import Check, Known, Label, Status, check
from signing.trust import Trust

# Written by signing/seal.py into the signed part of every seal (/Prop_Build, ISO 32000-1 table 252).
SEAL_MAKER = "hoso B-LTA"

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


@dataclass(frozen=True)
class File:
    """What was found in the bytes, and every signature as judged at each time."""

    checks: tuple[Check, ...] = ()
    fields: form.Fields | None = None
    evidence: bool = False
    views: dict[Label, View] = field(default_factory=dict)


def present(fields: form.Fields) -> Check:
    """Say whether there are signatures, all of them readable and of a known kind."""
    if fields.broken:
        return check("signature", "BROKEN_SIGNATURE", "; ".join(fields.broken))
    if fields.unbound:
        return check("signature", "SIGNING_CERTIFICATE_UNBOUND", "; ".join(fields.unbound))
    if fields.garbled:
        return check("signature", "CHAIN_CONSTRAINTS_FAILURE", "; ".join(fields.garbled))
    if fields.unsupported:
        return check("signature", "UNSUPPORTED_SIGNATURE", ", ".join(fields.unsupported))
    if fields.empty_visible and any(form.made_by(one.sig_object) == SEAL_MAKER for one in fields.signed):
        # ours leave hoso with every signature that they make room for
        return check("signature", "SIGNATURE_MISSING", ", ".join(fields.empty_visible))
    return check("signature", "OK" if fields.signed else "NO_SIGNATURE")


def timely(
    file: File, fields: form.Fields, view: View, trust: Trust, known: Known | None
) -> tuple[Check, ...]:
    """Give the checks of 4, 6, 7 and 8 that depend on the time, over what was there at that time."""
    present = [one for one in view.examined if not one.judgement.absent]
    ordinary = [one for one in present if not one.is_timestamp]
    stamps = [one for one in present if one.is_timestamp]
    if not ordinary:
        return (check("trust", "NOT_YET_SIGNED", iso_time(view.at)),)
    paper = known.form if known is not None else ""
    return (
        worst("modifications", [_modified(one, view, file, fields) for one in view.examined]),
        worst("algorithms", [one.algorithms for one in view.examined]),
        worst("trust", [_trusted(one) for one in ordinary]),
        worst("entitlement", [_entitled(one, paper, view.at, trust) for one in ordinary]),
        worst("timestamp", [_stamped(one) for one in ordinary]),
        _document_timestamp(stamps),
        _long_term(file.evidence, view.examined),
    )


def _modified(one: Examined, view: View, file: File, fields: form.Fields) -> tuple[str, str]:
    """Allow filled-in fields only as trusted later signatures: a stranger's visible one can cover the text.

    A timestamp answers for no content, anybody gets one: it does not make a filled-in field somebody's word. Other
    fields than for signatures may be filled in only where the certifying signer allowed it (DocMDP). Where the
    signature itself is not to be believed, that is the reason: a paper signed by three strangers is unknown, not
    falsified.
    """
    if one.integrity.code in ("FORMAT_FAILURE", "FORBIDDEN_MODIFICATION", "DOCMDP_VIOLATION"):
        return one.integrity.code, f"{one.name}: {one.integrity.detail}"
    if (one.integrity.form_filling or one.filled) and (one.trusted or _unproven(one)):
        revision = one.embedded.signed_revision
        # what was not there yet at that time lies in the file all the same: it is judged as of now
        as_of_now = file.views["now"].examined
        later = [
            (now if other.judgement.absent else other, other.judgement.absent)
            for other, now in zip(view.examined, as_of_now, strict=True)
            if not other.is_timestamp and other.embedded.signed_revision > revision
        ]
        doubtful = [(other, absent) for other, absent in later if not other.trusted]
        unasked = bool(one.filled) and one.embedded.docmdp_level is None
        if fields.empty_visible or not later or unasked or any(not _unproven(other) for other, _ in doubtful):
            why = one.filled or "fields were filled or added by someone untrusted"
            return "FORBIDDEN_MODIFICATION", f"{one.name}: {why}"
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
    return worst("document_timestamp", [_stamped(one) for one in stamps])


def worst(name: str, found: Iterable[tuple[str, str]]) -> Check:
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


def metadata(pdf: bytes, one: Examined) -> Check:
    """Say whether the description is that of the revision which `one` signed."""
    if one.integrity.code == "COVERAGE_INCOMPLETE":
        return check("metadata", "NOT_REACHED")
    changed = metadata_changed(pdf, one.embedded)
    return check("metadata", "METADATA_CHANGED" if changed else "OK", changed)


def standing(known: Known | None, at: datetime | None = None) -> Check:
    """Give the archive's word as it was at `at`, or as it is now (None).

    Revoked makes the record INVALID to rely on; expired, replaced, disputed, used up leave the answer to the reader.
    """
    if known is None:
        return check("standing", "NOT_OURS")
    kept = known.standing if at is None else known.standing_at(at)
    if kept == "valid":
        return check("standing", "OK")
    since = (known.expires or known.since) if kept == "expired" else known.since
    detail = fallen(known, since) if kept == known.standing else f"since {since}" if since else ""
    return check("standing", f"STANDING_{kept.upper()}", detail)


def fallen(known: Known, since: str | None) -> str:
    """Give what lost its force, since when, by whom and why, in one technical line."""
    which = {"copy": "the copy itself", "record": "the record"}.get(known.which, known.kind)
    if known.which == "record" and known.kind == "copy":
        which = "the record behind the copy"
    told = [which, f"since {since}" if since else "", f"by {known.by}" if known.by else "", known.reason]
    return "; ".join(part for part in told if part)
