"""What a pen wrote into the head is left to a person, with its place, and never guessed."""

from __future__ import annotations

import shutil
from functools import cache

import cv2
import numpy as np
import pytest

from ocr.fields import extract
from ocr.page import read_page
from ocr.pen import Facts, likeness
from ocr.transcript import page_from_json, page_to_json
from ocr.values import Box, Field, PageReading, PenMark
from tests.ocr.readings import decision, reading
from tests.papers.generate import PaperPage, paper

DPI = 200
PRINTED = Facts((0, 0, 1, 1), blue=0, tall=1.02, ragged=0.03, off=0.02, uneven=0.02, thick=0.95, sure=0.93)


@pytest.mark.parametrize(
    "changed",
    [
        {"blue": 60.0, "sure": 0.4},
        {"tall": 1.5, "ragged": 0.15, "sure": 0.2},
        {"off": 0.45, "uneven": 0.4, "ragged": 0.3, "sure": 0.0},
        {"thick": 1.6, "tall": 1.3, "sure": 0.3},
    ],
)
def test_ink_unlike_the_lines_print_is_a_pens(changed: dict[str, float]) -> None:
    known = {name: getattr(PRINTED, name) for name in Facts.__slots__}
    assert likeness(PRINTED, None) < 0
    assert likeness(Facts(**{**known, **changed}), None) > 0


def test_figures_as_tall_as_those_of_the_year_are_no_taller_than_print() -> None:
    high = Facts((0, 0, 1, 1), blue=0, tall=1.5, ragged=0, off=0, uneven=0, thick=1.0, sure=0.5)
    assert likeness(high, None) > 0 > likeness(high, high)


@cache
def written(kind: str, level: str, seed: int, pen: bool) -> tuple[PaperPage, PageReading]:
    made = paper(kind, level, seed, DPI, "termes", max_pages=1, pen=pen).pages[0]
    return made, read_page(cv2.imencode(".png", made.image)[1].tobytes(), DPI)


PAGES = (("qd", "scan", 9100), ("tb", "office", 9155))

slow = pytest.mark.slow
needs_engine = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")


@slow
@needs_engine
@pytest.mark.parametrize(("kind", "level", "seed"), PAGES)
def test_number_and_day_of_a_pen_are_left_to_a_person_with_their_place(
    kind: str, level: str, seed: int
) -> None:
    made, page = written(kind, level, seed, True)
    found: dict[str, Field] = {field.name: field for field in extract([page])}
    for name in ("number", "code", "issued_on"):
        assert (found[name].value, found[name].by_hand, found[name].page) == ("", True, 1)
    assert found["notation"].value  # printed
    for name, value in (("code", "number_symbol"), ("issued_on", "place_date")):
        (line,) = (one for one in made.truth["lines"] if one.get("field") == value)
        x0, y0, x1, y1 = line["bbox"]
        middle = np.array(made.truth["H"]) @ np.array([(x0 + x1) / 2, (y0 + y1) / 2, 1.0])
        box = found[name].box
        assert box is not None
        assert box.y0 < middle[1] / middle[2] < box.y1


@slow
@needs_engine
def test_printed_number_and_day_are_not_called_handwritten() -> None:
    _, page = written("qd", "scan", 9102, False)
    found = {field.name: field for field in extract([page])}
    assert page.pen == ()
    assert found["code"].value and found["issued_on"].value


def test_a_pens_mark_empties_number_code_and_date_but_not_the_notation() -> None:
    page = reading(*decision())
    marked = PageReading(**{
        **{name: getattr(page, name) for name in PageReading.__slots__},
        "pen": (PenMark("number", Box(290, 255, 350, 292)), PenMark("day", Box(1150, 255, 1190, 292))),
    })  # fmt: skip
    found = {field.name: field for field in extract([marked])}
    assert {name for name, field in found.items() if field.by_hand} == {"number", "code", "issued_on"}
    assert all(
        found[name].value == "" and found[name].confidence == 0 for name in ("number", "code", "issued_on")
    )
    assert found["notation"].value == "QĐ-UBND"
    assert "valid_from" not in found  # it would be the day of signing, which nobody read yet
    assert page_from_json(page_to_json(marked)).pen == marked.pen
