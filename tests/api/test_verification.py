"""Verification at a chosen time, and the revision as it was signed, over HTTP."""

from __future__ import annotations

import pytest

from tests.api.desk import Desk

FILES = "/api/v1/verification/files"
REVISIONS = "/api/v1/verification/revisions"


@pytest.mark.parametrize(
    ("at", "asked"),
    [
        ("2031-01-01", "2031-01-01T23:59:59+07:00"),
        ("2031-01-01T08:00:00+00:00", "2031-01-01T08:00:00+00:00"),
    ],
)
def test_a_chosen_time_is_a_day_s_end_or_itself(desk: Desk, at: str, asked: str) -> None:
    answer = desk.anybody().post(FILES, params={"at": at}, content=b"%PDF")
    assert answer.status_code == 200 and answer.json()["chosen"] == asked
    assert "chosen" not in desk.anybody().post(FILES, content=b"%PDF").json()


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("mai", "BAD_TIME"), ("2031-02-30", "BAD_TIME"), ("0001-01-01", "BAD_TIME"), ("9999-12-31", "BAD_TIME"),
        ("2031-01-01T08:00", "TIME_WITHOUT_ZONE"),
    ],
)  # fmt: skip
def test_a_time_that_is_none_is_refused(desk: Desk, at: str, code: str) -> None:
    answer = desk.anybody().post(FILES, params={"at": at}, content=b"%PDF")
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_the_revision_as_signed_comes_back_as_a_pdf_and_nothing_is_kept(desk: Desk) -> None:
    answer = desk.anybody().post(REVISIONS, params={"signature": "Seal"}, content=b"%PDF-1.7 signed")
    assert (answer.status_code, answer.content) == (200, b"%PDF-1.7 signed")
    assert answer.headers["content-type"] == "application/pdf"
    assert "attachment" in answer.headers["content-disposition"]
    none = desk.anybody().post(REVISIONS, params={"signature": "Other"}, content=b"%PDF")
    assert (none.status_code, none.json()["code"]) == (404, "NO_SUCH_SIGNATURE")
    assert desk.anybody().post(REVISIONS, content=b"%PDF").status_code == 422
    assert list(desk.office.scratch.iterdir()) == []
