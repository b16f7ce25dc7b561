"""Trust and time of one signature: certificate chain, revocation, timestamps (EN 319 102-1 5.3, 5.4, 5.5).

Evidence is walked backwards, as PAdES part 4 describes it: the newest document timestamp is judged now; every older
signature or timestamp is judged at the time of the document timestamp behind it, with the evidence which that one
covers. So a B-LTA file stays checkable after its signer's certificate and lists have run out. (pyHanko's own
ades_lta_validation is not used: it goes by the machine's clock, and a current list of the issuer makes it fail for
every expired signer, measured with 0.38.)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import cms, x509
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
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo

from signing.checks.evidence import revoked_by, specification
from signing.report import TimeSource
from signing.trust import Trust

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
    """Trust and time of one signature: the signer's code, its timestamp's code, and the time to go by."""

    code: str
    timestamp_code: str
    time: datetime | None
    time_source: TimeSource
    detail: str = ""


@dataclass(frozen=True)
class Basis:
    """What a judgement rests on: whom we trust, the file's evidence that counts, the moment to judge at."""

    trust: Trust
    evidence: LocalKnowledge
    moment: datetime

    def specification(self) -> SignatureValidationSpec:
        """Give pyHanko's rules."""
        return specification(self.trust, self.evidence)

    def timing(self) -> ValidationTimingInfo:
        """Give pyHanko's clock."""
        return ValidationTimingInfo(self.moment, self.moment, point_in_time_validation=False)


async def judge(signature: EmbeddedPdfSignature, basis: Basis) -> Judgement:
    """Judge an ordinary signature.

    The signature timestamp is the signing time. Stricter than EN 319 102-1, which would ask for proof that the
    signature did not exist before: timestamped after revocation is REVOKED, outside the certificate's days
    CERTIFICATE_EXPIRED or _NOT_YET_VALID (NĐ 68/2024 Đ.29, 31: in force when signing).
    """
    tokens = list(extract_tst_data_iter(signature.signer_info, signed=False))
    if not tokens:
        code, detail = await _signer(signature, basis)
        return Judgement(code, "NO_TIMESTAMP", *_claimed(signature), detail)
    token = tokens[0]
    checker = message_imprint_checker(signature.signer_info)
    stamped = await ades_timestamp_validation(
        token, basis.specification(), checker, timing_info=basis.timing()
    )
    time = token_time(token)
    problem = _stamp_problem(token, stamped.ades_subindic, time, basis)
    if problem:
        code, detail = await _signer(signature, basis)
        return Judgement(code, problem, *_claimed(signature), detail or stamped.ades_subindic.standard_name)
    code, detail = await _signer_at(signature, basis, time)
    return Judgement(code, "OK", time, "timestamp", detail)


async def _signer_at(signature: EmbeddedPdfSignature, basis: Basis, time: datetime) -> tuple[str, str]:
    """Judge the signer's certificate knowing that the signature was there at `time`."""
    certificate = signature.signer_cert
    if time > certificate.not_valid_after:
        return "CERTIFICATE_EXPIRED", str(certificate.not_valid_after)
    if time < certificate.not_valid_before:
        return "CERTIFICATE_NOT_YET_VALID", str(certificate.not_valid_before)
    if since := revoked_by(certificate, time, basis.trust):
        return "REVOKED", f"since {since.isoformat()}"
    result = await ades_with_time_validation(
        signature.signed_data,
        basis.specification(),
        timing_info=basis.timing(),
        raw_digest=signature.compute_digest(),
    )
    outcome = result.ades_subindic
    if outcome is AdESIndeterminate.REVOKED_NO_POE:
        details = getattr(result.api_status, "revocation_details", None)
        if details is not None and not details.ca_revoked and time >= details.revocation_date:
            return "REVOKED", f"since {details.revocation_date.isoformat()}"
    if outcome is AdESPassed.OK and basis.moment > certificate.not_valid_after:
        # pyHanko passes it here without evidence that it was not revoked in its days
        return "OUT_OF_BOUNDS_NO_POE", f"expired {certificate.not_valid_after.isoformat()}"
    return _code(outcome, certificate), result.failure_msg or ""


async def _signer(signature: EmbeddedPdfSignature, basis: Basis) -> tuple[str, str]:
    """Judge the signer's certificate with nothing known about the time of signing."""
    result = await ades_basic_validation(
        signature.signed_data,
        basis.specification(),
        timing_info=basis.timing(),
        raw_digest=signature.compute_digest(),
    )
    return _code(result.ades_subindic, signature.signer_cert), result.failure_msg or ""


async def judge_timestamp(signature: EmbeddedPdfSignature, basis: Basis) -> Judgement:
    """Judge a document timestamp."""
    result = await ades_timestamp_validation(
        signature.signed_data, basis.specification(), signature.compute_digest, timing_info=basis.timing()
    )
    time = token_time(signature.signed_data)
    problem = _stamp_problem(signature.signed_data, result.ades_subindic, time, basis)
    return Judgement(
        problem or "OK", problem or "OK", time, "timestamp", problem and result.ades_subindic.standard_name
    )


def _stamp_problem(token: cms.SignedData, outcome: AdESSubIndic, time: datetime, basis: Basis) -> str:
    """Give what is wrong with a timestamp judged at the basis's moment, or nothing."""
    if outcome in _BROKEN:
        return "TIMESTAMP_BROKEN"
    if outcome is not AdESPassed.OK or revoked_by(
        extract_certificate_info(token).signer_cert, time, basis.trust
    ):
        return "TIMESTAMP_UNTRUSTED"
    return "TIMESTAMP_IN_FUTURE" if time > basis.moment + CLOCK_TOLERANCE else ""


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
