"""Lists over HTTP: loaded for a batch, what they say of its documents, a person's choice, and who sees it."""

from __future__ import annotations

import json
from typing import Any

from api.rules import Role
from archive import field_rows, fields, ledger, list_matches
from archive.lifecycle import Act, State
from archive.store import WORK
from archive.tables import Agency, Batch, Document
from archive.weighing import Evidence
from tests import world
from tests.api.desk import B, Desk, key
from tests.listed import HEADINGS, HOLDERS, line_of


def csv(*rows: tuple[str, ...]) -> bytes:
    return "\n".join(";".join(row) for row in (HEADINGS, *rows)).encode()


def a_batch(desk: Desk) -> str:
    answer = desk.staff(Role.CAPTURER).post("/api/v1/batches", json={"cover": "Hộp 1"}, headers=key())
    return str(answer.json()["id"])


def load(desk: Desk, batch: str, *rows: tuple[str, ...]) -> Any:
    capturer = desk.staff(Role.CAPTURER)
    return capturer.put(f"/api/v1/batches/{batch}/list?name=sổ.csv", content=csv(*rows))


def a_paper(desk: Desk, batch: str, holder: str) -> str:
    """A document of the batch whose number and day were not read."""
    text = f"Số: /QĐ-SXD ngày tháng 6 năm 2024 QUYẾT ĐỊNH Về việc cấp giấy phép xây dựng Căn cứ. Điều 1. {holder}"
    reading = desk.store.put(WORK, json.dumps({"pages": [{"text": text}], "at": holder}).encode())
    new = world.a_file()
    with desk.database.writing() as session:
        agency = session.get_one(Agency, desk.agencies["H12.34"])
        if session.get(Batch, batch) is None:
            ledger.open_batch(session, agency, batch, "", desk.now())
        ledger.receive(session, agency, batch, new, world.CLERK, desk.now())
        document = session.get_one(Document, new.id)
        seen = [fields.FieldValue("notation", ("QĐ-SXD",), 0.9, 1, (1, 2, 3, 4))]
        field_rows.write(session, new.id, seen)
        read = Evidence({"notation": ("QĐ-SXD", 0.9)}, text)
        weighed = list_matches.weigh(session, batch, read)
        named = {"reading_sha256": reading, "draft_sha256": world.digest(new.id)}
        ledger.record(session, document, Act.READ, world.CLERK, desk.now(), {}, **named)
        list_matches.enter(session, document, weighed, read, world.CLERK, desk.now())
    return new.id


def test_a_list_is_loaded_for_an_open_batch_and_matched_as_papers_are_read(any_desk: Desk) -> None:
    desk = any_desk
    batch = a_batch(desk)
    answer = load(desk, batch, line_of(5, HOLDERS[0]), line_of(9, HOLDERS[1]))
    assert answer.status_code == 200, answer.text
    assert (answer.json()["lines"], [one["row"] for one in answer.json()["missing"]]) == (2, [2, 3])
    document = a_paper(desk, batch, HOLDERS[1])
    body = desk.staff(Role.REVIEWER).get(f"/api/v1/documents/{document}").json()
    assert (body["number"], body["code"], body["issued_on"]) == ("09", "09/QĐ-SXD", "2024-06-09")
    assert body["fields"]["code"]["origin"] == "list"
    assert (body["listed"]["fate"], body["listed"]["line"]["row"]) == ("matched", 3)
    assert body["listed"]["line"]["cells"][4] == HOLDERS[1]
    stands = desk.staff(Role.REVIEWER).get(f"/api/v1/batches/{batch}/list").json()
    assert [one["row"] for one in stands["missing"]] == [2]
    assert stands["documents"][0]["document"] == document


