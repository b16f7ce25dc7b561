"""Trust and time of one signature: certificate chain, revocation, timestamps (EN 319 102-1 5.3, 5.4, 5.5).

Evidence is walked backwards, as PAdES part 4 describes it: the newest document timestamp is judged now; every older
signature or timestamp is judged at the time of the document timestamp behind it, with the evidence which that one
covers. So a B-LTA file stays checkable after its signer's certificate and lists have run out. (pyHanko's own
ades_lta_validation is not used: it goes by the machine's clock, and a current list of the issuer makes it fail for
every expired signer, measured with 0.38.)

A file can be judged at another time than now, with all that is known now. Earlier: what was made later is left out,
revocations that date from later do not count. Later: nothing that is not known now is assumed to happen, so lists are
taken to be as fresh as they are now; certificates run out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from asn1crypto import cms, x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509 import load_der_x509_certificate
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESPassed, AdESSubIndic
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.ades import (
    ades_basic_validation,
    ades_timestamp_validation,
    ades_with_time_validation,
)
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, message_imprint_checker
from pyhanko.sign.validation.policy_decl import LocalKnowledge, SignatureValidationSpec
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.path import ValidationPath

from signing.checks.evidence import Reach, Relied, Revocation, revoked_by, specification
from signing.report import TimeSource

# How far two clocks may be apart, ours and an authority's. Machines kept by NTP differ by seconds.
CLOCK_TOLERANCE = timedelta(minutes=5)

_CODES: dict[AdESSubIndic, str] = {
    AdESPassed.OK: "OK",
    AdESFailure.FORMAT_FAILURE: "BROKEN_SIGNATURE",
    AdESFailure.HASH_FAILURE: "HASH_FAILURE",
    AdESFailure.SIG_CRYPTO_FAILURE: "SIG_CRYPTO_FAILURE",
    AdESFailure.REVOKED: "REVOKED",
    AdESFailure.NOT_YET_VALID: "CERTIFICATE_NOT_YET_VALID",
    AdESIndeterminate.NOT_YET_VALID: "CERTIFICATE_NOT_YET_VALID",
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: "NO_CERTIFICATE_CHAIN_FOUND",
    AdESIndeterminate.NO_SIGNING_CERTIFICATE_FOUND: "NO_CERTIFICATE_CHAIN_FOUND",
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: "CHAIN_CONSTRAINTS_FAILURE",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: "WEAK_ALGORITHM",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: "WEAK_ALGORITHM",
    AdESIndeterminate.EXPIRED: "OUT_OF_BOUNDS_NO_POE",
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: "OUT_OF_BOUNDS_NO_POE",
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: "OUT_OF_BOUNDS_NO_POE",
    AdESIndeterminate.REVOKED_NO_POE: "REVOKED_NO_POE",
    AdESIndeterminate.REVOKED_CA_NO_POE: "REVOKED_NO_POE",
    AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE: "REVOCATION_UNKNOWN",
    AdESIndeterminate.REVOCATION_OUT_OF_BOUNDS_NO_POE: "REVOCATION_UNKNOWN",
    AdESIndeterminate.TRY_LATER: "REVOCATION_UNKNOWN",
}
_BROKEN = (AdESFailure.HASH_FAILURE, AdESFailure.SIG_CRYPTO_FAILURE)


@dataclass(frozen=True)
class Judgement:
    """Trust and time of one signature: the signer's code, its timestamp's code, and the time to go by.

    `stamped` is the time of the signature timestamp, believed or not. `anchor` is the SHA-256 of the root that the
    chain led to, empty when it led to none. `hindsight` says that what decided was published after the time judged.
    """

    code: str
    timestamp_code: str
    time: datetime | None
    time_source: TimeSource
    detail: str = ""
    stamped: datetime | None = None
    anchor: str = ""
    hindsight: bool = False
    algorithms: tuple[str, str] = ("OK", "")
    """(code, detail): whether its algorithms are still taken at the moment it was judged at."""

    @property
    def absent(self) -> bool:
        """Say that at the time judged it was not there yet."""
        return self.code == "NOT_YET_SIGNED"


def as_of(one: Judgement, at: datetime) -> Judgement:
    """Give the judgement of something trusted as of an earlier time: the same, or that it was not there yet."""
    if one.time is None or one.time <= at + CLOCK_TOLERANCE:
        return one
    return Judgement("NOT_YET_SIGNED", "NOT_YET_SIGNED", one.time, one.time_source, stamped=one.stamped)


def unjudged(signature: EmbeddedPdfSignature, detail: str) -> Judgement:
    """Give what is said of what could not be judged to its end: altered when its digest says so, else NOT_PROVEN."""
    stamp = signature.sig_object_type == "/DocTimeStamp"
    content = signature.signed_data["encap_content_info"]["content"]
    told: bytes = (
        content.parsed["message_imprint"]["hashed_message"].native
        if stamp
        else next(
            one["values"][0].native
            for one in signature.signer_info["signed_attrs"]
            if one["type"].native == "message_digest"
        )
    )
    code = (
        "NOT_PROVEN"
        if told == signature.compute_digest()
        else "TIMESTAMP_BROKEN"
        if stamp
        else "HASH_FAILURE"
    )
    return Judgement(code, code if stamp else "NOT_REACHED", None, "none", detail)


@dataclass(frozen=True)
class Basis:
    """What a judgement rests on: whom we trust, the file's evidence that counts, the moment to judge at.

    `at` is the time that was asked for; `moment` is it, or an earlier time at which a timestamp proves that the
    signature was there. `now` is the time of the check.
    """

    relied: Relied
    evidence: LocalKnowledge
    moment: datetime
    at: datetime
    now: datetime

    def specification(
        self, time: datetime, stamped: datetime, *leaves: tuple[x509.Certificate, Iterable[x509.Certificate]]
    ) -> SignatureValidationSpec:
        """Give pyHanko's rules for a signature proven to be of `time` with a timestamp of `stamped`.

        `leaves` are the certificates to be judged, each with those that came along.
        """
        reach = None
        if self.at != self.now:
            known = list(self.evidence.known_certs)
            chains = [self.relied.chain(leaf, [*others, *known]) for leaf, others in leaves]
            reach = Reach(self.now, tuple(one for chain in chains for one in chain))
        return specification(
            self.relied,
            self.evidence,
            self.relied.accepted("sign", time, time),
            self.relied.accepted("timestamp", stamped, self.moment),
            reach,
        )

    def timing(self) -> ValidationTimingInfo:
        """Give pyHanko's clock. In the past only revocations of before that time count."""
        return ValidationTimingInfo(self.moment, self.moment, point_in_time_validation=self.at < self.now)

    def before(self, time: datetime | None) -> bool:
        """Say whether something of `time` was not there yet at the (earlier) time asked for."""
        return time is not None and self.at < self.now and time > self.at + CLOCK_TOLERANCE


