"""Papers and lines of a list: which is which, with a margin or not at all. Pure, on simulated readings."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from archive.matching import Fate, Score, Verdict, assign
from archive.paper_lists import Line
from archive.weighing import Evidence, Scale, printed_month
from tests.offices import Months, some_months


def matched(months: Months, lines: list[Line], names: set[str] | None = None) -> dict[str, Verdict]:
    scale = Scale(lines)
    papers = [one for one in months.papers if names is None or one.name in names]
    return assign({one.name: scale.weigh(one.read) for one in papers}, len(lines), {})


def line(row: int, **values: str) -> Line:
    return Line(row, tuple(values.values()), values)


def paper(text: str, **values: tuple[str, float]) -> Evidence:
    return Evidence(values, text)


HEAD = "UBND XÃ MẪU Số: /QĐ-UBND Xã Mẫu, ngày tháng 01 năm 2025 QUYẾT ĐỊNH "


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_fifty_papers_most_are_matched_and_none_wrongly(seed: int) -> None:
    months = some_months(seed, 50, noise=0.02)
    lines = list(months.lines)
    random.Random(seed).shuffle(lines)
    verdicts = matched(months, lines)
    rows = {one.name: one.row for one in months.papers}
    sure = {name: one.row for name, one in verdicts.items() if one.fate is Fate.MATCHED}
    assert all(rows[name] == row for name, row in sure.items())
    assert len(sure) >= 35
    assert len(set(sure.values())) == len(sure)
    shown = [rows[name] in dict(one.candidates) for name, one in verdicts.items() if one.fate is Fate.OPEN]
    assert sum(shown) >= 0.8 * len(shown)


def test_papers_whose_line_is_missing_get_no_other_line() -> None:
    months = some_months(4, 60, noise=0.02)
    kept = [one for one in months.lines if one.row % 3]
    rows = {one.name: one.row for one in months.papers}
    for name, verdict in matched(months, kept).items():
        if verdict.fate is Fate.MATCHED:
            assert verdict.row == rows[name]


def test_the_list_of_another_year_matches_nothing() -> None:
    months = some_months(5, 50, noise=0.0)
    old = [
        replace(one, values={**one.values, "issued_on": f"2023{one.values['issued_on'][4:]}"})
        for one in months.lines
    ]
    assert not [one for one in matched(months, old).values() if one.fate is Fate.MATCHED]


def test_the_list_of_other_people_matches_nothing() -> None:
    months, other = some_months(6, 50, noise=0.0), some_months(7, 50, noise=0.0)
    wrong = [one for one in matched(months, other.lines).values() if one.fate is Fate.MATCHED]
    assert len(wrong) <= 1  # two offices may well have fined for the same matter in the same month


def test_lines_that_differ_in_the_holder_alone_are_told_apart() -> None:
    same = {"subject": "Về việc cấp giấy phép xây dựng nhà ở riêng lẻ", "issued_on": "2025-01-05"}
    lines = [
        line(2, number="5", holder_name="Nguyễn Văn An", **same),
        line(3, number="6", holder_name="Nguyễn Văn Anh", **same),
        line(4, number="7", holder_name="Trần Thị Hạnh", **same),
    ]
    text = (
        HEAD
        + same["subject"]
        + " Căn cứ Luật Xây dựng ngày 18 tháng 6 năm 2014; Điều 1. Cấp cho ông {}, An Giang."
    )
    scale = Scale(lines)
    read = {name: paper(text.format(name)) for name in ("Nguyễn Văn Anh", "Nguyễn Văn An", "Trần Thị Hanh")}
    found = assign({name: scale.weigh(one) for name, one in read.items()}, 3, {})
    assert {name: one.row for name, one in found.items()} == {
        "Nguyễn Văn Anh": 3, "Nguyễn Văn An": 2, "Trần Thị Hanh": 4,
    }  # fmt: skip


def test_lines_that_nothing_tells_apart_are_shown_and_not_guessed() -> None:
    lines = [
        line(n, number=str(n), issued_on=f"2025-01-{n:02}", subject="Báo cáo công tác tháng") for n in (2, 3)
    ]
    read = paper(HEAD + "Báo cáo công tác tháng")
    found = assign({"a": Scale(lines).weigh(read)}, 2, {})["a"]
    assert found.fate is Fate.OPEN and found.row is None
    assert [row for row, _ in found.candidates] == [2, 3]


def test_the_same_number_twice_is_told_apart_by_its_month() -> None:
    lines = [
        line(
            2,
            number="12",
            code="12/QĐ-UBND",
            notation="QĐ-UBND",
            issued_on="2025-01-20",
            subject="Về việc giao đất",
        ),
        line(
            3,
            number="12",
            code="12/QĐ-UBND",
            notation="QĐ-UBND",
            issued_on="2025-06-20",
            subject="Về việc giao đất",
        ),
    ]
    read = paper(HEAD + "Về việc giao đất", notation=("QĐ-UBND", 0.9), number=("12", 0.5))
    assert assign({"a": Scale(lines).weigh(read)}, 2, {})["a"].row == 2


def test_a_number_read_surely_speaks_against_every_other_line() -> None:
    lines = [line(2, number="12", issued_on="2025-01-20", subject="Về việc giao đất cho hợp tác xã")]
    text = HEAD + "Về việc giao đất cho hợp tác xã"
    sure = assign({"a": Scale(lines).weigh(paper(text, number=("13", 0.95)))}, 1, {})["a"]
    unsure = assign({"a": Scale(lines).weigh(paper(text, number=("13", 0.35)))}, 1, {})["a"]
    assert (sure.fate, unsure.fate) == (Fate.OPEN, Fate.MATCHED)
    assert [row for row, _ in sure.candidates] == [2]


def test_two_scans_of_one_paper_are_both_asked_about() -> None:
    months = some_months(8, 40, noise=0.0)
    twice = next(one for one in months.papers if "cấp giấy phép" in one.read.text)
    scale = Scale(months.lines)
    weighed = {one.name: scale.weigh(one.read) for one in months.papers}
    found = assign(weighed | {"again": scale.weigh(twice.read)}, len(months.lines), {})
    for name in (twice.name, "again"):
        assert found[name].fate is Fate.OPEN
        assert dict(found[name].candidates).keys() >= {twice.row}


def test_a_line_that_is_given_is_nobody_elses() -> None:
    months = some_months(9, 40, noise=0.0)
    scale = Scale(months.lines)
    weighed = {one.name: scale.weigh(one.read) for one in months.papers}
    free = assign(weighed, 40, {})
    name, row = next((name, one.row) for name, one in free.items() if one.fate is Fate.MATCHED)
    found = assign(weighed, 40, {"doc-x": row})
    assert found[name].row is None


def test_what_is_left_over_of_twins_is_taken_and_left_for_a_person_to_look_at() -> None:
    both = [Score(2, 14.0), Score(3, 14.0)]
    only = [Score(2, 20.0), Score(3, 5.0)]
    found = assign({"a": only, "b": both}, 100, {})
    assert (found["a"].row, found["b"].row) == (2, 3)
    assert found["a"].confidence > 0.9 > found["b"].confidence > 0


def test_the_rival_of_a_sure_claim_is_not_pushed_onto_a_line_that_does_not_fit() -> None:
    found = assign({"a": [Score(2, 40.0)], "b": [Score(2, 25.0), Score(3, 14.0)]}, 100, {"a": 2})
    assert found["b"].fate is not Fate.MATCHED


def test_the_month_is_read_from_the_head_and_not_from_legal_bases() -> None:
    bases = "quyet dinh can cu luat ngay 19 thang 6 nam 2015"
    assert printed_month(f"so qd ubnd xa mau ngay thang 01 nam 2025 {bases}") == (2025, 1)
    assert printed_month(bases) is None


def test_an_empty_list_and_an_empty_page_match_nothing() -> None:
    assert Scale([]).weigh(paper("Quyết định")) == []
    assert Scale([line(2, subject="Cấp đất", number="1")]).weigh(paper("")) == []
