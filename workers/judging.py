"""The verdict on any file, by a limited child; a child that breaks its limits is an answer about the file too."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from archive.clock import stamp
from archive.errors import Problem
from archive.settings import Settings
from ingest.receive import file_digest
from signing.report import Check, Known, Original, SealReport, Status, Verdict, check
from workers.children import ChildFailed, Children
from workers.jobs import SEALS

BEYOND = frozenset(["CHILD_TIME_LIMIT", "CHILD_MEMORY_LIMIT"])


def judged(
    children: Children,
    settings: Settings,
    file: Path,
    known: Known | None,
    at: datetime,
    chosen: datetime | None = None,
    original: Original | None = None,
) -> SealReport:
    """Give the report on ``file`` at ``at``, also as of a ``chosen`` time, by the trust of this installation.
    ``original``: of which it is our extract. Raises nothing for any bytes; who has nobody to trust is told that."""
    keys = settings.keys if settings.keys.exists() else None
    try:
        report: SealReport = children.run(
            settings.verify_seconds, SEALS, "check_file", file, keys, at, known, chosen, original
        )
    except ChildFailed as failed:
        code = "TOO_COMPLEX" if failed.code in BEYOND else "VALIDATOR_FAILURE"
        return _unjudged(file, known, at, check("format", code, failed.en))
    except Problem as failed:  # there is nobody to trust: that is what is said
        why = Check("trust", Status.UNKNOWN, failed.code, failed.vi, failed.en)
        return _unjudged(file, known, at, why)
    return report


def _unjudged(file: Path, known: Known | None, at: datetime, why: Check) -> SealReport:
    return SealReport(
        verdict=Verdict.INDETERMINATE, reason=why.code, vi=why.vi, en=why.en, sha256=file_digest(file),
        checked_at=stamp(at), checks=(why,), signer=None, signing_time=None, time_source="none", signatures=(),
        ours=known is not None, standing=None if known is None else known.standing, known=known,
    )  # fmt: skip