@dataclass(frozen=True)
class _Found:
    """How the signer's certificate was judged."""

    code: str
    detail: str = ""
    anchor: str = ""
    hindsight: bool = False


async def judge(signature: EmbeddedPdfSignature, basis: Basis) -> Judgement:
    """Judge an ordinary signature.

    The signature timestamp is the signing time. Stricter than EN 319 102-1, which would ask for proof that the
    signature did not exist before: timestamped after revocation is REVOKED, outside the certificate's days
    CERTIFICATE_EXPIRED or _NOT_YET_VALID (NĐ 68/2024 Đ.29, 31: in force when signing).
    """
    tokens = _tokens(signature)
    if not tokens:
        claimed = _claimed(signature)
        if basis.before(claimed[0]):
            return Judgement("NOT_YET_SIGNED", "NOT_YET_SIGNED", *claimed)
        found = await _signer(signature, basis)
        return Judgement(found.code, "NO_TIMESTAMP", *claimed, found.detail, anchor=found.anchor)
    token = tokens[0]
    time = token_time(token)
    if basis.before(time):
        return Judgement("NOT_YET_SIGNED", "NOT_YET_SIGNED", time, "timestamp", stamped=time)
    checker = message_imprint_checker(signature.signer_info)
    stamped = await ades_timestamp_validation(
        token, basis.specification(time, time, _of(token)), checker, timing_info=basis.timing()
    )
    problem, why = _stamp_problem(token, stamped.ades_subindic, time, basis)
    if problem:
        found = await _signer(signature, basis)
        return Judgement(
            found.code,
            problem,
            *_claimed(signature),
            found.detail or why,
            time,
            found.anchor,
            found.hindsight,
        )
    found = await _signer_at(signature, basis, time)
    return Judgement(found.code, "OK", time, "timestamp", found.detail, time, found.anchor, found.hindsight)


