"""Jobs that need keys or judge signatures: sealing, copying, verifying. They run in children."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.errors import Problem
from signing import anchors, pki, verify
from signing import copy as copying
from signing.errors import NotSealed, TimestampUnavailable, TrustBroken
from signing.mark import Mark
from signing.report import Known, SealReport
from signing.revision import revision
from signing.seal import seal
from signing.terms import CopyTerms
from signing.trust import Trust

# What pyHanko logs as errors are findings about a file; they stand in the report, with their reasons.
for name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(name).setLevel(logging.CRITICAL)


def seal_draft(
    pdf: Path, keys: Path, agency_code: str, agency_name: str, box: tuple[float, float, float, float], at: datetime,
    sealed: Path, form: str = "",
) -> SealReport:  # fmt: skip
    """Seal the draft with the agency's key, verify it, write it to ``sealed``. Gives the verification's report.

    Raises Problem NOT_ENTITLED when the list of agencies says that this one may not seal this form now."""
    with _as_problems():
        trust, timestamper = _trust(keys, at)
        for one in trust.agencies:
            if one.code == agency_code and (why := one.why_not(form, at)):
                raise NotSealed("NOT_ENTITLED", why)
        key = pki.load_seal(keys, agency_code)
        done = seal(
            pdf.read_bytes(),
            key=key,
            timestamper=timestamper,
            trust=trust,
            mark=Mark(agency_name, at, box),
            at=at,
        )
    sealed.write_bytes(done.pdf)
    return done.report


def issue_copy(
    original: Path, keys: Path, agency_code: str, terms: CopyTerms, at: datetime, copy: Path
) -> SealReport:
    """Build the certified copy of a sealed record, seal and verify it, write it to ``copy``."""
    with _as_problems():
        trust, timestamper = _trust(keys, at)
        key = pki.load_seal(keys, agency_code)
        built = copying.build(original.read_bytes(), terms)
        done = copying.certify(built, key=key, timestamper=timestamper, trust=trust, at=at)
        # After certify, which refuses an original that is not valid: that says more than a format's fault.
        faults = "; ".join(copying.pdfa_findings(built))[:500]
        if faults:
            raise Problem(
                "NOT_PDFA", f"Bản sao không đạt PDF/A-3b: {faults}", f"The copy is not PDF/A-3b: {faults}"
            )
        if copying.attached_original(done.pdf) != original.read_bytes():
            raise Problem("ORIGINAL_NOT_ATTACHED", "Bản gốc đính kèm bị sai", "The attached original differs")
    copy.write_bytes(done.pdf)
    return done.report


def check_file(
    pdf: Path, keys: Path | None, at: datetime, known: Known | None, chosen: datetime | None = None
) -> SealReport:
    """The verdict on any file, also at a ``chosen`` time. Without ``keys`` nobody is trusted, and only the file
    itself is judged. Raises Problem TRUST_BROKEN."""
    with _as_problems():
        trust = Trust(()) if keys is None else anchors.load_trust(keys, at)
    return verify.verify(pdf.read_bytes(), trust, at=at, known=known, chosen=chosen)


def as_signed(pdf: Path, field: str, at: datetime, target: Path) -> None:
    """Write the file as it was when the signature in ``field`` was made. Raises Problem with the reason why not."""
    with _as_problems():
        target.write_bytes(revision(pdf.read_bytes(), field, at))


def _trust(keys: Path, at: datetime) -> tuple[Trust, Any]:
    pki.refresh_crls(keys, at)
    return anchors.load_trust(keys, at), pki.load_timestamper(keys, lambda: at)


@contextmanager
def _as_problems() -> Iterator[None]:
    """Errors of sealing as Problems, so that code and sentences travel back whole."""
    try:
        yield
    except TimestampUnavailable as error:
        raise Problem(
            "TIMESTAMP_UNAVAILABLE",
            f"Máy chủ cấp dấu thời gian không trả lời: {error}",
            f"No timestamp authority answers: {error}",
        ) from error
    except TrustBroken as error:
        raise Problem(
            "TRUST_BROKEN",
            f"Kho tin cậy bị hỏng hoặc bị sửa: {error}",
            f"The trust store is damaged or was changed: {error}",
        ) from error
    except NotSealed as error:
        detail = f" ({error.detail})" if error.detail else ""
        raise Problem(error.code, error.vi + detail, error.en + detail) from error
