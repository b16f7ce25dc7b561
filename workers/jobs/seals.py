"""Jobs that need keys or judge signatures: sealing, copying, verifying. They run in children.

Sealing and copying run several at a time in children that stay (workers/lasting.py), which keep the keys they opened.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pyhanko.sign.timestamps import TimeStamper

from archive.errors import Problem
from signing import copy as copying
from signing import pki, revocation, verify
from signing.authorities import load_timestamper
from signing.errors import NotSealed, TimestampUnavailable
from signing.keyring import load_key
from signing.mark import Mark
from signing.report import Known, SealReport
from signing.seal import seal
from signing.terms import CopyTerms
from signing.trust import Trust

# What pyHanko logs as errors are findings about a file; they stand in the report, with their reasons.
for name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(name).setLevel(logging.CRITICAL)


def seal_draft(
    pdf: Path, keys: Path, agency_code: str, agency_name: str, box: tuple[float, float, float, float], at: datetime,
    sealed: Path,
) -> SealReport:  # fmt: skip
    """Seal the draft with the agency's key, verify it, write it to ``sealed``. Gives the verification's report."""
    with as_problems():
        trust, timestamper = _trust(keys, at)
        key = load_key(keys, agency_code)
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
    with as_problems():
        trust, timestamper = _trust(keys, at)
        key = load_key(keys, agency_code)
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


def check_file(pdf: Path, keys: Path | None, at: datetime, known: Known | None) -> SealReport:
    """The verdict on any file. Without ``keys`` nobody is trusted, and only the file itself is judged."""
    trust = Trust(()) if keys is None else relied_on(keys, at)
    return verify.verify(pdf.read_bytes(), trust, at=at, known=known)


def _trust(keys: Path, at: datetime) -> tuple[Trust, TimeStamper]:
    pki.refresh_crls(keys, at)
    return relied_on(keys, at), load_timestamper(keys, lambda: at)


def relied_on(keys: Path, at: datetime) -> Trust:
    """The trust of this installation with the revocation data of its cache that holds at ``at``."""
    lists, answers = revocation.fresh(keys, at)
    return pki.load_trust(keys) + Trust((), (), lists, answers)


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
