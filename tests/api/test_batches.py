"""Batches: files streamed in with their digests, closed, received with an answer for each."""

from __future__ import annotations

import base64
import errno
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from api.app import create_app
from api.receiving import LEASE, receive_next
from api.rules import Role
from archive import deliveries
from archive.store import WORK, FolderStore
from archive.tables import Batch, Document
from tests.api.desk import HERE, Desk, key, png


@pytest.fixture
def capturer(desk: Desk) -> TestClient:
    return desk.staff(Role.CAPTURER)


def new_batch(client: TestClient, **asked: str) -> str:
    answer = client.post("/api/v1/batches", json=asked, headers=key())
    assert (
        answer.status_code == 201 and answer.headers["location"] == f"/api/v1/batches/{answer.json()['id']}"
    )
    return str(answer.json()["id"])


def put(client: TestClient, batch: str, name: str, data: bytes, **headers: str) -> Any:
    return client.put(f"/api/v1/batches/{batch}/files/{name}", content=data, headers=headers)


def received(desk: Desk, client: TestClient, batch: str) -> Any:
    assert client.post(f"/api/v1/batches/{batch}/close").status_code == 202
    while receive_next(desk.office):
        pass
    found = client.get(f"/api/v1/batches/{batch}").json()
    assert found["state"] == "RECEIVED"
    return found


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_every_file_gets_its_answer(desk: Desk, capturer: TestClient) -> None:
    batch = new_batch(capturer, cover="Sở Xây dựng, tháng 3", form="GPXD")
    page = png(10)
    first = put(capturer, batch, "giấy phép số 1.png", page)
    assert first.status_code == 201
    assert first.json() == {
        "name": "giấy phép số 1.png", "sha256": hashlib.sha256(page).hexdigest(), "size": len(page),
    }  # fmt: skip
    put(capturer, batch, "hai.zip", zipped(**{"a.png": png(20), "b.txt": b"hello"}))
    assert put(capturer, batch, "rỗng.png", b"").json()["code"] == "EMPTY_BODY"
    found = received(desk, capturer, batch)
    told = {one["path"]: (one["status"], (one["reason"] or {}).get("code")) for one in found["outcomes"]}
    assert told == {
        "giấy phép số 1.png": ("accepted", None), "hai.zip/a.png": ("accepted", None),
        "hai.zip/b.txt": ("refused", "NOT_AN_IMAGE"),
    }  # fmt: skip
    rows = capturer.get("/api/v1/documents", params={"batch": batch}).json()["rows"]
    assert {(row["name"], row["form"], row["state"]) for row in rows} == {
        ("giấy phép số 1.png", "GPXD", "RECEIVED"), ("hai.zip/a.png", "GPXD", "RECEIVED"),
    }  # fmt: skip


def test_bytes_that_were_here_before_are_told_as_such(desk: Desk, capturer: TestClient) -> None:
    batch = new_batch(capturer)
    put(capturer, batch, "một.png", png(10))
    document = received(desk, capturer, batch)["outcomes"][0]["document"]
    again = new_batch(capturer)
    put(capturer, again, "hai.png", png(10))
    outcome = received(desk, capturer, again)["outcomes"][0]
    assert (outcome["document"], outcome["duplicate"]) == (document, True)


def test_a_digest_that_does_not_fit_leaves_nothing(desk: Desk, capturer: TestClient) -> None:
    batch, data = new_batch(capturer), png()
    right = base64.b64encode(hashlib.sha256(data).digest()).decode()
    wrong = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    for header, given, code in (
        ("Content-Digest", f"sha-256=:{wrong}:", "DIGEST_MISMATCH"),
        ("Digest", f"sha-256={wrong}", "DIGEST_MISMATCH"),
        ("Content-Digest", "sha-256=:abc:", "BAD_DIGEST"),
        ("Content-Digest", "md5=:abcd:", "BAD_DIGEST"),
    ):
        answer = put(capturer, batch, "một.png", data, **{header: given})
        assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert capturer.get(f"/api/v1/batches/{batch}").json()["files"] == []
    assert not list((desk.folder / "scratch").iterdir())
    assert (
        put(capturer, batch, "một.png", data, **{"Content-Digest": f"sha-256=:{right}:"}).status_code == 201
    )
    assert put(capturer, batch, "hai.png", data, Digest=f"SHA-256={right}").status_code == 201


def test_the_same_name_replaces_while_the_batch_is_open_and_not_after(
    desk: Desk, capturer: TestClient
) -> None:
    batch = new_batch(capturer)
    assert put(capturer, batch, "một.png", png(1)).status_code == 201
    assert put(capturer, batch, "một.png", png(2)).status_code == 200
    found = received(desk, capturer, batch)
    assert [one["sha256"] for one in found["files"]] == [hashlib.sha256(png(2)).hexdigest()]
    late = put(capturer, batch, "hai.png", png(3))
    assert (late.status_code, late.json()["code"]) == (409, "BATCH_CLOSED")
    assert capturer.post(f"/api/v1/batches/{batch}/close").json()["code"] == "BATCH_CLOSED"


