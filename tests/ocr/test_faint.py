"""Faint print is read like plain print, and a back through which the other side shows stays blank."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from bench.scoring import placed, score
from ocr.page import read_page
from ocr.paper import look
from tests.papers.generate import PaperPage, paper


@pytest.fixture(scope="module")
def plain() -> PaperPage:
    return paper("cv", "office", 41, 200, max_pages=1).pages[0]


@pytest.mark.parametrize("contrast", [0.3, 0.15])
def test_print_that_hardly_stands_out_of_the_paper_is_read(plain: PaperPage, contrast: float) -> None:
    faint = (255 - (255 - plain.image.astype(np.float32)) * contrast).astype(np.uint8)
    reading = read_page(cv2.imencode(".png", faint)[1].tobytes(), 200)
    assert not reading.blank
    assert "contrast" in reading.steps
    assert score(plain.truth, placed(reading)).percent < 4


def test_plain_print_is_left_as_it_is(plain: PaperPage) -> None:
    assert not look(plain.image, 200).faintness


@pytest.mark.parametrize("seed", [501, 504])
def test_a_back_through_which_the_other_side_shows_is_blank_and_never_by_its_look_alone(seed: int) -> None:
    backs = [
        page for page in paper("qd", "worn", seed, 200, max_pages=1, blank_backs=True).pages
        if page.truth["kind"] == "blank"
    ]  # fmt: skip
    assert backs
    for back in backs:
        reading = read_page(cv2.imencode(".png", back.image)[1].tobytes(), 200)
        assert reading.blank and reading.words == ()
        assert reading.steps != ("look",), "what shows through was read before it was passed over"
