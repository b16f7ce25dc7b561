"""Holdings: the manifest names everything, and fixity finds what was lost or altered."""

from __future__ import annotations

import json

import pytest

from archive import holding
from archive.holding import HeldFile
from archive.store import HOLDINGS, WORK, Corrupt, FolderStore

FILES = {
    "record": (b"%PDF sealed", "application/pdf"),
    "original": (b"\xff\xd8 scan", "image/jpeg"),
    "reading": (b'{"pages":[]}', "application/json"),
    "report": (b'{"verdict":"VALID"}', "application/json"),
}
CATALOGUE = {
    "document": "doc-1",
    "fields": {"subject": {"value": "Về việc cấp phép"}},
    "register": {"number": 7},
}


@pytest.fixture
def held(store: FolderStore) -> list[HeldFile]:
    return [
        holding.keep(store, role, store.put(WORK, data), media_type)
        for role, (data, media_type) in FILES.items()
    ]


@pytest.fixture
def manifest(store: FolderStore, held: list[HeldFile]) -> str:
    return holding.keep_manifest(store, CATALOGUE, held)


def spoil(store: FolderStore, sha256: str, data: bytes) -> None:
    path = store.path(HOLDINGS, sha256)
    path.chmod(0o640)
    path.write_bytes(data)


def test_the_manifest_names_every_file_and_what_the_catalogue_knows(
    store: FolderStore, held: list[HeldFile], manifest: str
) -> None:
    told = json.loads(store.get(HOLDINGS, manifest))
    assert told["format"] == holding.MANIFEST_FORMAT
    assert {name: told[name] for name in CATALOGUE} == CATALOGUE
    for file, (role, (data, media_type)) in zip(told["files"], FILES.items(), strict=True):
        assert (file["role"], file["media_type"], file["size"]) == (role, media_type, len(data))
        assert store.get(HOLDINGS, file["sha256"]) == data


def test_the_manifest_reads_as_vietnamese_text(store: FolderStore, manifest: str) -> None:
    assert "Về việc cấp phép" in store.get(HOLDINGS, manifest).decode()


def test_the_same_holding_again_has_the_same_manifest(
    store: FolderStore, held: list[HeldFile], manifest: str
) -> None:
    assert holding.keep_manifest(store, dict(reversed(CATALOGUE.items())), held) == manifest


def test_a_whole_holding_is_found_whole(store: FolderStore, manifest: str) -> None:
    assert holding.check(store, manifest) == []


def test_a_lost_and_an_altered_file_are_both_found(
    store: FolderStore, held: list[HeldFile], manifest: str
) -> None:
    store.path(HOLDINGS, held[1].sha256).unlink()
    spoil(store, held[3].sha256, b'{"verdict":"VALID" }')
    wrong = holding.check(store, manifest)
    assert [lost.code for lost in wrong] == ["OBJECT_CORRUPT", "OBJECT_CORRUPT"]
    assert held[1].sha256 in wrong[0].en and held[3].sha256 in wrong[1].en


@pytest.mark.parametrize("damage", [None, b"", b"{}"], ids=["lost", "empty", "rewritten"])
def test_a_lost_or_altered_manifest_is_found(store: FolderStore, manifest: str, damage: bytes | None) -> None:
    if damage is None:
        store.path(HOLDINGS, manifest).unlink()
    else:
        spoil(store, manifest, damage)
    (lost,) = holding.check(store, manifest)
    assert manifest in lost.en


@pytest.mark.parametrize("damage", [None, b"\xff\xd8 scam"], ids=["lost", "altered"])
def test_a_file_that_changed_before_it_was_held_is_not_held(store: FolderStore, damage: bytes | None) -> None:
    sha256 = store.put(WORK, b"\xff\xd8 scan")
    path = store.path(WORK, sha256)
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)
    with pytest.raises(Corrupt):
        holding.keep(store, "original", sha256, "image/jpeg")


def test_an_object_that_holdings_have_already_but_spoilt_is_not_taken_for_kept(store: FolderStore) -> None:
    sha256 = store.put(WORK, b"scan")
    holding.keep(store, "original", sha256, "image/jpeg")
    spoil(store, sha256, b"sca")
    with pytest.raises(Corrupt):
        holding.keep(store, "original", sha256, "image/jpeg")
