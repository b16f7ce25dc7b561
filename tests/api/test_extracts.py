"""Extracts over HTTP: an officer's act with its parts named; and pictures of copies on paper, open to anyone."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.rules import Role
from archive import copies
from archive.copies import CopyBasis
from archive.errors import Problem
from archive.store import HOLDINGS
from archive.tables import Document, Step
from signing.report import Check, Original, check
from tests.api.desk import HERE, Desk, key, png
from tests.api.test_copies import ask
from tests.world import CLERK

PART = {"basis": "extract", "show": ["1:0,0,1,0.5"]}


def asked(client: TestClient, document: str, **changes: Any) -> Any:
    body = {"recipient": "Trần Văn Bình", "purpose": "vay vốn", **PART, **changes}
    return client.post(f"/api/v1/documents/{document}/copies", json=body, headers=key())


def test_an_extract_says_what_it_shows_and_is_counted_in_a_series_of_its_own(desk: Desk) -> None:
    document, officer = desk.document(), desk.staff(Role.COPY_OFFICER)
    first = asked(officer, document, hide=["1:0,0,0.1,0.1"]).json()
    second = ask(officer, document, basis="original").json()
    third = asked(officer, document).json()
    assert [one["number"] for one in (first, second, third)] == ["01/TrS", None, "02/TrS"]
    assert (
        first["extract"] == {"show": ["1:0,0,1,0.5"], "hide": ["1:0,0,0.1,0.1"], "wanted": ""}
        and second["extract"] is None
    )
    assert officer.get(f"/api/v1/copies/{first['id']}").json()["extract"] == first["extract"]
    with desk.database.reading() as session:
        assert session.query(Step).where(Step.name == "issue", Step.input == first["id"]).count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"show": ["2"]}, "EXTRACT_PAGE"),
        ({"show": [], "hide": []}, "EXTRACT_WHOLE"),
        ({"show": [], "hide": ["1"]}, "EXTRACT_NOTHING"),
        ({"show": ["1:0,0"]}, "EXTRACT_REGION"),
        ({"basis": "register"}, "EXTRACT_OF_WHAT"),
        ({"show": ["1" * 100]}, "INVALID_REQUEST"),
    ],
)
def test_parts_that_cannot_be_shown_are_refused_and_take_no_number(
    desk: Desk, changes: dict[str, Any], code: str
) -> None:
    document, officer = desk.document(), desk.staff(Role.COPY_OFFICER)
    answer = asked(officer, document, **changes)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert asked(officer, document).json()["number"] == "01/TrS"


def test_regions_that_the_sealed_pages_do_not_have_take_no_number(desk: Desk) -> None:
    given = []

    def check_parts(*told: Any) -> None:
        given.append(told)
        raise Problem("EXTRACT_OUTSIDE", "Vùng ngoài trang", "A region lies outside")

    document, officer = desk.document(), desk.staff(Role.COPY_OFFICER)
    made = asked(desk.person("holder"), document, **WORDS).json()["id"]
    strict = TestClient(
        create_app(replace(desk.office, check_parts=check_parts)), HERE, cookies=officer.cookies
    )
    strict.headers.update(officer.headers)
    for answer in (asked(strict, document), strict.post(f"/api/v1/copies/{made}/extract", json=HIDE)):
        assert (answer.status_code, answer.json()["code"]) == (422, "EXTRACT_OUTSIDE")
    assert [one[1:] for one in given] == [(["1:0,0,1,0.5"], []), ([], HIDE["hide"])]
    assert given[0][0].read_bytes() == officer.get(f"/api/v1/documents/{document}/sealed").content
    assert officer.get(f"/api/v1/copies/{made}").json()["state"] == "REQUESTED"
    assert asked(officer, document).json()["number"] == "01/TrS"


WORDS = {"basis": "extract", "show": [], "wanted": "trang 1, chỉ phần tên và số giấy phép"}
HIDE = {"hide": ["1:0,0.5,1,1"]}


def test_a_holder_asks_in_words_and_an_officer_chooses_the_parts(any_desk: Desk) -> None:
    document, officer = any_desk.document(holder_name="Trần Văn Bình"), any_desk.staff(Role.COPY_OFFICER)
    made = asked(any_desk.person("holder"), document, **WORDS).json()
    assert (made["state"], made["number"], made["request"]["requester"]) == (
        "REQUESTED",
        None,
        "Trần Văn Bình",
    )
    assert made["extract"] == {"show": [], "hide": [], "wanted": WORDS["wanted"]}
    assert [one["id"] for one in officer.get("/api/v1/copies/due").json()["rows"]] == [made["id"]]
    where = f"/documents/{document}/extract?copy={made['id']}"
    assert where in officer.get("/requests").text and where in officer.get(f"/copies/{made['id']}").text
    page = officer.get(where).text
    assert WORDS["wanted"] in page and "vay vốn" in page and 'name="recipient"' not in page
    form = {"copy": made["id"], "key": "e1", "show": "", "hide": "1:0,0"}
    wrong = officer.post(f"/documents/{document}/extract", data=form)
    assert wrong.status_code == 422 and "EXTRACT_REGION" in wrong.text and WORDS["wanted"] in wrong.text
    officer.post(f"/documents/{document}/extract", data={**form, "hide": HIDE["hide"][0]})
    now = officer.get(f"/api/v1/copies/{made['id']}").json()
    assert (now["state"], now["number"], now["extract"]["hide"]) == ("GRANTED", "01/TrS", HIDE["hide"])
    again = officer.post(f"/api/v1/copies/{made['id']}/extract", json=HIDE)
    assert (again.status_code, again.json()["code"]) == (409, "ILLEGAL_MOVE")
    gone_on = officer.get(where, follow_redirects=False)
    assert gone_on.headers["location"] == f"/copies/{made['id']}"
    any_desk.issue(made["id"])
    assert any_desk.person("holder").get(f"/my/copies/{made['id']}").status_code == 200


def test_who_may_have_an_extract_is_who_may_have_a_copy_from_the_register(desk: Desk) -> None:
    document, officer = desk.document(), desk.staff(Role.COPY_OFFICER)
    assert asked(desk.person("stranger"), document, **WORDS).status_code == 404
    who = {"capacity": "bearer", "name": "Nguyễn Thị Mang"}
    told = asked(officer, document, **WORDS, requester=who).json()
    assert (told["state"], told["reason"]["code"]) == ("REFUSED", "REQUESTER_NOT_ENTITLED")
    stands_for = {"capacity": "representative", "name": "Lê Văn Thay", "power": "GUQ 5/2026"}
    waits = asked(officer, document, **WORDS, requester=stands_for).json()
    assert (waits["state"], waits["request"]["capacity"]) == ("REQUESTED", "representative")


def test_an_extract_that_waits_is_refused_in_words_and_not_certified(desk: Desk) -> None:
    officer = desk.staff(Role.COPY_OFFICER)
    made = asked(desk.person("holder"), desk.document(), **WORDS).json()["id"]
    found = {"presented_on": "2026-03-02", "certifier": "Lê Văn Chứng", "certifier_title": "Chủ tịch"}
    for act, body, code in (
        ("grant", found, "EXTRACT_OF_WHAT"),
        ("extract", {}, "EXTRACT_WHOLE"),
        ("refuse", {}, "REASON_MISSING"),
        ("refuse", {"grounds": ["ORIGINAL_ALTERED"]}, "UNKNOWN_GROUND"),
    ):
        answer = officer.post(f"/api/v1/copies/{made}/{act}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    officer.post(f"/copies/{made}/refuse", data={"note": "trang đó không có trong giấy"})
    told = desk.person("holder").get(f"/api/v1/copies/{made}").json()
    assert (told["state"], told["reason"]["code"]) == ("REFUSED", "EXTRACT_REFUSED")
    assert "trang đó không có" in told["reason"]["vi"]


def test_a_record_that_fell_meanwhile_gives_no_extract(desk: Desk) -> None:
    document, officer = desk.document(), desk.staff(Role.COPY_OFFICER)
    made = asked(desk.person("holder"), document, **WORDS).json()["id"]
    archivist = desk.staff(Role.ARCHIVIST)
    etag = archivist.get(f"/api/v1/documents/{document}").headers["etag"]
    archivist.post(f"/api/v1/documents/{document}/revoke", json={"reason": "sai"}, headers={"If-Match": etag})
    told = officer.post(f"/api/v1/copies/{made}/extract", json=HIDE).json()
    assert (told["state"], told["reason"]["code"], told["number"]) == ("REFUSED", "RECORD_REVOKED", None)


def test_words_are_for_extracts_and_extracts_need_them(desk: Desk) -> None:
    document, holder = desk.document(), desk.person("holder")
    for changes in ({"wanted": " "}, {"basis": "register"}):
        answer = asked(holder, document, **(WORDS | changes))
        assert (answer.status_code, answer.json()["code"]) == (422, "EXTRACT_OF_WHAT")


def test_on_the_page_a_holder_asks_for_an_extract(desk: Desk) -> None:
    document, holder = desk.document(), desk.person("holder")
    assert '<option value="extract">' in holder.get(f"/my/papers/{document}").text
    form = {"basis": "extract", "recipient": "Ngân hàng Mẫu", "purpose": "vay vốn", "key": "k1",
            "wanted": "trang 1\r\nchỉ phần tên"}  # fmt: skip
    page = holder.post(f"/my/papers/{document}/copies", data=form)
    assert page.status_code == 200 and "trang 1\nchỉ phần tên" in page.text and "Đã yêu cầu" in page.text


def test_the_parts_of_an_extract_are_chosen_by_staff(desk: Desk) -> None:
    answer = asked(desk.person("holder"), desk.document())
    assert (answer.status_code, answer.json()["code"]) == (422, "COPY_FROM_REGISTER_ONLY")


def test_an_extract_of_ours_is_judged_beside_its_original(desk: Desk) -> None:
    given: list[tuple[Any, ...]] = []

    def judge(*told: Any) -> dict[str, Any]:
        given.append(told)
        return {"verdict": "VALID", "ours": True}

    document = desk.document()
    with desk.database.writing() as session:
        of = session.get_one(Document, document)
        made = copies.request(
            session,
            of,
            CopyBasis.EXTRACT,
            "An",
            "vay",
            CLERK,
            desk.now(),
            desk.office.entropy,
            None,
            extract=PART,
        )
        copy_id = made.id
    desk.issue(copy_id)
    visitor = TestClient(create_app(replace(desk.office, judge=judge)), HERE)
    sealed = desk.staff(Role.COPY_OFFICER).get(f"/api/v1/documents/{document}/sealed").content
    for content, originals in ((b"%PDF-1.7 copy " + copy_id.encode(), 1), (sealed, 0)):
        visitor.post("/api/v1/verification/files", content=content)
        *_, told = given
        assert (told[4] is not None) == bool(originals)
        if originals:
            assert told[4].path.read_bytes() == sealed
            assert told[4].digests == (hashlib.sha256(sealed).hexdigest(),)
    digest = hashlib.sha256(sealed).hexdigest()
    desk.store.path(HOLDINGS, digest).unlink()
    answer = visitor.post("/api/v1/verification/files", content=b"%PDF-1.7 copy " + copy_id.encode())
    assert (answer.status_code, given[-1][4]) == (
        200,
        Original(None, (digest,)),
    )  # the original is lost, not the copy


def reading(desk: Desk, verdict: str = "VALID", checks: tuple[Check, ...] = (), **changes: Any) -> TestClient:
    """A visitor of an office that reads this statement from every picture; the last of ``checks`` is the reason."""
    said = {
        "issuer": "H12.34", "number": "1/2026", "form": "REGISTER", "document_code": "7/QĐ", "holder": "T*** V*** Bình",
        "issued_at": "2026-03-02T05:00:00+00:00", "original_sha256": "", "valid_until": None, **changes,
    }  # fmt: skip

    def read(picture: Path, at: datetime) -> dict[str, Any]:
        return {
            "verdict": verdict, "verdict_vi": "", "reason": checks[-1].code if checks else "OK", "vi": "Đạt.",
            "en": "Passed.", "checks": [vars(one) for one in checks],
            "statement": said, "key": "00" * 8, "agency_name": "UBND xã Thử Nghiệm", "checked_at": at.isoformat(),
            "not_known": [{"vi": "Không biết", "en": "Not known"}, {"vi": "Hãy so", "en": "Compare"}],
        }  # fmt: skip

    app = create_app(replace(desk.office, read_squares=read))
    return TestClient(app, HERE, headers={"Origin": HERE})


def test_a_picture_of_a_copy_tells_how_the_copy_stands_now(desk: Desk) -> None:
    document = desk.document()
    copy = desk.copy(document)
    sealed = desk.staff(Role.COPY_OFFICER).get(f"/api/v1/documents/{document}").json()["sealed_sha256"]
    visitor = reading(desk, original_sha256=sealed)
    told = visitor.post("/api/v1/verification/pictures", content=png()).json()
    assert told["online"] == {"standing": "valid", "since": None, "of": "copy"}
    desk.staff(Role.COPY_OFFICER).post(f"/api/v1/copies/{copy}/revoke", json={"reason": "sai"})
    told = visitor.post("/api/v1/verification/pictures", content=png()).json()
    assert (told["online"]["standing"], told["online"]["of"]) == ("revoked", "copy")
    assert told["online"]["since"] is not None


@pytest.mark.parametrize(
    "changes", [{}, {"number": "9/2026"}, {"number": "?"}, {"issuer": "H99"}, {"form": "EXTRACT"}]
)
def test_a_statement_about_no_copy_of_ours_has_no_standing(desk: Desk, changes: dict[str, Any]) -> None:
    desk.copy(desk.document())
    told = reading(desk, **changes).post("/api/v1/verification/pictures", content=png()).json()
    assert told["online"] is None  # also where all but the original's digest is that of a copy here


def test_the_page_takes_a_picture_and_shows_what_to_compare(desk: Desk) -> None:
    document = desk.document()
    desk.copy(document)
    sealed = desk.staff(Role.COPY_OFFICER).get(f"/api/v1/documents/{document}").json()["sealed_sha256"]
    sent = {"files": {"file": ("ảnh.png", png(), "image/png")}}
    text = reading(desk, original_sha256=sealed).post("/verify", **sent).text
    for said in (
        "Mã xác nhận trên giấy là thật",
        "T*** V*** Bình",
        "1/2026",
        "UBND xã Thử Nghiệm",
        "còn hiệu lực",
        "Hãy so",
    ):
        assert said in text
    text = reading(desk, "INVALID").post("/verify?lang=en", **sent).text
    assert "the statement does not hold" in text and "(not proven)" in text


def test_the_page_says_what_was_not_found_on_the_paper_and_gives_no_standing(desk: Desk) -> None:
    sent = {"files": {"file": ("ảnh.png", png(), "image/png")}}
    for lacking, shown in (("document_code", 1), ("document_code, holder", 2)):
        checks = (check("statement", "OK"), check("paper", "STATEMENT_NOT_ON_PAPER", lacking))
        text = reading(desk, "INDETERMINATE", checks).post("/verify?lang=en", **sent).text
        assert "Not found on the paper" in text and "Number and notation: <strong>7/QĐ" in text
        assert "a genuine statement; the paper is not proven" in text and "by the archive here" not in text
        assert ("Name of the holder" in text) == (shown == 2)


def test_a_picture_takes_three_asks_of_an_address(desk: Desk) -> None:
    """Reading a paper costs seconds, and anyone with one true copy could ask for it again and again."""
    office = replace(desk.office, settings=desk.settings.model_copy(update={"verify_per_minute": 7}))
    told = {"verdict": "INDETERMINATE", "statement": None}
    app = create_app(replace(office, read_squares=lambda picture, at: told))
    visitor = TestClient(app, HERE, headers={"Origin": HERE})
    asked = [visitor.post("/api/v1/verification/pictures", content=png()) for _ in range(3)]
    assert [one.status_code for one in asked] == [200, 200, 429]
    assert asked[-1].json()["code"] == "TOO_MANY_REQUESTS" and int(asked[-1].headers["Retry-After"]) > 0


def test_the_keys_are_published_for_anyone(desk: Desk) -> None:
    answer = desk.anybody().get("/.well-known/hoso-keys.json")
    assert answer.json() == {"format": "hoso-keys-1", "keys": []}
    assert answer.headers["content-type"] == "application/json"


def test_the_page_of_an_extract_keeps_what_was_typed_when_it_cannot_be_shown(desk: Desk) -> None:
    document, officer = desk.document(), desk.staff(Role.COPY_OFFICER)
    page = officer.get(f"/documents/{document}/extract").text
    assert f"/documents/{document}/extract/pages/1" in page
    assert officer.get(f"/documents/{document}/extract/pages/1").content == png(1)
    assert officer.get(f"/documents/{document}/extract/pages/2").status_code == 404
    form = {"key": "a1", "show": "2", "hide": "", "recipient": "Bình <b>", "purpose": "vay vốn"}
    answer = officer.post(f"/documents/{document}/extract", data=form)
    assert answer.status_code == 422 and "EXTRACT_PAGE" in answer.text and "Bình &lt;b&gt;" in answer.text
    done = officer.post(
        f"/documents/{document}/extract", data={**form, "show": "1:0,0,1,0.5\r\n1:0,0.7,1,0.8"}
    )
    assert "1:0,0,1,0.5; 1:0,0.7,1,0.8" in done.text
