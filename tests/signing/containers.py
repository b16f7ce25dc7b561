"""Attacks on the signature's own container: its certificate, attributes, algorithms, timestamp, room in the file."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from asn1crypto import algos, cms, core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.fields import SigSeedSubFilter

from signing import pki
from tests.signing import attacks
from tests.signing.office import Office, careless, open_office, paper
from tests.signing.signers import (
    DAY,
    Odd,
    approved,
    as_ber,
    certificate_of,
    ec_key,
    odd,
    old_rsa,
    retold,
    rsa_key,
    signed,
    value,
    with_value,
)

Make = Callable[[Office], bytes]


def _by(**certificate: object) -> Make:
    return lambda office: signed(paper(), odd(office, **certificate), office.timestamper)  # type: ignore[arg-type]


def _expired(office: Office) -> bytes:
    return signed(paper(), odd(office, begin=-90 * DAY, days=30), office.timestamper)


def _without(kind: str) -> Make:
    """A signed attribute left out by a signer who could."""

    def make(office: Office) -> bytes:
        signer = odd(office)
        signer.change = lambda attributes: cms.CMSAttributes(
            [one for one in attributes if one["type"].native != kind]
        )
        return signed(paper(), signer, office.timestamper)

    return make


def _twice(kind: str) -> Make:
    """A signed attribute with its value twice."""

    def make(office: Office) -> bytes:
        def change(attributes: cms.CMSAttributes) -> cms.CMSAttributes:
            for one in attributes:
                if one["type"].native == kind:
                    one["values"] = type(one["values"])([one["values"][0], one["values"][0].copy()])
            return cms.CMSAttributes(list(attributes))

        signer = odd(office)
        signer.change = change
        return signed(paper(), signer, office.timestamper)

    return make


def _other_binding(office: Office) -> bytes:
    """signing-certificate-v2 names another certificate than the one that comes along."""
    signer = odd(office)
    other = certificate_of(office, ec_key())

    def change(attributes: cms.CMSAttributes) -> cms.CMSAttributes:
        from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute

        kept = [one for one in attributes if one["type"].native != "signing_certificate_v2"]
        bound = simple_cms_attribute("signing_certificate_v2", as_signing_certificate_v2(other, "sha256"))
        return cms.CMSAttributes([*kept, bound])

    signer.change = change
    return signed(paper(), signer, office.timestamper)


def _substituted(subfilter: SigSeedSubFilter = SigSeedSubFilter.PADES) -> Make:
    """Another certificate with the same key, in another agency's name, put in the place of the signer's."""

    def make(office: Office) -> bytes:
        pdf = signed(paper(), odd(office, name="Sở Thật"), office.timestamper, subfilter=subfilter)
        other = certificate_of(office, ec_key(), "Sở Giả")

        def change(content: cms.SignedData) -> None:
            info = content["signer_infos"][0]
            serial = info["sid"].chosen["serial_number"].native
            kept = [one for one in content["certificates"] if one.chosen.serial_number != serial]
            content["certificates"] = cms.CertificateSet(
                [cms.CertificateChoices(name="certificate", value=other), *kept]
            )
            info["sid"] = cms.SignerIdentifier(
                name="issuer_and_serial_number",
                value=cms.IssuerAndSerialNumber(
                    {"issuer": other.issuer, "serial_number": other.serial_number}
                ),
            )

        return retold(pdf, change)

    return make


def _retold(change: Callable[[cms.SignedData], None]) -> Make:
    return lambda office: retold(approved(office), change)


def _attribute(kind: str, new: object) -> Callable[[cms.SignedData], None]:
    def change(content: cms.SignedData) -> None:
        for one in content["signer_infos"][0]["signed_attrs"]:
            if one["type"].native == kind:
                one["values"] = type(one["values"])([new])

    return change


def _two_signers(content: cms.SignedData) -> None:
    info = content["signer_infos"][0]
    content["signer_infos"] = cms.SignerInfos([info, info.copy()])


def _no_signers(content: cms.SignedData) -> None:
    content["signer_infos"] = cms.SignerInfos([])


def _no_certificates(content: cms.SignedData) -> None:
    content["certificates"] = cms.CertificateSet([])


def _with_content(content: cms.SignedData) -> None:
    """The signed data brought along inside, as if it were not the file's."""
    content["encap_content_info"] = cms.ContentInfo(
        {"content_type": "data", "content": core.OctetString(b"something else")}
    )


