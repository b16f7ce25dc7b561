"""What a check of a file gives: verdict, the deciding reason, every named check, every signature seen.

Free of pyHanko and of keys, so that light processes (web, command line) can use it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal

from signing.codes import CODES


class Verdict(StrEnum):
    """EN 319 102-1 clause 5.1.2: TOTAL-PASSED, TOTAL-FAILED, INDETERMINATE."""

    VALID = "VALID"
    INVALID = "INVALID"
    INDETERMINATE = "INDETERMINATE"

    @property
    def vi(self) -> str:
        """What a Vietnamese page shows."""
        return {"VALID": "HỢP LỆ", "INVALID": "KHÔNG HỢP LỆ", "INDETERMINATE": "CHƯA XÁC ĐỊNH"}[self.value]


class Status(StrEnum):
    """How one check ended. `unknown` leads to INDETERMINATE, `failed` to INVALID, the others decide nothing."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    WARNING = "warning"
    SKIPPED = "skipped"


STATUS_OF = {
    "PASSED": Status.PASSED,
    "SKIPPED": Status.SKIPPED,
    "WARNING": Status.WARNING,
    "INDETERMINATE": Status.UNKNOWN,
    "INVALID": Status.FAILED,
}

TimeSource = Literal["timestamp", "claimed", "none"]
Standing = Literal["valid", "expired", "replaced", "revoked", "disputed", "used_up"]
Kind = Literal["seal", "approval", "timestamp"]


@dataclass(frozen=True)
class Check:
    """One named check. `detail` is technical, in English, and may be empty."""

    name: str
    status: Status
    code: str
    vi: str
    en: str
    detail: str = ""


def check(name: str, code: str, detail: str = "") -> Check:
    """Give the check `name` ended with `code`; status and sentences come from the frozen table."""
    row = CODES[code]
    return Check(name, STATUS_OF[row.decides], code, row.vi, row.en, detail)


@dataclass(frozen=True)
class Signer:
    """Whom the certificate names. Organisation is empty when the subject has none."""

    common_name: str
    organisation: str
    serial: str


@dataclass(frozen=True)
class SignatureSeen:
    """One signature or document timestamp of the file, oldest first. `time` is ISO 8601 with offset, or None."""

    field: str
    kind: Kind
    signer: Signer
    time: str | None
    time_source: TimeSource
    intact: bool
    trusted: bool
    covers: str
    modifications: str
    code: str
    detail: str = ""


@dataclass(frozen=True)
class Known:
    """What the archive says about this very file (found by its SHA-256).

    `which` lost its force, the file itself or the record behind a copy; `since` when (ISO 8601), `by` whom (an agency).
    """

    kind: Literal["record", "copy"]
    identifier: str
    standing: Standing
    since: str | None = None
    reason: str = ""
    which: Literal["record", "copy", ""] = ""
    by: str = ""
    reason_en: str = ""


@dataclass(frozen=True)
class SealReport:
    """The one answer about one file. `reason` is the code of the first check that decided, OK when VALID."""

    verdict: Verdict
    reason: str
    vi: str
    en: str
    sha256: str
    checked_at: str
    checks: tuple[Check, ...]
    signer: Signer | None
    signing_time: str | None
    time_source: TimeSource
    signatures: tuple[SignatureSeen, ...]
    ours: bool
    standing: Standing | None
    known: Known | None

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON; enums as their words."""
        return {**asdict(self), "verdict_vi": self.verdict.vi}

    def to_json(self) -> str:
        """Give the report as JSON with readable Vietnamese."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True)


def verdict_of(checks: tuple[Check, ...]) -> tuple[Verdict, Check | None]:
    """Give the verdict and the check that decided it: any failure, else any unknown, else VALID."""
    for status, verdict in ((Status.FAILED, Verdict.INVALID), (Status.UNKNOWN, Verdict.INDETERMINATE)):
        for one in checks:
            if one.status is status:
                return verdict, one
    return Verdict.VALID, None