async def _signer_at(signature: EmbeddedPdfSignature, basis: Basis, time: datetime) -> _Found:
    """Judge the signer's certificate knowing that the signature was there at `time`."""
    certificate = signature.signer_cert
    if time > certificate.not_valid_after:
        return _Found("CERTIFICATE_EXPIRED", str(certificate.not_valid_after))
    if time < certificate.not_valid_before:
        return _Found("CERTIFICATE_NOT_YET_VALID", str(certificate.not_valid_before))
    if revoked := revoked_by(certificate, time, basis.relied):
        return _revoked(revoked, basis)
    result = await ades_with_time_validation(
        signature.signed_data,
        basis.specification(time, time, _of(signature.signed_data), *map(_of, _tokens(signature))),
        timing_info=basis.timing(),
        raw_digest=signature.compute_digest(),
    )
    outcome = result.ades_subindic
    if outcome is AdESIndeterminate.REVOKED_NO_POE:
        details = getattr(result.api_status, "revocation_details", None)
        if details is not None and not details.ca_revoked and time >= details.revocation_date:
            return _Found("REVOKED", f"since {details.revocation_date.isoformat()}")
    if outcome is AdESPassed.OK and basis.moment > certificate.not_valid_after:
        # pyHanko passes it here without evidence that it was not revoked in its days
        return _Found("OUT_OF_BOUNDS_NO_POE", f"expired {certificate.not_valid_after.isoformat()}")
    return _found(result, signature, basis)


def _revoked(revoked: Revocation, basis: Basis) -> _Found:
    later = basis.at < basis.now and revoked.listed > basis.at
    listed = f", by a list of {revoked.listed.isoformat()}" + (" (after the time judged)" if later else "")
    return _Found("REVOKED", f"since {revoked.since.isoformat()}{listed}", hindsight=later)


async def _signer(signature: EmbeddedPdfSignature, basis: Basis) -> _Found:
    """Judge the signer's certificate with nothing known about the time of signing."""
    result = await ades_basic_validation(
        signature.signed_data,
        basis.specification(basis.moment, basis.moment, _of(signature.signed_data)),
        timing_info=basis.timing(),
        raw_digest=signature.compute_digest(),
    )
    return _found(result, signature, basis)


def _found(result: Any, signature: EmbeddedPdfSignature, basis: Basis) -> _Found:
    """Give pyHanko's result in our codes, with the root that it was led to."""
    code = _code(result.ades_subindic, signature.signer_cert)
    if code == "OK":
        return _Found(code, result.failure_msg or "", _anchor(result))
    if code == "REVOCATION_UNKNOWN" and (
        why := _broken_link(getattr(result.api_status, "validation_path", None))
    ):
        return _Found("CHAIN_CONSTRAINTS_FAILURE", why)
    if code == "NO_CERTIFICATE_CHAIN_FOUND" and basis.relied.reaches_a_root(
        signature.signer_cert, [*signature.other_embedded_certs, *basis.evidence.known_certs]
    ):
        return _Found("ANCHOR_NOT_IN_FORCE", result.failure_msg or "")
    return _Found(code, result.failure_msg or "")


