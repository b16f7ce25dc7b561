"""What every store promises, tried on a folder and on an S3 server."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import holding
from archive.s3 import S3Store
from archive.store import CHUNK_BYTES, HOLDINGS, WORK, Corrupt, FolderStore, Store

AREAS = (WORK, HOLDINGS)


@dataclass(frozen=True)
class Tried:
    """A store, another opening of it (as another process has), and how bytes are spoilt or lost behind its back."""

    store: Store
    open_again: Callable[[], Store]
    spoil: Callable[[str, bytes], object]
    lose: Callable[[str], object]


def folder(root: Path) -> Tried:
    store = FolderStore(root)

    def spoil(sha256: str, data: bytes) -> None:
        path = store.path(WORK, sha256)
        path.chmod(0o640)
        path.write_bytes(data)

    return Tried(store, lambda: FolderStore(root), spoil, lambda sha256: store.path(WORK, sha256).unlink())


def on_s3(make_store: Callable[[str], S3Store]) -> Tried:
    store = make_store("cache")
    client, bucket = store.client, store.access.work_bucket
    caches = (f"cache-{number}" for number in range(1000))
    return Tried(
        store,
        lambda: make_store(next(caches)),  # a machine that has no copies yet
        lambda sha256, data: client.put_object(bucket, sha256, BytesIO(data), len(data)),
        lambda sha256: client.remove_object(bucket, sha256),
    )


@pytest.fixture(params=["folder", "s3"])
def tried(request: pytest.FixtureRequest, tmp_path: Path) -> Tried:
    if request.param == "folder":
        return folder(tmp_path / "store")
    return on_s3(request.getfixturevalue("make_store"))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=2000))
def test_what_was_put_is_got_by_its_digest(tried: Tried, data: bytes) -> None:
    sha256 = tried.store.put(WORK, data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    again = tried.open_again()
    assert again.get(WORK, sha256) == data
    assert again.check(WORK, sha256) == len(data)
    assert again.path(WORK, sha256).read_bytes() == data


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, 6_000_000])
def test_files_of_every_size_are_kept_whole(tried: Tried, tmp_path: Path, area: str, size: int) -> None:
    data = os.urandom(size)
    (tmp_path / "file").write_bytes(data)
    sha256 = tried.store.put_file(area, tmp_path / "file")
    again = tried.open_again()
    assert again.check(area, sha256) == size
    assert again.get(area, sha256) == data
    assert again.path(area, sha256).read_bytes() == data


@pytest.mark.parametrize("area", AREAS)
def test_putting_the_same_again_gives_the_same(tried: Tried, area: str) -> None:
    first = tried.store.put(area, b"giay to")
    assert tried.store.put(area, b"giay to") == first == tried.open_again().put(area, b"giay to")
    assert tried.store.get(area, first) == b"giay to"


def test_areas_are_apart(tried: Tried) -> None:
    sha256 = tried.store.put(WORK, b"scan")
    for read in (tried.store.get, tried.store.check, tried.store.path):
        with pytest.raises(Corrupt):
            read(HOLDINGS, sha256)


@pytest.mark.parametrize(
    "damage", [b"", b"sca", b"scam", b"scan and more"], ids=["empty", "cut", "changed", "longer"]
)
def test_changed_bytes_are_found(tried: Tried, damage: bytes) -> None:
    sha256 = tried.store.put(WORK, b"scan")
    tried.spoil(sha256, damage)
    for read in (tried.store.get, tried.store.check):
        with pytest.raises(Corrupt) as found:
            read(WORK, sha256)
        assert found.value.code == "OBJECT_CORRUPT" and sha256 in found.value.en


def test_bytes_whose_object_was_spoilt_are_not_taken_for_kept(tried: Tried) -> None:
    sha256 = tried.store.put(WORK, b"scan")
    tried.spoil(sha256, b"sca")
    with pytest.raises(Corrupt):
        tried.store.put(WORK, b"scan")


def test_a_lost_object_is_told_and_can_be_put_again(tried: Tried) -> None:
    sha256 = tried.store.put(WORK, b"scan")
    tried.lose(sha256)
    again = tried.open_again()
    for read in (again.get, again.check, again.path):
        with pytest.raises(Corrupt):
            read(WORK, sha256)
    assert again.put(WORK, b"scan") == sha256
    assert again.get(WORK, sha256) == b"scan"


@pytest.mark.parametrize("name", ["../etc/passwd", "..", "", "a" * 63, "A" * 64, "a" * 63 + "/", "x" * 64])
def test_what_is_no_digest_names_nothing(tried: Tried, name: str) -> None:
    for read in (tried.store.get, tried.store.check, tried.store.path):
        with pytest.raises(Corrupt):
            read(WORK, name)


def test_a_path_is_not_to_be_written(tried: Tried) -> None:
    path = tried.store.path(WORK, tried.store.put(WORK, b"scan"))
    assert path.stat().st_mode & 0o777 == 0o440


def test_a_missing_file_is_the_callers_mistake_and_no_corruption(tried: Tried, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        tried.store.put_file(WORK, tmp_path / "nothing")


@pytest.mark.parametrize("turn", range(5))
def test_rivals_that_put_the_same_at_once_all_succeed(tried: Tried, turn: int) -> None:
    barrier, given_back = Barrier(4), []

    def put() -> None:
        store = tried.open_again()
        barrier.wait(30)
        given_back.append(store.put(HOLDINGS, b"rivals"))

    rivals = [Thread(target=put) for _ in range(4)]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join(60)
    assert len(given_back) == 4 and len(set(given_back)) == 1
    assert tried.store.get(HOLDINGS, given_back[0]) == b"rivals"


def test_a_holding_is_kept_and_its_loss_of_a_file_is_found(tried: Tried) -> None:
    sha256 = tried.store.put(WORK, b"%PDF-1.7 record")
    kept = holding.keep(tried.store, "record", sha256, "application/pdf")
    manifest = holding.keep_manifest(tried.store, {"id": "doc-1"}, [kept])
    again = tried.open_again()
    assert holding.check(again, manifest) == []
    lost = holding.keep_manifest(
        tried.store, {"id": "doc-2"}, [holding.HeldFile("record", "0" * 64, 3, "application/pdf")]
    )
    assert [problem.code for problem in holding.check(again, lost)] == ["OBJECT_CORRUPT"]
