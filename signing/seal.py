"""The agency's seal: a certification signature that permits no change, PAdES B-LTA, checked before it leaves.

Order (NĐ 68/2024 Đ.29, 31): file fit to be sealed -> certificate in force -> path to a trusted root ->
signature with mark -> timestamp -> evidence (DSS) -> document timestamp -> our own verification. Bytes in, bytes out;
a failure gives no bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import ocsp
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
from signing.checks.entitlement import REMEDY
from signing.checks.evidence import responders_of, serials_of
from signing.checks.named import SEAL_MAKER
from signing.errors import NotSealed, TimestampUnavailable
from signing.finish import finished
from signing.fitness import fit_to_seal, fresh_context, path_in_force
from signing.key import SealKey
from signing.mark import HANOI, Mark
from signing.report import Placed, SealReport, Status, Verdict
from signing.timestamp import GuardedTimestamper
from signing.trust import Trust
from signing.verify import verify
from signing.writer import Writer

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

    The mark stands on page 1, upright to who looks at it however the page is turned. Where it names a signer, that
    person signs (P1, TT 01/2023 Đ.8(1)), not the agency.

    `trust` holds the chain and current CRLs of key and timestamp authority; it is used afresh for each document, so
    no file carries another's evidence. The XMP stays byte-identical, so the PDF/A claim is not touched.

    Raises:
        NotSealed: the file, the certificate or the result is not fit; `code` says which.
        TimestampUnavailable: no timestamp now; call again later with the same values.
    """
    mark = fit_to_seal(pdf, mark)
    context = fresh_context(trust, at)
    path = finished(path_in_force(key.certificate, key.chain, context, at))
    guarded = GuardedTimestamper(timestamper)
    try:
        sealed = finished(_signed(pdf, key, guarded, context, path, mark, at, reason, location))
    except (NotSealed, TimestampUnavailable):
        raise
    except Exception as error:  # odd files make pyHanko raise AttributeError or AssertionError (measured)
        raise NotSealed("SEALING_FAILED", f"{type(error).__name__}: {error}") from error
    return Sealed(sealed, proven(sealed, trust, at, (placed(mark, 1),)))


def proven(sealed: bytes, trust: Trust, at: datetime, marks: tuple[Placed, ...]) -> SealReport:
    """Give the report on what was just signed, with its `marks`.

    Raises:
        NotSealed: it is anything but VALID without a warning, or CLOCK_DISAGREES.
    """
    report = verify(sealed, trust, at=at)
    if report.verdict is not Verdict.VALID:
        found = [f"{c.name} {c.code} {c.detail}" for c in report.checks]
        if report.reason == "SIGNER_IMPERSONATES":
            found.insert(0, REMEDY)
        raise NotSealed(report.reason, "; ".join(found))
    # an agency that the list of agencies does not know yet may seal; verifiers are told
    warnings = [c for c in report.checks if c.status is Status.WARNING and c.name != "entitlement"]
    missing = next(iter(warnings), None)
    if missing is not None:
        raise NotSealed(missing.code, missing.detail)
    for one in report.signatures:
        stamped = datetime.fromisoformat(one.time or "")
        # the mark's time is written before the timestamp is fetched: far apart, one of the clocks is wrong
        if abs(stamped - at) > CLOCK_TOLERANCE:
            raise NotSealed("CLOCK_DISAGREES", f"{at.isoformat()} against {stamped.isoformat()}")
    return replace(report, marks=marks)


def placed(mark: Mark, page: int) -> Placed:
    """Give what the report says of a mark; pages count from 1."""
    rule = mark.rule
    return Placed(rule.name, rule.version, page, mark.box, mark.method)


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
    field = SigFieldSpec(
        FIELD, on_page=0, box=box_of(mark), readable_field_name=mark.signer or key.agency_name
    )
    signed = await sign(
        Writer(BytesIO(pdf)),
        field,
        key=key,
        timestamper=timestamper,
        mark=mark,
        at=at,
        permits=MDPPerm.NO_CHANGES,
        reason=reason,
        location=location,
    )
    return await with_evidence(signed, timestamper, context, [path])


async def sign(
    writer: Writer,
    field: SigFieldSpec | str,
    *,
    key: SealKey,
    timestamper: GuardedTimestamper,
    mark: Mark,
    at: datetime,
    permits: MDPPerm | None,
    reason: str,
    location: str = "",
) -> BytesIO:
    """Give the file with one more signature, B-T, in a new field or in the empty one of that name.

    ``permits``: it certifies, and this is all that may follow; None: an approval, behind a certification.
    """
    chain_bytes = len(key.certificate) + sum(len(der) for der in key.chain)
    new = None if isinstance(field, str) else field
    signer = _Signer(
        at,
        signature_meta=PdfSignatureMetadata(
            field_name=field if isinstance(field, str) else field.sig_field_name,
            md_algorithm=key.digest,
            name=mark.signer or key.agency_name,
            reason=reason or None,
            location=location or None,
            app_build_props=BuildProps(name=SEAL_MAKER),
            certify=permits is not None,
            docmdp_permissions=permits or MDPPerm.FILL_FORMS,
            subfilter=SigSeedSubFilter.PADES,
        ),
        signer=key.signer(),
        timestamper=timestamper,
        stamp_style=MarkStyle(border_width=0, mark=mark),
        new_field_spec=new,
    )
    signed: BytesIO = await signer.async_sign_pdf(
        writer,
        existing_fields_only=new is None,
        bytes_reserved=RESERVED + 2 * chain_bytes,
        output=BytesIO(),
    )
    return signed


def box_of(mark: Mark) -> Any:
    """Give the box as pyHanko declares it: whole numbers, though it writes and takes fractions of a point."""
    return mark.box


async def with_evidence(
    signed: BytesIO,
    timestamper: GuardedTimestamper,
    context: ValidationContext,
    signers: Sequence[ValidationPath],
) -> bytes:
    """Add chains and CRLs (B-LT) and the timestamp over them (B-LTA), in one revision that ends the file."""
    paths = [*signers]
    try:
        async for one in timestamper.validation_paths(context):  # type: ignore[no-untyped-call]
            paths.append(one)
    except InsufficientRevinfoError as error:
        raise NotSealed("REVOCATION_UNKNOWN", str(error)) from error
    except (PathBuildingError, ValidationError) as error:
        raise NotSealed("TIMESTAMP_UNTRUSTED", str(error)) from error
    certificates = [certificate for one in paths for certificate in one.iter_certs(include_root=True)]
    issuers = {certificate.subject.hashable for certificate in certificates}
    writer = Writer(signed)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        sig_contents=None,  # no VRI: deprecated in PAdES, and it could only be written behind the last timestamp
        paths=paths,
        crls=[each for each in context.crls if each.issuer.hashable in issuers],
        ocsps=_answers(context.ocsps, {one.serial_number for one in certificates}),
        embed_roots=False,
    )
    stamper = PdfTimeStamper(timestamper, field_name=TIMESTAMP_FIELD, readable_field_name="Dấu thời gian")
    output: BytesIO = await stamper.async_timestamp_pdf(
        writer, DIGEST, bytes_reserved=RESERVED, output=BytesIO()
    )
    return output.getvalue()


def _answers(known: Iterable[ocsp.OCSPResponse], serials: set[int]) -> list[ocsp.OCSPResponse]:
    """Give the answers about these certificates, and those about the responders that gave them."""
    told = [one for one in known if serials & serials_of(one)]
    given = {each.serial_number for one in told for each in responders_of(one)}
    return told + [one for one in known if one not in told and given & serials_of(one)]
