"""Trust and time of one signature: certificate chain, revocation, timestamps (EN 319 102-1 5.3, 5.5, 5.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, crl, x509
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESPassed, AdESSubIndic
from pyhanko.sign.validation import DocumentSecurityStore, EmbeddedPdfSignature
from pyhanko.sign.validation.ades import (
    ades_basic_validation,
    ades_lta_validation,
    ades_timestamp_validation,
    ades_with_time_validation,
)
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, message_imprint_checker
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from signing.report import TimeSource
from signing.trust import Trust

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


@dataclass(frozen=True)
class Judgement:
    """Trust and time of one signature: the signer's code, its timestamp's code, and the time to go by."""

    code: str
    timestamp_code: str
    time: datetime | None
    time_source: TimeSource
    detail: str = ""


def specification(trust: Trust, signature: EmbeddedPdfSignature) -> SignatureValidationSpec:
    """Give pyHanko's rules: our roots, revocation required, nothing fetched (addresses come from the file's author).

    CRLs are ours and those in the file's DSS. A certificate on any of them counts as revoked, so an old list that
    the file brings along cannot hide a newer one.
    """
    certificates, lists = _store(signature)
    known = LocalKnowledge(
        known_certs=[*map(x509.Certificate.load, trust.intermediates), *certificates],
        known_crls=[*(CRLContainer(crl.CertificateList.load(der)) for der in trust.crls), *lists],
    )
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build([x509.Certificate.load(der) for der in trust.roots]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    return SignatureValidationSpec(
        cert_validation_policy=policy,
        revinfo_gathering_policy=RevocationInfoGatheringSpec(
            RevinfoOnlineFetchingRule.LOCAL_ONLY,
            certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
        ),
        local_knowledge=known,
        key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
    )


def _store(signature: EmbeddedPdfSignature) -> tuple[list[x509.Certificate], list[CRLContainer]]:
    try:
        store = DocumentSecurityStore.read_dss(signature.reader)
    except NoDSSFoundError:
        return [], []
    lists = [CRLContainer(crl.CertificateList.load(one.get_object().data)) for one in store.crls]
    return list(store.load_certs()), lists


async def judge(signature: EmbeddedPdfSignature, trust: Trust, at: datetime, *, long_term: bool) -> Judgement:
    """Judge an ordinary signature at `at`. `long_term`: a document timestamp stands behind it.

    The signature timestamp is the signing time. Stricter than EN 319 102-1, which would still ask for proof of
    absence: timestamped at or after revocation is REVOKED, outside the certificate's days is EXPIRED or NOT_YET_VALID
    (NĐ 68/2024 Đ.29, 31: the certificate must be in force when signing).
    """
    spec = specification(trust, signature)
    timing = _timing(at)
    signature.compute_integrity_info(skip_diff=True)
    tokens = list(extract_tst_data_iter(signature.signer_info, signed=False))
    if not tokens:
        return await _without_time(signature, spec, timing)
    result = await ades_with_time_validation(
        signature.signed_data,
        spec,
        timing_info=timing,
        raw_digest=signature.compute_digest(),
        extra_status_kwargs=signature.summarise_integrity_info(),
        status_cls=PdfSignatureStatus,
    )
    certificate = signature.signer_cert
    outcome, detail = result.ades_subindic, result.failure_msg or ""
    if outcome is not AdESPassed.OK or at > certificate.not_valid_after:
        # with_time gives one answer for signer and timestamp together: ask for the timestamp's own
        checker = message_imprint_checker(signature.signer_info)
        stamped = (await ades_timestamp_validation(tokens[0], spec, checker, timing_info=timing)).ades_subindic
        if stamped in (AdESFailure.HASH_FAILURE, AdESFailure.SIG_CRYPTO_FAILURE):
            return Judgement("NOT_PROVEN", "TIMESTAMP_BROKEN", _claimed(signature), _source(signature))
        timestamp_ok = stamped is AdESPassed.OK
        if timestamp_ok and (since := _revoked_before(result)):
            return Judgement("REVOKED", "OK", _token_time(tokens[0]), "timestamp", since)
        if outcome not in _FINAL:
            # with_time passes an expired certificate without asking for revocation evidence from its days; only the
            # long-term algorithm does, and it needs document timestamps
            outcome = AdESIndeterminate.OUT_OF_BOUNDS_NO_POE if outcome is AdESPassed.OK else outcome
            if long_term:
                long = await ades_lta_validation(signature, PdfSignatureValidationSpec(spec, None), timing)
                outcome, detail = long.ades_subindic, str(long.failure_msg or "")
                nested = long.signature_timestamp_status
                timestamp_ok = timestamp_ok or (nested is not None and nested.ades_subindic is AdESPassed.OK)
        if not timestamp_ok:
            detail = f"timestamp {stamped.standard_name}; {detail}".rstrip("; ")
            code = _code(outcome, certificate)
            return Judgement(code, "TIMESTAMP_UNTRUSTED", _claimed(signature), _source(signature), detail)
    time = _token_time(tokens[0])
    if outcome is AdESPassed.OK and time > certificate.not_valid_after:
        return Judgement("CERTIFICATE_EXPIRED", "OK", time, "timestamp", str(certificate.not_valid_after))
    if time < certificate.not_valid_before:
        return Judgement("CERTIFICATE_NOT_YET_VALID", "OK", time, "timestamp", str(certificate.not_valid_before))
    return Judgement(_code(outcome, certificate), "OK", time, "timestamp", detail)


_FINAL = frozenset(
    [
        AdESFailure.HASH_FAILURE,
        AdESFailure.SIG_CRYPTO_FAILURE,
        AdESFailure.FORMAT_FAILURE,
        AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND,
        AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE,
    ]
)


async def _without_time(
    signature: EmbeddedPdfSignature, spec: SignatureValidationSpec, timing: ValidationTimingInfo
) -> Judgement:
    result = await ades_basic_validation(
        signature.signed_data, spec, timing_info=timing, raw_digest=signature.compute_digest()
    )
    code = _code(result.ades_subindic, signature.signer_cert)
    return Judgement(code, "NO_TIMESTAMP", _claimed(signature), _source(signature), result.failure_msg or "")


async def judge_timestamp(
    signature: EmbeddedPdfSignature, trust: Trust, at: datetime, *, proven_later: bool
) -> Judgement:
    """Judge a document timestamp. `proven_later`: the long-term chain behind it held, which covers its expiry."""
    signature.compute_integrity_info(skip_diff=True)
    spec = specification(trust, signature)
    result = await ades_timestamp_validation(
        signature.signed_data, spec, signature.compute_digest, timing_info=_timing(at)
    )
    time = _token_time(signature.signed_data)
    found = result.ades_subindic
    if found is AdESPassed.OK or (proven_later and found is AdESIndeterminate.OUT_OF_BOUNDS_NO_POE):
        return Judgement("OK", "OK", time, "timestamp")
    broken = found in (AdESFailure.HASH_FAILURE, AdESFailure.SIG_CRYPTO_FAILURE)
    code = "TIMESTAMP_BROKEN" if broken else "TIMESTAMP_UNTRUSTED"
    return Judgement(code, code, time, "timestamp", found.standard_name)


def _code(outcome: AdESSubIndic, certificate: x509.Certificate) -> str:
    code = _CODES.get(outcome, "NOT_PROVEN")
    # pyHanko calls a self-made certificate a broken chain; it is simply nobody's we trust
    if code == "CHAIN_CONSTRAINTS_FAILURE" and certificate.self_issued:
        return "NO_CERTIFICATE_CHAIN_FOUND"
    return code


def _timing(at: datetime) -> ValidationTimingInfo:
    return ValidationTimingInfo(validation_time=at, best_signature_time=at, point_in_time_validation=False)


def _token_time(token: cms.SignedData) -> datetime:
    time: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return time


def _claimed(signature: EmbeddedPdfSignature) -> datetime | None:
    claimed = signature.self_reported_timestamp
    # a signer's own clock without an offset says too little to be shown as an instant
    return claimed if claimed is not None and claimed.tzinfo is not None else None


def _source(signature: EmbeddedPdfSignature) -> TimeSource:
    return "none" if _claimed(signature) is None else "claimed"


def _revoked_before(result: object) -> str:
    """Give the revocation date when the timestamp is not older than it, else nothing."""
    if getattr(result, "ades_subindic", None) is not AdESIndeterminate.REVOKED_NO_POE:
        return ""
    details = getattr(getattr(result, "api_status", None), "revocation_details", None)
    time = getattr(result, "best_signature_time", None)
    if details is None or time is None or details.ca_revoked or time < details.revocation_date:
        return ""
    return f"revoked {details.revocation_date.isoformat()}"
