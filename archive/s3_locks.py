"""Object locks: set on the exact version after the upload, read back, and nothing believed that was not read.

Measured (Ceph RGW 16.2.15 and 18.2.7, 2026): lock headers of a multipart upload are dropped without an error, so a
file of 6 MB sent with them can be deleted at once. PutObjectRetention on the finished version does lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element

from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.error import S3Error
from minio.retention import Retention
from minio.xml import findtext, unmarshal

from archive.s3_problems import BUSY, NotLocked

_WITHOUT_LOCK = ("NoSuchObjectLockConfiguration", "ObjectLockConfigurationNotFoundError", "InvalidRequest")

_SAME_TERM = timedelta(hours=1)
"""A lock that ends sooner than asked by less than this is left as it is, so that a repeated put changes nothing."""

_TRIES = 3


@dataclass(frozen=True)
class Lock:
    """What a server says of one version. COMPLIANCE: nobody, root of the server included, may shorten or delete."""

    mode: str | None = None
    until: datetime | None = None
    on_hold: bool = False

    def keeps(self, until: datetime, hold: bool) -> bool:
        """Whether nobody can delete before ``until``, and a legal hold lies on it when ``hold`` is wanted."""
        in_time = self.mode == COMPLIANCE and self.until is not None and self.until >= until
        return in_time and (self.on_hold or not hold)


@dataclass(frozen=True)
class Version:
    """One version of one object."""

    bucket: str
    name: str
    id: str


def read_lock(client: Minio, version: Version) -> Lock:
    """The lock of a version, as the server tells it; an empty Lock when there is none. Raises what minio raises."""
    told = _retention(client, version)
    return Lock(told.mode, told.until, _on_hold(client, version))


def ensure_lock(client: Minio, version: Version, until: datetime, hold: bool) -> Lock:
    """Lock a version until then, or find it so locked. Gives the lock as read back. Raises NotLocked.

    Looks first: what is locked longer already (an older holding, a bucket's default) must not be set shorter, which
    the server would refuse. What counts is what is read, not what is answered: of two who lock the same version at
    once, Ceph answers one with UnknownError (measured, 16.2.15), and both find it locked.
    """
    enough, refusal = until - _SAME_TERM, None
    for _ in range(_TRIES):
        found = _read(client, version)
        if found.keeps(enough, hold):
            return found
        try:
            if not found.keeps(enough, hold=False):
                client.set_object_retention(
                    version.bucket, version.name, Retention(COMPLIANCE, until), version_id=version.id
                )
            if hold and not found.on_hold:
                client.enable_object_legal_hold(version.bucket, version.name, version.id)
        except S3Error as refused:
            refusal = refused
    found = _read(client, version)
    if found.keeps(enough, hold):
        return found
    if refusal is not None:
        raise _told(version, refusal) from refusal
    raise _not_locked(version, f"asked until {until.isoformat()}, read back {found}")


def _read(client: Minio, version: Version) -> Lock:
    try:
        return read_lock(client, version)
    except S3Error as refused:
        # Also when the object is there without a lock and a server has a name of its own for that.
        raise _told(version, refused) from refused


def _told(version: Version, refused: S3Error) -> Exception:
    """A busy server stays one; every other refusal means that there is no lock."""
    return refused if refused.code in BUSY else _not_locked(version, f"{refused.code}: {refused.message}")


@dataclass(frozen=True)
class _Retained:
    mode: str | None
    until: datetime | None

    @classmethod
    def fromxml(cls, element: Element) -> _Retained:
        # Ceph prints nine decimals, of which minio's own parser takes six and fails; fromisoformat cuts them off.
        until = datetime.fromisoformat(findtext(element, "RetainUntilDate", True) or "")
        return cls(findtext(element, "Mode", True), until if until.tzinfo else until.replace(tzinfo=UTC))


def _retention(client: Minio, version: Version) -> _Retained:
    try:
        # get_object_retention without its parser of dates (see above); minio is pinned.
        answer = client._execute(
            "GET", version.bucket, version.name, query_params={"versionId": version.id, "retention": ""}
        )
    except S3Error as refused:
        if refused.code in _WITHOUT_LOCK:
            return _Retained(None, None)
        raise
    return unmarshal(_Retained, answer.data.decode())


def _on_hold(client: Minio, version: Version) -> bool:
    try:
        return client.is_object_legal_hold_enabled(version.bucket, version.name, version.id)
    except S3Error as refused:
        # Ceph names a missing hold ObjectLockConfigurationNotFoundError, which minio does not know (measured, 16.2.15).
        if refused.code in _WITHOUT_LOCK:
            return False
        raise


def _not_locked(version: Version, reason: str) -> NotLocked:
    return NotLocked(
        "OBJECT_NOT_LOCKED",
        f"Kho S3 không khóa được {version.name} trong {version.bucket}; chưa được coi là đã lưu trữ. "
        "Hãy chạy hoso store check.",
        f"The S3 store does not lock {version.name} in {version.bucket} ({reason}); it does not count as held. "
        "Run hoso store check.",
    )
