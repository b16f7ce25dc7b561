"""The check of the lock tells a store that locks from one that says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.lockcheck import PROBE, Verdict, check_lock
from archive.s3 import S3Store
from archive.s3_access import S3Access
from archive.s3_problems import Denied, Unfit, Unreachable
from archive.store import HOLDINGS, Corrupt, FolderStore
from tests.servers.ports import free_ports
from tests.stores.conftest import MakeStore
from tests.stores.lying import XML, Answer, Asked, Liar, lying
from tests.stores.test_s3_locks import versions


@pytest.fixture
def liar(access: S3Access) -> Iterator[Liar]:
    with lying(access.url) as server:
        yield server


def accepted(report: object) -> list[str]:
    return [attempt.act for attempt in report.attempts if attempt.accepted]  # type: ignore[attr-defined]


def test_a_store_that_locks_refuses_everything(s3: S3Store) -> None:
    report = check_lock(s3)
    assert report.verdict is Verdict.LOCKED and accepted(report) == []
    assert [attempt.act for attempt in report.attempts] == [
        *("delete", "delete-bypassing", "shorten", "weaken", "overwrite")
    ]
    assert s3.get(HOLDINGS, report.probe) == PROBE
    assert report.locked_until is not None and report.locked_until.year >= 2036
    assert json.loads(json.dumps(report.as_dict()))["verdict"] == "locked"


def test_checking_often_leaves_no_more_than_checking_twice(s3: S3Store) -> None:
    reports = [check_lock(s3) for _ in range(3)]
    assert {report.verdict for report in reports} == {Verdict.LOCKED}
    assert len(versions(s3, reports[0].probe)) == 2


def test_a_folder_is_locked_by_this_program_only_and_says_so(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")
    record = store.put(HOLDINGS, b"record")
    report = check_lock(store)
    assert report.verdict is Verdict.APPLICATION_ONLY and accepted(report) == ["overwrite", "delete"]
    assert "by this program only" in report.en and report.locked_until is None
    with pytest.raises(Corrupt):
        store.get(HOLDINGS, report.probe)
    assert store.get(HOLDINGS, record) == b"record"
    assert check_lock(store) == report


def test_a_store_that_says_it_locks_and_deletes_is_found_out(
    liar: Liar, access: S3Access, make_store: MakeStore
) -> None:
    """As measured on servers in 2026: versions, 200 to every lock, a lock to read, and the object can be deleted."""
    bare = make_store("bare", {"holdings_bucket": access.work_bucket})
    versioned = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    bare.client._execute("PUT", access.work_bucket, body=versioned, query_params={"versioning": ""})
    store = make_store("lied-to", {"url": liar.url, "holdings_bucket": access.work_bucket})
    retained: list[bytes] = []

    def pretend(asked: Asked) -> Answer | None:
        if "object-lock" in asked.about:
            return Answer(200, XML, b"<ObjectLockConfiguration/>")
        if "retention" in asked.about:
            if asked.method == "PUT":
                retained.append(asked.body)
            return Answer(200, XML, retained[-1]) if retained else Answer(404, XML, _NO_LOCK)
        return Answer(404, XML, _NO_LOCK) if "legal-hold" in asked.about else None

    liar.before = pretend
    report = check_lock(store)
    assert report.verdict is Verdict.NOT_LOCKED
    assert accepted(report) == ["delete", "delete-bypassing", "shorten", "weaken"]
    assert "delete" in report.en and "KHÔNG" in report.vi


_NO_LOCK = b"<Error><Code>NoSuchObjectLockConfiguration</Code></Error>"


def test_a_refusal_after_which_the_lock_is_gone_is_not_believed(liar: Liar, make_store: MakeStore) -> None:
    store = make_store("lied-to", {"url": liar.url})
    tried: list[Asked] = []

    def pretend(asked: Asked) -> Answer | None:
        tried.extend([asked] if asked.method == "DELETE" else [])
        return Answer(404, XML, _NO_LOCK) if tried and "retention" in asked.about else None

    liar.before = pretend
    report = check_lock(store)
    assert report.verdict is Verdict.NOT_LOCKED and accepted(report) == ["delete", "leave-unlocked"]


def test_a_server_that_drops_locks_leaves_the_probe_unlocked(liar: Liar, make_store: MakeStore) -> None:
    store = make_store("lied-to", {"url": liar.url})
    liar.before = lambda asked: Answer(200) if asked.method == "PUT" and "retention" in asked.about else None
    report = check_lock(store)
    assert report.verdict is Verdict.NOT_LOCKED
    assert [(attempt.act, attempt.answer) for attempt in report.attempts] == [
        ("leave-unlocked", "OBJECT_NOT_LOCKED")
    ]


def test_what_cannot_be_checked_is_a_problem_and_no_verdict(make_store: MakeStore, access: S3Access) -> None:
    for changes, kind, code in (
        ({"url": f"http://127.0.0.1:{free_ports()[0]}"}, Unreachable, "STORE_UNREACHABLE"),
        ({"secret_key": "wrong"}, Denied, "STORE_DENIED"),
        ({"holdings_bucket": access.work_bucket}, Unfit, "STORE_NOT_LOCKING"),
        ({"holdings_bucket": "no-such-bucket"}, Unfit, "STORE_NO_BUCKET"),
    ):
        with pytest.raises(kind) as found:
            check_lock(make_store("cache", changes))
        assert found.value.code == code