def _broken_link(path: ValidationPath | None) -> str:
    """Say why no revocation list could mend this chain: pyHanko gives one outcome for that and for a missing list."""
    found = [] if path is None else list(path.iter_certs(include_root=True))
    for issuer, certificate in pairwise(found):
        if not issuer.ca:
            return "issued by a certificate that is no authority's"
        try:
            load_der_x509_certificate(certificate.dump()).verify_directly_issued_by(
                load_der_x509_certificate(issuer.dump())
            )
        except (InvalidSignature, ValueError, TypeError):
            return "not signed by the authority that it names"
        if unknown := [one for one in certificate.critical_extensions if one[0].isdigit()]:
            return f"critical extension {unknown[0]}"
    return ""


def _anchor(result: Any) -> str:
    path: ValidationPath | None = getattr(result.api_status, "validation_path", None)
    if path is None or not isinstance(path.trust_anchor, CertTrustAnchor):
        return ""
    return str(path.trust_anchor.certificate.sha256.hex())


async def judge_timestamp(signature: EmbeddedPdfSignature, basis: Basis) -> Judgement:
    """Judge a document timestamp."""
    time = token_time(signature.signed_data)
    if basis.before(time):
        return Judgement("NOT_YET_SIGNED", "NOT_YET_SIGNED", time, "timestamp", stamped=time)
    result = await ades_timestamp_validation(
        signature.signed_data,
        basis.specification(time, time, _of(signature.signed_data)),
        signature.compute_digest,
        timing_info=basis.timing(),
    )
    problem, why = _stamp_problem(signature.signed_data, result.ades_subindic, time, basis)
    return Judgement(problem or "OK", problem or "OK", time, "timestamp", why, time)


def _stamp_problem(
    token: cms.SignedData, outcome: AdESSubIndic, time: datetime, basis: Basis
) -> tuple[str, str]:
    """Give what is wrong with a timestamp judged at the basis's moment, and why; or twice nothing."""
    if outcome in _BROKEN:
        return "TIMESTAMP_BROKEN", outcome.standard_name
    information = extract_certificate_info(token)
    if outcome is not AdESPassed.OK:
        others = [*information.other_certs, *basis.evidence.known_certs]
        ours = basis.relied.reaches_a_root(information.signer_cert, others)
        refused = outcome is AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND and ours
        return "TIMESTAMP_UNTRUSTED", "ANCHOR_NOT_IN_FORCE" if refused else outcome.standard_name
    stamper = information.signer_cert
    if not stamper.not_valid_before <= time <= stamper.not_valid_after:
        return "TIMESTAMP_UNTRUSTED", f"not within the days of its certificate: {time.isoformat()}"
    if revoked := revoked_by(information.signer_cert, time, basis.relied):
        return "TIMESTAMP_UNTRUSTED", f"revoked since {revoked.since.isoformat()}"
    late = time > min(basis.moment, basis.now) + CLOCK_TOLERANCE
    return ("TIMESTAMP_IN_FUTURE", time.isoformat()) if late else ("", "")


def _tokens(signature: EmbeddedPdfSignature) -> list[cms.SignedData]:
    return list(extract_tst_data_iter(signature.signer_info, signed=False))


def _of(signed: cms.SignedData) -> tuple[x509.Certificate, Iterable[x509.Certificate]]:
    """Give who signed, and the certificates that came along."""
    information = extract_certificate_info(signed)
    return information.signer_cert, information.other_certs


def _code(outcome: AdESSubIndic, certificate: x509.Certificate) -> str:
    code = _CODES.get(outcome, "NOT_PROVEN")
    # pyHanko calls a self-made certificate a broken chain; it is simply nobody's we trust
    if code == "CHAIN_CONSTRAINTS_FAILURE" and certificate.self_issued:
        return "NO_CERTIFICATE_CHAIN_FOUND"
    return code


def token_time(token: cms.SignedData) -> datetime:
    """Give the time that a timestamp token tells."""
    time: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return time


def _claimed(signature: EmbeddedPdfSignature) -> tuple[datetime | None, TimeSource]:
    """Give the signer's own word about the time; without an offset it says too little to be an instant."""
    claimed = signature.self_reported_timestamp
    return (None, "none") if claimed is None or claimed.tzinfo is None else (claimed, "claimed")