def _no_timestamp(content: cms.SignedData) -> None:
    content["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([])


def _borrowed_timestamp(office: Office) -> bytes:
    """The timestamp of another signature."""
    other = value(approved(office, field="Other"))["content"]["signer_infos"][0]["unsigned_attrs"]

    def change(content: cms.SignedData) -> None:
        content["signer_infos"][0]["unsigned_attrs"] = other

    return retold(approved(office), change)


def _borrowed_signature(office: Office) -> bytes:
    """The whole signature value of another file of the same agency."""
    return with_value(approved(office), value(approved(office, paper(pages=2))).dump())


def _pss(mask: str, digest: str, salt: int) -> Make:
    def make(office: Office) -> bytes:
        key = rsa_key(2048)
        signer = odd(office, key)
        signer.mechanism = algos.SignedDigestAlgorithm(
            {
                "algorithm": "rsassa_pss",
                "parameters": algos.RSASSAPSSParams(
                    {
                        "hash_algorithm": algos.DigestAlgorithm({"algorithm": digest}),
                        "mask_gen_algorithm": algos.MaskGenAlgorithm(
                            {"algorithm": "mgf1", "parameters": algos.DigestAlgorithm({"algorithm": mask})}
                        ),
                        "salt_length": salt,
                    }
                ),
            }
        )
        named = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha512": hashes.SHA512()}
        signer.raw = lambda data: key.sign(data, padding.PSS(padding.MGF1(named[mask]), salt), named[digest])
        return signed(paper(), signer, office.timestamper)

    return make


def _ranges(change: Callable[[list[int]], list[int]]) -> Make:
    """/ByteRange of the first signature changed in place."""

    def make(office: Office) -> bytes:
        pdf = approved(office)
        found = re.search(rb"/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)[\s\d]*\]", pdf)
        assert found
        numbers = b" ".join(b"%d" % number for number in change([int(one) for one in found.groups()]))
        fresh = b"/ByteRange [" + numbers + b"]"
        assert len(fresh) <= len(found[0])
        return pdf[: found.start()] + fresh.ljust(len(found[0])) + pdf[found.end() :]

    return make


def _second_range(office: Office) -> bytes:
    """A second /ByteRange in the same dictionary: parsers disagree on which counts."""
    pdf = approved(office)
    start = pdf.index(b"/ByteRange")
    end = pdf.index(b"]", start) + 1
    room = len(pdf[start:end])
    both = (b"/ByteRange[0 9 20 9]" + re.sub(rb"\s+", b" ", pdf[start:end]))[:room]
    return pdf[:start] + both + pdf[end:] if both.endswith(b"]") else _doubled_in_padding(pdf)


def _doubled_in_padding(pdf: bytes) -> bytes:
    """The reason's place is taken by another /ByteRange."""
    start = pdf.index(b"/Filter /Adobe.PPKLite")
    return pdf[:start] + b"/ByteRange [0 9 99 9] "[: len(b"/Filter /Adobe.PPKLite")] + pdf[start + 22 :]


def _padded(office: Office) -> bytes:
    pdf = approved(office)
    _, end = attacks.last_token(pdf)
    return pdf[: end + 400] + b"41" + pdf[end + 402 :]


def _white_space(office: Office) -> bytes:
    """Digits of the padding made into white space: the same value, other bytes."""
    pdf = approved(office)
    _, end = attacks.last_token(pdf)
    return pdf[: end + 400] + b"  " + pdf[end + 402 :]


def _revoked(office: Office) -> bytes:
    """By a certificate that was revoked an hour before."""
    signer = odd(office)
    serial = signer.signing_cert.serial_number
    pki.revoke(office.directory, serial, office.clock() - timedelta(hours=1), now=office.clock())
    return signed(paper(), signer, office.timestamper)


def _by_twin(tmp: Office, office: Office) -> bytes:
    return signed(paper(), tmp.key.signer(), office.timestamper)


def _weak(digest: str) -> Make:
    return lambda office: signed(paper(), careless(office.key), office.timestamper, digest=digest)


def _short_rsa(office: Office) -> bytes:
    return signed(paper(), odd(office, rsa_key(1024)), office.timestamper)


def _by_authority(office: Office) -> bytes:
    """Signed with the intermediate authority's own key."""
    certificate, key = pki._load(office.directory, "intermediate")
    from asn1crypto import x509

    from tests.signing.signers import chain, information

    signer = Odd(
        x509.Certificate.load(pki._der(certificate)), information(key), chain(office), prefer_pss=True
    )
    return signed(paper(), signer, office.timestamper)


def _foreign_timestamp(office: Office) -> bytes:
    twin = open_office(office.directory.parent / "elsewhere")
    return signed(paper(), office.key.signer(), twin.timestamper)


INVALID, UNKNOWN = "INVALID", "INDETERMINATE"
BROKEN = {"BROKEN_SIGNATURE"}

CASES: dict[str, tuple[Make, str, set[str]]] = {
    "certificate revoked before": (_revoked, INVALID, {"REVOKED"}),
    "certificate expired": (_expired, INVALID, {"CERTIFICATE_EXPIRED"}),
    "certificate not yet valid": (_by(begin=2 * DAY), INVALID, {"CERTIFICATE_NOT_YET_VALID"}),
    "certificate not for signing": (_by(commitment=False), UNKNOWN, {"KEY_USAGE"}),
    "certificate for servers": (_by(purposes=(ExtendedKeyUsageOID.SERVER_AUTH,)), UNKNOWN, {"KEY_USAGE"}),
    "certificate for programs": (_by(purposes=(ExtendedKeyUsageOID.CODE_SIGNING,)), UNKNOWN, {"KEY_USAGE"}),
    "certificate with an unknown critical extension": (
        _by(critical="1.2.3.4.5"), UNKNOWN, {"CHAIN_CONSTRAINTS_FAILURE"},
    ),
    "certificate by another key in the authority's name": (
        _by(forged=ec_key(ec.SECP384R1)), UNKNOWN, {"CHAIN_CONSTRAINTS_FAILURE"},
    ),
    "certificate with a garbled name (SAN)": (
        _by(garbled="2.5.29.17"), UNKNOWN, {"CHAIN_CONSTRAINTS_FAILURE"},
    ),
    "certificate with a garbled address of lists (CDP)": (
        _by(garbled="2.5.29.31"), UNKNOWN, {"CHAIN_CONSTRAINTS_FAILURE"},
    ),
    "certificate with a garbled purpose (EKU), content altered": (
        lambda office: attacks.in_text(_by(garbled="2.5.29.37")(office)), INVALID, BROKEN,
    ),
    "certificate of an authority": (_by_authority, UNKNOWN, {"KEY_USAGE"}),
    "SHA-1": (_weak("sha1"), UNKNOWN, {"WEAK_ALGORITHM"}),
    "MD5": (
        lambda office: signed(paper(), old_rsa(office), office.timestamper, digest="md5"), UNKNOWN, {"WEAK_ALGORITHM"},
    ),
    "RSA of 1024 bit": (_short_rsa, UNKNOWN, {"WEAK_ALGORITHM"}),
    "RSA of 1024 bit, PKCS#1 v1.5": (
        lambda office: signed(paper(), old_rsa(office, 1024), office.timestamper), UNKNOWN, {"WEAK_ALGORITHM"},
    ),
    "PSS with SHA-1 inside": (_pss("sha1", "sha1", 20), UNKNOWN, {"WEAK_ALGORITHM"}),
    "PSS with a mask by SHA-1": (_pss("sha1", "sha256", 32), UNKNOWN, {"WEAK_ALGORITHM"}),
    "no signing-certificate-v2": (_without("signing_certificate_v2"), UNKNOWN, {"SIGNING_CERTIFICATE_UNBOUND"}),
    "signing-certificate-v2 of another": (_other_binding, UNKNOWN, {"SIGNING_CERTIFICATE_UNBOUND"}),
    "certificate substituted": (_substituted(), UNKNOWN, {"SIGNING_CERTIFICATE_UNBOUND"}),
    "no message digest": (_without("message_digest"), INVALID, BROKEN),
    "two values of the message digest": (_twice("message_digest"), INVALID, BROKEN),
    "BER with bytes behind its end": (lambda office: as_ber(approved(office), b"evil"), INVALID, BROKEN),
    "ECDSA with SHA-3": (
        lambda office: signed(paper(), odd(office), office.timestamper, digest="sha3_256"),
        UNKNOWN, {"UNSUPPORTED_SIGNATURE"},
    ),
    "no content type": (_without("content_type"), INVALID, BROKEN),
    "message digest altered": (
        _retold(_attribute("message_digest", b"\0" * 32)), INVALID, {"HASH_FAILURE", "SIG_CRYPTO_FAILURE"},
    ),
    "signing-certificate-v2 altered": (
        lambda office: retold(
            approved(office),
            _attribute("content_type", cms.ContentType("signed_data")),
        ),
        INVALID, {"SIG_CRYPTO_FAILURE", "BROKEN_SIGNATURE", "HASH_FAILURE"},
    ),
    "two signers in one": (_retold(_two_signers), INVALID, BROKEN),
    "no signer": (_retold(_no_signers), INVALID, BROKEN),
    "no certificate": (_retold(_no_certificates), UNKNOWN, {"SIGNING_CERTIFICATE_UNBOUND"}),
    "content of its own": (_retold(_with_content), INVALID, BROKEN | {"HASH_FAILURE"}),
    "timestamp taken off": (_retold(_no_timestamp), UNKNOWN, {"NO_TIMESTAMP"}),
    "timestamp of another signature": (_borrowed_timestamp, INVALID, {"TIMESTAMP_BROKEN"}),
    "timestamp of a stranger": (_foreign_timestamp, UNKNOWN, {"TIMESTAMP_UNTRUSTED"}),
    "signature of another file": (_borrowed_signature, INVALID, {"HASH_FAILURE"}),
    "USF: range of zeros": (_ranges(lambda _: [0, 0, 0, 0]), INVALID, BROKEN),
    "USF: one range": (_ranges(lambda numbers: numbers[:2]), INVALID, BROKEN),
    "USF: negative": (_ranges(lambda numbers: [0, numbers[1], numbers[2], -1]), INVALID, BROKEN),
    "USF: three ranges": (_ranges(lambda numbers: [0, 1, 2, 3, 4, 5]), INVALID, BROKEN),
    "USF: beyond the end": (
        _ranges(lambda numbers: [*numbers[:3], int("9" * len(str(numbers[3])))]),
        INVALID, {"HASH_FAILURE", "COVERAGE_INCOMPLETE"},
    ),
    "SWA: gap begins earlier": (
        _ranges(lambda numbers: [0, numbers[1] - 40, *numbers[2:]]), INVALID, {"HASH_FAILURE", "COVERAGE_INCOMPLETE"},
    ),
    "SWA: gap ends later": (
        _ranges(lambda numbers: [*numbers[:2], numbers[2] + 40, numbers[3] - 40]),
        INVALID, {"HASH_FAILURE", "COVERAGE_INCOMPLETE"},
    ),
    "SWA: padding filled": (_padded, INVALID, BROKEN),
    "SWA: padding made white": (_white_space, INVALID, {"COVERAGE_INCOMPLETE"}),
    "SWA: range named twice": (_second_range, INVALID, {"HASH_FAILURE", "FORMAT_FAILURE", "BROKEN_SIGNATURE"}),
}  # fmt: skip
