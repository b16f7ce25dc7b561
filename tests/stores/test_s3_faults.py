"""Wrong credentials, no server, a server that dies in the middle: a clear code, and nothing half afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from minio.commonconfig import COMPLIANCE

from archive.errors import Problem
from archive.s3 import S3Store
from archive.s3_access import S3Access
from archive.s3_buckets import make_buckets
from archive.s3_problems import Denied, Unfit, Unreachable
from archive.store import HOLDINGS, WORK
from tests.servers.ceph import RunningCeph
from tests.servers.ports import free_ports
from tests.stores.conftest import MakeStore, new_access
from tests.stores.lying import Answer, Asked, Liar, lying
from tests.stores.test_s3_locks import versions

DIGEST = "0" * 64


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"access_key": ""}, Denied, "STORE_NO_CREDENTIALS"),
        ({"secret_key": ""}, Denied, "STORE_NO_CREDENTIALS"),
        ({"url": "ftp://store"}, Unfit, "STORE_ADDRESS"),
        ({"url": "store:9000"}, Unfit, "STORE_ADDRESS"),
        ({"url": "https://"}, Unfit, "STORE_ADDRESS"),
        ({"url": "https://store/bucket"}, Unfit, "STORE_ADDRESS"),
    ],
)
def test_a_store_that_cannot_be_meant_is_refused_before_anything_is_sent(
    tmp_path: Path, changes: dict[str, Any], kind: type[Problem], code: str
) -> None:
    with pytest.raises(kind) as found:
        S3Store(replace(S3Access("https://store", "key", "secret"), **changes), tmp_path)
    assert found.value.code == code


@pytest.mark.parametrize("changes", [{"access_key": "stranger"}, {"secret_key": "wrong"}])
def test_wrong_credentials_have_a_code(make_store: MakeStore, changes: dict[str, str]) -> None:
    store = make_store("denied", changes)
    for act in (
        lambda: store.put(WORK, b"scan"),
        lambda: store.put(HOLDINGS, b"scan"),
        lambda: store.get(WORK, DIGEST),
        lambda: store.path(HOLDINGS, DIGEST),
        lambda: make_buckets(store.access),
    ):
        with pytest.raises(Denied) as found:
            act()
        assert found.value.code == "STORE_DENIED" and "khóa bí mật" in found.value.vi


def test_the_secret_is_shown_nowhere(access: S3Access) -> None:
    assert access.secret_key not in repr(access)


def test_a_missing_bucket_has_a_code(make_store: MakeStore) -> None:
    store = make_store("none", {"work_bucket": "no-such-bucket", "holdings_bucket": "no-such-bucket"})
    for act in (lambda: store.put(WORK, b"scan"), lambda: store.get(HOLDINGS, DIGEST)):
        with pytest.raises(Unfit) as found:
            act()
        assert found.value.code == "STORE_NO_BUCKET"


def test_no_server_has_a_code(make_store: MakeStore, tmp_path: Path) -> None:
    store = make_store("away", {"url": f"http://127.0.0.1:{free_ports()[0]}"})
    for act in (lambda: store.put(WORK, b"scan"), lambda: store.get(WORK, DIGEST)):
        with pytest.raises(Unreachable) as found:
            act()
        assert found.value.code == "STORE_UNREACHABLE"
    assert [path for path in (tmp_path / "away").rglob("*") if path.is_file()] == []


@pytest.fixture
def durable(durable_ceph: RunningCeph) -> Iterator[tuple[RunningCeph, S3Access, Liar]]:
    """A server that may be killed, and somebody before it who can tell when."""
    access = new_access(durable_ceph)
    with lying(access.url) as between:
        yield durable_ceph, access, between


@pytest.mark.slow
def test_a_server_killed_in_the_middle_of_an_upload_has_nothing_half_and_takes_it_again(
    durable: tuple[RunningCeph, S3Access, Liar], tmp_path: Path
) -> None:
    server, access, between = durable
    honest, killed = (
        S3Store(access, tmp_path / "a"),
        S3Store(replace(access, url=between.url), tmp_path / "b"),
    )
    before = honest.put(HOLDINGS, b"held before")
    data = os.urandom(12_000_000)

    def kill_at_second_part(asked: Asked) -> Answer | None:
        if "partNumber" in asked.about and sum("partNumber" in other.about for other in between.asked) == 2:
            server.kill()
        return None

    between.before = kill_at_second_part
    with pytest.raises(Unreachable) as found:
        killed.put(HOLDINGS, data)
    assert found.value.code == "STORE_UNREACHABLE"
    server.start()
    listed = honest.client.list_objects(access.holdings_bucket, include_version=True)
    assert [version.object_name for version in listed] == [before]
    assert honest.get(HOLDINGS, before) == b"held before" and honest.held(before)[1].mode == COMPLIANCE
    between.before = lambda asked: None
    sha256 = killed.put(HOLDINGS, data)
    assert honest.get(HOLDINGS, sha256) == data
    assert versions(honest, sha256) == [honest.held(sha256)[0].id]


@pytest.mark.parametrize("answered", [False, True], ids=["not-set", "set-but-not-answered"])
def test_dying_between_upload_and_lock_leaves_one_version_that_the_next_put_locks(
    access: S3Access, s3: S3Store, tmp_path: Path, answered: bool
) -> None:
    with lying(access.url) as between:
        store = S3Store(replace(access, url=between.url), tmp_path / "cut")

        def cut(asked: Asked, answer: Answer) -> Answer:
            if asked.method == "PUT" and "retention" in asked.about:
                raise ConnectionResetError
            return answer

        def cut_before(asked: Asked) -> Answer | None:
            cut(asked, Answer(200))
            return None

        if answered:
            between.after = cut
        else:
            between.before = cut_before
        with pytest.raises(Unreachable):
            store.put(HOLDINGS, b"record")
        between.before, between.after = lambda asked: None, lambda asked, answer: answer
        sha256 = store.put(HOLDINGS, b"record")
    version, lock = s3.held(sha256)
    assert versions(s3, sha256) == [version.id]
    assert lock.mode == COMPLIANCE and lock.until is not None and lock.until.year >= 2036


def test_a_connection_that_the_server_closed_in_the_meantime_is_no_fault(
    access: S3Access, s3: S3Store, tmp_path: Path
) -> None:
    sha256 = s3.put(WORK, b"scan")
    with lying(access.url) as between:
        store = S3Store(replace(access, url=between.url), tmp_path / "once")
        failed: list[Asked] = []

        def fail_once(asked: Asked) -> Answer | None:
            if not failed:
                failed.append(asked)
                raise ConnectionResetError
            return None

        between.before = fail_once
        assert store.get(WORK, sha256) == b"scan" and len(failed) == 1