def test_a_person_chooses_between_two_lines_having_seen_the_document(desk: Desk) -> None:
    batch = a_batch(desk)
    load(desk, batch, line_of(5, HOLDERS[0]), line_of(9, HOLDERS[0]))
    document = a_paper(desk, batch, HOLDERS[0])
    reviewer = desk.staff(Role.REVIEWER)
    address = f"/api/v1/documents/{document}"
    seen = reviewer.get(address)
    assert seen.json()["listed"]["fate"] == "open" and seen.json()["number"] is None
    assert [one["row"] for one in seen.json()["listed"]["candidates"]] == [2, 3]
    assert reviewer.post(f"{address}/line", json={"row": 3}).status_code == 428
    match = {"If-Match": seen.headers["etag"]}
    assert reviewer.post(f"{address}/line", json={"row": 99}, headers=match).json()["code"] == "NO_SUCH_LINE"
    chosen = reviewer.post(f"{address}/line", json={"row": 3}, headers=match)
    assert chosen.status_code == 200 and chosen.json()["code"] == "09/QĐ-SXD"
    assert reviewer.post(f"{address}/line", json={"row": 2}, headers=match).status_code == 412
    none = reviewer.post(f"{address}/line", json={"row": None}, headers={"If-Match": chosen.headers["etag"]})
    assert none.json()["number"] is None and none.json()["listed"]["fate"] == "chosen"
    done = reviewer.post(
        f"{address}/review", json={"decision": "approve"}, headers={"If-Match": none.headers["etag"]}
    )
    assert done.status_code == 200


def test_choosing_no_line_at_the_station_approves_nothing(desk: Desk) -> None:
    batch = a_batch(desk)
    load(desk, batch, line_of(5, HOLDERS[0]), line_of(9, HOLDERS[0]))
    document = a_paper(desk, batch, HOLDERS[0])
    reviewer = desk.staff(Role.REVIEWER)
    etag = reviewer.get(f"/api/v1/documents/{document}").headers["etag"]
    for chosen, status in (({}, 422), ({"line": "99999999999"}, 422), ({"line": "77"}, 404)):
        asked = {"decision": "line", "etag": etag, "f.subject": "Đã gõ", **chosen}
        answer = reviewer.post(f"/station/{document}", data=asked)
        assert answer.status_code == status and "Đã gõ" in answer.text
    assert reviewer.get(f"/api/v1/documents/{document}").json()["state"] == "READ"
    answer = reviewer.post(f"/station/{document}", data={"decision": "line", "line": "3", "etag": etag})
    assert answer.status_code == 200 and "09/QĐ-SXD" in answer.text


def test_what_is_no_list_is_told_and_changes_nothing(desk: Desk) -> None:
    batch = a_batch(desk)
    load(desk, batch, line_of(5, HOLDERS[0]))
    capturer = desk.staff(Role.CAPTURER)
    address = f"/api/v1/batches/{batch}/list"
    for content, code in ((b"a;b\n1;2", "LIST_NO_HEADER"), (b"%PDF-1.7" + bytes(600), "LIST_UNREADABLE")):
        answer = capturer.put(f"{address}?name=a.csv", content=content)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert capturer.put(f"{address}?name=a.csv", content=b"").json()["code"] == "EMPTY_BODY"
    assert capturer.get(address).json()["lines"] == 1
    assert capturer.get(f"/api/v1/batches/{a_batch(desk)}/list").json()["code"] == "NO_LIST"


def test_lines_that_name_others_are_not_shown_to_holders_or_other_agencies(desk: Desk) -> None:
    batch = a_batch(desk)
    load(desk, batch, line_of(5, HOLDERS[0]))
    document = a_paper(desk, batch, HOLDERS[0])
    assert desk.staff(Role.REVIEWER, B).get(f"/api/v1/batches/{batch}/list").status_code == 404
    assert (
        desk.staff(Role.CAPTURER, B).put(f"/api/v1/batches/{batch}/list?name=a", content=b"x").status_code
        == 404
    )
    assert desk.staff(Role.REVIEWER).get(f"/api/v1/documents/{document}").json()["listed"] is not None
    held = desk.document(State.HELD)
    assert desk.caller(Role.HOLDER).get(f"/api/v1/documents/{held}").json()["listed"] is None
