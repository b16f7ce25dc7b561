"""Uploads by tus: broken off and gone on with, checked piece by piece and whole, never half a file in a batch."""

from __future__ import annotations

import base64
import hashlib
import os
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.rules import Role
from tests.api.desk import B, Desk, key, png

PIECE = "application/offset+octet-stream"
TUS = {"Tus-Resumable": "1.0.0"}


def metadata(**values: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in values.items())


def begun(client: TestClient, length: int, **told: str) -> str:
    """The address of a new upload into a new batch."""
    batch = client.post("/api/v1/batches", json={}, headers=key()).json()["id"]
    headers = {
        **TUS,
        "Upload-Length": str(length),
        "Upload-Metadata": metadata(**{"filename": "quét 1.png", **told}),
    }
    answer = client.post(f"/api/v1/batches/{batch}/uploads", headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.headers["upload-expires"].endswith("GMT")
    return str(answer.headers["location"])


def add(client: TestClient, where: str, at: int, data: bytes, **more: str) -> Any:
    headers = {**TUS, "Upload-Offset": str(at), "Content-Type": PIECE, **more}
    return client.patch(where, content=data, headers=headers)


def files(client: TestClient, where: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(where.split("/uploads")[0]).json()["files"]
    return found


def test_a_file_comes_in_pieces_and_is_in_the_batch_when_it_is_whole(desk: Desk) -> None:
    capturer, data = desk.staff(Role.CAPTURER), png(7)
    where = begun(capturer, len(data), sha256=hashlib.sha256(data).hexdigest())
    assert add(capturer, where, 0, data[:100]).headers["upload-offset"] == "100"
    assert files(capturer, where) == []
    asked = capturer.head(where, headers=TUS)
    assert (asked.headers["upload-offset"], asked.headers["upload-length"]) == ("100", str(len(data)))
    assert asked.headers["cache-control"] == "no-store"
    last = add(capturer, where, 100, data[100:])
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(data)))
    (file,) = files(capturer, where)
    assert (file["name"], file["sha256"]) == ("quét 1.png", hashlib.sha256(data).hexdigest())
    assert capturer.head(where, headers=TUS).status_code == 404
    assert list(desk.office.scratch.iterdir()) == []


def test_a_piece_goes_only_where_the_upload_stands(desk: Desk) -> None:
    capturer = desk.staff(Role.CAPTURER)
    where = begun(capturer, 10)
    add(capturer, where, 0, b"12345")
    for at in (0, 4, 6):
        answer = add(capturer, where, at, b"x")
        assert (answer.status_code, answer.json()["code"]) == (409, "OFFSET_MISMATCH")
    too_much = add(capturer, where, 5, b"678901")
    assert (too_much.status_code, too_much.json()["code"]) == (413, "TOO_LARGE")
    assert capturer.head(where, headers=TUS).headers["upload-offset"] == "5"


@pytest.mark.parametrize("name", ["sha1", "sha256"])
def test_a_piece_with_a_wrong_checksum_is_not_added(desk: Desk, name: str) -> None:
    capturer = desk.staff(Role.CAPTURER)
    where = begun(capturer, 10)
    right = base64.b64encode(hashlib.new(name, b"12345").digest()).decode()
    wrong = add(capturer, where, 0, b"12346", **{"Upload-Checksum": f"{name} {right}"})
    assert (wrong.status_code, wrong.json()["code"]) == (460, "CHECKSUM_MISMATCH")
    assert capturer.head(where, headers=TUS).headers["upload-offset"] == "0"
    assert add(capturer, where, 0, b"12345", **{"Upload-Checksum": f"{name} {right}"}).status_code == 204
    for bad in ("md5 xx==", "sha256 ?", "sha256"):
        answer = add(capturer, where, 5, b"6", **{"Upload-Checksum": bad})
        assert (answer.status_code, answer.json()["code"]) == (400, "BAD_DIGEST")


def test_a_whole_file_that_is_another_than_announced_is_not_taken(desk: Desk) -> None:
    capturer = desk.staff(Role.CAPTURER)
    where = begun(capturer, 5, sha256=hashlib.sha256(b"12345").hexdigest())
    answer = add(capturer, where, 0, b"54321")
    assert (answer.status_code, answer.json()["code"]) == (400, "DIGEST_MISMATCH")
    assert files(capturer, where) == [] and list(desk.office.scratch.iterdir()) == []


def test_others_do_not_find_it_and_its_owner_can_give_it_up(desk: Desk) -> None:
    capturer, other = desk.staff(Role.CAPTURER), desk.staff(Role.CAPTURER, B)
    where = begun(capturer, 5)
    assert other.head(where, headers=TUS).status_code == 404
    assert add(other, where, 0, b"12345").status_code == 404
    elsewhere = begun(capturer, 5)
    swapped = elsewhere.split("/uploads")[0] + "/uploads/" + where.rsplit("/", 1)[1]
    assert capturer.head(swapped, headers=TUS).status_code == 404
    assert capturer.delete(where, headers=TUS).status_code == 204
    assert capturer.head(where, headers=TUS).status_code == 404


def test_a_closed_batch_takes_no_more_pieces(desk: Desk) -> None:
    capturer = desk.staff(Role.CAPTURER)
    where = begun(capturer, 5)
    batch = where.split("/uploads")[0]
    capturer.put(f"{batch}/files/a.png", content=png())
    capturer.post(f"{batch}/close")
    answer = add(capturer, where, 0, b"12345")
    assert (answer.status_code, answer.json()["code"]) == (409, "BATCH_CLOSED")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412, "TUS_VERSION"),
        ({"Upload-Metadata": metadata(filename="../a")}, 422, "BAD_UPLOAD"),
        ({"Upload-Metadata": metadata(filename="..")}, 422, "BAD_UPLOAD"),
        ({"Upload-Metadata": "filename ???"}, 422, "BAD_UPLOAD"),
        ({"Upload-Metadata": metadata(filename="a", sha256="1")}, 400, "BAD_DIGEST"),
        ({"Upload-Length": "0"}, 422, "INVALID_REQUEST"),
        ({"Upload-Length": str(1 << 40)}, 413, "TOO_LARGE"),
    ],
)
def test_an_upload_that_cannot_be_is_refused_at_once(
    desk: Desk, headers: dict[str, str], status: int, code: str
) -> None:
    capturer = desk.staff(Role.CAPTURER)
    batch = capturer.post("/api/v1/batches", json={}, headers=key()).json()["id"]
    right = {**TUS, "Upload-Length": "5", "Upload-Metadata": metadata(filename="a.png")}
    answer = capturer.post(f"/api/v1/batches/{batch}/uploads", headers={**right, **headers})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    told = capturer.options(f"/api/v1/batches/{batch}/uploads")
    assert told.headers["tus-version"] == "1.0.0" and "checksum" in told.headers["tus-extension"]


def test_two_that_send_at_once_do_not_mix(desk: Desk) -> None:
    import fcntl

    capturer = desk.staff(Role.CAPTURER)
    where = begun(capturer, 5)
    body = desk.office.scratch / f"upload-{where.rsplit('/', 1)[1]}" / "body"
    with body.open("ab") as other:  # what another request holds while it sends
        fcntl.flock(other, fcntl.LOCK_EX)
        answer = add(capturer, where, 0, b"12345")
    assert (answer.status_code, answer.json()["code"]) == (423, "UPLOAD_BUSY")
    assert add(capturer, where, 0, os.urandom(5)).status_code == 204
