"""Integrity of one signature: digest, coverage, later modifications, algorithms (EN 319 102-1 5.2.7, ISO 32000)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms
from asn1crypto.keys import PublicKeyInfo
from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.status import SignatureCoverageLevel

from signing.algorithms import Algorithms, written
from signing.checks.difference import POLICY
from signing.checks.form import BEYOND, open_strictly, value_of

# TT 15/2025/TT-BKHCN annex I: SHA-256/384/512, SHA-512/224, SHA-512/256 or SHA-3; SHA-1 and MD5 are out.
DIGESTS = frozenset(
    ["sha256", "sha384", "sha512", "sha512_224", "sha512_256", "sha3_256", "sha3_384", "sha3_512"]
)
NO_DIGEST = ("ed25519", "ed448", "rsassa_pss")  # named in the mechanism elsewhere or not at all
RSA_BITS = 2048  # same annex
EC_BITS = 256
# What an extended key usage must name, when a certificate has one. No list in Vietnamese law was found: these are
# document signing (RFC 9336), e-mail protection, Adobe's and Microsoft's, and client authentication, which the
# tokens of Vietnamese subscribers carry.
PURPOSES = frozenset(
    [
        "1.3.6.1.5.5.7.3.36",
        "email_protection",
        "adobe_authentic_documents_trust",
        "microsoft_document_signing",
        "client_auth",
        "any_extended_key_usage",
    ]
)
# What a person writes into /Info (ISO 32000-1 table 317).
WRITTEN = ("/Title", "/Author", "/Subject", "/Keywords")


@dataclass(frozen=True)
class Integrity:
    """What the file says about one signature, before any question of trust. Codes are OK or the failure's."""

    coverage: str
    modifications: str
    code: str
    detail: str = ""
    form_filling: bool = False


def integrity(signature: EmbeddedPdfSignature) -> Integrity:
    """Check coverage and what was changed after the signature. LTA_UPDATES is the most that passes by itself.

    FORMAT_FAILURE: the file is broken somewhere, so that its revisions cannot be compared.
    """
    try:
        return _compared(signature)
    except BEYOND:
        raise
    except Exception as error:  # all of the file is read here, and hostile until then
        return Integrity("UNKNOWN", "UNKNOWN", "FORMAT_FAILURE", f"{type(error).__name__}: {error}")


def _compared(signature: EmbeddedPdfSignature) -> Integrity:
    signature.compute_integrity_info(diff_policy=POLICY)
    found = signature.summarise_integrity_info()
    coverage: SignatureCoverageLevel = found["coverage"]
    if coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        return Integrity(coverage.name, "UNKNOWN", "COVERAGE_INCOMPLETE", coverage.name)
    difference = found["diff_result"]
    if not isinstance(difference, DiffResult):
        return Integrity(coverage.name, "OTHER", "FORBIDDEN_MODIFICATION", str(difference))
    level: ModificationLevel = difference.modification_level
    if level > ModificationLevel.FORM_FILLING:
        return Integrity(coverage.name, level.name, "FORBIDDEN_MODIFICATION", level.name)
    if not found["docmdp_ok"]:
        return Integrity(coverage.name, level.name, "DOCMDP_VIOLATION", level.name)
    return Integrity(coverage.name, level.name, "OK", "", level is ModificationLevel.FORM_FILLING)


def algorithms(signature: EmbeddedPdfSignature) -> tuple[str, str]:
    """Give (code, detail): every digest strong, the signer's key long enough, in the timestamps too."""
    for signed_data in [signature.signed_data, *extract_tst_data_iter(signature.signer_info, signed=False)]:
        if weak := digests_of(signed_data) - DIGESTS:
            return "WEAK_ALGORITHM", ", ".join(sorted(weak))
        key = extract_certificate_info(signed_data).signer_cert.public_key
        needed = {"rsa": RSA_BITS, "rsassa_pss": RSA_BITS, "ec": EC_BITS}.get(key.algorithm, 0)
        if key.algorithm == "dsa" or (needed and key.bit_size < needed):
            return "WEAK_ALGORITHM", f"{key.algorithm} {key.bit_size} bit"
    return "OK", ""


def digests_of(signed_data: cms.SignedData) -> set[str]:
    """Give the digests that a signature or timestamp token rests on."""
    signer = signed_data["signer_infos"][0]
    digests = {signer["digest_algorithm"]["algorithm"].native}
    if signer["signature_algorithm"].signature_algo in ("rsassa_pkcs1v15", "ecdsa", "dsa"):
        digests.add(signer["signature_algorithm"].hash_algo)
    if signer["signature_algorithm"].signature_algo == "rsassa_pss":
        inside = signer["signature_algorithm"]["parameters"]
        digests.add(inside["hash_algorithm"]["algorithm"].native)
        digests.add(inside["mask_gen_algorithm"]["parameters"]["algorithm"].native)
    content = signed_data["encap_content_info"]
    if content["content_type"].native == "tst_info":
        digests.add(content["content"].parsed["message_imprint"]["hash_algorithm"]["algorithm"].native)
    return digests


