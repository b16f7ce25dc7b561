"""How an S3 server is reached.

Every limit has its unit in its name. Credentials come in as values and are never shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from minio import Minio
from urllib3 import PoolManager, Retry, Timeout

from archive.s3_problems import Denied, Unfit


@dataclass(frozen=True)
class S3Access:
    """Where the server is and who we are. Two buckets, because a bucket's default retention holds for all in it."""

    url: str
    """``https://host[:port]``; ``http://`` is for a server on the same machine."""
    access_key: str
    secret_key: str = field(repr=False)
    region: str = "us-east-1"
    work_bucket: str = "hoso-work"
    holdings_bucket: str = "hoso-holdings"
    ca_file: Path | None = None
    """Certificates to trust, PEM; without it those of the operating system."""
    connect_seconds: float = 5
    answer_seconds: float = 30
    """Longest silence of the server."""
    object_seconds: float = 600
    """Longest reading of one object: a server that drips never falls silent."""
    most_object_mib: int = 4096
    """More is not read: bytes that do not end must not fill the disk."""


def open_client(access: S3Access) -> Minio:
    """A client; nothing is sent yet. Raises Denied without credentials and Unfit for an address that is none."""
    place = urlsplit(access.url)
    if place.scheme not in ("http", "https") or not place.netloc or place.path not in ("", "/"):
        raise Unfit(
            "STORE_ADDRESS",
            f"Địa chỉ kho S3 không dùng được: {access.url}. Hãy ghi https://máy[:cổng].",
            f"Not an address of an S3 store: {access.url}. Write https://host[:port].",
        )
    if not access.access_key or not access.secret_key:
        raise Denied(
            "STORE_NO_CREDENTIALS",
            "Chưa có tên và khóa bí mật để vào kho S3. Hãy khai báo trong cấu hình.",
            "There is no access key and secret key for the S3 store. Set them.",
        )
    # Only what cannot have changed anything is tried again here; the step table repeats the rest. A repeated PUT
    # whose first answer was lost would make a second version.
    again = Retry(
        total=1,
        redirect=0,
        status=0,
        other=0,
        allowed_methods=("GET", "HEAD"),
        raise_on_status=False,
        raise_on_redirect=False,  # a signed request is not carried elsewhere
    )
    http = PoolManager(
        timeout=Timeout(connect=access.connect_seconds, read=access.answer_seconds),
        retries=again,
        maxsize=10,
        cert_reqs="CERT_REQUIRED",
        ca_certs=None if access.ca_file is None else str(access.ca_file),
    )
    try:
        return Minio(
            place.netloc,
            access_key=access.access_key,
            secret_key=access.secret_key,
            secure=place.scheme == "https",
            region=access.region,
            http_client=http,
        )
    except ValueError as wrong:
        raise Unfit(
            "STORE_ADDRESS",
            f"Địa chỉ kho S3 không dùng được: {access.url}",
            f"Not an address of an S3 store: {access.url} ({wrong})",
        ) from wrong
