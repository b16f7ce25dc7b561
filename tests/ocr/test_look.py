"""What is told from a page without reading it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr import pixels
from ocr.page import likely_rotation
from ocr.paper import look
from ocr.prepare import prepare, route
from tests.ocr.sheets import page_of_lines, png


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("lean", [-3.0, 0.0, 2.4])
def test_turn_and_lean_are_found_without_reading(rotation: int, lean: float) -> None:
    facts = look(page_of_lines(rotation=rotation, lean=lean), 200)
    assert likely_rotation(facts, 0) == rotation
    assert facts.lean == pytest.approx(lean, abs=0.25)


def test_a_hint_that_the_lines_deny_is_not_believed() -> None:
    assert likely_rotation(look(page_of_lines(rotation=90), 200), turned=0) == 90
    assert likely_rotation(look(page_of_lines(rotation=0), 200), turned=90) == 0
    assert likely_rotation(look(page_of_lines(rotation=180), 200), turned=180) == 180


def test_a_page_without_writing_is_blank() -> None:
    sheet = np.full((2339, 1654, 3), 240, dtype=np.uint8)
    noise = np.random.default_rng(1).normal(0, 5, sheet.shape)
    assert look(np.clip(sheet + noise, 0, 255).astype(np.uint8), 200).blank


def test_a_blank_back_with_a_red_seal_shining_through_is_blank() -> None:
    sheet = np.full((2339, 1654, 3), 245, dtype=np.uint8)
    cv2.circle(sheet, (1100, 1700), 140, (180, 190, 240), 12)
    assert look(sheet, 200).blank


def test_one_short_line_of_print_is_not_blank() -> None:
    assert not look(page_of_lines(lines=1), 200).blank


def test_a_dark_scanner_lid_is_whitened_and_no_letter_goes_with_it() -> None:
    image = page_of_lines(lean=3.0, paper=235, ink=40)
    image[:, :40] = 30
    image[-50:] = 30
    facts = look(image, 200)
    ready = prepare(image, 200, facts, 0)
    assert "whiten-surround" in ready.steps and "straighten" in ready.steps
    assert ready.pixels[-20:, 100:-100].min() > 150
    assert (ready.pixels < 100).sum() > 0.8 * (page_of_lines() < 100).sum()


def test_a_photographed_sheet_is_cut_out_and_laid_flat() -> None:
    sheet = cv2.cvtColor(page_of_lines(paper=230, ink=30), cv2.COLOR_GRAY2BGR)
    height, width = sheet.shape[:2]
    corners = np.array([[60, 80], [1580, 40], [1600, 2290], [40, 2250]], dtype=np.float32)
    edges = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    desk = np.full_like(sheet, (40, 70, 100))
    photo = cv2.warpPerspective(
        sheet,
        cv2.getPerspectiveTransform(edges, corners),
        (width, height),
        desk,
        borderMode=cv2.BORDER_TRANSPARENT,
    )
    facts = look(np.asarray(photo, dtype=np.uint8), 200)
    assert facts.corners is not None
    assert np.abs(facts.corners - corners).max() < 14
    ready = prepare(np.asarray(photo, dtype=np.uint8), 200, facts, 0)
    assert "flatten" in ready.steps
    assert ready.pixels[5:-5, 5:-5].mean() > 180


def test_a_page_that_fills_the_frame_is_not_cut() -> None:
    assert look(page_of_lines(), 200).corners is None


def steps_of(**kind: bool) -> list[str]:
    image = page_of_lines(
        lean=1.8 if kind.get("leaning") else 0.0, paper=255 if kind.get("bilevel") else 235, ink=0
    )
    if kind.get("bilevel"):
        image = np.where(image > 128, 255, 0).astype(np.uint8)
    if kind.get("shaded"):
        image = (image * np.linspace(1.0, 0.7, image.shape[1])).astype(np.uint8)
    return list(route(look(image, 300), colour=bool(kind.get("colour")), factor=0.667))


@pytest.mark.parametrize(
    ("kind", "steps"),
    [
        ({}, ["scale"]),
        ({"colour": True}, ["red", "scale"]),
        ({"leaning": True}, ["scale", "straighten"]),
        ({"bilevel": True}, ["scale", "despeckle"]),
        ({"shaded": True}, ["scale", "even-paper", "levels"]),
        (
            {"shaded": True, "colour": True, "leaning": True},
            ["red", "scale", "even-paper", "levels", "straighten"],
        ),
    ],
)
def test_each_page_gets_only_the_steps_it_needs(kind: dict[str, bool], steps: list[str]) -> None:
    assert steps_of(**kind) == steps


def test_red_ink_becomes_paper_and_blue_ink_stays() -> None:
    image = np.full((20, 30, 3), 255, dtype=np.uint8)
    image[:, :10] = (40, 30, 222)  # a seal
    image[:, 20:] = (150, 44, 28)  # a pen
    grey = pixels.red(image)
    assert grey[0, 5] > 200 and grey[0, 25] < 60


def test_specks_go_but_dots_near_letters_stay() -> None:
    image = page_of_lines(lines=3)
    dot, speck = (slice(280, 283), slice(206, 209)), (slice(1500, 1503), slice(800, 803))
    image[dot] = 0  # under the first letter, as a dấu nặng
    image[speck] = 0
    clean = pixels.without_specks(image, 200)
    assert clean[dot].max() == 0
    assert clean[speck].min() == 255


def test_even_paper_takes_a_shadow_away() -> None:
    shaded = (page_of_lines().astype(float) * np.linspace(0.5, 1, 1654)).astype(np.uint8)
    rows = pixels.even(shaded)[2200]
    assert rows.min() > 235


def test_a_jpeg_is_decoded_as_stored_whatever_its_exif_says() -> None:
    image = np.full((40, 60, 3), 200, dtype=np.uint8)
    plain = cv2.imencode(".jpg", image)[1].tobytes()
    exif = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01"
    exif += b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"  # orientation 6
    turned = plain[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + plain[2:]
    decoded = pixels.decode(turned)
    assert decoded is not None and decoded.shape[:2] == (40, 60)


@pytest.mark.parametrize(
    "data", [b"", b"no picture", b"\xff\xd8\xff\xe0 broken", png(np.zeros((4, 4), np.uint8))]
)
def test_what_is_no_picture_is_none(data: bytes) -> None:
    assert pixels.decode(data) is None