def names_of(signature: EmbeddedPdfSignature) -> str:
    """Give the algorithms of a signature and of its timestamps as signing/algorithms.py writes them."""
    names: set[str] = set()
    for signed_data in [signature.signed_data, *extract_tst_data_iter(signature.signer_info, signed=False)]:
        key = extract_certificate_info(signed_data).signer_cert.public_key
        names |= digests_of(signed_data) | {_key_name(key)}
    return written(names)


def _key_name(key: PublicKeyInfo) -> str:
    if key.algorithm in ("ed25519", "ed448"):
        return str(key.algorithm)  # asn1crypto cannot tell its bits (UnboundLocalError)
    # asn1crypto counts P-521 in whole octets
    bits = 521 if (key.algorithm, key.bit_size) == ("ec", 528) else key.bit_size
    return f"{key.algorithm.removesuffix('ssa_pss')}-{bits}"


def mechanism_known(signature: EmbeddedPdfSignature) -> bool:
    """Say whether the kind of the signature value, such as ECDSA with SHA-3, is one that can be checked here."""
    mechanism = signature.signer_info["signature_algorithm"]
    try:
        return bool(
            mechanism.signature_algo and (mechanism.signature_algo in NO_DIGEST or mechanism.hash_algo)
        )
    except ValueError:
        return False


def ended(signature: EmbeddedPdfSignature, moment: datetime, table: Algorithms) -> tuple[str, str]:
    """Give (code, detail): whether the algorithms are still taken at the moment that the signature is judged at."""
    names = names_of(signature)
    refused = table.refused_after(names)
    if refused is not None and moment >= refused:
        return "WEAK_ALGORITHM", f"{names}, refused since {refused.isoformat()}"
    return "OK", ""


def key_usage(signature: EmbeddedPdfSignature) -> tuple[str, str]:
    """Give (code, detail): the certificate is one for signing documents.

    Non-repudiation is asked for alone: taking digital_signature as well let a timestamp authority's certificate pass
    as a signer (measured). pyHanko's own extended-usage rule refuses certificates without the extension; this one
    judges it only when it is there.
    """
    certificate = signature.signer_cert
    usage = certificate.key_usage_value
    if usage is None or "non_repudiation" not in usage.native:
        return "KEY_USAGE", "no non_repudiation"
    extended = certificate.extended_key_usage_value
    if extended is not None and not PURPOSES & set(extended.native):
        return "KEY_USAGE", ", ".join(extended.native)
    return "OK", ""


def signed_end(signature: EmbeddedPdfSignature) -> int:
    """Give where that signature's bytes end: so long was the file when it was made."""
    _, _, start, length = (int(number) for number in signature.byte_range)
    return start + length


def as_signed(pdf: bytes, signature: EmbeddedPdfSignature) -> bytes:
    """Give the file as it stood when that signature was made: the bytes up to the end of what it covers."""
    return pdf[: signed_end(signature)]


def metadata_changed(pdf: bytes, signature: EmbeddedPdfSignature) -> str:
    """Say what of XMP and /Info (viewers show its title above the page) differs from the signed revision's, nothing
    when neither does; pyHanko lets that pass as LTA_UPDATES (measured). Of /Info only what a person wrote counts:
    programs put their own name and the time into the rest with every timestamp.

    The revision is cut out and read by itself: pyHanko's historical reader raises PdfReadError on XMP streams.
    """
    then, now = _description(pdf, signed_end(signature)), _description(pdf)
    return ", ".join(key for key in now if then.get(key, b"") != now[key])


def _description(pdf: bytes, end: int | None = None) -> dict[str, bytes]:
    """Give the XMP, or the kind of thing that stands in its place, and what /Info says."""
    try:
        reader = open_strictly(pdf, end)
        found = value_of(reader.root, "/Metadata")
        kind = type(found).__name__.encode()
        told = value_of(reader.trailer_view, "/Info", DictionaryObject())
        return {
            "XMP": found.data if isinstance(found, StreamObject) else kind,
            **{key: str(value_of(told, key, "")).encode("utf-8", "backslashreplace") for key in WRITTEN},
        }
    except BEYOND:
        raise
    except Exception as error:  # hostile input: broken in the same way is not changed
        return {"XMP": type(error).__name__.encode()}
