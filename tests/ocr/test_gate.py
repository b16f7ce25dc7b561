"""The gate: twelve pages of the bench's second set, no worse than when it was set. ``./run bench ocr`` tells more.

Floors stand a fifth above (errors) and a twentieth below (fields) what was measured when they were last moved; lower
them only with a reason in the commit.
"""

from __future__ import annotations

from functools import cache

import pytest

from bench.pages import DPI, Stack, own
from bench.scoring import Score, placed, score
from ocr.fields import extract
from ocr.page import read_page
from ocr.values import PageReading
from tests.papers.values import expected, same

pytestmark = pytest.mark.slow

MOST_PAGES = 12
MOST_ERRORS = {"clean": 1.25, "scan": 0.5, "office": 1.85, "worn": 3.1, "photocopy": 2.5}
"""Character errors in a hundred, by level; measured 1.03, 0.38, 1.52, 2.56, 2.08. First pages, head and foot, are
harder than whole documents: goals are told by the bench."""
FEWEST_FIELDS = 0.84
"""Measured: 87 of 99."""


@cache
def readings() -> list[tuple[Stack, list[PageReading]]]:
    found, pages = [], 0
    for stack in own(7):
        pages += len(stack.scans)
        if pages > MOST_PAGES:
            break
        found.append((stack, [read_page(scan.png, DPI) for scan in stack.scans]))
    return found


def test_no_level_is_read_worse_than_its_limit(capsys: pytest.CaptureFixture[str]) -> None:
    scores: dict[str, Score] = {}
    for stack, pages in readings():
        for scan, page in zip(stack.scans, pages, strict=True):
            scores.setdefault(stack.level, Score()).add(score(scan.truth, placed(page)))
    told = {level: round(one.percent, 2) for level, one in scores.items()}
    with capsys.disabled():
        print(f"\ncharacter errors, %: {told}")
    assert told and all(told[level] <= MOST_ERRORS[level] for level in told)


def test_most_fields_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    asked, wrong = 0, []
    for stack, pages in readings():
        found = {one.name: one.value for one in extract(pages)}
        for name, value in expected(stack.meta).items():
            asked += 1
            if not same(found.get(name), value):
                wrong.append(f"{stack.name} {name}: {found.get(name)!r}, not {value!r}")
    with capsys.disabled():
        print(f"\nfields: {asked - len(wrong)} of {asked}\n  " + "\n  ".join(wrong))
    assert len(wrong) <= (1 - FEWEST_FIELDS) * asked
