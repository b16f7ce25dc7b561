"""Does the store really lock? A probe is kept like a record, and then everything forbidden is tried on it.

Servers have shipped that accept locks and do not enforce them (measured in 2026: two of five answered 200 to lock
headers and deleted anyway). The only proof is to try. What is tried can hurt only the probe.

A refusal proves that *these credentials* cannot do it. Run it with the rights of the server's administrator too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from io import BytesIO

from minio.commonconfig import COMPLIANCE, GOVERNANCE
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.retention import Retention

from archive.s3 import S3Store
from archive.s3_buckets import require_locking
from archive.s3_locks import Lock, Version, read_lock
from archive.s3_problems import NotKept, NotLocked, asking
from archive.store import HOLDINGS, FolderStore, Store

PROBE = b"hoso: probe of the object lock\n"
"""Always the same bytes, hence one object for ever, however often the check runs."""

_REFUSALS = ("AccessDenied", "ObjectLocked", "InvalidRequest", "MethodNotAllowed", "InvalidRetentionPeriod")


class Verdict(Enum):
    """What the holdings may be trusted with."""

    LOCKED = "locked"
    """Everything forbidden was refused, and the probe is whole."""
    APPLICATION_ONLY = "application-only"
    """Write-once by this program only: whoever owns the disk can delete."""
    NOT_LOCKED = "not-locked"
    """Something forbidden was done, or the probe could not be locked."""


@dataclass(frozen=True)
class Attempt:
    """One forbidden act. ``accepted``: the store did it. ``answer``: its code, or what happened."""

    act: str
    accepted: bool
    answer: str


@dataclass(frozen=True)
class LockReport:
    """What was tried and what it means. ``probe`` is the digest of the object it was tried on."""

    verdict: Verdict
    probe: str
    locked_until: datetime | None
    attempts: tuple[Attempt, ...]
    vi: str
    en: str

    def as_dict(self) -> dict[str, object]:
        """For JSON output."""
        return {
            "verdict": self.verdict.value,
            "probe": self.probe,
            "locked_until": self.locked_until.isoformat() if self.locked_until else None,
            "attempts": [asdict(attempt) for attempt in self.attempts],
            "vi": self.vi,
            "en": self.en,
        }


def check_lock(store: Store) -> LockReport:
    """Try to delete, shorten and overwrite a probe in the holdings. Raises Unreachable, Denied and Unfit."""
    if isinstance(store, S3Store):
        return _check_s3(store)
    if isinstance(store, FolderStore):
        return _check_folder(store)
    raise TypeError(f"no lock check for {type(store).__name__}")


def _check_s3(store: S3Store) -> LockReport:
    require_locking(store.client, store.access)
    attempts: list[Attempt] = []
    probe, until = "", None
    acts = {"delete": _delete, "delete-bypassing": _delete_bypassing, "shorten": _shorten, "weaken": _weaken}
    try:
        for act, tried in (*acts.items(), ("overwrite", _overwrite)):
            # Kept anew each time: where the act before was done, there is something to try this one on.
            probe = store.put(HOLDINGS, PROBE)
            version, lock = store.held(probe)
            until = lock.until
            attempts.append(_try(store, act, tried, version, lock))
    except (NotLocked, NotKept) as problem:
        attempts.append(Attempt("leave-unlocked", True, problem.code))
    if not any(attempt.accepted for attempt in attempts):
        vi = "Kho khóa thật: không xóa, rút ngắn, hạ mức hay ghi đè được."
        en = "The store locks: deleting, shortening, weakening and overwriting were refused."
        return LockReport(Verdict.LOCKED, probe, until, tuple(attempts), vi, en)
    done = ", ".join(attempt.act for attempt in attempts if attempt.accepted)
    vi = f"Kho KHÔNG khóa: đã làm được điều bị cấm ({done}). Không được dùng kho này để lưu trữ hồ sơ."
    en = f"The store does NOT lock: something forbidden was done ({done}). Do not hold records on it."
    return LockReport(Verdict.NOT_LOCKED, probe, until, tuple(attempts), vi, en)


_Act = Callable[[S3Store, Version, Lock], str | None]
"""Tries something; None when the store did it, else the code of its refusal."""


def _try(store: S3Store, act: str, tried: _Act, version: Version, lock: Lock) -> Attempt:
    with asking(store.access.url):
        try:
            refusal = tried(store, version, lock)
        except S3Error as error:
            if error.code not in _REFUSALS:
                raise
            refusal = error.code
        # Neither a refusal nor a consent is believed: what counts is what is there now.
        whole = _is_whole(store, version, lock)
    if refusal is None or not whole:
        return Attempt(act, True, "done" if whole else "the probe or its lock is gone")
    return Attempt(act, False, refusal)


def _is_whole(store: S3Store, version: Version, lock: Lock) -> bool:
    try:
        there = store.client.stat_object(version.bucket, version.name, version_id=version.id)
        now = read_lock(store.client, version)
    except S3Error:
        return False
    return there.size == len(PROBE) and lock.until is not None and now.keeps(lock.until, lock.on_hold)


def _delete(store: S3Store, version: Version, lock: Lock) -> str | None:
    store.client.remove_object(version.bucket, version.name, version.id)
    return None


def _delete_bypassing(store: S3Store, version: Version, lock: Lock) -> str | None:
    """As an administrator who may bypass retention of the mode GOVERNANCE, in the call that deletes many."""
    wanted = [DeleteObject(version.name, version.id)]
    for error in store.client.remove_objects(version.bucket, wanted, bypass_governance_mode=True):
        return error.code or "refused"
    return None


def _shorten(store: S3Store, version: Version, lock: Lock) -> str | None:
    now = store.now()
    halfway = now + ((lock.until or now) - now) / 2
    store.client.set_object_retention(
        version.bucket, version.name, Retention(COMPLIANCE, halfway), version_id=version.id
    )
    return None


def _weaken(store: S3Store, version: Version, lock: Lock) -> str | None:
    weaker = Retention(GOVERNANCE, lock.until or store.now())
    store.client.set_object_retention(version.bucket, version.name, weaker, version_id=version.id)
    return None


def _overwrite(store: S3Store, version: Version, lock: Lock) -> str | None:
    """S3 takes an overwrite as a new version; the refusal is that the locked one stays, which the caller looks at.

    Once for ever: where a version lies behind the probe, an earlier check has overwritten that one already, and every
    further overwrite would leave one more object that nobody can delete.
    """
    listed = store.client.list_objects(version.bucket, prefix=version.name, include_version=True)
    if sum(not other.is_delete_marker for other in listed) < 2:
        store.client.put_object(version.bucket, version.name, BytesIO(PROBE), len(PROBE))
    return "new version"


def _check_folder(store: FolderStore) -> LockReport:
    """What the owner of the disk can do; the probe is removed, and is no record's."""
    probe = store.put(HOLDINGS, PROBE)
    path = store.path(HOLDINGS, probe)
    try:
        path.chmod(0o640)
        path.write_bytes(PROBE[:-1])
        overwrite = Attempt("overwrite", True, "done")
    except OSError as refused:
        overwrite = Attempt("overwrite", False, type(refused).__name__)
    try:
        path.unlink()
        delete = Attempt("delete", True, "done")
    except OSError as refused:
        delete = Attempt("delete", False, type(refused).__name__)
    vi = "Kho thư mục chỉ được chương trình này giữ không đổi; người có quyền trên ổ đĩa vẫn sửa và xóa được."
    en = "A folder store is write-once by this program only; whoever owns the disk can change and delete."
    return LockReport(Verdict.APPLICATION_ONLY, probe, None, (overwrite, delete), vi, en)
