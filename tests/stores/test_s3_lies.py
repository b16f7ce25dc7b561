"""A server that lies is found out, and nothing that it lied about counts as kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.errors import Problem
from archive.s3 import S3Store
from archive.s3_access import S3Access
from archive.s3_problems import NotKept, NotLocked, Unfit, Unreachable
from archive.store import HOLDINGS, WORK, Corrupt
from tests.stores.conftest import MakeStore
from tests.stores.lying import XML, Answer, Asked, Liar, lying


@pytest.fixture
def liar(access: S3Access) -> Iterator[Liar]:
    with lying(access.url) as server:
        yield server


@pytest.fixture
def lied_to(liar: Liar, make_store: MakeStore) -> S3Store:
    """A store that believes to talk to the server."""
    changes = {"url": liar.url, "answer_seconds": 1, "object_seconds": 2, "most_object_mib": 8}
    return make_store("lied-to", changes)


def is_object(asked: Asked) -> bool:
    return asked.path.count("/") > 1 and asked.path.strip("/").count("/") == 1


def test_an_honest_go_between_changes_nothing(lied_to: S3Store, s3: S3Store) -> None:
    data = os.urandom(6_000_000)
    sha256 = lied_to.put(HOLDINGS, data)
    assert lied_to.get(HOLDINGS, sha256) == data and lied_to.held(sha256) == s3.held(sha256)


@pytest.mark.parametrize("area", [WORK, HOLDINGS])
def test_altered_bytes_are_never_handed_out(lied_to: S3Store, liar: Liar, s3: S3Store, area: str) -> None:
    sha256 = s3.put(area, b"the true record")
    liar.after = lambda asked, answer: replace(answer, body=answer.body.replace(b"true", b"fake"))
    for read in (lied_to.get, lied_to.check, lied_to.path, lied_to.path):
        with pytest.raises(Corrupt) as found:
            read(area, sha256)
        assert found.value.code == "OBJECT_CORRUPT"
    with pytest.raises(Corrupt):
        lied_to.put(area, b"the true record")


def test_a_cut_answer_is_never_handed_out(lied_to: S3Store, liar: Liar, s3: S3Store) -> None:
    sha256 = s3.put(WORK, b"record" * 10_000)
    liar.after = lambda asked, answer: replace(answer, body=answer.body[:-1])
    with pytest.raises(Corrupt):
        lied_to.get(WORK, sha256)


@pytest.mark.parametrize("size", [100, 6_000_000], ids=["one-part", "multipart"])
def test_an_upload_that_is_only_said_to_be_kept_is_found_out(
    lied_to: S3Store, liar: Liar, s3: S3Store, size: int
) -> None:
    def swallow(asked: Asked) -> Answer | None:
        if asked.method == "PUT" and is_object(asked):
            return Answer(200, (("ETag", '"0"'), ("x-amz-version-id", "made-up")))
        if asked.method == "POST" and "uploadId" in asked.about:
            return Answer(200, (*XML, ("x-amz-version-id", "made-up")), _COMPLETED)
        return None

    liar.before = swallow
    for area in (WORK, HOLDINGS):
        with pytest.raises(Problem) as found:
            lied_to.put(area, os.urandom(size))
        assert isinstance(found.value, NotKept | Unfit), found.value
    assert list(s3.client.list_objects(s3.access.work_bucket)) == []


_COMPLETED = (
    b"<CompleteMultipartUploadResult><Location>x</Location><Bucket>b</Bucket><Key>k</Key><ETag></ETag>"
    b"</CompleteMultipartUploadResult>"
)


def test_only_half_of_an_upload_kept_is_found_out(lied_to: S3Store, liar: Liar) -> None:
    liar.after = lambda asked, answer: (
        replace(answer, headers=_other_length(answer)) if asked.method == "HEAD" else answer
    )
    with pytest.raises(NotKept) as found:
        lied_to.put(WORK, b"record")
    assert found.value.code == "OBJECT_NOT_KEPT"


def _other_length(answer: Answer) -> tuple[tuple[str, str], ...]:
    return tuple((name, "3" if name.lower() == "content-length" else value) for name, value in answer.headers)


def test_a_lock_that_is_only_said_to_be_set_is_found_out(lied_to: S3Store, liar: Liar, s3: S3Store) -> None:
    """The bucket's own retention is all that holds; thirty days are not ten years."""
    liar.before = lambda asked: Answer(200) if _sets_lock(asked) else None
    with pytest.raises(NotLocked) as found:
        lied_to.put(HOLDINGS, b"record")
    assert found.value.code == "OBJECT_NOT_LOCKED" and "hoso store check" in found.value.vi
    liar.before = lambda asked: None
    sha256 = lied_to.put(HOLDINGS, b"record")
    assert s3.check(HOLDINGS, sha256) == 6


