"""What certificates are judged by: our roots, our lists, and the evidence that a file brings along."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from asn1crypto import algos, crl, ocsp, x509
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
from pyhanko_certvalidator.ltv.types import ValidationTimingParams
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer, RevinfoUsability

from signing.checks.form import BEYOND
from signing.checks.integrity import DIGESTS
from signing.trust import Anchor, Purpose, Trust


def embedded(reader: PdfFileReader) -> LocalKnowledge:
    """Give certificates, CRLs and OCSP answers of the file's DSS; nothing when it has none.

    Lists and answers signed with SHA-1 or MD5 are left out: who brings the file chose them, and pyHanko takes them
    (measured with an answer). Ours are looked at when they are fetched (signing/revocation.py, answers.py).
    """
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return LocalKnowledge()
    lists = [crl.CertificateList.load(one.get_object().data) for one in store.crls]
    answers = [each for one in store.ocsps for each in _answers(one.get_object().data)]
    return LocalKnowledge(
        known_certs=list(store.load_certs()),
        known_crls=[CRLContainer(one) for one in lists if _strong(one["signature_algorithm"])],
        known_ocsps=[
            one
            for one in answers
            if _strong(one.ocsp_response_data.basic_ocsp_response["signature_algorithm"])
        ],
    )


def _strong(mechanism: algos.SignedDigestAlgorithm) -> bool:
    try:
        return mechanism.hash_algo in DIGESTS
    except ValueError:  # unknown here
        return False


def readable(reader: PdfFileReader) -> tuple[LocalKnowledge, str]:
    """Give what `embedded` gives; where the DSS is broken nothing, and what is wrong. Missing evidence proves nothing,
    so nobody gains by breaking it."""
    try:
        return embedded(reader), ""
    except BEYOND:
        raise
    except Exception as error:  # the file is hostile until read
        return LocalKnowledge(), f"{type(error).__name__}: {error}"


def serials_of(response: ocsp.OCSPResponse) -> set[int]:
    """Give the serial numbers that an OCSP answer speaks about."""
    return {one["cert_id"]["serial_number"].native for one in response.response_data["responses"]}


def responders_of(response: ocsp.OCSPResponse) -> list[x509.Certificate]:
    """Give the certificates that came along with an OCSP answer."""
    return list(response.basic_ocsp_response["certs"] or ())


def _answers(data: bytes) -> list[OCSPContainer]:
    return list(OCSPContainer.load_multi(ocsp.OCSPResponse.load(data)))


@dataclass(frozen=True)
class Revocation:
    """That a certificate was revoked at `since`, by a list of `listed`."""

    since: datetime
    listed: datetime


@dataclass(frozen=True)
class Relied:
    """A Trust, parsed once for all signatures and times of one file."""

    trust: Trust
    roots: tuple[tuple[x509.Certificate, Anchor | None], ...]
    intermediates: tuple[x509.Certificate, ...]
    lists: tuple[crl.CertificateList, ...]
    answers: tuple[OCSPContainer, ...]
    revoked: tuple[tuple[ocsp.CertId, Revocation], ...]
    """What those answers call revoked."""

    @classmethod
    def on(cls, trust: Trust) -> Relied:
        """Parse."""
        terms = {anchor.certificate: anchor for anchor in trust.anchors}
        return cls(
            trust,
            tuple((x509.Certificate.load(der), terms.get(der)) for der in trust.roots),
            tuple(map(x509.Certificate.load, trust.intermediates)),
            tuple(map(crl.CertificateList.load, trust.crls)),
            tuple(each for der in trust.ocsps for each in _answers(der)),
            tuple(each for der in trust.ocsps for each in _revoked(der)),
        )

    def accepted(self, purpose: Purpose, time: datetime, proven: datetime) -> tuple[x509.Certificate, ...]:
        """Give the roots that vouch for something made at `time` and proven to be there at `proven`."""
        return tuple(
            root for root, terms in self.roots if terms is None or terms.accepts(purpose, time, proven)
        )

    def reaches_a_root(self, certificate: x509.Certificate, others: Iterable[x509.Certificate]) -> bool:
        """Say whether issuers' names lead from the certificate to a root of ours, accepted or not.

        By names alone: it only tells a root that is not accepted from a stranger's; both leave the answer open.
        """
        top = self.chain(certificate, others)[-1]
        return any(root.subject == top.issuer for root, _ in self.roots)

    def chain(self, leaf: x509.Certificate, others: Iterable[x509.Certificate]) -> list[x509.Certificate]:
        """Give the certificate and those above it by issuers' names, without the root."""
        roots = {root.subject.hashable for root, _ in self.roots}
        above = {one.subject.hashable: one for one in (*others, *self.intermediates)}
        found = [leaf]
        while (name := found[-1].issuer.hashable) in above and name not in roots and above[name] not in found:
            found.append(above[name])
        return found


