"""Which store an installation has, and that no record is held on one that does not lock, unless words say so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive.errors import Problem
from archive.s3 import S3Store
from archive.s3_access import S3Access
from archive.settings import Settings
from archive.store import FolderStore
from archive.storing import ACCEPTED, access_of, open_store, require_lock
from tests.stores.conftest import MakeStore
from tests.stores.lying import Answer, Asked, lying


def deletes(asked: Asked) -> Answer | None:
    """A server that says it has deleted what is locked."""
    return Answer(204) if asked.method == "DELETE" else None


def test_the_url_chooses_folder_or_server_and_names_both_buckets(tmp_path: Path) -> None:
    assert isinstance(open_store(Settings(home=tmp_path)), FolderStore)
    settings = Settings(
        home=tmp_path, store_url="s3://kho.example:7480/office", store_access_key="a", store_secret_key="b"
    )
    assert isinstance(open_store(settings), S3Store)
    access = access_of(settings)
    assert (access.url, access.work_bucket, access.holdings_bucket) == (
        *("https://kho.example:7480", "office-work", "office-holdings"),
    )
    near = settings.model_copy(update={"store_url": "s3+http://127.0.0.1:7480/office/"})
    assert access_of(near).url == "http://127.0.0.1:7480"


def test_a_store_that_locks_needs_no_words(s3: S3Store, tmp_path: Path) -> None:
    assert require_lock(Settings(home=tmp_path), s3) is None


def test_a_folder_is_used_with_a_warning(tmp_path: Path) -> None:
    warning = require_lock(Settings(home=tmp_path), FolderStore(tmp_path / "store"))
    assert warning is not None and "does not lock" in warning


@pytest.mark.parametrize("words", ["", "yes", "true"])
def test_on_a_store_that_does_not_lock_no_record_is_held(
    access: S3Access, make_store: MakeStore, tmp_path: Path, words: str
) -> None:
    with lying(access.url) as liar:
        liar.before = deletes
        store = make_store(changes={"url": liar.url})
        with pytest.raises(Problem) as refused:
            require_lock(Settings(home=tmp_path, store_without_lock=words), store)
        assert refused.value.code == "STORE_DOES_NOT_LOCK" and ACCEPTED in refused.value.en


def test_words_let_records_be_held_without_a_lock_and_it_is_said_each_time(
    access: S3Access, make_store: MakeStore, tmp_path: Path
) -> None:
    with lying(access.url) as liar:
        liar.before = deletes
        store = make_store(changes={"url": liar.url})
        warning = require_lock(Settings(home=tmp_path, store_without_lock=ACCEPTED), store)
    assert warning is not None and "NOT lock" in warning


def test_an_address_with_credentials_is_refused_without_showing_them(access: S3Access) -> None:
    place = urlsplit(replace(access).url).netloc
    with pytest.raises(Problem) as told:
        access_of(Settings(store_url=f"s3+http://key:very-secret@{place}/office"))
    assert told.value.code == "STORE_URL" and "very-secret" not in told.value.en