def test_limits_hold_announced_or_not(desk: Desk, capturer: TestClient) -> None:
    batch = new_batch(capturer)
    most = desk.office.limits.most_mib << 20
    announced = put(capturer, batch, "lớn.png", b"x", **{"Content-Length": str(200 << 20)})
    assert (announced.status_code, announced.json()["code"]) == (413, "TOO_LARGE")

    def endless() -> Any:
        for _ in range(most // (1 << 20) + 2):
            yield bytes(1 << 20)

    streamed = capturer.put(f"/api/v1/batches/{batch}/files/b.png", content=endless())
    assert (streamed.status_code, streamed.json()["code"]) == (413, "TOO_LARGE")
    long = capturer.post(
        "/api/v1/batches", content=b" " * (257 << 10), headers={**key(), "Content-Type": "application/json"}
    )
    assert (long.status_code, long.json()["code"]) == (413, "TOO_LARGE")
    assert put(capturer, batch, "nén.png", b"x", **{"Content-Encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize("name", ["%2e%2e", "..%2fa.png", "a%00b", "x" * 201])
def test_a_name_is_one_name(desk: Desk, capturer: TestClient, name: str) -> None:
    answer = put(capturer, new_batch(capturer), name, png())
    assert answer.status_code in (404, 405, 422)


def test_a_name_longer_than_any_folder_takes_comes_through(desk: Desk, capturer: TestClient) -> None:
    batch = new_batch(capturer)
    put(capturer, batch, "ệ" * 190 + ".png", png(1))
    assert received(desk, capturer, batch)["outcomes"][0]["status"] == "accepted"


def test_an_empty_batch_cannot_be_closed(desk: Desk, capturer: TestClient) -> None:
    answer = capturer.post(f"/api/v1/batches/{new_batch(capturer)}/close")
    assert (answer.status_code, answer.json()["code"]) == (409, "BATCH_EMPTY")


def test_progress_is_told_as_events(desk: Desk, capturer: TestClient) -> None:
    batch = new_batch(capturer)
    put(capturer, batch, "một.png", png(1))
    put(capturer, batch, "hai.txt", b"hello")
    received(desk, capturer, batch)
    answer = capturer.get(f"/api/v1/batches/{batch}/progress")
    assert answer.headers["content-type"].startswith("text/event-stream")
    event, data = answer.text.strip().split("\n")
    assert event == "event: progress"
    assert json.loads(data.removeprefix("data: ")) == {
        "batch": batch, "state": "RECEIVED", "files": 2, "refused": 1, "documents": {"RECEIVED": 1}, "parked": 0,
        "settled": False,
    }  # fmt: skip


def test_a_receiver_that_died_is_followed_by_another(desk: Desk, capturer: TestClient) -> None:
    batch = new_batch(capturer)
    put(capturer, batch, "một.png", png(1))
    capturer.post(f"/api/v1/batches/{batch}/close")
    with desk.database.writing() as session:
        assert deliveries.claim(session, desk.now(), LEASE) is not None  # by somebody who dies
    assert receive_next(desk.office) is False
    desk.now.pass_by(LEASE + timedelta(seconds=1))
    assert receive_next(desk.office) is True
    capturer = desk.staff(Role.CAPTURER)
    assert capturer.get(f"/api/v1/batches/{batch}").json()["state"] == "RECEIVED"


def test_one_that_died_before_telling_leaves_nothing_twice(desk: Desk, capturer: TestClient) -> None:
    batch = new_batch(capturer)
    put(capturer, batch, "một.png", png(1))
    put(capturer, batch, "hai.txt", b"hello")
    first = received(desk, capturer, batch)["outcomes"]
    with desk.database.writing() as session:
        delivery = session.get_one(deliveries.Delivery, batch)
        delivery.state, delivery.outcomes = deliveries.CLOSED, None
    assert receive_next(desk.office) is True
    again = capturer.get(f"/api/v1/batches/{batch}").json()["outcomes"]
    assert sorted(again, key=lambda one: one["path"]) == sorted(first, key=lambda one: one["path"])
    with desk.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 1
        assert session.scalar(select(func.count()).select_from(Batch)) == 1


def test_bytes_are_in_the_store_before_they_are_named(desk: Desk, capturer: TestClient) -> None:
    batch = new_batch(capturer)
    sha256 = put(capturer, batch, "một.png", png(1)).json()["sha256"]
    assert desk.store.check(WORK, sha256) == len(png(1))


def test_batches_are_listed_newest_first_page_by_page(desk: Desk, capturer: TestClient) -> None:
    made = []
    for _ in range(5):
        made.append(new_batch(capturer))
        desk.now.pass_by(timedelta(seconds=1))
    seen, cursor = [], None
    while True:
        page = capturer.get(
            "/api/v1/batches", params={"limit": 2, **({"cursor": cursor} if cursor else {})}
        ).json()
        seen += [row["id"] for row in page["rows"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == made[::-1]


def test_a_full_disk_is_told_as_such_and_nothing_is_half_taken(desk: Desk) -> None:
    class Full(FolderStore):
        """A store whose disk has no room left."""

        def put_file(self, area: str, path: Path) -> str:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))

    app = create_app(replace(desk.office, store=Full(desk.folder / "full")))
    capturer = desk.staff(Role.CAPTURER)
    batch = new_batch(capturer)
    full = TestClient(
        app, HERE, headers={"Origin": HERE}, cookies=dict(capturer.cookies), raise_server_exceptions=False
    )
    answer = full.put(f"/api/v1/batches/{batch}/files/a.png", content=png())
    assert (answer.status_code, answer.json()["code"]) == (507, "STORAGE_FULL")
    assert capturer.get(f"/api/v1/batches/{batch}").json()["files"] == []
    assert list(desk.office.scratch.iterdir()) == []
