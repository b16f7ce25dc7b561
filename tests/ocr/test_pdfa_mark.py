"""Room for the agency's mark: near the top right corner, never on ink."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from ocr.pdfa import PageImage, check
from ocr.values import Box, Word
from tests.ocr import pdfa_paper as paper

PAGE_WIDTH, PAGE_HEIGHT = 595.44, 841.68
POINT = paper.DPI / 72


def _page_box(box: Box) -> tuple[float, float, float, float]:
    return box.x0 / POINT, PAGE_HEIGHT - box.y1 / POINT, box.x1 / POINT, PAGE_HEIGHT - box.y0 / POINT


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_free_corner_is_taken_six_points_from_the_edges(rotation: int) -> None:
    draft = paper.draft(paper.page(rotation), mark_size=paper.MARK)
    assert draft.band_height == 0.0
    assert draft.mark_box == pytest.approx((389.44, 799.68, 589.44, 835.68))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize(
    "ink",
    [
        Box(817, 0, 827, 1169),  # a shadow along the right edge
        Box(0, 0, 827, 20),  # one along the top
        Box(700, 10, 760, 60),  # a stamp in the corner
        Box(550, 60, 800, 100),  # the national motto, high up
    ],
)
def test_the_mark_moves_aside_for_ink(rotation: int, ink: Box) -> None:
    draft = paper.draft(paper.page(rotation, (ink,)), mark_size=paper.MARK)
    assert draft.band_height == 0.0
    assert draft.mark_box is not None
    x0, y0, x1, y1 = draft.mark_box
    assert not _overlap(draft.mark_box, _page_box(ink))
    assert (x1 - x0, y1 - y0) == pytest.approx(paper.MARK)
    assert x0 >= PAGE_WIDTH / 2
    assert y0 >= PAGE_HEIGHT * 0.85
    assert x1 <= PAGE_WIDTH - 6 + 0.01
    assert y1 <= PAGE_HEIGHT - 6 + 0.01


def test_words_count_as_ink_where_the_map_missed_them() -> None:
    words = (Word("mờ", 0.4, Box(560, 12, 800, 30), 0),)
    image = paper.page()[0]
    ink = paper.ink_of((paper.WIDTH, paper.HEIGHT), ())
    draft = paper.draft((image, paper.reading(words, ink=ink)), mark_size=paper.MARK)
    assert draft.mark_box is not None
    assert not _overlap(draft.mark_box, _page_box(words[0].box))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_full_corner_gets_a_white_band_above_the_page(rotation: int, tmp_path: Path) -> None:
    full = Box(300, 0, 827, 200)
    pages = (paper.page(rotation, (full,)), paper.page())
    draft = paper.draft(*pages, mark_size=paper.MARK)
    assert draft.band_height == 48.0
    assert draft.mark_box == pytest.approx((389.44, 847.68, 589.44, 883.68))
    assert check(draft.pdf).ok
    sizes = paper.run("pdfinfo", "-l", "2", "@", data=draft.pdf, folder=tmp_path)
    assert re.findall(r"size: +([\d.]+ x [\d.]+) pts", sizes) == ["595.44 x 889.68", "595.44 x 841.68"]
    seen = paper.rendered(draft.pdf, tmp_path)
    band = round(48 * POINT)
    assert [colour for _, colour in seen.crop((0, 0, paper.WIDTH, band - 1)).getcolors()] == [(255, 255, 255)]
    # Nothing else moved: word boxes are where they were, below the band.
    found = paper.word_boxes(draft.pdf, tmp_path)
    first = paper.upright_words()[0]
    assert found[0][0] == first.text
    assert found[0][1][1] - 48 * POINT == pytest.approx(first.box.y0, abs=2)


def test_without_an_ink_map_nothing_is_risked() -> None:
    draft = paper.draft((paper.page()[0], paper.reading()), mark_size=paper.MARK)
    assert draft.band_height == 48.0


def test_a_mark_wider_than_half_a_small_page_goes_into_a_band() -> None:
    image = paper.stored(Image.new("L", (583, 413), "white"))  # A6 across at 100 dpi
    ink = paper.ink_of((583, 413), ())
    draft = paper.draft(
        (PageImage(image, 100.0), paper.reading(size=(583, 413), ink=ink)), mark_size=(300, 36)
    )
    assert draft.band_height == 48.0


def test_no_room_is_kept_when_none_is_asked_for() -> None:
    draft = paper.draft(paper.page(extra_ink=(Box(0, 0, 827, 300),)))
    assert (draft.mark_box, draft.band_height, draft.page_count) == (None, 0.0, 1)
