"""The two buckets: made once, and looked at before they are trusted.

Object lock can be given to a bucket only when it is made (measured on Ceph RGW: InvalidBucketState later).
"""

from __future__ import annotations

from minio import Minio
from minio.commonconfig import COMPLIANCE, ENABLED, Filter
from minio.error import S3Error
from minio.lifecycleconfig import AbortIncompleteMultipartUpload, LifecycleConfig, Rule
from minio.objectlockconfig import DAYS, ObjectLockConfig

from archive.s3_access import S3Access, open_client
from archive.s3_problems import Unfit, asking

BACKSTOP_DAYS = 30
"""Default retention of the holdings: bridges the gap between an upload and its own lock until the step is repeated.
Not longer, because what was uploaded in error could not be removed before."""
HALF_UPLOAD_DAYS = 7

_THERE = ("BucketAlreadyOwnedByYou", "BucketAlreadyExists")


def make_buckets(access: S3Access) -> None:
    """Make what is missing. Doing it again changes nothing. Raises Unfit when an existing bucket cannot lock."""
    client = open_client(access)
    with asking(access.url):
        _make(client, access.work_bucket, lock=False)
        _make(client, access.holdings_bucket, lock=True)
        require_locking(client, access)
        for bucket in (access.work_bucket, access.holdings_bucket):
            _sweep_half_uploads(client, bucket)
        if client.get_object_lock_config(access.holdings_bucket).mode is None:
            backstop = ObjectLockConfig(COMPLIANCE, BACKSTOP_DAYS, DAYS)
            client.set_object_lock_config(access.holdings_bucket, backstop)


def require_locking(client: Minio, access: S3Access) -> None:
    """Raise Unfit unless the holdings keep versions and can lock them."""
    bucket = access.holdings_bucket
    with asking(access.url):
        if client.get_bucket_versioning(bucket).status != ENABLED:
            raise _cannot_lock(access, "no versions")
        try:
            client.get_object_lock_config(bucket)
        except S3Error as error:
            if error.code in ("NoSuchBucket", "AccessDenied"):
                raise
            raise _cannot_lock(access, str(error.code)) from error


def _make(client: Minio, bucket: str, lock: bool) -> None:
    if client.bucket_exists(bucket):
        return
    try:
        client.make_bucket(bucket, object_lock=lock)
    except S3Error as error:
        if error.code not in _THERE:  # somebody else made it in the meantime
            raise


def _sweep_half_uploads(client: Minio, bucket: str) -> None:
    """Let the server throw away the parts of uploads that were never completed; no listing shows them."""
    if client.get_bucket_lifecycle(bucket) is not None:
        return  # somebody has rules of their own
    abort = AbortIncompleteMultipartUpload(days_after_initiation=HALF_UPLOAD_DAYS)
    rule = Rule(
        status=ENABLED,
        rule_filter=Filter(prefix=""),
        rule_id="half-uploads",
        abort_incomplete_multipart_upload=abort,
    )
    try:
        client.set_bucket_lifecycle(bucket, LifecycleConfig([rule]))
    except S3Error as error:
        if error.code != "NotImplemented":  # costs room, not safety
            raise


def _cannot_lock(access: S3Access, reason: str) -> Unfit:
    return Unfit(
        "STORE_NOT_LOCKING",
        f"Vùng lưu {access.holdings_bucket} của kho S3 {access.url} không có phiên bản và khóa đối tượng. "
        "Hãy tạo vùng lưu mới có khóa đối tượng.",
        f"Bucket {access.holdings_bucket} of the S3 store at {access.url} has no versions and object lock "
        f"({reason}). Make a new bucket with object lock.",
    )
