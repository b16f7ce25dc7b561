"""Until when a file proves itself: what its newest timestamp rests on, and when that ends.

What a document timestamp covers is proven by it (checks/chain.py walks back from there). So a file lasts as long as
its newest document timestamp and what was signed behind that: to the first end of a certificate on their chains. A
file without any document timestamp rests on all its signatures and their timestamps.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from asn1crypto import cms, crl, x509
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from signing.algorithms import written
from signing.checks import form
from signing.checks.chain import token_time
from signing.checks.evidence import embedded
from signing.checks.integrity import names_of
from signing.outcome import Lasting
from signing.trust import Trust


def lasting(pdf: bytes, trust: Trust) -> Lasting | None:
    """Give until when the file proves itself; None when nothing in it is timestamped or it cannot be read."""
    try:
        rest = open_ends(form.fields(form.open_strictly(pdf)).signed)
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


def lists_for(chains: Iterable[list[x509.Certificate]], trust: Trust, at: datetime) -> list[bytes] | None:
    """Give our current revocation lists for these chains (DER); None when one is missing."""
    current = [one for one in map(_loaded, trust.crls) if _is_current(one, at)]
    needed: dict[bytes, bytes] = {}
    for chain in chains:
        for certificate in chain:
            if certificate.self_issued:
                continue
            mine = [one for one in current if one.issuer == certificate.issuer]
            if not mine:
                return None
            newest = max(mine, key=lambda one: _this_update(one))
            needed[certificate.issuer.dump()] = newest.dump()
    return list(needed.values())


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


def _loaded(der: bytes) -> crl.CertificateList:
    return crl.CertificateList.load(der)


def _this_update(one: crl.CertificateList) -> datetime:
    begins: datetime = one["tbs_cert_list"]["this_update"].native
    return begins


def _is_current(one: crl.CertificateList, at: datetime) -> bool:
    until = one["tbs_cert_list"]["next_update"].native
    return until is None or at <= until
