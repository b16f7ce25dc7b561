"""Jobs that need keys or judge signatures: sealing, copying, verifying. They run in children."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.errors import Problem
from signing import copy as copying
from signing import extract_check, pki, statement_keys, verify
from signing.errors import NotSealed, TimestampUnavailable
from signing.mark import Mark
from signing.report import Known, SealReport
from signing.seal import seal
from signing.statement import Form, Statement, sign
from signing.terms import CopyTerms
from signing.trust import Trust
from workers.jobs.values import Stated

# What pyHanko logs as errors are findings about a file; they stand in the report, with their reasons.
for name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(name).setLevel(logging.CRITICAL)


def seal_draft(
    pdf: Path, keys: Path, agency_code: str, agency_name: str, box: tuple[float, float, float, float], at: datetime,
    sealed: Path,
) -> SealReport:  # fmt: skip
    """Seal the draft with the agency's key, verify it, write it to ``sealed``. Gives the verification's report."""
    with as_problems():
        trust, timestamper = trust_of(keys, at)
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
    original: Path, keys: Path, agency_code: str, terms: CopyTerms, what: Stated, at: datetime, copy: Path
) -> SealReport:
    """Build the certified copy of a sealed record, seal and verify it, write it to ``copy``."""
    with as_problems():
        terms = replace(terms, statement=stated(keys, agency_code, terms, what, at))
        trust, timestamper = trust_of(keys, at)
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
    pdf: Path, keys: Path | None, at: datetime, known: Known | None, original: Path | None = None
) -> SealReport:
    """The verdict on any file. Without ``keys`` nobody is trusted, and only the file itself is judged. ``original``:
    the sealed record that an extract of ours is of, to compare with."""
    trust = Trust(()) if keys is None else pki.load_trust(keys)
    data = pdf.read_bytes()
    report = verify.verify(data, trust, at=at, known=known)
    return extract_check.judged(report, data, None if original is None else original.read_bytes())


def stated(keys: Path, agency_code: str, terms: CopyTerms, what: Stated, at: datetime) -> str:
    """The text of the copy's second code square, signed with the agency's statement key."""
    try:
        key = statement_keys.load(keys, agency_code, terms.agency_name, at)
    except statement_keys.NoSuchKey as error:
        raise Problem(
            "NO_STATEMENT_KEY",
            f"Cơ quan {agency_code} chưa có khóa ký mã xác nhận; cài bằng hoso statement-keys --install",
            f"Agency {agency_code} has no key for statements; install one with hoso statement-keys --install",
        ) from error
    said = Statement(
        agency_code, terms.number, Form[terms.basis.value], what.document_code, at.replace(microsecond=0), what.holder,
        terms.original.sha256, what.valid_until,
    )  # fmt: skip
    return sign(said, key.private, key.key_id)


def trust_of(keys: Path, at: datetime) -> tuple[Trust, Any]:
    """What is trusted, with fresh lists, and the timestamp authority."""
    pki.refresh_crls(keys, at)
    return pki.load_trust(keys), pki.load_timestamper(keys, lambda: at)


@contextmanager
def as_problems() -> Iterator[None]:
    """Errors of sealing as Problems, so that code and sentences travel back whole."""
    try:
        yield
    except TimestampUnavailable as error:
        raise Problem(
            "TIMESTAMP_UNAVAILABLE",
            f"Máy chủ cấp dấu thời gian không trả lời: {error}",
            f"No timestamp authority answers: {error}",
        ) from error
    except NotSealed as error:
        detail = f" ({error.detail})" if error.detail else ""
        raise Problem(error.code, error.vi + detail, error.en + detail) from error