def test_a_lock_that_is_refused_is_told(lied_to: S3Store, liar: Liar) -> None:
    denied = b"<Error><Code>NotImplemented</Code><Message>no</Message></Error>"
    liar.before = lambda asked: Answer(501, XML, denied) if _sets_lock(asked) else None
    with pytest.raises(NotLocked):
        lied_to.put(HOLDINGS, b"record")


def test_a_legal_hold_that_is_only_said_to_be_set_is_found_out(liar: Liar, make_store: MakeStore) -> None:
    store = make_store("held", {"url": liar.url}, legal_hold=True)
    liar.before = lambda asked: Answer(200) if _sets_lock(asked) and "legal-hold" in asked.about else None
    with pytest.raises(NotLocked):
        store.put(HOLDINGS, b"record")


def test_a_server_without_version_ids_locks_nothing(lied_to: S3Store, liar: Liar) -> None:
    def forget(asked: Asked, answer: Answer) -> Answer:
        kept = tuple(pair for pair in answer.headers if pair[0].lower() != "x-amz-version-id")
        return replace(answer, headers=kept)

    liar.after = forget
    with pytest.raises(NotLocked):
        lied_to.put(HOLDINGS, b"record")


def _sets_lock(asked: Asked) -> bool:
    return asked.method == "PUT" and bool({"retention", "legal-hold"} & asked.about)


@pytest.mark.parametrize("area", [WORK, HOLDINGS])
def test_a_silent_server_is_given_up(lied_to: S3Store, liar: Liar, s3: S3Store, area: str) -> None:
    sha256 = s3.put(area, b"record")
    liar.after = lambda asked, answer: replace(answer, drip_seconds=3)
    for act in (lambda: lied_to.get(area, sha256), lambda: lied_to.put(area, b"record")):
        with pytest.raises(Unreachable) as found:
            act()
        assert found.value.code == "STORE_TOO_SLOW" and "quá chậm" in found.value.vi


def test_a_dripping_server_is_given_up(lied_to: S3Store, liar: Liar, s3: S3Store) -> None:
    sha256 = s3.put(WORK, b"record" * 1000)
    liar.after = lambda asked, answer: replace(answer, drip_seconds=0.05)
    with pytest.raises(Unreachable) as found:
        lied_to.path(WORK, sha256)
    assert found.value.code == "STORE_TOO_SLOW"


def test_bytes_that_do_not_end_do_not_fill_the_disk(
    liar: Liar, make_store: MakeStore, s3: S3Store, tmp_path: Path
) -> None:
    sha256 = s3.put(WORK, b"record")
    store = make_store("endless", {"url": liar.url, "most_object_mib": 1})
    liar.before = lambda asked: Answer(200, body=b"x" * 100_000, endless=True)
    with pytest.raises(Corrupt):
        store.path(WORK, sha256)
    assert [path for path in (tmp_path / "endless").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(200, XML, b"<html>it works</html>"), "OBJECT_CORRUPT"),
        (Answer(503, (("Content-Type", "text/html"),), b"<h1>busy</h1>"), "STORE_UNREACHABLE"),
        (Answer(500, XML, b"<Error><Code>InternalError</Code></Error>"), "STORE_UNREACHABLE"),
        (Answer(503, XML, b"<Error><Code>SlowDown</Code></Error>"), "STORE_UNREACHABLE"),
        (Answer(400, XML, b"<Error><Code>Strange</Code></Error>"), "STORE_ANSWER"),
        (Answer(400, XML, b"no XML at all"), "STORE_ANSWER"),
        (Answer(404, (("Content-Type", "text/html"),), b"\xff\xfe"), "STORE_ANSWER"),
        (Answer(403, XML, b"<Error><Code>RequestTimeTooSkewed</Code></Error>"), "STORE_CLOCK"),
        (Answer(302, (("Location", "http://127.0.0.1:9/"),)), "STORE_ANSWER"),
    ],
    ids=lambda value: f"{value.status}-{value.body[:20]!r}" if isinstance(value, Answer) else value,
)
def test_strange_answers_have_a_code(lied_to: S3Store, liar: Liar, answer: Answer, code: str) -> None:
    liar.before = lambda asked: answer
    with pytest.raises(Problem) as found:
        lied_to.get(WORK, "0" * 64)
    assert found.value.code == code and found.value.vi and found.value.en
