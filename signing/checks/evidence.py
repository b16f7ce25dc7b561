"""What certificates are judged by: our roots, our lists, and the evidence that a file brings along."""

from __future__ import annotations

import hashlib
from datetime import datetime

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from signing.trust import Trust


def embedded(reader: PdfFileReader) -> LocalKnowledge:
    """Give certificates, CRLs and OCSP answers of the file's DSS; nothing when it has none."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return LocalKnowledge()
    lists = [CRLContainer(crl.CertificateList.load(one.get_object().data)) for one in store.crls]
    answers = [each for one in store.ocsps for each in _answers(one.get_object().data)]
    return LocalKnowledge(known_certs=list(store.load_certs()), known_crls=lists, known_ocsps=answers)


def serials_of(response: ocsp.OCSPResponse) -> set[int]:
    """Give the serial numbers that an OCSP answer speaks about."""
    return {one["cert_id"]["serial_number"].native for one in response.response_data["responses"]}


def _answers(data: bytes) -> list[OCSPContainer]:
    return list(OCSPContainer.load_multi(ocsp.OCSPResponse.load(data)))


def specification(trust: Trust, found: LocalKnowledge) -> SignatureValidationSpec:
    """Give pyHanko's rules: our roots, revocation required, nothing fetched (addresses come from the file's author).

    Lists are ours and the file's. A certificate on any fresh one counts as revoked, so an older list that the file
    brings along cannot hide a newer one.
    """
    # the roots too: without them pyHanko does not find who signed the root's own list
    ours = [x509.Certificate.load(der) for der in (*trust.roots, *trust.intermediates)]
    return SignatureValidationSpec(
        cert_validation_policy=CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build([x509.Certificate.load(der) for der in trust.roots]),
            revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
        ),
        revinfo_gathering_policy=RevocationInfoGatheringSpec(
            RevinfoOnlineFetchingRule.LOCAL_ONLY,
            certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
        ),
        local_knowledge=LocalKnowledge(
            known_certs=[*ours, *found.known_certs],
            known_crls=[*map(CRLContainer, _lists(trust)), *found.known_crls],
            known_ocsps=[*(each for der in trust.ocsps for each in _answers(der)), *found.known_ocsps],
        ),
        key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
    )


def _lists(trust: Trust) -> list[crl.CertificateList]:
    return [crl.CertificateList.load(der) for der in trust.crls]


def revoked_by(certificate: x509.Certificate, moment: datetime, trust: Trust) -> datetime | None:
    """Give the date on which our lists or answers revoke the certificate or an intermediate above it, if by `moment`.

    Beside pyHanko's own check: judging in the past it leaves out lists that were made later, and a revocation that
    was published late but dates back would go unseen.
    """
    lists = _lists(trust)
    answers = [each for der in trust.ocsps for each in _revoked(der)]
    above = [x509.Certificate.load(der) for der in trust.intermediates]
    seen: set[bytes] = set()
    while certificate.sha256 not in seen:
        seen.add(certificate.sha256)
        for named, told in answers:
            if told <= moment and _names(named, certificate):
                return told
        for one in lists:
            if one.issuer == certificate.issuer:
                for entry in one["tbs_cert_list"]["revoked_certificates"] or ():
                    date: datetime = entry["revocation_date"].native
                    if entry["user_certificate"].native == certificate.serial_number and date <= moment:
                        return date
        certificate = next((each for each in above if each.subject == certificate.issuer), certificate)
    return None


def _revoked(answer: bytes) -> list[tuple[ocsp.CertId, datetime]]:
    """Give what an OCSP answer calls revoked, and since when."""
    rows = ocsp.OCSPResponse.load(answer).response_data["responses"]
    return [
        (one["cert_id"], one["cert_status"].chosen["revocation_time"].native)
        for one in rows
        if one["cert_status"].name == "revoked"
    ]


def _names(named: ocsp.CertId, certificate: x509.Certificate) -> bool:
    """Say whether the name of RFC 6960 4.1.1 is the certificate's: two authorities may give one serial number."""
    digest = hashlib.new(named["hash_algorithm"]["algorithm"].native, certificate.issuer.dump()).digest()
    return bool(
        named["serial_number"].native == certificate.serial_number
        and named["issuer_name_hash"].native == digest
    )
