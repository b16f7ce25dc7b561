"""Warnings of a reading, values of an office's own forms and pictures of values, over HTTP and at the station."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.rules import Role
from archive import field_rows
from archive.fields import FieldValue
from archive.lifecycle import State
from archive.tables import Document
from ocr.forms import forms_in
from tests.api.desk import Desk, new_number
from tests.ocr.test_forms import PRACTICE

FINDING = {
    "code": "V-15", "fields": ["code"], "vi": "Giấy này đã có: doc-khac («Trần Thị B.pdf»)",
    "en": "This paper is here already: doc-khac", "page": 1, "box": [10, 20, 300, 40],
}  # fmt: skip
WHOLE = {"code": "V-14", "fields": [], "vi": "Không thấy tiêu ngữ", "en": "No motto", "page": 1, "box": None}


@pytest.fixture
def practice(desk: Desk, tmp_path: Path) -> Desk:
    """The desk with an office's own form."""
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "cchn.toml").write_text(
        PRACTICE.replace("pattern = '[A-Z]{2}-[0-9]{4,8}'", 'grammar = "date"'), "utf-8"
    )
    desk.office = replace(desk.office, forms=forms_in(folder))
    desk.app = create_app(desk.office)
    return desk


def warned(desk: Desk, state: State = State.READ, **more: Any) -> str:
    """A document with two findings and a value that stands at a place."""
    document = desk.document(state, **more)
    with desk.database.writing() as session:
        session.get_one(Document, document).findings = [FINDING, WHOLE]
        value = FieldValue("subject", ("Cấp giấy phép",), 0.9, 1, (10, 20, 300, 40))
        field_rows.write(session, document, [value])
    return document


def test_a_document_tells_its_findings_and_lists_their_codes(desk: Desk) -> None:
    document = warned(desk)
    client = desk.staff(Role.REVIEWER)
    body = client.get(f"/api/v1/documents/{document}").json()
    assert body["findings"] == [FINDING, WHOLE] and body["warnings"] == ["V-14", "V-15"]
    assert client.get("/api/v1/documents").json()["rows"][0]["warnings"] == ["V-14", "V-15"]


def test_a_holder_is_not_told_of_findings_which_may_name_others(desk: Desk) -> None:
    document = warned(desk, State.HELD)
    body = desk.caller(Role.HOLDER).get(f"/api/v1/documents/{document}").json()
    assert body["findings"] == [] and body["warnings"] == []
    page = desk.caller(Role.HOLDER).get(f"/my/papers/{document}")
    assert page.status_code == 200 and "Trần Thị B" not in page.text


def test_an_approval_in_spite_of_warnings_is_recorded_as_that(desk: Desk) -> None:
    document = warned(desk)
    client = desk.staff(Role.REVIEWER)
    etag = client.get(f"/api/v1/documents/{document}").headers["etag"]
    done = client.post(
        f"/api/v1/documents/{document}/review", json={"decision": "approve"}, headers={"If-Match": etag}
    )
    assert done.json()["state"] == "APPROVED"
    events = client.get(f"/api/v1/documents/{document}/events").json()["rows"]
    assert events[-1]["details"]["warnings"] == ["V-14", "V-15"]


def test_the_station_shows_a_warning_beside_its_field_and_says_it_to_readers_of_the_screen(
    desk: Desk,
) -> None:
    document = warned(desk)
    text = desk.staff(Role.REVIEWER).get(f"/station/{document}").text
    assert 'aria-describedby="s-code w-code"' in text and 'id="w-code"' in text
    assert "Giấy này đã có" in text and "Không thấy tiêu ngữ" in text
    assert 'data-show data-page="1" data-box="10,20,300,40"' in text
    english = desk.staff(Role.REVIEWER).get(f"/station/{document}?lang=en").text
    assert "This paper is here already" in english and "Giấy này đã có" not in english


def test_a_warning_about_two_fields_is_said_once_and_one_about_an_unknown_field_is_not_lost(
    desk: Desk,
) -> None:
    document = warned(desk)
    with desk.database.writing() as session:
        told = [{**FINDING, "fields": ["code", "issued_on"]}, {**WHOLE, "fields": ["gone_with_its_form"]}]
        session.get_one(Document, document).findings = told
    text = desk.staff(Role.REVIEWER).get(f"/station/{document}").text
    assert text.count("Giấy này đã có") == 1 and text.count("Không thấy tiêu ngữ") == 1


def test_a_warned_field_comes_before_those_that_are_only_unsure(desk: Desk) -> None:
    text = desk.staff(Role.REVIEWER).get(f"/station/{warned(desk)}").text
    assert re.findall(r'name="f\.(\w+)"', text)[0] == "code"


