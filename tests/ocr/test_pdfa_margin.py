"""White beside and above page 1, for a mark that found no place on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ocr.pdfa import Margin, check
from tests.ocr import pdfa_paper as paper

POINT = paper.DPI / 72
WHITE = (255, 255, 255)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_page_1_grows_and_nothing_on_it_moves(rotation: int, tmp_path: Path) -> None:
    draft = paper.draft(paper.page(rotation), paper.page(), margin=Margin(right=40.0, top=48.0))
    assert check(draft.pdf).ok
    sizes = paper.run("pdfinfo", "-l", "2", "@", data=draft.pdf, folder=tmp_path)
    assert re.findall(r"size: +([\d.]+ x [\d.]+) pts", sizes) == ["635.44 x 889.68", "595.44 x 841.68"]
    seen = paper.rendered(draft.pdf, tmp_path)
    band, edge = round(48 * POINT), round(paper.WIDTH)
    assert [colour for _, colour in seen.crop((0, 0, seen.width, band - 1)).getcolors()] == [WHITE]
    assert [colour for _, colour in seen.crop((edge + 1, 0, seen.width, seen.height)).getcolors()] == [WHITE]
    found = paper.word_boxes(draft.pdf, tmp_path)
    first = paper.upright_words()[0]
    assert found[0][0] == first.text
    assert found[0][1][0] == pytest.approx(first.box.x0, abs=2)
    assert found[0][1][1] - 48 * POINT == pytest.approx(first.box.y0, abs=2)


def test_without_a_margin_the_page_is_the_picture() -> None:
    assert b"1 g" not in paper.draft(paper.page()).pdf
