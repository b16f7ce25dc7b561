"""Copies, creating once, verification for anyone, registers, people of an agency."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from api.receiving import sweep_answers
from api.rules import Role
from archive import accounts
from archive.people import IdempotencyRecord, ReadRecord
from archive.tables import Copy
from tests.api.desk import PASSWORD, B, Desk, key

ASKED = {"basis": "register", "recipient": "Trần Văn Bình", "purpose": "vay vốn"}


def ask(client: TestClient, document: str, name: dict[str, str] | None = None, **changes: str) -> Any:
    path = f"/api/v1/documents/{document}/copies"
    return client.post(path, json=ASKED | changes, headers=key() if name is None else name)


def test_the_same_key_gives_the_same_copy_and_says_so(any_desk: Desk) -> None:
    document, client, name = any_desk.document(), any_desk.staff(Role.COPY_OFFICER), key()
    first, second = ask(client, document, name), ask(client, document, name)
    assert first.status_code == second.status_code == 201 and first.json() == second.json()
    assert first.headers["location"] == second.headers["location"]
    assert "idempotency-replayed" not in first.headers and second.headers["idempotency-replayed"] == "true"
    other = ask(client, document, name, purpose="khác")
    assert (other.status_code, other.json()["code"]) == (422, "KEY_USED")
    assert ask(client, any_desk.document(), name).json()["code"] == "KEY_USED"
    assert ask(any_desk.person("holder"), document, name).json()["id"] != first.json()["id"]
    assert len(client.get("/api/v1/copies").json()["rows"]) == 2


def test_many_at_once_with_one_key_make_one_copy(any_desk: Desk) -> None:
    document, client, name = any_desk.document(), any_desk.staff(Role.COPY_OFFICER), key()
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda: answers.append(ask(client, document, name))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.status_code for one in answers} == {201}, [one.text for one in answers]
    assert len({one.json()["id"] for one in answers}) == 1
    assert sum("idempotency-replayed" not in one.headers for one in answers) == 1
    with any_desk.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Copy)) == 1


def test_what_creates_needs_a_key(desk: Desk) -> None:
    document, client = desk.document(), desk.staff(Role.COPY_OFFICER)
    for name in (
        {},
        {"Idempotency-Key": ""},
        {"Idempotency-Key": "x" * 65},
        {"Idempotency-Key": "có dấu".encode()},
    ):
        answer = client.post(f"/api/v1/documents/{document}/copies", json=ASKED, headers=name)  # type: ignore[arg-type]
        assert answer.status_code == 422, name


def test_what_failed_may_be_asked_again_with_its_key(desk: Desk) -> None:
    client, name = desk.staff(Role.COPY_OFFICER), key()
    assert ask(client, "doc-000000000000", name).status_code == 404
    assert ask(client, desk.document(), name).status_code == 201


def test_a_copy_that_may_not_be_made_says_why(desk: Desk) -> None:
    document, client = desk.document(valid_until="2020-01-01"), desk.staff(Role.COPY_OFFICER)
    made = ask(client, document).json()
    assert (made["state"], made["reason"]["code"], made["number"]) == ("REFUSED", "RECORD_EXPIRED", None)


def test_a_holder_asks_for_a_copy_from_the_register_only(desk: Desk) -> None:
    document, holder = desk.document(), desk.person("holder")
    refused = ask(holder, document, basis="original")
    assert (refused.status_code, refused.json()["code"]) == (422, "COPY_FROM_REGISTER_ONLY")
    made = ask(holder, document).json()
    assert (made["state"], made["number"]) == ("GRANTED", "1/2026") and made["url"].endswith(made["code"])
    assert holder.get(f"/api/v1/copies/{made['id']}/file").json()["code"] == "NOT_READY"
    assert ask(desk.person("stranger"), document).status_code == 404


def test_an_issued_copy_is_found_by_code_file_and_digest(desk: Desk) -> None:
    document = desk.document()
    copy = desk.copy(document)
    holder, visitor = desk.person("holder"), desk.anybody()
    told = holder.get(f"/api/v1/copies/{copy}").json()
    file = holder.get(f"/api/v1/copies/{copy}/file")
    assert file.headers["etag"] == f'"{told["sha256"]}"' and copy in file.headers["content-disposition"]
    found = visitor.get(f"/api/v1/verification/codes/{told['code']}").json()
    assert (found["number"], found["standing"], found["state"]) == ("1/2026", "valid", "ISSUED")
    assert found["sha256"] == told["sha256"] and "Bình" not in str(found) and "vay" not in str(found)
    ours = visitor.get(f"/api/v1/verification/digests/{told['sha256']}").json()
    assert (ours["kind"], ours["identifier"], ours["standing"]) == ("copy", copy, "valid")
    verdict = visitor.post("/api/v1/verification/files", content=file.content).json()
    assert verdict["ours"] is True and verdict["size"] == len(file.content)
    assert visitor.post("/api/v1/verification/files", content=b"%PDF other").json()["ours"] is False


def test_a_revoked_copy_and_the_copies_of_a_revoked_record_are_told_as_such(desk: Desk) -> None:
    document = desk.document()
    copies, visitor = [desk.copy(document), desk.copy(document)], desk.anybody()
    officer, archivist = desk.staff(Role.COPY_OFFICER), desk.staff(Role.ARCHIVIST)
    done = officer.post(f"/api/v1/copies/{copies[0]}/revoke", json={"reason": "sai người nhận"}).json()
    assert (done["state"], done["reason"]["vi"]) == ("REVOKED", "sai người nhận")
    codes = [desk.copy_of(copy).code for copy in copies]
    standings = [visitor.get(f"/api/v1/verification/codes/{code}").json()["standing"] for code in codes]
    assert standings == ["revoked", "valid"]
    etag = archivist.get(f"/api/v1/documents/{document}").headers["etag"]
    archivist.post(
        f"/api/v1/documents/{document}/revoke", json={"reason": "QĐ 1"}, headers={"If-Match": etag}
    )
    assert visitor.get(f"/api/v1/verification/codes/{codes[1]}").json()["standing"] == "revoked"


@pytest.mark.parametrize("prefer", ["wait=30", "return=minimal, wait=30", "wait=9999"])
def test_who_waits_for_a_copy_gets_it_when_it_is_made(any_desk: Desk, prefer: str) -> None:
    officer, document = any_desk.staff(Role.COPY_OFFICER), any_desk.document()
    made = ask(officer, document).json()["id"]
    answers: list[Any] = []
    waiting = threading.Thread(
        target=lambda: answers.append(officer.get(f"/api/v1/copies/{made}", headers={"Prefer": prefer}))
    )
    waiting.start()
    any_desk.issue(made)
    waiting.join(60)
    assert answers[0].json()["state"] == "ISSUED"
    assert answers[0].headers["preference-applied"] == "wait=30"
    with any_desk.database.reading() as session:
        assert (
            session.scalar(select(func.count(ReadRecord.id)).where(ReadRecord.document_id == document)) == 1
        )


def test_nobody_waits_longer_than_they_said_nor_for_what_is_not_theirs(desk: Desk) -> None:
    officer = desk.staff(Role.COPY_OFFICER)
    made = ask(officer, desk.document()).json()["id"]
    answers: list[Any] = []
    waiting = threading.Thread(
        target=lambda: answers.append(officer.get(f"/api/v1/copies/{made}", headers={"Prefer": "wait=10"}))
    )
    waiting.start()
    while waiting.is_alive():  # until it has looked at the clock, time may go by without it
        desk.now.seconds += 1
        waiting.join(0.05)
    assert answers[0].json()["state"] == "GRANTED"
    elsewhere = desk.staff(Role.COPY_OFFICER, B).get(f"/api/v1/copies/{made}", headers={"Prefer": "wait=30"})
    assert elsewhere.status_code == 404


def test_a_preference_that_is_not_known_is_passed_over(desk: Desk) -> None:
    officer = desk.staff(Role.COPY_OFFICER)
    made = ask(officer, desk.document()).json()["id"]
    for prefer in ("respond-async", "wait=soon", "wait=", "await=3", "wait=0"):
        answer = officer.get(f"/api/v1/copies/{made}", headers={"Prefer": prefer})
        assert answer.json()["state"] == "GRANTED" and "preference-applied" not in answer.headers


@pytest.mark.parametrize(
    "code", ["aaaaa-aaaaa-aaaaa-aaaaa-aaaaa-a", "x", "AAAAA-aaaaa-aaaaa-aaaaa-aaaaa-a", "a" * 500]
)
def test_a_code_that_is_none_of_ours_is_told(desk: Desk, code: str) -> None:
    answer = desk.anybody().get(f"/api/v1/verification/codes/{code}")
    assert answer.status_code in (404, 422) and answer.headers["content-type"] == "application/problem+json"


def test_a_register_shows_its_lines_in_order(desk: Desk) -> None:
    document = desk.document()
    copies = [desk.copy(document) for _ in range(3)]
    client = desk.staff(Role.ARCHIVIST)
    books = client.get("/api/v1/registers").json()["rows"]
    book = next(one for one in books if one["kind"] == "copies-register")
    assert (book["agency"], book["year"], book["last"]) == ("H12.34", 2026, 3)
    page = client.get(f"/api/v1/registers/{book['id']}/entries", params={"limit": 2}).json()
    rest = client.get(f"/api/v1/registers/{book['id']}/entries", params={"cursor": page["next"]}).json()
    lines = page["rows"] + rest["rows"]
    assert [(one["number"], one["subject"]) for one in lines] == list(enumerate(copies, 1))


def new_person(**changes: Any) -> dict[str, Any]:
    return {"login": "an", "name": "Lê An", "password": PASSWORD, "roles": ["capturer"]} | changes


def test_an_administrator_lets_people_in_and_changes_what_they_may(desk: Desk) -> None:
    administrator = desk.staff(Role.ADMINISTRATOR)
    made = administrator.post("/api/v1/accounts", json=new_person(), headers=key())
    assert made.status_code == 201 and "password" not in made.text
    person = desk.person("an")
    assert person.post("/api/v1/batches", json={}, headers=key()).status_code == 201
    path = f"/api/v1/accounts/{made.json()['id']}"
    assert administrator.patch(path, json={"roles": ["auditor"]}).json()["roles"] == ["auditor"]
    assert person.get("/api/v1/sessions/current").status_code == 401
    assert desk.person("an").post("/api/v1/batches", json={}, headers=key()).status_code == 403
    assert (
        administrator.post("/api/v1/accounts", json=new_person(), headers=key()).json()["code"]
        == "LOGIN_TAKEN"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"roles": ["holder"]},
        {"roles": ["system"]},
        {"login": "Ân"},
        {"password": "short"},
        {"personal_id": "1"},
    ],
)
def test_nobody_lets_in_holders_or_systems_as_people(desk: Desk, wrong: dict[str, Any]) -> None:
    administrator = desk.staff(Role.ADMINISTRATOR)
    assert administrator.post("/api/v1/accounts", json=new_person(**wrong), headers=key()).status_code == 422


def test_a_person_with_roles_elsewhere_cannot_be_taken_over(desk: Desk) -> None:
    administrator = desk.staff(Role.ADMINISTRATOR)
    made = administrator.post("/api/v1/accounts", json=new_person(), headers=key()).json()
    with desk.database.writing() as session:
        accounts.set_roles(session, made["id"], desk.agencies[B], ["archivist"])
    answer = administrator.patch(f"/api/v1/accounts/{made['id']}", json={"password": "mật khẩu của tôi"})
    assert (answer.status_code, answer.json()["code"]) == (409, "ACCOUNT_OF_OTHERS")


def test_a_clients_secret_is_told_once(desk: Desk) -> None:
    administrator, name = desk.staff(Role.ADMINISTRATOR), key()
    asked = {"name": "Một cửa", "roles": ["system"]}
    first = administrator.post("/api/v1/clients", json=asked, headers=name).json()
    again = administrator.post("/api/v1/clients", json=asked, headers=name).json()
    assert len(first["client_secret"]) == 64 and again["client_secret"] is None and again["id"] == first["id"]
    with desk.database.reading() as session:
        kept = session.scalars(select(IdempotencyRecord.answer)).all()
    assert first["client_secret"] not in str(kept)
    decides = administrator.post("/api/v1/clients", json={"name": "X", "roles": ["reviewer"]}, headers=key())
    assert decides.json()["code"] == "UNKNOWN_ROLE"


def test_answers_kept_for_a_key_are_forgotten_after_a_day_and_not_before(desk: Desk) -> None:
    capturer = desk.staff(Role.CAPTURER)
    once = key()
    first = capturer.post("/api/v1/batches", json={}, headers=once).json()["id"]
    desk.now.pass_by(timedelta(hours=23))
    assert sweep_answers(desk.office) == 0
    again = desk.staff(Role.CAPTURER).post("/api/v1/batches", json={}, headers=once)
    assert again.json()["id"] == first
    desk.now.pass_by(timedelta(hours=2))
    assert sweep_answers(desk.office) == 1
    new = desk.staff(Role.CAPTURER).post("/api/v1/batches", json={}, headers=once)
    assert new.status_code == 201 and new.json()["id"] != first
