"""S3 stores on a real Ceph, each with buckets of its own."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.s3 import S3Store
from archive.s3_access import S3Access
from archive.s3_buckets import make_buckets
from tests.servers.ceph import RunningCeph
from tests.servers.fixtures import ceph, durable_ceph

__all__ = ["ceph", "durable_ceph"]

MakeStore = Callable[..., S3Store]


def new_access(server: RunningCeph) -> S3Access:
    """Fresh buckets on the server, with quick time limits."""
    name = secrets.token_hex(4)
    access = S3Access(
        server.url,
        server.access_key,
        server.secret_key,
        work_bucket=f"work-{name}",
        holdings_bucket=f"holdings-{name}",
        connect_seconds=2,
        answer_seconds=20,
    )
    make_buckets(access)
    return access


@pytest.fixture
def access(ceph: RunningCeph) -> S3Access:
    return new_access(ceph)


@pytest.fixture
def make_store(access: S3Access, tmp_path: Path) -> MakeStore:
    """Stores on the same buckets: ``changes`` are for the access, ``options`` for the store."""

    def make(cache: str = "cache", changes: dict[str, Any] | None = None, **options: Any) -> S3Store:
        return S3Store(replace(access, **(changes or {})), tmp_path / cache, **options)

    return make


@pytest.fixture
def s3(make_store: MakeStore) -> S3Store:
    return make_store()
