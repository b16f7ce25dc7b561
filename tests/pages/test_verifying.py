"""A verifier gets one plain verdict with its reasons, in their language, without signing in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.pages.verifying import CODE_SENTENCES, FILE_SENTENCES, NO_SUCH_COPY
from api.rules import Role
from signing.report import Known, SealReport, SignatureSeen, Signer, check, verdict_of
from tests.api.desk import HERE, Desk, key

PDF = ("paper.pdf", b"%PDF-1.7 anything", "application/pdf")


def judging(desk: Desk, *codes: str, ours: bool = True, standing: str = "valid") -> TestClient:
    """A browser before an office whose judge comes to these codes."""

    def judge(path: Path, known: Known | None, at: datetime, chosen: datetime | None) -> dict[str, Any]:
        checks = tuple(check(f"step {place}", code) for place, code in enumerate(codes, 1))
        verdict, deciding = verdict_of(checks)
        last = deciding or check("all", "OK")
        told = Known("record", "doc-x", standing, at.isoformat(), "QĐ 12") if ours else None  # type: ignore[arg-type]
        return SealReport(
            verdict, last.code, last.vi, last.en, "0" * 64, at.isoformat(), checks,
            Signer("UBND xã Thử <b>Nghiệm</b>", "", "1"), at.isoformat(), "timestamp", (), ours,
            standing if ours else None, told,  # type: ignore[arg-type]
        ).to_dict()  # fmt: skip

    return TestClient(create_app(replace(desk.office, judge=judge)), HERE, headers={"Origin": HERE})


def test_all_who_signed_are_named(desk: Desk) -> None:
    """P5: certifier and agency in one file; the timestamp is no signer."""
    moment = "2026-02-05T09:00:00+07:00"
    names = (("Nguyễn Thị Phượng", "approval"), ("UBND xã Bình An", "seal"), ("TEST Timestamp", "timestamp"))
    seen = tuple(
        SignatureSeen(name, kind, Signer(name, "", "1"), moment, "timestamp", True, True, "", "", "OK")  # type: ignore[arg-type]
        for name, kind in names
    )

    def judge(path: Path, known: Known | None, at: datetime) -> dict[str, Any]:
        first = seen[0].signer
        return SealReport(
            verdict_of(())[0], "OK", "Đạt.", "Passed.", "0" * 64, moment, (), first, moment, "timestamp", seen,
            False, None, None,
        ).to_dict()  # fmt: skip

    browser = TestClient(create_app(replace(desk.office, judge=judge)), HERE, headers={"Origin": HERE})
    text = browser.post("/verify", files={"file": PDF}).text
    assert "Cùng ký" in text
    assert text.index("Nguyễn Thị Phượng") < text.index("UBND xã Bình An")
    assert "TEST Timestamp" not in text


def said(text: str) -> str:
    found = re.search(r'verdict"[^>]*>([^<]*)<', text)
    assert found is not None, text
    return found[1].replace("&#39;", "'")


@pytest.mark.parametrize(
    ("kind", "codes", "ours", "standing"),
    [
        ("valid", ("OK",), True, "valid"),
        ("not-ours", ("OK", "NOT_OURS"), False, "valid"),
        ("revoked", ("OK", "STANDING_REVOKED"), True, "revoked"),
        ("expired", ("OK", "STANDING_EXPIRED"), True, "expired"),
        ("replaced", ("OK", "STANDING_REPLACED"), True, "replaced"),
        ("disputed", ("OK", "STANDING_DISPUTED"), True, "disputed"),
        ("no-signature", ("NO_SIGNATURE",), False, "valid"),
        ("not-pdf", ("NOT_PDF",), False, "valid"),
        ("encrypted", ("ENCRYPTED",), False, "valid"),
        ("format-failure", ("FORMAT_FAILURE",), False, "valid"),
        ("altered", ("OK", "HASH_FAILURE"), False, "valid"),
        ("altered", ("HASH_FAILURE", "STANDING_EXPIRED"), True, "expired"),
        ("undecided", ("REVOCATION_UNKNOWN",), False, "valid"),
        ("valid", ("OK", "EXTRACT_NOT_COMPARED"), True, "valid"),
        ("extract-differs", ("OK", "EXTRACT_DIFFERS"), True, "valid"),
    ],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_kind_of_file_gets_its_own_plain_sentence(
    desk: Desk, kind: str, codes: tuple[str, ...], ours: bool, standing: str, language: str
) -> None:
    browser = judging(desk, *codes, ours=ours, standing=standing)
    answer = browser.post(f"/verify?lang={language}", files={"file": PDF})
    assert answer.status_code == 200
    assert said(answer.text) == FILE_SENTENCES[kind][0 if language == "vi" else 1]
    assert all(code in answer.text for code in codes)
    assert f'<html lang="{language}">' in answer.text


def test_what_a_file_says_of_itself_is_never_taken_as_markup(desk: Desk) -> None:
    answer = judging(desk, "OK").post("/verify", files={"file": ('"><script>x.pdf', PDF[1])})
    assert "<script>x" not in answer.text and "<b>Nghiệm" not in answer.text
    assert "script-src 'self';" in answer.headers["content-security-policy"]


def test_no_file_or_an_empty_one_is_told_and_the_form_stays(desk: Desk) -> None:
    for files in ({"file": ("a.pdf", b"")}, {"other": ("a.pdf", b"x")}):
        answer = desk.anybody().post("/verify", files=files)
        assert answer.status_code == 422 and "Chưa chọn tệp" in answer.text and "<form" in answer.text


def test_the_uploaded_file_is_not_kept(desk: Desk) -> None:
    desk.anybody().post("/verify", files={"file": PDF})
    assert list(desk.office.scratch.iterdir()) == []


def test_the_code_of_a_copy_leads_to_its_issuer_and_number(desk: Desk) -> None:
    copy = desk.copy_of(desk.copy(desk.document()))
    answer = desk.anybody().get("/verify", params={"code": f" {str(copy.code).upper()} "})
    assert answer.url.path == f"/v/{copy.code}" and answer.status_code == 200
    assert said(answer.text) == CODE_SENTENCES["valid"][0]
    assert "UBND xã Thử Nghiệm" in answer.text and f"{copy.number}/{copy.year}" in answer.text


def test_a_revoked_copy_says_so_at_once(desk: Desk) -> None:
    copy = desk.copy_of(desk.copy(desk.document()))
    archivist = desk.staff(Role.ARCHIVIST)
    revoked = archivist.post(f"/api/v1/copies/{copy.id}/revoke", json={"reason": "cấp sai"}, headers=key())
    assert revoked.status_code == 200
    assert said(desk.anybody().get(f"/v/{copy.code}").text) == CODE_SENTENCES["revoked-copy"][0]


@pytest.mark.parametrize("code", ["aaaaa-aaaaa-aaaaa-aaaaa-aaaaa-a", "no-such", "%3Cb%3E"])
def test_a_code_that_no_copy_has_is_told_plainly(desk: Desk, code: str) -> None:
    answer = desk.anybody().get(f"/v/{code}?lang=en")
    assert answer.status_code == 404 and said(answer.text) == NO_SUCH_COPY[1] and "<b>" not in answer.text


def test_something_that_is_no_code_stays_at_the_form(desk: Desk) -> None:
    answer = desk.anybody().get("/verify", params={"code": "12"})
    assert answer.status_code == 422 and "không đúng dạng" in answer.text


def test_the_language_is_remembered(desk: Desk) -> None:
    browser = desk.anybody()
    assert "Kiểm tra giấy tờ" in browser.get("/verify").text
    assert "Verify an electronic paper" in browser.get("/verify?lang=en").text
    assert "Verify an electronic paper" in browser.get("/verify").text


def test_signing_in_and_out_by_the_door(desk: Desk) -> None:
    browser = desk.anybody()
    form = {"login": "holder", "password": "sai", "next": "/verify"}
    wrong = browser.post("/sign-in", data=form)
    assert wrong.status_code == 401 and "Sai tên hoặc mật khẩu" in wrong.text
    done = browser.post("/sign-in", data={**form, "password": "mật khẩu rất dài"})
    assert done.url.path == "/verify" and "Trần Văn Bình" in done.text
    assert "Trần Văn Bình" not in browser.post("/sign-out").text


@pytest.mark.parametrize("away", ["//evil.test/", "https://evil.test/", "/\\evil.test", "/\t/evil.test"])
def test_nobody_is_sent_to_another_site_by_our_door(desk: Desk, away: str) -> None:
    form = {"login": "holder", "password": "mật khẩu rất dài", "next": away}
    answer = desk.anybody().post("/sign-in", data=form, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_a_form_from_another_site_or_too_large_is_refused_on_a_page(desk: Desk) -> None:
    browser = desk.anybody()
    foreign = browser.post("/sign-in", data={"login": "x"}, headers={"Origin": "https://evil.test"})
    assert foreign.status_code == 403 and "<code>CROSS_SITE</code>" in foreign.text
    large = browser.post("/sign-in", data={"login": "x" * (1 << 20)})
    assert large.status_code == 413 and "<code>TOO_LARGE</code>" in large.text


def test_a_page_that_is_not_there_is_told_as_a_page(desk: Desk) -> None:
    answer = desk.anybody().get("/nowhere")
    assert answer.status_code == 404 and "<code>NOT_FOUND</code>" in answer.text
