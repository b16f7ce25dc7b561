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
from signing.report import (
    HINDSIGHT,
    Known,
    Original,
    SealReport,
    SignatureSeen,
    Signer,
    TimeJudged,
    TrustUsed,
    Verdict,
    check,
    verdict_of,
)
from tests.api.desk import HERE, Desk, key

PDF = ("paper.pdf", b"%PDF-1.7 anything", "application/pdf")


def judging(desk: Desk, *codes: str, ours: bool = True, standing: str = "valid") -> TestClient:
    """A browser before an office whose judge comes to these codes."""

    def judge(
        path: Path, known: Known | None, at: datetime, chosen: datetime | None, original: Original | None
    ) -> dict[str, Any]:
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

    def judge(*asked: Any) -> dict[str, Any]:
        first = seen[0].signer
        return SealReport(
            verdict_of(())[0], "OK", "Đạt.", "Passed.", "0" * 64, moment, (), first, moment, "timestamp", seen,
            False, None, None,
        ).to_dict()  # fmt: skip

    browser = TestClient(create_app(replace(desk.office, judge=judge)), HERE, headers={"Origin": HERE})
    text = browser.post("/verify", files={"file": PDF}).text
    assert "Cùng ký" in text
    assert text.index("Nguyễn Thị Phượng") < text.index("UBND xã Bình An")
    assert "TEST Timestamp" not in text.partition("Cùng ký")[2].partition("</dd>")[0]


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
        ("signer-not-in-force", ("OK", "REVOKED"), False, "valid"),
        ("signer-not-in-force", ("OK", "CERTIFICATE_EXPIRED"), False, "valid"),
        ("shows-otherwise", ("XFA_FORM",), False, "valid"),
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


def timed(desk: Desk, hindsight: bool = False) -> tuple[TestClient, list[datetime | None]]:
    """A browser before an office whose judge answers differently for each time, and what it was asked."""
    asked: list[datetime | None] = []
    trust = check("trust", "REVOKED")

    def judge(
        path: Path, known: Known | None, at: datetime, chosen: datetime | None, original: Original | None
    ) -> dict[str, Any]:
        asked.append(chosen)
        verdict, _ = verdict_of((trust,))
        times = [
            TimeJudged("signing", at.isoformat(), Verdict.VALID, "OK", "", "Đạt.", "Passed.", (), "valid"),
            TimeJudged(
                "now", at.isoformat(), verdict, trust.code, "REVOKED", trust.vi, trust.en, (trust,), "revoked",
                hindsight,
            ),
        ]  # fmt: skip
        if chosen is not None:
            times.append(replace(times[0], label="chosen", at=chosen.isoformat()))
        signer = Signer("UBND xã Thử Nghiệm", "", "1")
        seen = SignatureSeen("Se<al", "seal", signer, at.isoformat(), "timestamp", True, True, "", "", "OK")
        return SealReport(
            verdict, trust.code, trust.vi, trust.en, "0" * 64, at.isoformat(), (trust,), signer, at.isoformat(),
            "timestamp", (seen,), False, None, None, "REVOKED", tuple(times), TrustUsed(7, "ab" * 32),
        ).to_dict()  # fmt: skip

    return TestClient(create_app(replace(desk.office, judge=judge)), HERE, headers={"Origin": HERE}), asked


def columns(text: str) -> list[tuple[str, str]]:
    return re.findall(r'data-label="(\w+)" data-verdict="(\w+)"', text)


def test_the_times_stand_side_by_side_each_with_its_reason(desk: Desk) -> None:
    browser, asked = timed(desk)
    answer = browser.post("/verify", files={"file": PDF}, data={"at": ""})
    assert columns(answer.text) == [("signing", "VALID"), ("now", "INVALID")] and asked == [None]
    assert (
        "Chứng thư số đã bị thu hồi trước khi ký." in answer.text and "EN 319 102-1: REVOKED" in answer.text
    )
    assert "phiên bản 7" in answer.text and HINDSIGHT[0] not in answer.text


def test_a_chosen_day_is_judged_beside_at_its_end(desk: Desk) -> None:
    browser, asked = timed(desk, hindsight=True)
    answer = browser.post("/verify?lang=en", files={"file": PDF}, data={"at": "2031-01-01"})
    assert columns(answer.text)[2] == ("chosen", "VALID")
    assert asked == [datetime.fromisoformat("2031-01-01T23:59:59+07:00")]
    assert HINDSIGHT[1] in answer.text and 'value="2031-01-01"' in answer.text
    assert "Se&lt;al" in answer.text and "Se<al" not in answer.text


@pytest.mark.parametrize("day", ["2031-13-01", "mai", "0001-01-01", "9999-12-31", "2031-01-01T08:00"])
def test_a_day_that_is_none_is_told_and_the_form_stays(desk: Desk, day: str) -> None:
    browser, asked = timed(desk)
    answer = browser.post("/verify", files={"file": PDF}, data={"at": day})
    assert answer.status_code == 422 and "Ngày không đúng" in answer.text and asked == []
    assert f'value="{day}"' in answer.text


def test_the_revision_as_signed_is_a_file_to_keep(desk: Desk) -> None:
    answer = desk.anybody().post("/verify/revision", files={"file": PDF}, data={"signature": "Seal"})
    assert answer.status_code == 200 and answer.content == PDF[1]
    assert answer.headers["content-type"] == "application/pdf"
    assert "attachment" in answer.headers["content-disposition"]
    assert list(desk.office.scratch.iterdir()) == []


def test_a_revision_that_cannot_be_given_is_told_on_a_page(desk: Desk) -> None:
    none = desk.anybody().post("/verify/revision", files={"file": PDF}, data={"signature": "Khác"})
    assert none.status_code == 404 and "<code>NO_SUCH_SIGNATURE</code>" in none.text
    empty = desk.anybody().post("/verify/revision", data={"signature": "Seal"})
    assert empty.status_code == 422 and "Chưa chọn tệp" in empty.text


def test_an_agency_s_name_borne_falsely_and_a_stranger_have_words_of_their_own(desk: Desk) -> None:
    false = judging(desk, "OK", "SIGNER_IMPERSONATES", ours=False).post("/verify", files={"file": PDF})
    assert said(false.text) == FILE_SENTENCES["signer-impersonates"][0]
    stranger = judging(desk, "OK", "SIGNER_NOT_LISTED", ours=False).post("/verify", files={"file": PDF})
    assert said(stranger.text) == FILE_SENTENCES["not-ours"][0]
    assert 'class="notice warn">Người ký không có trong danh sách' in stranger.text
