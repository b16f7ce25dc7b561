"""May this file and this key be sealed now? Answered before anything is signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    InsufficientRevinfoError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath

from signing.checks import form
from signing.errors import NotSealed
from signing.mark import Mark, lay_out
from signing.report import Status
from signing.sheet import Sheet
from signing.trust import Trust


def fit_to_seal(pdf: bytes, mark: Mark, page: int = 0) -> Mark:
    """Refuse files that are signed, encrypted or broken, and marks that do not fit; give the mark turned as its page
    (from 0) is.

    Raises:
        NotSealed: with the code of what is wrong.
    """
    found = form.file_form(pdf)[-1]
    if found.status is not Status.PASSED:
        raise NotSealed(found.code, found.detail)
    reader = form.open_strictly(pdf)
    if any(True for _ in enumerate_sig_fields(reader)) or "/Perms" in reader.root:
        raise NotSealed("ALREADY_SIGNED")
    return fitted(mark, sheet_of(reader, page))


def fitted(mark: Mark, sheet: Sheet) -> Mark:
    """Give the mark turned and measured as the sheet is, so that it stands upright and in its size on paper.

    Raises:
        NotSealed: BAD_MARK, it is not all on what is shown of the page, or its words do not fit.
    """
    x0, y0, x1, y1 = sheet.shown
    left, bottom, right, top = mark.box
    # what was drawn was rounded to a thousandth of a point
    if not (x0 - 0.01 <= left < right <= x1 + 0.01 and y0 - 0.01 <= bottom < top <= y1 + 0.01):
        raise NotSealed("BAD_MARK", f"box {mark.box} on page {sheet.shown}")
    turned = replace(mark, turn=sheet.turn, unit=sheet.unit)
    lay_out(turned)
    return turned


def sheet_of(reader: PdfFileReader, page: int) -> Sheet:
    """Give what is shown of a page (from 0; -1: the last).

    Raises:
        NotSealed: PAGE_ROTATED, by no quarter turn (ISO 32000-1 7.7.3.3 permits no other); FORMAT_FAILURE.
    """
    found = reader.find_page_for_modification(page)[0].get_object()
    rotate = _inherited(found, "/Rotate", 0)
    if not isinstance(rotate, int):
        raise NotSealed("FORMAT_FAILURE", f"/Rotate is a {type(rotate).__name__}")
    if rotate % 90:
        raise NotSealed("PAGE_ROTATED", str(rotate))
    try:
        return Sheet.of(
            [float(one) for one in _inherited(found, "/MediaBox", (0, 0, 0, 0))],
            [float(one) for one in crop]
            if (crop := _inherited(found, "/CropBox", None)) is not None
            else None,
            rotate,
            float(found.get("/UserUnit", 1)),  # not inherited (ISO 32000-1 table 30)
        )
    except (ValueError, TypeError) as error:
        raise NotSealed("FORMAT_FAILURE", str(error)) from error


def _inherited(page: generic.DictionaryObject, key: str, default: object) -> Any:
    """Give a page attribute, from the page tree when the page has none (ISO 32000-1 7.7.3.4)."""
    node = page
    while True:
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return default
        node = node["/Parent"]


def fresh_context(trust: Trust, at: datetime) -> ValidationContext:
    """Give a context for one document. Shared between signers it puts their evidence into each other's files."""
    return ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in trust.roots],
        other_certs=[x509.Certificate.load(der) for der in trust.intermediates],
        crls=[crl.CertificateList.load(der) for der in trust.crls],
        ocsps=[ocsp.OCSPResponse.load(der) for der in trust.ocsps],
        moment=at,
        allow_fetching=False,
        # 'soft-fail' silently writes a B-LT without the leaf's revocation evidence (measured)
        revocation_mode="require",
    )


async def path_in_force(
    certificate_der: bytes, chain: tuple[bytes, ...], context: ValidationContext, at: datetime
) -> ValidationPath:
    """Give the chain of a certificate that may seal now (NĐ 68/2024 Đ.29: in force, in scope, not revoked).

    Raises:
        NotSealed: CERTIFICATE_EXPIRED, CERTIFICATE_NOT_YET_VALID, KEY_USAGE, REVOKED, NO_CERTIFICATE_CHAIN_FOUND,
            REVOCATION_UNKNOWN (wait for a list), CHAIN_CONSTRAINTS_FAILURE.
    """
    certificate = x509.Certificate.load(certificate_der)
    if at > certificate.not_valid_after:
        raise NotSealed("CERTIFICATE_EXPIRED", str(certificate.not_valid_after))
    if at < certificate.not_valid_before:
        raise NotSealed("CERTIFICATE_NOT_YET_VALID", str(certificate.not_valid_before))
    if certificate.key_usage_value is None or "non_repudiation" not in certificate.key_usage_value.native:
        raise NotSealed("KEY_USAGE")
    others = [x509.Certificate.load(der) for der in chain]
    validator = CertificateValidator(certificate, others, validation_context=context)
    try:
        path: ValidationPath = await validator.async_validate_usage({"non_repudiation"})
    except RevokedError as error:
        raise NotSealed("REVOKED", str(error)) from error
    except PathBuildingError as error:
        raise NotSealed("NO_CERTIFICATE_CHAIN_FOUND", str(error)) from error
    except InsufficientRevinfoError as error:
        raise NotSealed("REVOCATION_UNKNOWN", str(error)) from error
    except ValidationError as error:
        raise NotSealed("CHAIN_CONSTRAINTS_FAILURE", str(error)) from error
    return path
