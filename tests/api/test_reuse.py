"""Reuse over HTTP: asked once, copied for one dossier with consent, used once, and seen by the holder."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.rules import Role
from archive import copies
from archive.tables import Document
from tests import world
from tests.api.desk import FORM, HOLDER_ID, PROCEDURE, A, B, Desk, dossier_code, key

OTHER = "079088000001"


def proposed(client: TestClient, **more: Any) -> Any:
    answer = client.post("/api/v1/reuse/proposals", json={"procedure": PROCEDURE, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def opened(client: TestClient, number: str = HOLDER_ID) -> Any:
    asked = {"code": dossier_code(), "procedure": PROCEDURE, "holder": number}
    answer = client.post("/api/v1/dossiers", json=asked, headers=key())
    assert answer.status_code == 201, answer.text
    return answer.json()


def issued(desk: Desk, copy_id: str) -> None:
    """What the worker does with a granted copy."""
    made = desk.store.put("work", b"%PDF-1.7 copy " + copy_id.encode())
    with desk.database.writing() as session:
        copy = session.get_one(world.Copy, copy_id)
        document = session.get_one(Document, copy.document_id)
        copies.issued(session, copy, document, made, made, world.CLERK, desk.now())


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_proposal_tells_for_each_paper_whether_one_is_here_and_if_not_why(desk: Desk) -> None:
    officer = desk.staff(Role.COPY_OFFICER)
    nothing = proposed(officer, holder=HOLDER_ID)
    assert [one["answer"] for one in nothing["answers"]] == ["to-provide", "to-provide"]
    old = desk.document(form=FORM, valid_until="2020-01-01", issued_on="2019-01-01")
    late = proposed(officer, holder=HOLDER_ID)["answers"][0]
    assert (late["answer"], late["paper"]["document"], late["reason"]["code"]) == (
        "unusable",
        old,
        "RECORD_EXPIRED",
    )
    new = desk.document(form=FORM, issued_on="2026-01-01")
    here = proposed(officer, holder=HOLDER_ID)["answers"][0]
    assert (here["answer"], here["paper"]["document"], here["reason"]) == ("usable", new, None)


def test_a_dossier_is_filled_with_a_copy_once_the_holder_agrees_and_the_holder_sees_it(desk: Desk) -> None:
    paper = desk.document(form=FORM)
    officer, holder = desk.staff(Role.COPY_OFFICER), desk.caller(Role.HOLDER)
    dossier = opened(officer)
    wanted = dossier["proposal"]["answers"][0]["requirement"]["id"]
    here = f"/api/v1/dossiers/{dossier['id']}"
    copy = {"requirement": wanted, "document": paper, "basis": "register"}
    assert refused(officer.post(f"{here}/copies", json=copy, headers=key())) == (409, "CONSENT_MISSING")

    agreed = holder.post("/api/v1/consents", json={"dossier": dossier["id"]}, headers=key())
    assert agreed.status_code == 201 and agreed.json()["agency"] == A
    made = officer.post(f"{here}/copies", json=copy, headers=key())
    again = officer.post(f"{here}/copies", json=copy, headers=key())
    assert made.status_code == 201 and made.json()["id"] == again.json()["id"]
    filling = {"requirement": wanted, "copy_id": made.json()["id"]}
    assert refused(officer.post(f"{here}/uses", json=filling, headers=key())) == (409, "COPY_NOT_ISSUED")
    issued(desk, made.json()["id"])
    used = officer.post(f"{here}/uses", json=filling, headers=key())
    assert used.status_code == 201 and used.json()["document"] == paper
    assert officer.post(f"{here}/uses", json=filling, headers=key()).json() == used.json()

    shown = officer.get(here).json()
    assert [one["copy_id"] for one in shown["uses"]] == [made.json()["id"]]
    assert [(one["id"], one["requirement"]) for one in shown["copies"]] == [(made.json()["id"], wanted)]
    assert officer.get(f"{here}/copies/{made.json()['id']}/file").content.startswith(b"%PDF")

    rows = holder.get("/api/v1/holders/current/deeds").json()["rows"]
    assert {"use", "copy", "consent", "read"} <= {row["deed"] for row in rows}
    assert [row["document"] for row in rows if row["deed"] == "use"] == [paper]


def test_asking_again_for_a_paper_that_is_here_is_refused_and_counted_once_a_question(desk: Desk) -> None:
    desk.document(form=FORM)
    officer = desk.staff(Role.COPY_OFFICER)
    dossier = opened(officer)
    first, second = (one["requirement"]["id"] for one in dossier["proposal"]["answers"])
    there = f"/api/v1/dossiers/{dossier['id']}/asks"
    one_key = key()
    answer = officer.post(there, json={"requirement": first}, headers=one_key)
    assert refused(answer) == (409, "ALREADY_HERE")
    assert answer.headers["content-type"] == "application/problem+json"
    replayed = officer.post(there, json={"requirement": first}, headers=one_key)
    assert refused(replayed) == (409, "ALREADY_HERE") and replayed.headers["Idempotency-Replayed"] == "true"
    assert officer.post(there, json={"requirement": second}, headers=key()).json()["allowed"]
    doubted = {"requirement": first, "suspicion": "dấu không rõ"}
    assert officer.post(there, json=doubted, headers=key()).json()["allowed"]
    told = desk.staff(Role.AUDITOR).get("/api/v1/reuse/report?first=2026-01-01&last=2026-12-31").json()
    assert (told["asks_refused"], told["asks_for_suspicion"]) == (1, 1)
    assert told["not_asked_again"] == {"numerator": 0, "denominator": 1, "percent": 0.0}


def test_holders_ask_for_themselves_and_for_nobody_else(desk: Desk) -> None:
    mine = desk.document(form=FORM)
    holder = desk.caller(Role.HOLDER)
    assert proposed(holder, agency=A)["answers"][0]["paper"]["document"] == mine
    wish = {"procedure": PROCEDURE, "holder": OTHER, "agency": A}
    assert refused(holder.post("/api/v1/reuse/proposals", json=wish)) == (404, "NOT_FOUND")
    assert refused(holder.post("/api/v1/reuse/proposals", json={"procedure": PROCEDURE})) == (
        422,
        "WHICH_AGENCY",
    )
    officer = desk.staff(Role.COPY_OFFICER)
    assert refused(officer.post("/api/v1/reuse/proposals", json={"procedure": PROCEDURE})) == (
        422,
        "WHICH_HOLDER",
    )
    consent = holder.post(
        "/api/v1/consents", json={"agency": A, "procedure": PROCEDURE}, headers=key()
    ).json()
    stranger = desk.caller(Role.HOLDER, B)
    assert refused(stranger.post(f"/api/v1/consents/{consent['id']}/withdraw")) == (404, "NOT_FOUND")
    assert holder.post(f"/api/v1/consents/{consent['id']}/withdraw").json()["withdrawn_at"] is not None
    assert holder.get("/api/v1/consents?standing=true").json()["rows"] == []
    assert len(holder.get("/api/v1/consents").json()["rows"]) == 1


def test_a_paper_of_somebody_else_that_is_pointed_at_is_not_shown(desk: Desk) -> None:
    theirs = desk.document(form=FORM, holder=OTHER, subject="Giấy tờ của người khác")
    holder = desk.caller(Role.HOLDER)
    papers = holder.get(f"/api/v1/procedures/{PROCEDURE}").json()["papers"]
    offered = [{"requirement": papers[0]["id"], "document": theirs}]
    answer = proposed(holder, agency=A, offered=offered)
    first = answer["answers"][0]
    assert (first["answer"], first["reason"]["code"], first["paper"]) == ("unusable", "OTHER_HOLDER", None)
    assert "người khác" not in str(answer)
    assert desk.staff(Role.AUDITOR).get(f"/api/v1/documents/{theirs}/reads").json()["rows"] == []


def test_papers_cross_from_agency_to_agency_by_grant_alone_and_no_longer_than_it_stands(desk: Desk) -> None:
    paper = desk.document(form=FORM)
    taker = desk.staff(Role.COPY_OFFICER, B)
    assert proposed(taker, holder=HOLDER_ID)["answers"][0]["answer"] == "to-provide"
    archivist = desk.staff(Role.ARCHIVIST)
    granted = {"to": B, "basis": "Quy chế phối hợp 12", "starts_on": "2026-01-01", "form": FORM}
    grant = archivist.post("/api/v1/grants", json=granted, headers=key()).json()
    assert proposed(taker, holder=HOLDER_ID)["answers"][0]["paper"]["document"] == paper
    assert refused(desk.staff(Role.ARCHIVIST, B).post(f"/api/v1/grants/{grant['id']}/end"))[0] == 404
    assert archivist.post(f"/api/v1/grants/{grant['id']}/end").json()["ended_at"] is not None
    assert proposed(taker, holder=HOLDER_ID)["answers"][0]["answer"] == "to-provide"


def test_a_holders_papers_are_listed_to_staff_who_are_recorded_as_readers(desk: Desk) -> None:
    mine = desk.document(form=FORM)
    desk.document(form=FORM, holder=OTHER)
    officer, holder = desk.staff(Role.COPY_OFFICER), desk.caller(Role.HOLDER)
    found = officer.post("/api/v1/holders/papers", json={"holder": HOLDER_ID}).json()["rows"]
    assert [row["id"] for row in found] == [mine]
    rows = holder.get("/api/v1/holders/current/deeds").json()["rows"]
    assert [row["document"] for row in rows if row["deed"] == "read"] == [mine]
    assert holder.post("/api/v1/holders/papers", json={"holder": OTHER}).json()["rows"] == []


def test_deeds_and_dossiers_come_page_by_page(desk: Desk) -> None:
    desk.document(form=FORM)
    officer, holder = desk.staff(Role.COPY_OFFICER), desk.caller(Role.HOLDER)
    made = {opened(officer)["id"] for _ in range(3)}
    for path in ("/api/v1/holders/current/deeds", "/api/v1/dossiers"):
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            tail = f"&cursor={cursor}" if cursor else ""
            page = holder.get(f"{path}?limit=2{tail}").json()
            seen += [str(row) for row in page["rows"]]
            cursor = page["next"]
        assert len(seen) == len(set(seen)) >= 3, path
    assert {row["id"] for row in officer.get("/api/v1/dossiers").json()["rows"]} == made


@pytest.mark.parametrize("written", ["{code}", "  {lower} "])
def test_a_dossier_is_found_under_its_code_however_it_is_written(desk: Desk, written: str) -> None:
    officer = desk.staff(Role.COPY_OFFICER)
    dossier = opened(officer)
    code = written.format(code=dossier["code"], lower=dossier["code"].lower())
    found = officer.get("/api/v1/dossiers", params={"code": code}).json()["rows"]
    assert [row["id"] for row in found] == [dossier["id"]]


def test_procedures_are_found_by_words_with_marks_or_without(desk: Desk) -> None:
    anybody = desk.anybody()
    for words in ("ho kinh doanh", "Hộ Kinh Doanh", "1.0016"):
        rows = anybody.get("/api/v1/procedures", params={"q": words}).json()["rows"]
        assert [row["code"] for row in rows] == [PROCEDURE], words
    assert anybody.get("/api/v1/procedures?q=xyz").json()["rows"] == []
    papers = anybody.get(f"/api/v1/procedures/{PROCEDURE}").json()["papers"]
    assert [one["form"] for one in papers] == [FORM, "don"]
    assert refused(anybody.get("/api/v1/procedures/9.999999")) == (404, "UNKNOWN_PROCEDURE")
