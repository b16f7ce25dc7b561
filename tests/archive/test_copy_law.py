"""Deadlines, fees, printed numbers and working days: the law's own examples, and what an office adds."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from archive.copy_law import load_law, shipped_law
from archive.errors import Problem
from archive.workdays import NoWorkingDay, WorkingDays
from tests.world import VIETNAM


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("received", "due", "slip"),
    [
        ("2026-11-27T08:30:00", "2026-11-27T17:00:00", False),
        ("2026-11-27T15:00:00", "2026-11-27T17:00:00", False),  # "after 15:00" begins behind it
        ("2026-11-27T15:00:01", "2026-11-30T17:00:00", True),  # a Friday: the next working day is Monday
        ("2026-11-28T09:00:00", "2026-11-30T17:00:00", True),  # asked for on a Saturday
        ("2026-02-13T16:00:00", "2026-02-23T17:00:00", True),  # over Tết
        ("2026-09-01T10:00:00", "2026-09-03T17:00:00", True),  # National Day, two days
        ("2026-04-25T10:00:00", "2026-04-28T17:00:00", True),  # Hùng Kings' day on a Sunday: Monday in lieu
        ("2026-01-02T10:00:00", "2026-01-05T17:00:00", True),  # a Friday off by decision
        ("2026-01-10T10:00:00", "2026-01-10T17:00:00", False),  # the Saturday that is worked for it
        ("2026-08-21T15:30:00", "2026-08-22T17:00:00", True),  # Saturday worked in exchange (library's data)
    ],
)
def test_a_copy_is_due_the_same_day_or_after_three_the_next_working_day(
    received: str, due: str, slip: bool
) -> None:
    found = shipped_law().due(at(received))
    assert (found.at, found.slip) == (at(due), slip)


def test_the_hour_is_that_of_viet_nam_wherever_the_clock_stands() -> None:
    utc = datetime.fromisoformat("2026-11-26T08:00:01+00:00")
    assert shipped_law().due(utc).at == at("2026-11-27T17:00:00")


@pytest.mark.parametrize(
    ("pages", "quantity", "fee"),
    [
        (1, 1, 2000),
        (2, 1, 4000),
        (3, 1, 5000),
        (10, 1, 12_000),
        (10, 3, 36_000),
        (198, 1, 200_000),
        (500, 2, 400_000),
    ],
)
def test_the_fee_counts_pages_of_the_original_up_to_the_most_a_copy(
    pages: int, quantity: int, fee: int
) -> None:
    assert shipped_law().fee("original", pages, quantity, date(2026, 11, 27)) == fee


def test_a_copy_from_the_register_has_no_certification_fee_nor_has_anything_before_the_rule() -> None:
    assert shipped_law().fee("register", 10, 1, date(2026, 11, 27)) == 0
    assert shipped_law().fee("original", 10, 1, date(2016, 12, 31)) == 0


def test_a_number_is_printed_with_its_volume_and_code() -> None:
    law = shipped_law()
    assert law.printed("copies-original", 5, 1, 2026, date(2026, 3, 2)) == "05/01-SCT/BS"
    assert law.printed("copies-original", 1234, 12, 2026, date(2026, 3, 2)) == "1234/12-SCT/BS"
    assert law.printed("copies-register", 5, 1, 2026, date(2026, 3, 2)) == "5/2026"


def test_an_office_adds_days_and_limits_that_count_from_their_day(tmp_path: Path) -> None:
    (tmp_path / "workdays.toml").write_text('[[day]]\noff = 2026-11-30\nbasis = "QĐ 1"\n', "utf-8")
    (tmp_path / "copies.toml").write_text(
        "[[deadline]]\nfrom = 2027-01-01\ncut_off = 16:00:00\nclosing = 17:30:00\nextension_days = 3\n"
        'basis = "NĐ mới"\n'
        '[[fee]]\nfrom = 2027-01-01\nact = "register"\nfirst_pages = 1\nfirst_price = 8000\nnext_price = 0\n'
        'most = 8000\nbasis = "NQ tỉnh"\n',
        "utf-8",
    )
    law = load_law(tmp_path)
    assert law.due(at("2026-11-27T16:00:00")).at == at("2026-12-01T17:00:00")
    assert law.due(at("2027-01-04T16:00:00")).at == at("2027-01-04T17:30:00")
    assert [law.fee("register", 9, 2, date(year, 6, 1)) for year in (2026, 2027)] == [0, 16_000]
    assert law.deadline(date(2027, 1, 1)).extension_days == 3


@pytest.mark.parametrize(
    "told",
    [
        "[[deadline",
        "[[deadline]]\nfrom = 2027-01-01\n",
        '[[number]]\nfrom = 2027-01-01\nkind = "copies-register"\nform = "{colour}"\n',
        '[[fee]]\nfrom = "today"\n',
        '[[deadline]]\nfrom = 2027-01-01\ncut_off = "15:00"\nclosing = 17:00:00\nextension_days = 2\nbasis = ""\n',
    ],
)
def test_limits_that_make_no_sense_are_told_at_the_start(tmp_path: Path, told: str) -> None:
    (tmp_path / "copies.toml").write_text(told, "utf-8")
    with pytest.raises(Problem) as bad:
        load_law(tmp_path)
    assert bad.value.code == "BAD_LAW" and str(tmp_path) in bad.value.vi


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem):
        load_law(tmp_path / "none")


def test_a_calendar_without_work_is_no_endless_search() -> None:
    days = WorkingDays(
        off=frozenset(date.fromordinal(date(2026, 1, 1).toordinal() + day) for day in range(200))
    )
    with pytest.raises(NoWorkingDay):
        days.next(date(2026, 1, 2))
