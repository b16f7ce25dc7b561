"""Which store an installation has, chosen by ``HOSO_STORE_URL``: a folder, or an S3 server with object lock."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive.errors import Problem
from archive.settings import Settings
from archive.store import FolderStore, Store

if TYPE_CHECKING:
    from archive.s3_access import S3Access

SCHEMES = {"s3": "https", "s3+http": "http"}
"""``s3+http`` is for a server on the same machine: the credentials of S3 are signed, the papers would be readable."""

ACCEPTED = "records can be deleted"
"""What ``HOSO_STORE_WITHOUT_LOCK`` has to say."""

CLOCK_SECONDS = 600
"""Local copies stay at least so much longer than the longest child runs."""


def open_store(settings: Settings) -> Store:
    """The store of the installation; nothing is sent yet. Raises Problem STORE_URL, Denied and Unfit."""
    if not settings.store_url:
        return FolderStore(settings.store)
    from archive.s3 import S3Store  # the client is loaded only where there is a server

    return S3Store(
        access_of(settings),
        settings.store_cache,
        retention_days=settings.store_retention_days,
        in_use_seconds=max(settings.file_seconds, settings.page_seconds) + CLOCK_SECONDS,
    )


def make_store(settings: Settings) -> None:
    """Make what the store needs before the first object: on S3 the two buckets. Again it changes nothing."""
    if not settings.store_url:
        FolderStore(settings.store)
        return
    from archive.s3_buckets import make_buckets

    make_buckets(access_of(settings))


def access_of(settings: Settings) -> S3Access:
    """Where the server is, from ``s3://host:port/name``: the buckets are ``name-work`` and ``name-holdings``."""
    from archive.s3_access import S3Access

    parts = urlsplit(settings.store_url)
    name = parts.path.strip("/")
    if parts.scheme not in SCHEMES or not parts.netloc or "@" in parts.netloc or not name or "/" in name:
        raise Problem(
            "STORE_URL",
            "HOSO_STORE_URL phải có dạng s3://máy:cổng/tên, không kèm khóa",
            "HOSO_STORE_URL must look like s3://host:port/name, without credentials",
        )
    return S3Access(
        url=f"{SCHEMES[parts.scheme]}://{parts.netloc}",
        access_key=settings.store_access_key,
        secret_key=settings.store_secret_key.get_secret_value(),
        region=settings.store_region,
        work_bucket=f"{name}-work",
        holdings_bucket=f"{name}-holdings",
        ca_file=settings.store_ca_file,
    )


def require_lock(settings: Settings, store: Store) -> str | None:
    """Try whether the store locks, before records are held on it. Gives a warning when it does not but may be used.

    Raises Problem STORE_DOES_NOT_LOCK, and what the store raises. A folder never locks and is not tried: whoever
    chose it has read so; its warning is given each time.
    """
    if isinstance(store, FolderStore):
        return "Kho thư mục không khóa được / a folder store does not lock: whoever owns the disk can delete"
    from archive.lockcheck import Verdict, check_lock

    report = check_lock(store)
    if report.verdict is Verdict.LOCKED:
        return None
    if settings.store_without_lock.strip().casefold() == ACCEPTED:
        return f"{report.vi} / {report.en}"
    raise Problem(
        "STORE_DOES_NOT_LOCK",
        f"{report.vi} Muốn vẫn dùng thì đặt HOSO_STORE_WITHOUT_LOCK='{ACCEPTED}'.",
        f"{report.en} To use it all the same, set HOSO_STORE_WITHOUT_LOCK='{ACCEPTED}'.",
    )
