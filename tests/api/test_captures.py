"""Papers taken in at the counter over HTTP: who is signed in signs; as many captures as originals, or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.receiving import receive_next
from api.rules import Role
from archive import accounts, catalogue
from archive.accounts import NewAccount
from archive.errors import Problem
from archive.store import WORK
from archive.tables import Document
from tests.api.desk import PASSWORD, A, Desk, key, png, quick_hash
from tests.api.test_batches import put

NAME = "Người capturer"


@pytest.fixture
def officer(desk: Desk) -> TestClient:
    return desk.staff(Role.CAPTURER)


def opened(client: TestClient, originals: int = 2, **more: Any) -> str:
    asked = {"capture": True, "originals": originals, **more}
    answer = client.post("/api/v1/batches", json=asked, headers=key())
    assert answer.status_code == 201, answer.text
    assert (answer.json()["officer"], answer.json()["originals"]) == (NAME, originals)
    return str(answer.json()["id"])


def sent(desk: Desk, client: TestClient, batch: str) -> Any:
    assert client.post(f"/api/v1/batches/{batch}/close").status_code == 202
    while receive_next(desk.office):
        pass
    return client.get(f"/api/v1/batches/{batch}").json()


def colleague(desk: Desk) -> TestClient:
    """Another capturer of the same agency."""
    with desk.database.writing() as session:
        roles = frozenset({Role.CAPTURER.value})
        new = NewAccount("second", "Người khác", PASSWORD, desk.agencies[A], roles)
        accounts.open_account(session, new, quick_hash, desk.now(), desk.office.entropy)
    return desk.person("second")


def test_who_is_signed_in_signs_every_capture_before_it_is_taken_in(desk: Desk, officer: TestClient) -> None:
    batch = opened(officer)
    for number in (1, 2):
        put(officer, batch, f"{number}.png", png(number))
    found = sent(desk, officer, batch)
    assert (found["state"], [one["status"] for one in found["outcomes"]]) == ("RECEIVED", ["accepted"] * 2)
    with desk.database.reading() as session:
        for outcome in found["outcomes"]:
            document = session.get_one(Document, outcome["document"])
            received = catalogue.events(session, document.id)[0]
            assert received.details["capture"] == {"officer": NAME} and document.signed_already
            kept = desk.store.get(WORK, received.details["scan"])
            assert kept.endswith(f"{A} UBND xã Thử Nghiệm {NAME}".encode())
    assert NAME in officer.get(f"/batches/{batch}").text


def test_a_paper_short_takes_nothing_in_until_it_is_there(desk: Desk, officer: TestClient) -> None:
    batch = opened(officer)
    put(officer, batch, "1.png", png(1))
    found = sent(desk, officer, batch)
    assert (found["state"], found["outcomes"], found["failure"]["code"]) == ("OPEN", None, "CAPTURE_COUNT")
    assert officer.get("/api/v1/documents").json()["rows"] == []
    page = officer.get(f"/batches/{batch}").text
    assert "CAPTURE_COUNT" in page and 'id="upload"' in page
    put(officer, batch, "2.png", png(2))
    found = sent(desk, officer, batch)
    assert (found["state"], len(found["outcomes"]), found["failure"]) == ("RECEIVED", 2, None)


def test_what_keeps_every_capture_from_being_signed_is_told_and_sent_again(
    desk: Desk, officer: TestClient
) -> None:
    batch = opened(officer, 1)
    put(officer, batch, "1.png", png(1))
    desk.unsigned = Problem("TIMESTAMP_UNAVAILABLE", "Không có dấu thời gian", "No timestamp")
    assert sent(desk, officer, batch)["failure"]["code"] == "TIMESTAMP_UNAVAILABLE"
    desk.unsigned = None
    assert sent(desk, officer, batch)["state"] == "RECEIVED"


def test_nobody_else_adds_to_what_an_officer_signs_or_sends_it(desk: Desk, officer: TestClient) -> None:
    batch, other = opened(officer), colleague(desk)
    for answer in (
        put(other, batch, "1.png", png(1)),
        other.post(f"/api/v1/batches/{batch}/close"),
        other.post(
            f"/api/v1/batches/{batch}/uploads",
            headers={"Tus-Resumable": "1.0.0", "Upload-Metadata": "filename YS5wbmc=", "Upload-Length": "3"},
        ),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "OTHER_OFFICER")
    assert 'id="upload"' not in other.get(f"/batches/{batch}").text


def test_a_system_captures_nothing_and_a_name_is_not_taken_from_the_request(
    desk: Desk, officer: TestClient
) -> None:
    asked = {"capture": True, "originals": 1}
    refused = desk.system(Role.CAPTURER).post("/api/v1/batches", json=asked, headers=key())
    assert (refused.status_code, refused.json()["code"]) == (403, "CAPTURE_NEEDS_OFFICER")
    named = officer.post("/api/v1/batches", json={**asked, "officer": "Ai đó"}, headers=key())
    assert named.status_code == 422
    for wrong in ({"capture": True}, {"originals": 1}, {"capture": True, "originals": 0}):
        assert officer.post("/api/v1/batches", json=wrong, headers=key()).status_code == 422


def test_the_page_says_who_will_sign(officer: TestClient) -> None:
    page = officer.get("/batches/new").text
    assert 'id="capture"' in page and f"<strong>{NAME}</strong>" in page
