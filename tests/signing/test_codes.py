"""The frozen table of reasons and the page that documents it say the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from signing.codes import CODES
from signing.indications import STANDARD, sub_indication
from signing.report import STATUS_OF, Status
from signing.verify import NAMES

PAGE = (Path(__file__).parents[2] / "docs" / "verification.md").read_text(encoding="utf-8")

# What was published once, with its meaning. Codes may join the table (and then this file); none may leave it, none may
# decide or say anything else than it did: who wrote a program or a ruling by a code must be able to rely on it.
PUBLISHED = json.loads((Path(__file__).parent / "published_codes.json").read_text(encoding="utf-8"))


def test_the_page_lists_exactly_the_codes_of_the_table() -> None:
    rows = re.findall(r"^\| `([A-Z_0-9]+)` \| ([A-Z]+) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
    assert [
        (code, decides, vi, en) for code, decides, vi, en in rows if code not in ("VALID", "INVALID")
    ] == [(each.code, each.decides, each.vi, each.en) for each in CODES.values()]


def test_the_page_lists_the_checks_in_their_order() -> None:
    section = PAGE.split("### Named checks")[1].split("\n##")[0]
    assert tuple(re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE)) == NAMES


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: row["code"])
def test_no_published_code_is_gone_or_means_something_else(row: dict[str, str]) -> None:
    assert row["code"] in CODES
    now = CODES[row["code"]]
    means = {"code": now.code, "decides": now.decides, "vi": now.vi, "en": now.en}
    assert {**means, "sub_indication": sub_indication(now.code)} == row


def test_the_standard_knows_every_sub_indication_and_only_codes_that_decide_have_one() -> None:
    for code in CODES.values():
        name = sub_indication(code.code)
        assert (name in STANDARD) == (code.decides in ("INVALID", "INDETERMINATE")), code
    assert sub_indication("CHILD_TIME_LIMIT") == "CUSTOM"


def test_the_page_says_the_same_in_the_standards_words() -> None:
    section = PAGE.split("### In the words of EN 319 102-1")[1].split("## 4.")[0]
    told = dict(re.findall(r"^\| `([A-Z_0-9]+)` \| ([A-Z_]+) \|$", section, re.MULTILINE))
    decide = [one.code for one in CODES.values() if one.decides in ("INVALID", "INDETERMINATE")]
    assert {code: told.get(code, "CUSTOM") for code in decide} == {one: sub_indication(one) for one in decide}


def test_every_code_speaks_both_languages_and_decides_something() -> None:
    for code in CODES.values():
        assert code.vi.endswith(".") and code.en.endswith(".")
        assert code.decides in {*STATUS_OF, "REFUSED"}
    assert set(STATUS_OF.values()) == set(Status)
