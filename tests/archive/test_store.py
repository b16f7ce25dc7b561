"""The folder store: write-once objects by digest, on a real disk that fills up, lies and is killed upon."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import resource
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.store import CHUNK_BYTES, HOLDINGS, WORK, Corrupt, FolderStore
from tests.archive import rivals


def objects(store: FolderStore) -> list[str]:
    """Names of all objects in all areas."""
    return sorted(
        path.name for area in (WORK, HOLDINGS) for path in (store.root / area).rglob("*") if path.is_file()
    )


def incoming(store: FolderStore) -> list[Path]:
    return list((store.root / "incoming").iterdir())


def spoil(store: FolderStore, sha256: str, data: bytes, area: str = WORK) -> None:
    """Write over a kept object, as a failing disk or an administrator would."""
    path = store.path(area, sha256)
    path.chmod(0o640)
    path.write_bytes(data)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=2000))
def test_what_was_put_is_got_by_its_digest(store: FolderStore, data: bytes) -> None:
    sha256 = store.put(WORK, data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert store.get(WORK, sha256) == data
    assert store.check(WORK, sha256) == len(data)
    assert store.path(WORK, sha256).read_bytes() == data
    assert incoming(store) == []


def test_a_file_larger_than_a_chunk_is_kept_whole(store: FolderStore, tmp_path: Path) -> None:
    data = os.urandom(2 * CHUNK_BYTES + 17)
    (tmp_path / "large").write_bytes(data)
    sha256 = store.put_file(HOLDINGS, tmp_path / "large")
    assert store.check(HOLDINGS, sha256) == len(data)
    assert store.get(HOLDINGS, sha256) == data


def test_the_same_content_twice_is_one_object(store: FolderStore) -> None:
    first = store.put(WORK, b"giay to")
    written = store.path(WORK, first).stat().st_mtime_ns
    assert store.put(WORK, b"giay to") == first
    assert (objects(store), store.path(WORK, first).stat().st_mtime_ns) == ([first], written)


def test_areas_are_apart(store: FolderStore) -> None:
    sha256 = store.put(WORK, b"scan")
    with pytest.raises(Corrupt):
        store.get(HOLDINGS, sha256)


def test_objects_are_read_only_and_have_one_name(store: FolderStore) -> None:
    path = store.path(WORK, store.put(WORK, b"scan"))
    assert (path.stat().st_mode & 0o777, path.stat().st_nlink) == (0o440, 1)


@pytest.mark.parametrize(
    "damage", [b"", b"sca", b"scam", b"scan and more"], ids=["empty", "cut", "changed", "longer"]
)
def test_changed_bytes_are_found_on_every_way_of_reading(store: FolderStore, damage: bytes) -> None:
    sha256 = store.put(WORK, b"scan")
    spoil(store, sha256, damage)
    for read in (store.get, store.check):
        with pytest.raises(Corrupt) as found:
            read(WORK, sha256)
        assert found.value.code == "OBJECT_CORRUPT" and sha256 in found.value.en


def test_a_lost_object_is_told(store: FolderStore) -> None:
    sha256 = store.put(WORK, b"scan")
    store.path(WORK, sha256).unlink()
    for read in (store.get, store.check, store.path):
        with pytest.raises(Corrupt):
            read(WORK, sha256)


def test_putting_bytes_whose_object_was_spoilt_is_told_and_not_taken_for_kept(store: FolderStore) -> None:
    sha256 = store.put(WORK, b"scan")
    spoil(store, sha256, b"sca")
    with pytest.raises(Corrupt):
        store.put(WORK, b"scan")
    assert incoming(store) == []


@pytest.mark.parametrize("name", ["../etc/passwd", "..", "", "a" * 63, "A" * 64, "a" * 63 + "/", "x" * 64])
def test_what_is_no_digest_names_no_file(store: FolderStore, tmp_path: Path, name: str) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "passwd").write_bytes(b"secret")
    for read in (store.get, store.check, store.path):
        with pytest.raises(Corrupt):
            read(WORK, name)


def test_what_a_killed_writer_left_behind_is_harmless(store: FolderStore) -> None:
    (store.root / "incoming" / "999-abc").write_bytes(b"half an obj")
    again = FolderStore(store.root)
    sha256 = again.put(WORK, b"half an object")
    assert again.get(WORK, sha256) == b"half an object"
    assert objects(again) == [sha256]


def test_a_kill_between_writing_and_linking_leaves_no_object(store: FolderStore, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    data = b"page" * 50_000
    writer = multiprocessing.get_context("fork").Process(target=rivals.put_from, args=(pipe, store.root))
    writer.start()
    with pipe.open("wb") as into:
        into.write(data)
        into.flush()
        deadline = time.monotonic() + 30
        while not incoming(store) and time.monotonic() < deadline:
            time.sleep(0.01)
        writer.kill()
        writer.join()
    assert len(incoming(store)) == 1 and objects(store) == []
    sha256 = store.put(WORK, data)
    assert store.get(WORK, sha256) == data and objects(store) == [sha256]


def test_rivals_that_put_the_same_at_once_keep_it_once(store: FolderStore) -> None:
    given = rivals.race(rivals.put_the_same, 3, store.root, 30)
    assert given[0] == given[1] == given[2]
    assert objects(store) == sorted(set(given[0]))
    assert all(store.check(WORK, sha256) for sha256 in given[0]) and incoming(store) == []


def test_a_full_disk_is_told_and_leaves_nothing(store: FolderStore) -> None:
    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
        with pytest.raises(OSError, match="File too large"):
            store.put(WORK, b"x" * 20_000)

    assert rivals.in_child(fill) == 0
    assert objects(store) == [] and incoming(store) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become someone who may not write")
def test_a_folder_that_may_not_be_written_is_told_and_leaves_nothing(
    store: FolderStore, tmp_path: Path
) -> None:
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    (store.root / "incoming").chmod(0o777)

    def write() -> None:
        os.setuid(65534)
        with pytest.raises(PermissionError):
            store.put(WORK, b"scan")

    assert rivals.in_child(write) == 0
    assert objects(store) == [] and incoming(store) == []