@dataclass(frozen=True)
class Reach:
    """How far lists and answers reach beyond their own days, when a file is judged at another time than now.

    Later than `now`: they are as fresh as they are now; nobody can hold the lists of a time to come. Earlier than they
    were made: they tell of revocations by their dates, but authorities drop certificates from lists once these have
    run out (RFC 5280 3.3). So they reach back only for `chain`, and only when all of it was in its days when they
    were made.
    """

    now: datetime
    chain: tuple[x509.Certificate, ...]

    def timing(self, made: datetime | None, asked: ValidationTimingParams) -> ValidationTimingParams:
        """Give the time at which something of `made` is to be judged when it is asked about another."""
        at = asked.validation_time
        if at > self.now:
            at = self.now
        elif made is not None and made > at and all(made <= one.not_valid_after for one in self.chain):
            at = made
        return replace(asked, timing_info=replace(asked.timing_info, validation_time=at))


@dataclass(frozen=True)
class _ReachingList(CRLContainer):
    """A list that reaches beyond its days."""

    reach: Reach

    def usable_at(
        self, policy: CertRevTrustPolicy, timing_params: ValidationTimingParams
    ) -> RevinfoUsability:
        """By its reach."""
        return super().usable_at(policy, self.reach.timing(self.issuance_date, timing_params))


@dataclass(frozen=True)
class _ReachingAnswer(OCSPContainer):
    """An OCSP answer that reaches beyond its days."""

    reach: Reach | None = None

    def usable_at(
        self, policy: CertRevTrustPolicy, timing_params: ValidationTimingParams
    ) -> RevinfoUsability:
        """By its reach."""
        reached = self.reach.timing(self.issuance_date, timing_params) if self.reach else timing_params
        return super().usable_at(policy, reached)


def specification(
    relied: Relied,
    found: LocalKnowledge,
    signers: tuple[x509.Certificate, ...],
    stampers: tuple[x509.Certificate, ...],
    reach: Reach | None = None,
) -> SignatureValidationSpec:
    """Give pyHanko's rules: our roots, revocation required, nothing fetched (addresses come from the file's author).

    `signers` and `stampers` are the roots accepted for either. Lists are ours and the file's. A certificate on any
    fresh one counts as revoked, so an older list that the file brings along cannot hide a newer one. `reach` is given
    when the file is judged at another time than now.
    """
    # all roots too: without them pyHanko does not find who signed the root's own list
    ours = [*(root for root, _ in relied.roots), *relied.intermediates]
    lists: list[CRLContainer] = [*map(CRLContainer, relied.lists), *found.known_crls]
    answers: list[OCSPContainer] = [*relied.answers, *found.known_ocsps]
    if reach is not None:
        lists = [_ReachingList(one.crl_data, reach) for one in lists]
        answers = [_ReachingAnswer(one.ocsp_response_data, one.index, reach) for one in answers]
    return SignatureValidationSpec(
        cert_validation_policy=_policy(signers),
        ts_cert_validation_policy=_policy(stampers),
        revinfo_gathering_policy=RevocationInfoGatheringSpec(
            RevinfoOnlineFetchingRule.LOCAL_ONLY,
            certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
        ),
        local_knowledge=LocalKnowledge(
            known_certs=[*ours, *found.known_certs], known_crls=lists, known_ocsps=answers
        ),
        key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
    )


def _policy(roots: tuple[x509.Certificate, ...]) -> CertValidationPolicySpec:
    return CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(roots), revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO)
    )


def revoked_by(certificate: x509.Certificate, moment: datetime, relied: Relied) -> Revocation | None:
    """Give how one of our lists or answers revokes the certificate or an intermediate above it, if by `moment`.

    Beside pyHanko's own check: judging in the past it leaves out lists that were made later, and a revocation that
    was published late but dates back would go unseen.
    """
    seen: set[bytes] = set()
    while certificate.sha256 not in seen:
        seen.add(certificate.sha256)
        for named, told in relied.revoked:
            if told.since <= moment and _names(named, certificate):
                return told
        for one in relied.lists:
            if one.issuer == certificate.issuer:
                for entry in one["tbs_cert_list"]["revoked_certificates"] or ():
                    date: datetime = entry["revocation_date"].native
                    if entry["user_certificate"].native == certificate.serial_number and date <= moment:
                        return Revocation(date, one["tbs_cert_list"]["this_update"].native)
        certificate = next(
            (each for each in relied.intermediates if each.subject == certificate.issuer), certificate
        )
    return None


def _revoked(answer: bytes) -> list[tuple[ocsp.CertId, Revocation]]:
    """Give what an OCSP answer calls revoked, and since when."""
    rows = ocsp.OCSPResponse.load(answer).response_data["responses"]
    return [
        (
            one["cert_id"],
            Revocation(one["cert_status"].chosen["revocation_time"].native, one["this_update"].native),
        )
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
