"""Until when a file proves itself: what its newest timestamp rests on, and when that ends.

What a document timestamp covers is proven by it (checks/chain.py walks back from there). So a file lasts as long as
its newest document timestamp and what was signed behind that: to the first end of a certificate on their chains. A
file without any document timestamp rests on all its signatures and their timestamps.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, crl, x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, load_der_x509_certificate
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from signing.algorithms import written
from signing.answers import Answer, Useless, about, under
from signing.checks import form
from signing.checks.chain import token_time
from signing.checks.evidence import embedded
from signing.checks.integrity import names_of
from signing.outcome import Lasting
from signing.trust import Trust


def lasting(pdf: bytes, trust: Trust) -> Lasting | None:
    """Give until when the file proves itself; None when nothing in it is timestamped or it cannot be read."""
    try:
        rest = open_ends(_signed(pdf))
        times = [token_time(token) for one in rest for token in _tokens(one)]
        if not times:
            return None
        chains = [chain for one in rest for chain in chains_of(one, trust)]
    except Exception:  # any failure of the parser on a stranger's file: what it rests on cannot be told
        return None
    ends: list[datetime] = [certificate.not_valid_after for chain in chains for certificate in chain]
    names = written(name for one in rest for name in names_of(one).split())
    return Lasting(max(times), min(ends), names)


def open_ends(signed: tuple[EmbeddedPdfSignature, ...]) -> tuple[EmbeddedPdfSignature, ...]:
    """Give the signatures that no document timestamp covers: the newest timestamp and what came behind it."""
    for number, one in reversed(list(enumerate(signed))):
        if one.sig_object_type == "/DocTimeStamp":
            return signed[number:]
    return signed


def chains_of(signature: EmbeddedPdfSignature, trust: Trust) -> list[list[x509.Certificate]]:
    """Give the chains, leaf first and as far up as they are known, of a signature's signer and of its timestamps."""
    above = [x509.Certificate.load(der) for der in (*trust.intermediates, *trust.roots)]
    above += embedded(signature.reader).known_certs
    found = []
    for signed_data in (signature.signed_data, *_inner(signature)):
        about = extract_certificate_info(signed_data)
        found.append(_chain(about.signer_cert, [*about.other_certs, *above]))
    return found


def vouched(pdf: bytes, trust: Trust) -> tuple[bytes, ...]:
    """Give the certificates (DER) that the newest timestamp rests on and that lead to one of our roots."""
    try:
        chains = [each for one in open_ends(_signed(pdf)) for each in chains_of(one, trust)]
    except Exception:  # any failure of the parser on a stranger's file, as in lasting
        return ()
    return under([one.dump() for chain in chains for one in chain], trust.roots)


@dataclass(frozen=True)
class Evidence:
    """That certificates are not revoked: lists and OCSP answers (DER), and certificates of responders."""

    lists: tuple[bytes, ...]
    answers: tuple[bytes, ...]
    responders: tuple[x509.Certificate, ...]


def evidence_for(chains: Collection[list[x509.Certificate]], trust: Trust, at: datetime) -> Evidence | None:
    """Give, for each certificate of the chains, the newest current list of its issuer or else a good OCSP answer that
    is fresh at `at` (signing/answers.py says which are taken); None when one certificate has neither."""
    current = [one for one in map(crl.CertificateList.load, trust.crls) if _is_current(one, at)]
    lists: dict[bytes, bytes] = {}
    answers: dict[bytes, None] = {}
    responders: dict[bytes, x509.Certificate] = {}
    for chain in chains:
        for number, certificate in enumerate(chain):
            if certificate.self_issued:
                continue
            mine = [one for one in current if one.issuer == certificate.issuer]
            if mine:
                lists[certificate.issuer.dump()] = max(mine, key=_this_update).dump()
                continue
            told = _answered(chain[number : number + 2], trust, at)
            if told is None:
                return None
            for one in told:
                answers[one.told.public_bytes(Encoding.DER)] = None
                own = one.responder.public_bytes(Encoding.DER)
                responders[own] = x509.Certificate.load(own)
    for chain in chains:
        for certificate in chain:
            responders.pop(certificate.dump(), None)  # the issuer itself: it comes with the chain
    return Evidence(tuple(lists.values()), tuple(answers), tuple(responders.values()))


def _answered(link: list[x509.Certificate], trust: Trust, at: datetime) -> list[Answer] | None:
    """Give what answers for a certificate below its issuer: the newest good answer, and what answers for its signer."""
    if len(link) < 2 or not link[0].ocsp_urls:
        return None  # verifiers do not look for an answer where the certificate names no responder (pyHanko)
    certificate, issuer = (load_der_x509_certificate(one.dump()) for one in link)
    known = [load_der_x509_certificate(one) for one in trust.intermediates]

    def good(asked: Certificate, by: Certificate | None = None) -> list[Answer]:
        found = []
        for der in trust.ocsps:
            try:
                one = about(der, asked, issuer, known)
            except Useless:
                continue
            if one.good_at(at) and by in (None, one.responder):
                found.append(one)
        return sorted(found, key=lambda one: one.told.this_update_utc, reverse=True)

    for one in good(certificate):
        if one.responder == issuer or not one.responder_is_checked:
            return [one]
        # without lists only the issuer itself can answer for its responder
        asks = x509.Certificate.load(one.responder.public_bytes(Encoding.DER)).ocsp_urls
        if asks and (above := good(one.responder, by=issuer)):
            return [one, above[0]]
    return None


def _signed(pdf: bytes) -> tuple[EmbeddedPdfSignature, ...]:
    return form.fields(form.open_strictly(pdf)).signed


def _tokens(signature: EmbeddedPdfSignature) -> list[cms.SignedData]:
    if signature.sig_object_type == "/DocTimeStamp":
        return [signature.signed_data]
    return _inner(signature)


def _inner(signature: EmbeddedPdfSignature) -> list[cms.SignedData]:
    return list(extract_tst_data_iter(signature.signer_info, signed=False))


def _chain(leaf: x509.Certificate, known: list[x509.Certificate]) -> list[x509.Certificate]:
    chain = [leaf]
    while not chain[-1].self_issued:
        issuers = [one for one in known if one not in chain and _issued(one, chain[-1])]
        if not issuers:
            break
        # an authority may have been given a second certificate for one key: what lasts longest serves
        chain.append(max(issuers, key=lambda one: one.not_valid_after))
    return chain


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    if issuer.subject != certificate.issuer:
        return False
    theirs, ours = certificate.authority_key_identifier, issuer.key_identifier
    return theirs is None or ours is None or theirs == ours


def _this_update(one: crl.CertificateList) -> datetime:
    begins: datetime = one["tbs_cert_list"]["this_update"].native
    return begins


def _is_current(one: crl.CertificateList, at: datetime) -> bool:
    until = one["tbs_cert_list"]["next_update"].native
    return until is None or at <= until
