"""Documents: lists that hold still, reviews of what was seen, bytes that never change, reads that are recorded."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from api.rules import Role
from archive import accounts, evidence, ledger, proofs
from archive.accounts import NewAccount
from archive.lifecycle import State
from archive.people import ReadRecord
from archive.tables import Document
from tests import world
from tests.api.desk import PASSWORD, B, Desk, quick_hash


def listed(client: TestClient, **which: Any) -> list[str]:
    answer = client.get("/api/v1/documents", params=which)
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["rows"]]


def decide(client: TestClient, document: str, etag: str | None, **asked: Any) -> Any:
    headers = {} if etag is None else {"If-Match": etag}
    return client.post(f"/api/v1/documents/{document}/review", json=asked, headers=headers)


def test_pages_of_a_list_hold_still_while_papers_come_in(any_desk: Desk) -> None:
    first = []
    for number in range(5):
        first.append(any_desk.document(State.READ))
        any_desk.now.pass_by(timedelta(seconds=number % 2))  # some came at one instant
    client = any_desk.staff(Role.REVIEWER)
    seen: list[str] = []
    cursor = None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.get("/api/v1/documents", params=params).json()
        seen += [row["id"] for row in page["rows"]]
        any_desk.now.pass_by(timedelta(seconds=1))
        any_desk.document(State.READ)
        cursor = page["next"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(first) and len(set(seen)) == 5


@pytest.mark.parametrize(
    "cursor", ["", "x", "e30", "W10", "WyJhIiwiYiJd", "ÿÿ", "WzEsMl0", "WyIyMDI2LTAxLTAxIiwgMV0"]
)
def test_a_cursor_that_is_not_ours_is_told(desk: Desk, cursor: str) -> None:
    client = desk.staff(Role.AUDITOR)
    for path in ("documents", "copies", "batches", "accounts", "agencies/H12.34/events"):
        answer = client.get(f"/api/v1/{path}", params={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (422, "BAD_CURSOR"), path


def test_lists_are_filtered_by_state_form_standing_and_batch(any_desk: Desk) -> None:
    read, held = any_desk.document(State.READ), any_desk.document()
    expired = any_desk.document(valid_until="2026-03-01")
    last_day = any_desk.document(valid_until="2026-03-02")
    client = any_desk.staff(Role.ARCHIVIST)
    assert listed(client, state="READ") == [read]
    assert sorted(listed(client, standing="expired")) == [expired]
    assert sorted(listed(client, standing="valid")) == sorted([read, held, last_day])
    assert listed(client, form="GPXD") == [] and listed(client, agency=B) == []
    batch = client.get(f"/api/v1/documents/{held}").json()["batch"]
    assert listed(client, batch=batch) == [held]
    assert client.get("/api/v1/documents", params={"limit": 201}).status_code == 422


def test_a_review_is_of_what_was_seen(any_desk: Desk) -> None:
    document = any_desk.document(State.READ)
    client = any_desk.staff(Role.REVIEWER)
    seen = client.get(f"/api/v1/documents/{document}")
    etag = seen.headers["etag"]
    missing = decide(client, document, None, decision="approve")
    assert (missing.status_code, missing.json()["code"]) == (428, "IF_MATCH_MISSING")
    for other in ('"1-abc"', "*", etag.strip('"')):
        assert decide(client, document, other, decision="approve").json()["code"] == "CHANGED"
    done = decide(
        client,
        document,
        etag,
        decision="approve",
        corrections={"subject": "Cấp phép", "recipients": ["A", "B"]},
    )
    assert done.status_code == 200 and done.json()["state"] == "APPROVED"
    assert done.json()["fields"]["recipients"]["value"] == ["A", "B"]
    assert done.json()["fields"]["subject"]["origin"] == "reviewer"
    again = decide(client, document, etag, decision="approve")
    assert (again.status_code, again.json()["code"]) == (412, "CHANGED")
    late = decide(client, document, done.headers["etag"], decision="return", reason="mờ")
    assert (late.status_code, late.json()["code"]) == (409, "ILLEGAL_MOVE")


def test_a_paper_is_returned_with_its_reason(desk: Desk) -> None:
    document = desk.document(State.READ)
    client = desk.staff(Role.REVIEWER)
    etag = client.get(f"/api/v1/documents/{document}").headers["etag"]
    assert decide(client, document, etag, decision="return", corrections={"subject": "x"}).status_code == 422
    assert decide(client, document, etag, decision="return", reason="ảnh mờ").json()["state"] == "RETURNED"
    events = client.get(f"/api/v1/documents/{document}/events").json()["rows"]
    assert events[-1]["act"] == "return" and events[-1]["details"] == {"reason": "ảnh mờ"}
    assert events[-1]["agent"] == "Người reviewer (reviewer.h12.34)"


@pytest.mark.parametrize(
    "corrections",
    [{"page_count": "ba"}, {"issued_on": "31/02/2026"}, {"nothing": "x"}, {"subject": ["a", "b"]}],
)
def test_values_that_cannot_be_are_refused(desk: Desk, corrections: dict[str, Any]) -> None:
    document = desk.document(State.READ)
    client = desk.staff(Role.REVIEWER)
    etag = client.get(f"/api/v1/documents/{document}").headers["etag"]
    assert decide(client, document, etag, decision="approve", corrections=corrections).status_code == 422


def _with_two_roles(desk: Desk, *roles: str) -> TestClient:
    with desk.database.writing() as session:
        new = NewAccount("both", world.CLERK, PASSWORD, desk.agencies["H12.34"], frozenset(roles))
        accounts.open_account(session, new, quick_hash, desk.now(), lambda n: bytes(n))
    return desk.person("both")


def test_who_captured_may_not_approve(desk: Desk) -> None:
    client = _with_two_roles(desk, "capturer", "reviewer")
    with desk.database.writing() as session:
        agency = world.an_agency(session, "H12.34", "UBND xã Thử Nghiệm")
        batch = world.a_batch(session, agency)
        file = world.a_file()
        agent = f"{world.CLERK} (both)"
        ledger.receive(session, agency, batch, file, agent, desk.now())
        document = session.get_one(Document, file.id)
        ledger.record(session, document, ledger.Act.READ, "hoso worker", desk.now(), {})
    etag = client.get(f"/api/v1/documents/{file.id}").headers["etag"]
    answer = decide(client, file.id, etag, decision="approve")
    assert (answer.status_code, answer.json()["code"]) == (403, "SAME_PERSON")
    assert decide(desk.staff(Role.REVIEWER), file.id, etag, decision="approve").status_code == 200


def test_a_record_loses_its_force_once(desk: Desk) -> None:
    document, client = desk.document(), desk.staff(Role.ARCHIVIST)
    etag = client.get(f"/api/v1/documents/{document}").headers["etag"]
    path, asked = f"/api/v1/documents/{document}/revoke", {"reason": "Quyết định 12/QĐ-UBND"}
    assert client.post(path, json=asked).status_code == 428
    done = client.post(path, json=asked, headers={"If-Match": etag})
    assert (done.json()["standing"], done.json()["standing_reason"]) == ("revoked", asked["reason"])
    again = client.post(path, json=asked, headers={"If-Match": done.headers["etag"]})
    assert (again.status_code, again.json()["code"]) == (409, "ILLEGAL_MOVE")
    assert listed(client, standing="revoked") == [document]


def test_a_parked_step_is_tried_again(desk: Desk) -> None:
    document, client = desk.document(State.READ), desk.staff(Role.REVIEWER)
    nothing = client.post(f"/api/v1/documents/{document}/retry")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "NOTHING_PARKED")
    with desk.database.writing() as session:
        why = {"code": "PAGE_BLANK", "vi": "Trang trắng", "en": "Blank"}
        world.a_step(session, session.get_one(Document, document), "read", state="parked", error=why)
    assert client.get(f"/api/v1/documents/{document}").json()["parked"][0]["reason"] == why
    assert client.post(f"/api/v1/documents/{document}/retry").json()["parked"] == []


def test_bytes_carry_their_digest_and_are_not_sent_twice(desk: Desk) -> None:
    document, client = desk.document(), desk.staff(Role.ARCHIVIST)
    body = client.get(f"/api/v1/documents/{document}").json()
    page = client.get(body["pages"][0]["image"])
    assert page.headers["content-type"] == "image/png" and "immutable" in page.headers["cache-control"]
    assert page.content.startswith(b"\x89PNG") and "private" in page.headers["cache-control"]
    same = client.get(body["pages"][0]["image"], headers={"If-None-Match": page.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    sealed = client.get(f"/api/v1/documents/{document}/sealed")
    assert sealed.headers["etag"] == f'"{body["sealed_sha256"]}"' and sealed.content.startswith(b"%PDF")
    assert client.get(f"/api/v1/documents/{document}/report").json()["verdict"] == "VALID"
    assert client.get(f"/api/v1/documents/{document}/pages/2").status_code == 404
    unsealed = desk.document(State.READ)
    assert client.get(f"/api/v1/documents/{unsealed}/sealed").json()["code"] == "NOT_READY"


def test_a_renewed_record_is_sent_with_its_evidence_and_known_by_either_digest(desk: Desk) -> None:
    document, client = desk.document(), desk.staff(Role.ARCHIVIST)
    before = client.get(f"/api/v1/documents/{document}/sealed")
    rests = evidence.Rests(desk.now(), desk.now() + timedelta(days=3650), "ec-256 sha256")
    for number, piece in enumerate((b"\nfirst %%EOF", b"\nsecond %%EOF"), 1):
        with desk.database.writing() as session:
            of = proofs.subject(session, document, desk.now())
            kept = evidence.keep(desk.store, document, number, of.file, piece, rests, desk.now())
            proofs.renewed(session, of, kept, rests, world.CLERK, desk.now())
    after = client.get(
        f"/api/v1/documents/{document}/sealed", headers={"If-None-Match": before.headers["etag"]}
    )
    assert after.status_code == 200 and after.content == before.content + b"\nfirst %%EOF\nsecond %%EOF"
    assert int(after.headers["content-length"]) == len(after.content)
    assert after.headers["content-disposition"] == before.headers["content-disposition"]
    digest = hashlib.sha256(after.content).hexdigest()
    assert after.headers["etag"] == f'"{digest}"' and "no-cache" in after.headers["cache-control"]
    same = client.get(f"/api/v1/documents/{document}/sealed", headers={"If-None-Match": f'"{digest}"'})
    assert (same.status_code, same.content) == (304, b"")
    for content in (before.content, after.content):
        found = desk.anybody().get(f"/api/v1/verification/digests/{hashlib.sha256(content).hexdigest()}")
        assert found.json()["identifier"] == document
    with desk.database.reading() as session:
        rotten = desk.store.path("holdings", evidence.of_document(session, document)[1].delta_sha256)
    rotten.chmod(0o600)
    rotten.write_bytes(b"rotten")
    answer = client.get(f"/api/v1/documents/{document}/sealed")
    assert (answer.status_code, answer.json()["code"]) == (500, "OBJECT_CORRUPT")


def test_bytes_that_rotted_are_not_sent(desk: Desk) -> None:
    document, client = desk.document(), desk.staff(Role.ARCHIVIST)
    sealed = client.get(f"/api/v1/documents/{document}").json()["sealed_sha256"]
    path = desk.store.path("holdings", sealed)
    path.chmod(0o600)
    path.write_bytes(b"%PDF rotten")
    answer = client.get(f"/api/v1/documents/{document}/sealed")
    assert (answer.status_code, answer.json()["code"]) == (500, "OBJECT_CORRUPT")


def test_a_holder_sees_exactly_their_held_papers_wherever_they_are(any_desk: Desk) -> None:
    mine = [any_desk.document(), any_desk.document(code=B)]
    any_desk.document(State.READ)  # nobody has vouched for what was read
    any_desk.document(holder="001099012346")
    any_desk.document(holder=" 001099012345")
    holder = any_desk.person("holder")
    assert sorted(listed(holder)) == sorted(mine)
    assert listed(any_desk.person("stranger")) == []


def test_every_read_is_recorded_and_its_holder_sees_it(any_desk: Desk) -> None:
    document = any_desk.document()
    clerk, holder = any_desk.staff(Role.COPY_OFFICER), any_desk.person("holder")
    clerk.get(f"/api/v1/documents/{document}")
    clerk.get(f"/api/v1/documents/{document}/pages/1")
    clerk.get(f"/api/v1/documents/{document}/sealed")
    any_desk.system().get(f"/api/v1/documents/{document}/fields")
    desk_b = any_desk.staff(Role.COPY_OFFICER, B)
    assert desk_b.get(f"/api/v1/documents/{document}").status_code == 404
    rows = holder.get(f"/api/v1/documents/{document}/reads").json()["rows"]
    assert [row["what"] for row in rows] == ["fields", "sealed file", "page 1", "document"]
    assert rows[-1]["agent"] == "Người copy-officer (copy-officer.h12.34)" and rows[0]["agent"].startswith(
        "Một cửa"
    )


def test_reads_of_papers_about_nobody_are_not_kept(desk: Desk) -> None:
    document = desk.document(holder="")
    assert desk.staff(Role.REVIEWER).get(f"/api/v1/documents/{document}").status_code == 200
    with desk.database.reading() as session:
        assert session.scalars(select(ReadRecord)).all() == []


def test_an_auditor_gets_the_history_and_its_proof(any_desk: Desk) -> None:
    any_desk.document()
    auditor = any_desk.staff(Role.AUDITOR)
    proof = auditor.get("/api/v1/agencies/H12.34/proof").json()
    assert proof["whole"] is True and proof["register_gaps"] == [] and proof["events"] == 6
    page = auditor.get("/api/v1/agencies/H12.34/events", params={"limit": 4}).json()
    rest = auditor.get("/api/v1/agencies/H12.34/events", params={"cursor": page["next"]}).json()
    assert [row["number"] for row in page["rows"] + rest["rows"]] == [1, 2, 3, 4, 5, 6] and rest[
        "next"
    ] is None
