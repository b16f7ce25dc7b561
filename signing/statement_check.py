"""Is the statement in a copy's code square true, as far as paper and published keys tell? One verdict, its reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from signing.codes import CODES
from signing.mark import HANOI, iso_time
from signing.report import Check, Status, Verdict, check, verdict_of
from signing.statement import PREFIX, Malformed, Signed, Statement, parse
from signing.statement_keys import PublishedKey
from signing.statement_paper import named

SKEW = timedelta(days=1)
"""By which a machine's calendar may be behind the office's before a statement is one of the future."""

NOT_KNOWN_OFFLINE = (
    (
        "Không biết khi không có mạng: bản sao hoặc bản gốc có bị thu hồi, thay thế sau khi cấp hay không; khóa có bị "
        "thu hồi sau khi tệp khóa được tải về hay không; nội dung khác trên giấy có đúng bản gốc hay không.",
        "Not known without network: whether the copy or its record was revoked or replaced since, whether the key was "
        "revoked after the file of keys was fetched, whether the rest of the paper shows what the original shows.",
    ),
    (
        "Chỉ số, ký hiệu văn bản và tên người mà mã nêu được tìm trên giấy; một tờ giấy khác ghi cùng số và cùng tên "
        "thì chỉ tệp điện tử của bản sao mới phân biệt được. Hãy so số bản sao, ký hiệu văn bản, tên người và ngày mà "
        "mã nêu với tờ giấy đang cầm.",
        "Only the number, notation and name that the statement names are looked for on the paper; another paper with "
        "the same number and name is told apart by the copy's electronic file alone. Compare the number, notation, "
        "name and day that the statement names with the paper in hand.",
    ),
)


@dataclass(frozen=True)
class StatementReport:
    """The answer about one picture or text. `statement` is what was read, believed only when the verdict is VALID."""

    verdict: Verdict
    reason: str
    vi: str
    en: str
    checks: tuple[Check, ...]
    checked_at: str
    statement: Statement | None
    key_id: str | None
    agency_name: str | None

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "verdict": self.verdict.value,
            "verdict_vi": self.verdict.vi,
            "reason": self.reason,
            "vi": self.vi,
            "en": self.en,
            "checks": [vars(one) for one in self.checks],
            "checked_at": self.checked_at,
            "statement": None if self.statement is None else self.statement.to_dict(),
            "key": self.key_id,
            "agency_name": self.agency_name,
            "not_known": [{"vi": vi, "en": en} for vi, en in NOT_KNOWN_OFFLINE],
        }


def judge(
    texts: Sequence[str],
    keys: Mapping[str, PublishedKey],
    at: datetime,
    paper: Callable[[str, Statement], Check],
    digests: frozenset[str] | None = None,
) -> StatementReport:
    """Give the report on what the squares of a picture say, of which the first statement counts.

    `paper`: whether the paper bears what the statement names (`statement_paper`), asked with the text of the square and
    the statement only where nothing else is against it: reading takes seconds, and strangers may ask. `digests`: of the
    file that is said to be the copy or its original, where there is one; None leaves that out.
    """
    ours = [text for text in texts if text.startswith(PREFIX)]
    if not ours:
        return _report((check("statement", "STATEMENT_NONE", f"{len(texts)} squares"),), at)
    try:
        signed = parse(ours[0])
    except Malformed as error:
        return _report((check("statement", "STATEMENT_MALFORMED", str(error)),), at)
    key = keys.get(signed.key_id)
    checks = (check("statement", "OK"), *_key_and_signature(signed, key, at), _dates(signed.statement, at))
    if digests is not None:
        same = signed.statement.original_sha256 in digests
        checks += (check("digest", "OK" if same else "STATEMENT_OTHER_FILE"),)
    good = all(one.status is Status.PASSED for one in checks)
    checks += (paper(ours[0], signed.statement) if good else check("paper", "NOT_REACHED"),)
    return _report(checks, at, signed, key)


def on_paper(said: Statement, lacking: Sequence[str]) -> Check:
    """Give the check of the paper from what of the statement it does not bear."""
    if not named(said):
        return check("paper", "STATEMENT_NAMES_NOTHING")
    return check("paper", "STATEMENT_NOT_ON_PAPER" if lacking else "OK", ", ".join(lacking))


def paper_unread(detail: str) -> Check:
    """Give the check of a paper that our own reading failed on."""
    return check("paper", "STATEMENT_PAPER_UNREAD", detail)


def unreadable(at: datetime, detail: str) -> StatementReport:
    """Give the report on what is no picture."""
    return _report((check("picture", "PICTURE_UNREADABLE", detail),), at)


def _key_and_signature(signed: Signed, key: PublishedKey | None, at: datetime) -> tuple[Check, ...]:
    if key is None:
        return (check("key", "STATEMENT_UNKNOWN_KEY", signed.key_id), check("signature", "NOT_REACHED"))
    if not signed.holds(key.public):
        return (check("key", "OK"), check("signature", "STATEMENT_BAD_SIGNATURE"))
    return (check("key", _key_code(signed.statement, key, at), key.key_id), check("signature", "OK"))


def _key_code(stated: Statement, key: PublishedKey, at: datetime) -> str:
    """The day in the statement is its signer's word, without a timestamp: a stolen key can write any day. So a key that
    was revoked proves nothing any more, also about earlier days."""
    if stated.issuer != key.agency:
        return "STATEMENT_OTHER_ISSUER"
    if not key.since <= stated.issued_at < key.until:
        return "STATEMENT_OUTSIDE_KEY"
    if key.revoked_since is not None and key.revoked_since <= at:
        late = stated.issued_at >= key.revoked_since
        return "STATEMENT_KEY_REVOKED" if late else "STATEMENT_KEY_REVOKED_SINCE"
    return "STATEMENT_KEY_EXPIRED" if at >= key.believed_until else "OK"


def _dates(stated: Statement, at: datetime) -> Check:
    if stated.issued_at > at + SKEW:
        return check("dates", "STATEMENT_FROM_FUTURE")
    if stated.valid_until is not None and stated.valid_until < at.astimezone(HANOI).date():
        return check("dates", "STATEMENT_COPY_EXPIRED")
    return check("dates", "OK")


def _report(
    checks: tuple[Check, ...], at: datetime, signed: Signed | None = None, key: PublishedKey | None = None
) -> StatementReport:
    verdict, deciding = verdict_of(checks)
    # Whose statement it claims to be is said only where the signature holds: a forged name would be read as true.
    proven = any(one.name == "signature" and one.status is Status.PASSED for one in checks)
    reason = CODES[deciding.code if deciding else "OK"]
    return StatementReport(
        verdict, reason.code, reason.vi, reason.en, checks, iso_time(at),
        None if signed is None else signed.statement, None if signed is None else signed.key_id,
        key.agency_name if key is not None and proven else None,
    )  # fmt: skip
