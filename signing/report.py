"""What a check of a file gives: verdict, the deciding reason, every named check, every signature seen.

Free of pyHanko and of keys, so that light processes (web, command line) can use it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
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

HINDSIGHT = (
    "Danh sách thu hồi nói điều này được công bố sau thời điểm đó; người kiểm tra khi ấy có thể chưa biết.",
    "The list that says so was published after that time; who checked then may not have known.",
)
_HANOI = timezone(timedelta(hours=7))
TimeSource = Literal["timestamp", "claimed", "none"]
Standing = Literal["valid", "expired", "replaced", "revoked", "disputed", "used_up"]
Kind = Literal["seal", "approval", "timestamp"]
Label = Literal["signing", "now", "chosen"]


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
class Original:
    """The sealed record that an extract of ours is of: where its bytes are, and every SHA-256 that it has had, as
    it was sealed and with each renewal's evidence; the extract names one of them. ``path`` None: it is gone here."""

    path: Path | None
    digests: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """What the archive says about this very file (found by its SHA-256).

    `standing` is that of the time of the check. `since` and `expires` are ISO 8601 with offset: since when it stands
    so, and from when on it has expired by its own date. `form` is the code of the paper's type.
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
    expires: str | None = None
    form: str = ""

    def standing_at(self, at: datetime) -> Standing:
        """Give how it stood, or will stand by what is known now, at the aware time `at`.

        Of acts only the last one is known, so before `since` it counts as valid.
        """
        since, expires = _moment(self.since), _moment(self.expires)
        kept: Standing = "valid" if self.standing == "expired" else self.standing
        if since is not None and at < since:
            kept = "valid"
        if kept == "valid" and (at >= expires if expires is not None else self.standing == "expired"):
            return "expired"
        return kept


def _moment(text: str | None) -> datetime | None:
    """Give the time; a day alone begins at midnight in Việt Nam."""
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=_HANOI)


@dataclass(frozen=True)
class TimeJudged:
    """The verdict on the same file as it is for another time, with what is known now.

    `signing` is the time of the newest signature, `now` that of the check, `chosen` the caller's. `checks` are those
    that depend on the time; the others are the report's. `hindsight` says that what decided was published after the
    time judged, so who checked then may not have known it. `at` is None when nobody knows the time.
    """

    label: Label
    at: str | None
    verdict: Verdict
    reason: str
    sub_indication: str
    vi: str
    en: str
    checks: tuple[Check, ...]
    standing: Standing | None = None
    hindsight: bool = False


@dataclass(frozen=True)
class TrustUsed:
    """The version of the trust store that the report rests on; version 0 is none."""

    version: int
    sha256: str


@dataclass(frozen=True)
class Placed:
    """A mark as it was set: by which template (name, version), on which page (from 1), where in the page's own
    coordinates (pt), and how the place was found ("free": on the page, clear of ink; "band": in a margin added for it;
    empty when the caller did not say)."""

    template: str
    version: str
    page: int
    box: tuple[float, float, float, float]
    method: str


@dataclass(frozen=True)
class SealReport:
    """The one answer about one file. `reason` is the code of the first check that decided, OK when VALID;
    `sub_indication` says it in the standard's words. The verdict is that of now; `times` has it side by side.
    """

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
    sub_indication: str = ""
    times: tuple[TimeJudged, ...] = ()
    trust: TrustUsed = TrustUsed(0, "")
    marks: tuple[Placed, ...] = ()
    """What sealing set, told by who sealed; checking a file does not look for marks."""

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON; enums as their words."""
        plain = asdict(self)
        for judged in plain["times"]:
            judged["verdict_vi"] = Verdict(judged["verdict"]).vi
        return {**plain, "verdict_vi": self.verdict.vi}

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
