"""Holdings on S3 cannot be deleted, shortened or hidden, whatever their size; tried with a bare client."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from minio.commonconfig import COMPLIANCE, GOVERNANCE
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.retention import Retention

from archive.s3 import S3Store
from archive.s3_access import S3Access, open_client
from archive.s3_buckets import BACKSTOP_DAYS, HALF_UPLOAD_DAYS, make_buckets
from archive.s3_problems import Unfit
from archive.store import HOLDINGS, WORK, Corrupt
from tests.stores.conftest import MakeStore

YEARS = timedelta(days=3650)


def versions(store: S3Store, sha256: str) -> list[str]:
    listed = store.client.list_objects(store.access.holdings_bucket, prefix=sha256, include_version=True)
    return [str(version.version_id) for version in listed if not version.is_delete_marker]


def refused(act: Callable[..., object], *arguments: object, **named: object) -> str | None:
    with pytest.raises(S3Error) as error:
        act(*arguments, **named)
    return error.value.code


@pytest.mark.parametrize("size", [0, 50_000, 6_000_000], ids=["empty", "one-part", "multipart"])
def test_a_held_object_cannot_be_deleted_or_shortened_by_anyone(s3: S3Store, size: int) -> None:
    sha256 = s3.put(HOLDINGS, os.urandom(size))
    version, lock = s3.held(sha256)
    assert lock.mode == COMPLIANCE and lock.until is not None
    assert abs(lock.until - datetime.now(UTC) - YEARS) < timedelta(minutes=5)
    client, place = s3.client, (version.bucket, version.name)
    assert refused(client.remove_object, *place, version.id) == "AccessDenied"
    errors = list(client.remove_objects(version.bucket, [DeleteObject(sha256, version.id)], True))
    assert [error.code for error in errors] == ["AccessDenied"]
    for weaker in (
        Retention(COMPLIANCE, lock.until - timedelta(days=1)),
        Retention(GOVERNANCE, lock.until + timedelta(days=1)),
    ):
        assert refused(client.set_object_retention, *place, weaker, version.id) == "AccessDenied"
    assert s3.check(HOLDINGS, sha256) == size and s3.held(sha256) == (version, lock)


def test_work_is_not_locked_and_may_be_swept(s3: S3Store) -> None:
    sha256 = s3.put(WORK, b"draft")
    s3.client.remove_object(s3.access.work_bucket, sha256)
    with pytest.raises(Corrupt):
        s3.get(WORK, sha256)


def test_the_same_content_is_one_version_with_its_first_lock(s3: S3Store, make_store: MakeStore) -> None:
    sha256 = s3.put(HOLDINGS, b"record")
    held = s3.held(sha256)
    s3.put(HOLDINGS, b"record")
    make_store("elsewhere").put(HOLDINGS, b"record")
    assert versions(s3, sha256) == [held[0].id] and s3.held(sha256) == held


def test_the_same_content_years_later_is_locked_for_longer(s3: S3Store, make_store: MakeStore) -> None:
    sha256 = s3.put(HOLDINGS, b"record")
    later = datetime.now(UTC) + timedelta(days=730)
    make_store(now=lambda: later).put(HOLDINGS, b"record")
    version, lock = s3.held(sha256)
    assert versions(s3, sha256) == [version.id]
    assert lock.until == (later + YEARS).replace(microsecond=0)


def test_a_shorter_term_does_not_shorten_a_longer_one(s3: S3Store, make_store: MakeStore) -> None:
    sha256 = s3.put(HOLDINGS, b"record")
    held = s3.held(sha256)
    make_store(retention_days=1).put(HOLDINGS, b"record")
    assert s3.held(sha256) == held


def test_an_object_that_lay_there_unlocked_is_locked_when_it_is_put(s3: S3Store) -> None:
    s3.client.delete_object_lock_config(s3.access.holdings_bucket)
    sha256 = s3.put(WORK, b"record")
    s3.client.put_object(s3.access.holdings_bucket, sha256, BytesIO(b"record"), 6)
    assert s3.held(sha256)[1].mode is None
    s3.put(HOLDINGS, b"record")
    assert s3.held(sha256)[1].mode == COMPLIANCE and len(versions(s3, sha256)) == 1


def test_a_legal_hold_is_set_and_read_back(make_store: MakeStore) -> None:
    store = make_store(legal_hold=True)
    sha256 = store.put(HOLDINGS, b"record")
    assert store.held(sha256)[1].on_hold
    without = make_store().put(HOLDINGS, b"other record")
    assert not store.held(without)[1].on_hold
    store.put(HOLDINGS, b"other record")
    assert store.held(without)[1].on_hold


def test_a_delete_marker_hides_nothing(s3: S3Store, make_store: MakeStore) -> None:
    sha256 = s3.put(HOLDINGS, b"record")
    s3.client.remove_object(s3.access.holdings_bucket, sha256)
    other = make_store("elsewhere")
    assert other.get(HOLDINGS, sha256) == other.path(HOLDINGS, sha256).read_bytes() == b"record"
    assert other.put(HOLDINGS, b"record") == sha256 and len(versions(s3, sha256)) == 1


def test_a_newer_version_with_other_bytes_hides_nothing(s3: S3Store, make_store: MakeStore) -> None:
    sha256 = s3.put(HOLDINGS, b"record")
    held = s3.held(sha256)
    for forged in (b"forged", b"forged, and longer than the record"):
        s3.client.put_object(s3.access.holdings_bucket, sha256, BytesIO(forged), len(forged))
    other = make_store("elsewhere")
    assert other.get(HOLDINGS, sha256) == other.path(HOLDINGS, sha256).read_bytes() == b"record"
    assert other.check(HOLDINGS, sha256) == 6 and other.held(sha256) == held


def test_what_was_uploaded_and_not_yet_locked_is_locked_by_the_bucket(s3: S3Store) -> None:
    data = os.urandom(6_000_000)
    sha256 = s3.put(WORK, data)
    s3.client.put_object(s3.access.holdings_bucket, sha256, BytesIO(data), len(data))
    lock = s3.held(sha256)[1]
    assert lock.mode == COMPLIANCE and lock.until is not None
    assert abs(lock.until - datetime.now(UTC) - timedelta(days=BACKSTOP_DAYS)) < timedelta(minutes=5)


def test_making_buckets_again_changes_nothing(access: S3Access) -> None:
    client = open_client(access)
    before = client.get_object_lock_config(access.holdings_bucket)
    assert (before.mode, before.duration) == (COMPLIANCE, BACKSTOP_DAYS)
    make_buckets(access)
    assert client.get_object_lock_config(access.holdings_bucket) == before


def test_parts_of_uploads_that_were_never_completed_are_swept_by_the_server(access: S3Access) -> None:
    for bucket in (access.work_bucket, access.holdings_bucket):
        lifecycle = open_client(access).get_bucket_lifecycle(bucket)
        assert lifecycle is not None and len(lifecycle.rules) == 1
        sweep = lifecycle.rules[0].abort_incomplete_multipart_upload
        assert sweep is not None and sweep.days_after_initiation == HALF_UPLOAD_DAYS
        assert lifecycle.rules[0].expiration is None


def test_a_bucket_that_cannot_lock_is_refused(make_store: MakeStore) -> None:
    store = make_store(changes={"holdings_bucket": "plain-" + os.urandom(4).hex()})
    store.client.make_bucket(store.access.holdings_bucket)
    with pytest.raises(Unfit) as found:
        make_buckets(store.access)
    assert found.value.code == "STORE_NOT_LOCKING"
