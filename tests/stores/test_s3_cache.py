"""Local copies: checked when handed out, bounded, never taken away from somebody who uses them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from archive.s3 import S3Store
from archive.s3_cache import LocalCopies
from archive.store import HOLDINGS, WORK, Corrupt
from tests.stores.conftest import MakeStore


def copies(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def age(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


def test_what_was_just_put_is_not_fetched_again(s3: S3Store) -> None:
    sha256 = s3.put(WORK, b"scan")
    s3.client.remove_object(s3.access.work_bucket, sha256)
    assert s3.path(WORK, sha256).read_bytes() == b"scan"
    with pytest.raises(Corrupt):
        s3.check(WORK, sha256)


def test_a_spoilt_copy_is_fetched_anew(s3: S3Store) -> None:
    sha256 = s3.put(HOLDINGS, b"record")
    path = s3.path(HOLDINGS, sha256)
    path.chmod(0o600)
    path.write_bytes(b"forged")
    assert s3.path(HOLDINGS, sha256).read_bytes() == b"record"
    assert s3.get(HOLDINGS, sha256) == b"record"


def test_the_longest_unused_go_when_there_are_too_many(make_store: MakeStore, tmp_path: Path) -> None:
    store = make_store("small", most_cache_mib=1, in_use_seconds=60)
    digests = [store.put(WORK, os.urandom(400_000)) for _ in range(2)]
    for days, sha256 in enumerate(digests, start=1):
        age(store.path(WORK, sha256), 86_400 * days)
    newest = store.put(WORK, os.urandom(400_000))
    assert {path.name for path in copies(tmp_path / "small")} == {digests[0], newest}
    assert store.path(WORK, digests[1]).stat().st_size == 400_000


def test_what_is_in_use_stays_even_when_there_is_too_much(make_store: MakeStore, tmp_path: Path) -> None:
    store = make_store("small", most_cache_mib=1, in_use_seconds=60)
    digests = {store.put(WORK, os.urandom(400_000)) for _ in range(4)}
    assert {path.name for path in copies(tmp_path / "small")} == digests


def test_what_a_killed_process_left_is_removed_in_time(tmp_path: Path) -> None:
    kept = LocalCopies(tmp_path / "cache", 1 << 20, 60)
    old, young = (tmp_path / "cache" / "incoming" / name for name in ("1-old", "2-young"))
    for path in (old, young):
        path.write_bytes(b"half")
    age(old, 90_000)
    with kept.spool() as temporary:
        temporary.write_bytes(b"whole")
        kept.adopt(WORK, "0" * 64, temporary)
    assert not old.exists() and young.exists()


def test_only_the_owner_can_look_into_the_copies(tmp_path: Path) -> None:
    LocalCopies(tmp_path / "cache", 1 << 20, 60)
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
