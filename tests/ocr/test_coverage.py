"""Ink that lies under no word is noticed, and the page read again."""

from __future__ import annotations

import shutil

import cv2
import numpy as np
import pytest

from bench.scoring import placed, score
from ocr import page as reading_page
from ocr.attempt import Attempt
from ocr.coverage import coverage
from ocr.engine import Token, tokens
from ocr.geometry import Image, inverse, rotation_about, warp
from ocr.page import read_page
from ocr.prepare import Prepared
from ocr.second_tier import voted
from tests.ocr.sheets import page_of_lines
from tests.papers.generate import PaperPage, paper


def lines(*numbers: int) -> list[Token]:
    """Boxes over lines of ``page_of_lines``."""
    return [Token("chữ", 0.9, (180.0, 244.0 + 62 * n, 1560.0, 292.0 + 62 * n), (1, 1, n)) for n in numbers]


@pytest.mark.parametrize("ink", [0, 150, 205])
def test_coverage_is_the_share_of_text_under_words_however_faint_the_print(ink: int) -> None:
    sheet = page_of_lines(lines=20, ink=ink, paper=250)
    assert coverage(sheet, lines(*range(20)), 200) > 0.99
    assert coverage(sheet, lines(*range(10)), 200) == pytest.approx(0.5, abs=0.06)
    assert coverage(sheet, [], 200) == 0


def test_specks_rules_and_a_box_over_half_the_page_do_not_count() -> None:
    sheet = page_of_lines(lines=10)
    cv2.line(sheet, (200, 1500), (1400, 1500), 0, 3)
    cv2.circle(sheet, (800, 1900), 140, 0, 6)
    assert coverage(sheet, lines(*range(10)), 200) > 0.99
    huge = Token("Ỡ", 0.3, (0.0, 200.0, 1654.0, 1200.0), (1, 1, 1))
    assert coverage(sheet, [*lines(0, 1, 2, 3), huge], 200) == pytest.approx(0.4, abs=0.08)


def test_of_three_readings_two_outvote_one() -> None:
    def attempt(*words: tuple[str, float]) -> Attempt:
        made = Prepared(np.zeros((4, 4), np.uint8), np.eye(3), 200, 0, 0.0, ())
        return Attempt(made, tuple(
            Token(text, sure, (100.0 * n, 0.0, 100.0 * n + 80, 30.0), (1, 1, 1)) for n, (text, sure) in enumerate(words)
        ))  # fmt: skip

    best = attempt(("chi", 0.7), ("tiết", 0.9), ("QUYÉT", 0.6), ("số", 0.9))
    others = [attempt(("chỉ", 0.6), ("tiết", 0.9), ("QUYẾT", 0.5), ("sở", 0.5)),
              attempt(("chi", 0.5), ("tiêt", 0.4), ("QUYẾT", 0.6), ("số", 0.9))]  # fmt: skip
    assert [token.text for token in voted(best, others)] == ["chi", "tiết", "QUYẾT", "số"]


slow = pytest.mark.slow
needs_engine = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
DPI = 200


def letter() -> PaperPage:
    return paper("cv", "scan", 4400, DPI, "termes", max_pages=1).pages[0]


def png(image: Image) -> bytes:
    return bytes(cv2.imencode(".png", image)[1].tobytes())


@slow
@needs_engine
@pytest.mark.parametrize("lean", [1.3, -1.95, 2.5])
def test_a_skewed_page_is_read_whole(lean: float) -> None:
    made = paper("cv", "clean", 4400, DPI, "termes", max_pages=1).pages[0]
    height, width = made.image.shape[:2]
    turn = rotation_about(width, height, -lean)
    skewed = warp(made.image, turn, width, height)
    page = read_page(png(skewed), DPI)
    assert page.coverage > 0.97
    truth = {**made.truth, "H": (inverse(turn) @ np.array(made.truth["H"])).tolist()}
    assert score(truth, placed(page)).percent < 2


@slow
@needs_engine
def test_a_block_that_the_engine_dropped_from_a_colour_page_is_read_after_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = letter()
    first = []

    def forgetful(*asked: object, **how: object) -> tuple[Token, ...]:
        whole = tokens(*asked, **how)  # type: ignore[arg-type]
        if first:
            return whole
        first.append(True)
        return tuple(token for token in whole if token.corners[1] < 900)

    monkeypatch.setattr(reading_page.engine, "tokens", forgetful)
    page = read_page(png(made.image), DPI)
    assert "second tier" in page.steps
    assert page.coverage > 0.97
    assert score(made.truth, placed(page)).percent < 3


@slow
@needs_engine
def test_a_faint_page_is_read_and_a_good_one_not_twice() -> None:
    made = letter()
    faint = (255 - (255 - made.image.astype(np.int16)) * 0.28).astype(np.uint8)
    page = read_page(png(faint), DPI)
    assert page.coverage > 0.95
    assert score(made.truth, placed(page)).percent < 3
    good = read_page(png(made.image), DPI)
    assert "second tier" not in good.steps and good.coverage > 0.97
