"""Copies as legal acts over HTTP: the desk's day from asking to the book, limits of use, and what verification says."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from pikepdf import pdfa
from sqlalchemy import select
from starlette.testclient import TestClient

from api.rules import Role
from archive.tables import Step
from tests.api.desk import A, B, Desk, key

BEARER = {"capacity": "bearer", "name": "Nguyễn Thị Mang", "identity": "CCCD 001085000009"}
FOUND = {"presented_on": "2026-03-02", "certifier": "Lê Văn Chứng", "certifier_title": "Chủ tịch"}


def ask(client: TestClient, document: str, **more: Any) -> Any:
    body = {
        "basis": "original",
        "recipient": "Nguyễn Thị Mang",
        "purpose": "xin việc",
        "requester": BEARER,
        **more,
    }
    return client.post(f"/api/v1/documents/{document}/copies", json=body, headers=key())


def from_register(client: TestClient, document: str, **more: Any) -> Any:
    body = {"basis": "register", "recipient": "Trần Văn Bình", "purpose": "vay vốn", **more}
    return client.post(f"/api/v1/documents/{document}/copies", json=body, headers=key()).json()


def issued(desk: Desk, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = from_register(desk.staff(Role.COPY_OFFICER), desk.document(), **more)
    desk.issue(made["id"])
    return made


def test_the_desk_certifies_a_paper_original_from_asking_to_the_book(any_desk: Desk) -> None:
    officer = any_desk.staff(Role.COPY_OFFICER)
    made = ask(officer, any_desk.document(doc_type="Bằng tốt nghiệp"), quantity=2).json()
    assert (made["state"], made["number"], made["request"]["fee"]) == ("REQUESTED", None, 4000)
    assert made["request"]["due_at"] == "2026-03-02T10:00:00Z" and made["request"]["slip"] is False
    assert [one["id"] for one in officer.get("/api/v1/copies/due").json()["rows"]] == [made["id"]]
    granted = officer.post(f"/api/v1/copies/{made['id']}/grant", json=FOUND).json()
    assert (granted["state"], granted["number"]) == ("GRANTED", "01/01-SCT/BS")
    any_desk.issue(made["id"])
    assert officer.get("/api/v1/copies/due").json()["rows"] == []
    books = officer.get("/api/v1/registers").json()["rows"]
    book = next(one for one in books if one["kind"] == "copies-original")
    printed = officer.get(f"/api/v1/registers/{book['id']}/book?month=2026-03")
    assert printed.headers["content-type"] == "application/pdf"
    assert pdfa.validate_written(io.BytesIO(printed.content), "2b").findings == []
    with pikepdf.open(io.BytesIO(printed.content)) as pdf:
        x0, y0, x1, y1 = (float(one) for one in pdf.pages[0].mediabox)
        assert x1 - x0 > y1 - y0 and len(pdf.pages) == 1
    assert officer.get(f"/api/v1/registers/{book['id']}/book?month=2026-3").status_code == 422


def test_a_request_after_three_gets_a_slip_for_the_next_working_day(desk: Desk) -> None:
    desk.now.pass_by(timedelta(hours=3, minutes=1))  # 15:01 in Việt Nam
    officer = desk.staff(Role.COPY_OFFICER)
    made = ask(officer, desk.document()).json()
    assert (made["request"]["due_at"], made["request"]["slip"]) == ("2026-03-03T10:00:00Z", True)
    slip = officer.get(f"/copies/{made['id']}/slip").text
    assert "03/03/2026 17:00" in slip and "Nguyễn Thị Mang" in slip and "2.000 đồng" in slip
    later = officer.post(f"/api/v1/copies/{made['id']}/extend", json={"days": 2}).json()
    assert later["request"]["due_at"] == "2026-03-05T10:00:00Z"
    beyond = officer.post(f"/api/v1/copies/{made['id']}/extend", json={"days": 1})
    assert (beyond.status_code, beyond.json()["code"]) == (422, "BAD_EXTENSION")
    desk.now.pass_by(timedelta(days=4))
    again = desk.staff(Role.COPY_OFFICER)
    assert again.get("/api/v1/copies/due").json()["rows"][0]["request"]["overdue"] is True
    assert "Quá hạn" in again.get("/requests").text


def test_grounds_refuse_and_are_a_closed_list(desk: Desk) -> None:
    officer = desk.staff(Role.COPY_OFFICER)
    made = ask(officer, desk.document()).json()["id"]
    unknown = officer.post(f"/api/v1/copies/{made}/refuse", json={"grounds": ["UGLY"]})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "UNKNOWN_GROUND")
    refused = officer.post(f"/api/v1/copies/{made}/refuse", json={"grounds": ["ORIGINAL_ALTERED"]}).json()
    assert (refused["state"], refused["reason"]["code"], refused["number"]) == (
        "REFUSED",
        "ORIGINAL_ALTERED",
        None,
    )
    assert officer.post(f"/api/v1/copies/{made}/grant", json=FOUND).json()["code"] == "ILLEGAL_MOVE"


def test_on_the_page_nothing_is_certified_without_the_tick(desk: Desk) -> None:
    officer = desk.staff(Role.COPY_OFFICER)
    made = ask(officer, desk.document()).json()["id"]
    assert "Bản chính giấy đã được xuất trình" in officer.get(f"/copies/{made}").text
    refused = officer.post(f"/copies/{made}/grant", data=FOUND)
    assert refused.status_code == 422 and "PAPER_NOT_PRESENTED" in refused.text
    officer.post(f"/copies/{made}/grant", data=FOUND | {"compared": "yes"})
    assert officer.get(f"/api/v1/copies/{made}").json()["state"] == "GRANTED"


def test_an_officer_says_who_asks_and_a_holder_asks_in_their_own_name(desk: Desk) -> None:
    document = desk.document(holder_name="Trần Văn Bình")
    officer, holder = desk.staff(Role.COPY_OFFICER), desk.person("holder")
    heir = {"capacity": "heir", "name": "Trần An", "relation": "child", "relation_proof": "GKS 1"}
    assert from_register(officer, document, requester=heir)["reason"]["code"] == "DEATH_UNPROVED"
    made = from_register(officer, document, requester=heir | {"death_proof": "KT 2"})
    assert (made["state"], made["request"]["relation"]) == ("GRANTED", "child")
    own = from_register(holder, document, requester={"capacity": "representative", "name": "Ai đó"})
    assert (own["state"], own["request"]["capacity"], own["request"]["requester"]) == (
        "GRANTED", "holder", "Trần Văn Bình",
    )  # fmt: skip
    wrong = {"capacity": "friend", "name": "Trần An"}
    body = {"basis": "register", "recipient": "A", "purpose": "B", "requester": wrong}
    assert officer.post(f"/api/v1/documents/{document}/copies", json=body, headers=key()).status_code == 422


NOTHING = {"requester": "Trần Văn Bình", "about": "giấy khai sinh số 5/1970"}


def test_no_entry_is_answered_in_writing_once(desk: Desk) -> None:
    officer, name = desk.staff(Role.COPY_OFFICER), key()
    first, again = (officer.post("/api/v1/registers/answers", json=NOTHING, headers=name) for _ in range(2))
    assert first.status_code == 201 and first.json() == again.json() and "5/1970" in first.json()["text"]
    assert officer.get("/api/v1/registers/answers").json()["rows"] == [first.json()]


def test_who_asked_sees_the_answer_under_their_number_and_nobody_else_does(any_desk: Desk) -> None:
    officer = any_desk.staff(Role.COPY_OFFICER)
    told = [
        officer.post("/api/v1/registers/answers", json={**NOTHING, **more}, headers=key()).json()["id"]
        for more in ({"holder": "001 099 012 345"}, {})
    ]
    holder, stranger = any_desk.person("holder"), any_desk.person("stranger")
    assert [one["id"] for one in holder.get("/api/v1/registers/answers").json()["rows"]] == told[:1]
    (deed,) = holder.get("/api/v1/holders/current/deeds").json()["rows"]
    assert (deed["deed"], deed["answer"], deed["why"]) == ("answer", told[0], NOTHING["about"])
    assert f"/my/answers/{told[0]}" in holder.get("/my/papers").text
    assert f"/my/answers/{told[0]}" in holder.get("/my/deeds").text
    assert "không tìm thấy nội dung này trong sổ gốc" in holder.get(f"/my/answers/{told[0]}").text
    assert holder.get(f"/my/answers/{told[1]}").status_code == 404
    assert stranger.get("/api/v1/registers/answers").json()["rows"] == []
    assert stranger.get(f"/api/v1/registers/answers/{told[0]}").status_code == 404
    wrong = officer.post("/api/v1/registers/answers", json={**NOTHING, "holder": "123"}, headers=key())
    assert (wrong.status_code, wrong.json()["code"]) == (422, "BAD_HOLDER")


def test_on_the_page_an_officer_answers_and_prints(desk: Desk) -> None:
    desk.acts_also(Role.COPY_OFFICER, Role.COPY_OFFICER)
    officer = desk.staff(Role.COPY_OFFICER)
    assert f'<option value="{B}">' in officer.get("/requests").text
    form = {**NOTHING, "agency": B, "holder": "", "key": "n1"}
    answers = [officer.post("/requests/answers", data=form, follow_redirects=False) for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    letter = officer.get(answers[0].headers["location"]).text
    assert "SỞ Y TẾ TỈNH MẪU" in letter and "Kính gửi: Trần Văn Bình" in letter and "Điều 17" in letter
    assert answers[0].headers["location"] in officer.get("/requests").text
    wrong = officer.post("/requests/answers", data={**form, "about": " ", "key": "n2"})
    assert wrong.status_code == 422 and "Giấy tờ được hỏi" in wrong.text


def test_looking_at_a_limited_copy_uses_nothing_and_using_it_up_ends_it(any_desk: Desk) -> None:
    made = issued(any_desk, most_uses=2)
    visitor, where = any_desk.anybody(), f"/api/v1/verification/codes/{made['code']}"
    for _ in range(3):
        assert visitor.get(where).json()["uses_left"] == 2
    name = key()
    used = [
        visitor.post(f"{where}/uses", json={"who": "Ngân hàng Mẫu"}, headers=one)
        for one in (name, name, key())
    ]
    assert [one.json()["uses_left"] for one in used] == [1, 1, 0]
    over = visitor.post(f"{where}/uses", json={"who": "Ngân hàng Mẫu"}, headers=key())
    assert (over.status_code, over.json()["code"]) == (409, "COPY_USED_UP")
    now = visitor.get(where).json()
    assert (now["standing"], now["which"], now["by"]) == ("used_up", "copy", "UBND xã Thử Nghiệm")
    assert now["since"] is not None and "hết số lần" in visitor.get(f"/v/{made['code']}").text
    digest = any_desk.copy_of(made["id"]).file_sha256
    ours = visitor.get(f"/api/v1/verification/digests/{digest}").json()
    assert (ours["standing"], ours["which"], ours["by"]) == ("used_up", "copy", "UBND xã Thử Nghiệm")


def test_the_page_of_a_limited_copy_takes_a_use_and_names_the_recipient_masked(desk: Desk) -> None:
    made = issued(desk, most_uses=1, only_recipient=True, only_purpose=True, valid_until="2026-03-31")
    visitor, where = desk.anybody(), f"/v/{made['code']}"
    page = visitor.get(where).text
    assert "T*** V** B***" in page and "Bình" not in page and "vay vốn" in page and "31/03/2026" in page
    other = visitor.post(f"{where}/use", data={"who": "Lê Thị Khác", "purpose": "vay vốn", "key": "k1"})
    assert other.status_code == 409 and "COPY_OTHER_RECIPIENT" in other.text
    right = {"who": "Trần Văn Bình", "purpose": "vay vốn", "key": "k1"}
    assert "hết số lần" in visitor.post(f"{where}/use", data=right).text
    assert visitor.post("/v/nothing/use", data=right).status_code == 404


def test_a_copy_past_its_own_last_day_is_told_as_expired_since_that_night(desk: Desk) -> None:
    made = issued(desk, valid_until="2026-03-03")
    desk.now.pass_by(timedelta(days=2))
    found = desk.anybody().get(f"/api/v1/verification/codes/{made['code']}").json()
    assert (found["standing"], found["which"], found["since"]) == ("expired", "copy", "2026-03-03T17:00:00Z")


@pytest.mark.parametrize("what", ["copy", "record"])
def test_a_replacement_is_told_at_the_next_look_with_which_since_when_and_by_whom(
    desk: Desk, what: str
) -> None:
    document, new = desk.document(), desk.document()
    copies = [from_register(desk.staff(Role.COPY_OFFICER), document) for _ in range(2)]
    for one in copies:
        desk.issue(one["id"])
    archivist, visitor = desk.staff(Role.ARCHIVIST), desk.anybody()
    if what == "copy":
        asked = {"by": copies[1]["id"], "reason": "bản mới"}
        done = archivist.post(f"/api/v1/copies/{copies[0]['id']}/replace", json=asked)
    else:
        etag = archivist.get(f"/api/v1/documents/{document}").headers["etag"]
        asked = {"by": new, "reason": "cấp lại"}
        done = archivist.post(f"/api/v1/documents/{document}/replace", json=asked, headers={"If-Match": etag})
    assert done.status_code == 200, done.text
    found = visitor.get(f"/api/v1/verification/codes/{copies[0]['code']}").json()
    assert (found["standing"], found["which"], found["by"]) == ("replaced", what, "UBND xã Thử Nghiệm")
    assert found["since"] == "2026-03-02T05:00:00Z" and found["reason"] == asked["reason"]
    page = visitor.get(f"/v/{copies[0]['code']}").text
    assert ("Bản sao này đã được thay" if what == "copy" else "Giấy tờ gốc của bản sao đã được thay") in page
    assert "UBND xã Thử Nghiệm" in page and "02/03/2026 12:00" in page and "Người archivist" not in page


def test_a_dossier_system_uses_only_what_was_made_for_it(desk: Desk) -> None:
    made = issued(desk, recipient="SỞ Y TẾ TỈNH MẪU", only_recipient=True, organisation=True)
    where = f"/api/v1/verification/codes/{made['code']}"
    assert desk.anybody().get(where).json()["recipient"] == "SỞ Y TẾ TỈNH MẪU"
    pretends = {"who": "SỞ Y TẾ TỈNH MẪU"}
    assert desk.system(code=A).post(f"{where}/uses", json=pretends, headers=key()).status_code == 409
    assert desk.system(code=B).post(f"{where}/uses", json=pretends, headers=key()).status_code == 201


def test_the_office_opens_the_next_volume_on_the_page(desk: Desk) -> None:
    officer = desk.staff(Role.COPY_OFFICER)
    from_register(officer, desk.document())
    officer.post("/registers/volumes", data={"kind": "copies-register", "key": "v1"})
    rows = [
        one
        for one in officer.get("/api/v1/registers/volumes").json()["rows"]
        if one["kind"] == "copies-register"
    ]
    assert [(one["number"], one["closed_at"] is None) for one in rows] == [(1, False), (2, True)]
    assert from_register(officer, desk.document())["request"]["volume"] == 2


def test_a_copy_held_up_by_a_key_says_why_to_its_agency_and_can_be_given_up(desk: Desk) -> None:
    officer, holder = desk.staff(Role.COPY_OFFICER), desk.person("holder")
    made = from_register(officer, desk.document())
    address = f"/api/v1/copies/{made['id']}"
    early = officer.post(f"{address}/void", json={"reason": "x"})  # due, in nobody's hands: it may be
    assert early.json()["reason"]["code"] == "GIVEN_UP" and early.json()["state"] == "REFUSED"
    made = from_register(officer, desk.document())
    address = f"/api/v1/copies/{made['id']}"
    why = {"code": "KEY_PASSPHRASE", "vi": "Mã PIN không đúng.", "en": "The PIN is wrong."}
    with desk.database.writing() as session:
        step = session.scalars(select(Step).where(Step.input == made["id"])).one()
        step.state, step.error = "parked", why
    assert officer.get(address).json()["held_up"] == why
    assert holder.get(address).json()["held_up"] is None
    page = officer.get(f"/copies/{made['id']}").text
    assert "Mã PIN không đúng." in page and "giữ nguyên số" in page and "again.js" not in page
    assert "Chờ xử lý" in page and "Đang tạo" not in page
    assert "1 copy, 1 page of the original" in officer.get(f"/copies/{made['id']}?lang=en").text
    assert officer.post(f"/copies/{made['id']}/void", data={"reason": ""}).status_code == 422
    officer.post(f"/copies/{made['id']}/void", data={"reason": "mất thiết bị"})
    given_up = officer.get(address).json()
    assert (given_up["state"], given_up["number"], given_up["held_up"]) == ("REFUSED", made["number"], None)
    assert "mất thiết bị" in given_up["reason"]["vi"]
    late = officer.post(f"{address}/void", json={"reason": "x"}).json()
    assert late["code"] == "ILLEGAL_MOVE" and "bản sao ở trạng thái REFUSED" in late["vi"]
    assert desk.staff(Role.REVIEWER).get("/parked").text.count("KEY_PASSPHRASE") == 0


def test_an_officer_of_several_agencies_chooses_whose_volume_is_opened(desk: Desk) -> None:
    desk.acts_also(Role.COPY_OFFICER, Role.COPY_OFFICER)
    officer = desk.staff(Role.COPY_OFFICER)
    for code in (A, B):
        from_register(officer, desk.document(code=code))
    page = officer.get("/registers").text
    assert f'<option value="{A}">' in page and f'<option value="{B}">' in page
    left_out = officer.post("/registers/volumes", data={"kind": "copies-register", "key": "v1"})
    assert left_out.status_code == 422 and "WHICH_AGENCY" in left_out.text
    officer.post("/registers/volumes", data={"kind": "copies-register", "key": "v2", "agency": B})
    rows = officer.get("/api/v1/registers/volumes").json()["rows"]
    assert [(one["agency"], one["number"]) for one in rows] == [(A, 1), (B, 1), (B, 2)]


def test_the_choice_of_a_volumes_agency_is_among_those_where_the_officer_may_open_it(desk: Desk) -> None:
    desk.acts_also(Role.COPY_OFFICER, Role.AUDITOR)
    officer = desk.staff(Role.COPY_OFFICER)
    from_register(officer, desk.document())
    page = officer.get("/registers").text
    assert f'name="agency" value="{A}"' in page and f'<option value="{B}">' not in page