def test_values_of_an_office_form_have_its_labels_and_can_be_corrected(practice: Desk) -> None:
    document = practice.document(State.READ, form="chung-chi-hanh-nghe", profession="bán lẻ thuốc")
    client = practice.staff(Role.REVIEWER)
    seen = client.get(f"/api/v1/documents/{document}")
    assert seen.json()["fields"]["profession"]["value"] == "bán lẻ thuốc"
    text = client.get(f"/station/{document}").text
    assert '<label for="f-profession">Ngành nghề</label>' in text
    assert ">Profession</label>" in client.get(f"/station/{document}?lang=en").text
    etag = re.findall(r'name="etag" value="([^"]+)"', text)[0].replace("&#34;", '"')
    form = {
        "etag": etag,
        "decision": "approve",
        "f.profession": "bán buôn thuốc",
        "f.certificate_number": "31/03/2026",
    }
    assert client.post(f"/station/{document}", data=form, follow_redirects=False).status_code == 303
    fields = client.get(f"/api/v1/documents/{document}").json()["fields"]
    assert fields["profession"]["value"] == "bán buôn thuốc"
    assert fields["certificate_number"]["value"] == "2026-03-31"
    record = practice.staff(Role.ARCHIVIST).get(f"/documents/{document}").text
    assert "Ngành nghề" in record and "31/03/2026" in record


def test_a_field_that_the_form_does_not_know_and_a_day_that_is_none_are_refused(practice: Desk) -> None:
    document = practice.document(State.READ, form="chung-chi-hanh-nghe")
    client = practice.staff(Role.REVIEWER)
    etag = client.get(f"/api/v1/documents/{document}").headers["etag"]

    def refused(corrections: dict[str, str]) -> tuple[int, str]:
        body = {"decision": "approve", "corrections": corrections}
        answer = client.post(f"/api/v1/documents/{document}/review", json=body, headers={"If-Match": etag})
        return answer.status_code, answer.json()["code"]

    assert refused({"scale": "x"}) == (422, "UNKNOWN_FIELD")
    assert refused({"Bad-Name": "x"}) == (422, "INVALID_REQUEST")
    assert refused({"certificate_number": "31/02/2026"}) == (422, "BAD_VALUE")


def snippet(client: TestClient, document: str, name: str = "subject", **headers: str) -> Any:
    return client.get(f"/api/v1/documents/{document}/fields/{name}/picture", headers=headers)


def test_a_value_has_a_picture_of_the_place_where_it_was_read(desk: Desk) -> None:
    document = warned(desk)
    client = desk.staff(Role.REVIEWER)
    answer = snippet(client, document)
    assert answer.status_code == 200 and answer.headers["content-type"] == "image/png"
    assert answer.content == b"(10, 20, 300, 40) False"
    assert snippet(client, document, **{"If-None-Match": answer.headers["etag"]}).status_code == 304
    with desk.database.writing() as session:
        moved = FieldValue("subject", ("Cấp giấy phép",), 0.9, 1, (1, 2, 3, 4))
        field_rows.write(session, document, [moved])
    assert snippet(client, document, **{"If-None-Match": answer.headers["etag"]}).status_code == 200


def test_a_value_without_a_place_and_an_unknown_field_have_no_picture(desk: Desk) -> None:
    document = warned(desk)
    client = desk.staff(Role.REVIEWER)
    assert snippet(client, document, "code").status_code == 404
    assert snippet(client, document, "nothing").status_code == 404
    assert snippet(client, document, "No-Name").status_code == 422


def test_whoever_may_not_see_the_paper_sees_no_picture_and_who_did_is_recorded(desk: Desk) -> None:
    document = warned(desk, State.HELD)
    assert snippet(desk.staff(Role.REVIEWER, "H56.78"), document).status_code == 404
    assert snippet(desk.anybody(), document).status_code == 401
    assert snippet(desk.caller(Role.HOLDER), document).status_code == 200
    other = warned(desk, State.HELD, holder=new_number())
    assert snippet(desk.caller(Role.HOLDER), other).status_code == 404
    reads = desk.staff(Role.AUDITOR).get(f"/api/v1/documents/{document}/reads").json()["rows"]
    assert "picture of subject" in {one["what"] for one in reads}


def test_the_kinds_of_papers_to_choose_from_are_the_forms_in_use(practice: Desk) -> None:
    for role, path in ((Role.CAPTURER, "/batches/new"), (Role.ARCHIVIST, "/documents")):
        text = practice.staff(role).get(path).text
        assert '<option value="chung-chi-hanh-nghe">Chứng chỉ hành nghề</option>' in text
        assert '<option value="giay-phep">Giấy phép</option>' in text
