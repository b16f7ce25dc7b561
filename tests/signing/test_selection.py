"""What an extract shows and hides, in the one notation for people and programs."""

from __future__ import annotations

import pytest

from signing.selection import BadSelection, Part, Region, parse, told


def test_pages_and_regions_are_put_together_in_the_order_of_the_pages() -> None:
    parts = parse(["3", "1:0.1,0.2,0.9,0.4", "1:0,0.5,1,0.6"], ["3:72,100,300,200pt"], 4)
    assert parts == (
        Part(1, (Region(0.1, 0.2, 0.9, 0.4), Region(0, 0.5, 1, 0.6))),
        Part(3, (), (Region(72, 100, 300, 200, "pt"),)),
    )
    assert [part.whole for part in parts] == [False, False]
    assert parts[1].hide[0].shares(600, 400) == (0.12, 0.25, 0.5, 0.5)


def test_hiding_alone_shows_every_page_and_a_hidden_page_is_left_out() -> None:
    assert parse([], ["2"], 3) == (Part(1), Part(3))
    assert parse([], ["2:0,0,1,0.5"], 2) == (Part(1), Part(2, (), (Region(0, 0, 1, 0.5),)))


def test_a_page_asked_for_whole_and_in_part_is_shown_whole() -> None:
    assert parse(["1:0,0,0.5,0.5", "1"], [], 2) == (Part(1),)


def test_the_band_says_what_is_shown_of_how_much() -> None:
    said = told(parse(["1", "2:0,0,1,0.5"], [], 3), 3)
    assert "trang 1, trang 2 (một phần); bản gốc có 3 trang" in said


@pytest.mark.parametrize(
    ("show", "hide", "code"),
    [
        ([], [], "EXTRACT_WHOLE"),
        (["1", "2"], [], "EXTRACT_WHOLE"),
        (["3"], [], "EXTRACT_PAGE"),
        (["0"], [], "EXTRACT_PAGE"),
        (["1"], ["2:0,0,1,1"], "EXTRACT_NOT_SHOWN"),
        ([], ["1", "2"], "EXTRACT_NOTHING"),
        (["một"], [], "EXTRACT_REGION"),
        (["1:0.5,0,0.4,1"], [], "EXTRACT_REGION"),
        (["1:0,0,1,1.2"], [], "EXTRACT_REGION"),
        (["1:0,0,nan,1"], [], "EXTRACT_REGION"),
        (["1:-1,0,1,1"], [], "EXTRACT_REGION"),
        (["1"] * 201, [], "EXTRACT_REGION"),
    ],
)
def test_what_cannot_be_shown_so_is_said_with_its_code(show: list[str], hide: list[str], code: str) -> None:
    with pytest.raises(BadSelection) as caught:
        parse(show, hide, 2)
    assert caught.value.code == code
    assert caught.value.vi and caught.value.en
