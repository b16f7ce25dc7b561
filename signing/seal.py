"""The agency's seal: a certification signature that permits no change, PAdES B-LTA, checked before it leaves.

Order (NĐ 68/2024 Đ.29, 31): file fit to be sealed -> certificate in force -> path to a trusted root ->
signature with mark -> timestamp -> evidence (DSS) -> document timestamp -> our own verification. Bytes in, bytes out;
a failure gives no bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_byterange import BuildProps
from pyhanko.sign.signers.pdf_signer import PdfSigningSession, PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import InsufficientRevinfoError, PathBuildingError, ValidationError
from pyhanko_certvalidator.path import ValidationPath

from signing.appearance import MarkStyle
from signing.checks.chain import CLOCK_TOLERANCE
from signing.checks.evidence import serials_of
from signing.errors import NotSealed, TimestampUnavailable
from signing.finish import finished
from signing.fitness import fit_to_seal, fresh_context, path_in_force
from signing.key import SealKey
from signing.mark import HANOI, Mark
from signing.report import SealReport, Status, Verdict
from signing.timestamp import GuardedTimestamper
from signing.trust import Trust
from signing.verify import SEAL_MAKER, verify

DIGEST = "sha256"  # TT 15/2025/TT-BKHCN annex I
FIELD = "Seal"
TIMESTAMP_FIELD = "SealTimestamp"
# Hex digits kept free for a timestamp token (8 KB; ours take 3 KB) and, with the chain's own size, for a signature
# that holds one. Fixed beforehand, because estimating means signing twice (measured).
RESERVED = 16384


@dataclass(frozen=True)
class Sealed:
    """A sealed file and what verifying it found: VALID, or there would be none."""

    pdf: bytes
    report: SealReport


def seal(
    pdf: bytes,
    *,
    key: SealKey,
    timestamper: TimeStamper,
    trust: Trust,
    mark: Mark,
    at: datetime,
    reason: str = "",
    location: str = "",
) -> Sealed:
    """Give `pdf` sealed at `at` (aware), certified against every change, B-LTA, and found VALID by `verify`.

    `trust` holds the chain and current CRLs of key and timestamp authority; it is used afresh for each document, so
    no file carries another's evidence. The XMP stays byte-identical, so the PDF/A claim is not touched.

    Raises:
        NotSealed: the file, the certificate or the result is not fit; `code` says which.
        TimestampUnavailable: no timestamp now; call again later with the same values.
    """
    fit_to_seal(pdf, mark)
    context = fresh_context(trust, at)
    path = finished(path_in_force(key.certificate, key.chain, context, at))
    guarded = GuardedTimestamper(timestamper)
    try:
        sealed = finished(_signed(pdf, key, guarded, context, path, mark, at, reason, location))
    except (NotSealed, TimestampUnavailable):
        raise
    except Exception as error:  # odd files make pyHanko raise AttributeError or AssertionError (measured)
        raise NotSealed("SEALING_FAILED", f"{type(error).__name__}: {error}") from error
    report = verify(sealed, trust, at=at)
    if report.verdict is not Verdict.VALID:
        raise NotSealed(report.reason, "; ".join(f"{c.name} {c.code} {c.detail}" for c in report.checks))
    missing = next((c for c in report.checks if c.status is Status.WARNING), None)
    if missing is not None:
        raise NotSealed(missing.code, missing.detail)
    stamped = datetime.fromisoformat(report.signing_time or "")
    # the mark's time is written before the timestamp is fetched: far apart, one of the clocks is wrong
    if abs(stamped - at) > CLOCK_TOLERANCE:
        raise NotSealed("CLOCK_DISAGREES", f"{at.isoformat()} against {stamped.isoformat()}")
    return Sealed(sealed, report)


class _Writer(IncrementalPdfFileWriter):
    """Leaves Info and XMP as they are; pyHanko writes its name into both, differently, breaking PDF/A's agreement."""

    def _update_meta(self) -> None:
        return None


class _Signer(PdfSigner):
    """Writes the caller's time into /M, and keeps the file at PDF 1.7."""

    def __init__(self, at: datetime, **settings: Any) -> None:
        super().__init__(**settings)
        self._at = at.astimezone(HANOI).replace(microsecond=0)

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        """For P-256 pyHanko would raise the file to PDF 2.0 (ISO/TS 32002); PDF/A-2 and -3 are PDF 1.7."""
        return None


async def _signed(
    pdf: bytes,
    key: SealKey,
    timestamper: GuardedTimestamper,
    context: ValidationContext,
    path: ValidationPath,
    mark: Mark,
    at: datetime,
    reason: str,
    location: str,
) -> bytes:
    chain_bytes = len(key.certificate) + sum(len(der) for der in key.chain)
    signer = _Signer(
        at,
        signature_meta=PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm=key.digest,
            name=key.agency_name,
            reason=reason or None,
            location=location or None,
            app_build_props=BuildProps(name=SEAL_MAKER),
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            subfilter=SigSeedSubFilter.PADES,
        ),
        signer=key.signer(),
        timestamper=timestamper,
        stamp_style=MarkStyle(border_width=0, mark=mark),
        new_field_spec=SigFieldSpec(FIELD, on_page=0, box=_box(mark), readable_field_name=key.agency_name),
    )
    signed: BytesIO = await signer.async_sign_pdf(
        _Writer(BytesIO(pdf)), bytes_reserved=RESERVED + 2 * chain_bytes, output=BytesIO()
    )
    return await _with_evidence(signed, timestamper, context, path)


def _box(mark: Mark) -> Any:
    """Give the box as pyHanko declares it: whole numbers, though it writes and takes fractions of a point."""
    return mark.box


async def _with_evidence(
    signed: BytesIO, timestamper: GuardedTimestamper, context: ValidationContext, path: ValidationPath
) -> bytes:
    """Add chain and CRLs (B-LT) and the timestamp over them (B-LTA), in one revision that ends the file."""
    paths = [path]
    try:
        async for one in timestamper.validation_paths(context):  # type: ignore[no-untyped-call]
            paths.append(one)
    except InsufficientRevinfoError as error:
        raise NotSealed("REVOCATION_UNKNOWN", str(error)) from error
    except (PathBuildingError, ValidationError) as error:
        raise NotSealed("TIMESTAMP_UNTRUSTED", str(error)) from error
    certificates = [certificate for one in paths for certificate in one.iter_certs(include_root=True)]
    issuers = {certificate.subject.hashable for certificate in certificates}
    serials = {certificate.serial_number for certificate in certificates}
    writer = _Writer(signed)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        sig_contents=None,  # no VRI: deprecated in PAdES, and it could only be written behind the last timestamp
        paths=paths,
        crls=[each for each in context.crls if each.issuer.hashable in issuers],
        ocsps=[each for each in context.ocsps if serials & serials_of(each)],
        embed_roots=False,
    )
    stamper = PdfTimeStamper(timestamper, field_name=TIMESTAMP_FIELD, readable_field_name="Dấu thời gian")
    output: BytesIO = await stamper.async_timestamp_pdf(
        writer, DIGEST, bytes_reserved=RESERVED, output=BytesIO()
    )
    return output.getvalue()
