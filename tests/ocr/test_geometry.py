"""Boxes keep their place through turning, straightening, scaling and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.geometry import (
    inverse,
    mapped,
    rotation_about,
    scaling,
    turn_back,
    turned_back,
    upright_corners,
    warp,
    whole_pixels,
)
from ocr.values import Box

TURNS = st.sampled_from([0, 90, 180, 270])
SIDES = st.integers(40, 4000)


@st.composite
def boxes_in_pictures(draw: st.DrawFn) -> tuple[Box, int, int]:
    width, height = draw(SIDES), draw(SIDES)
    x0, y0 = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    return Box(x0, y0, draw(st.integers(x0 + 1, width)), draw(st.integers(y0 + 1, height))), width, height


@given(boxes_in_pictures(), TURNS)
def test_a_box_turned_upright_and_back_is_the_same_box(case: tuple[Box, int, int], rotation: int) -> None:
    box, width, height = case
    upright = mapped(inverse(turned_back(width, height, rotation)), box)
    assert whole_pixels(mapped(turned_back(width, height, rotation), upright), width, height) == box


@given(boxes_in_pictures(), TURNS, st.floats(-5, 5), st.floats(0.3, 1.0))
def test_a_box_survives_the_whole_chain_of_preparation(
    case: tuple[Box, int, int], rotation: int, lean: float, factor: float
) -> None:
    box, width, height = case
    scaled = (width * factor, height * factor)
    upright = scaled if rotation in (0, 180) else scaled[::-1]
    chain = (
        scaling(1 / factor)
        @ turned_back(round(scaled[0]), round(scaled[1]), rotation)
        @ rotation_about(*upright, lean)
    )
    there = mapped(inverse(chain), box)
    back = mapped(chain, there)
    assert back[0] <= box.x0 + 1e-6 and back[1] <= box.y0 + 1e-6
    assert back[2] >= box.x1 - 1e-6 and back[3] >= box.y1 - 1e-6
    middle = (back[0] + back[2]) / 2, (back[1] + back[3]) / 2
    assert middle == pytest.approx(((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2), abs=1e-6)


@given(boxes_in_pictures(), TURNS, st.floats(-5, 5))
def test_fields_find_the_middle_of_a_word_where_the_picture_was_straightened(
    case: tuple[Box, int, int], rotation: int, lean: float
) -> None:
    box, width, height = case
    upright = (width, height) if rotation in (0, 180) else (height, width)
    straight = rotation_about(*upright, -lean) @ inverse(turned_back(width, height, rotation))
    x, y, _ = straight @ np.array([(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, 1])
    x0, y0, x1, y1 = upright_corners(box, width, height, rotation, lean)
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == pytest.approx((x, y), abs=1e-6)


@given(st.tuples(*[st.floats(-9000, 9000)] * 4), SIDES, SIDES)
def test_a_whole_pixel_box_always_lies_inside_the_picture(
    corners: tuple[float, float, float, float], width: int, height: int
) -> None:
    box = whole_pixels(corners, width, height)
    assert 0 <= box.x0 < box.x1 <= width and 0 <= box.y0 < box.y1 <= height


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_matrix_of_a_turn_points_at_the_same_pixel_as_the_turned_picture(rotation: int) -> None:
    image = np.zeros((30, 50), dtype=np.uint8)
    image[7, 11] = 255
    upright = turn_back(image, rotation)
    y, x = (int(v[0]) for v in np.nonzero(upright))
    assert whole_pixels(mapped(turned_back(50, 30, rotation), (x, y, x + 1, y + 1)), 50, 30) == Box(
        11, 7, 12, 8
    )


def test_an_eighth_turn_is_refused() -> None:
    with pytest.raises(ValueError, match="45"):
        turned_back(10, 10, 45)


def test_positive_lean_is_clockwise_and_warping_by_it_levels_a_line() -> None:
    level = np.full((200, 300), 255, dtype=np.uint8)
    level[100:103, 40:260] = 0
    leaning = warp(level, inverse(rotation_about(300, 200, 4.0)), 300, 200)
    left, right = (int(np.argmin(leaning[:, x])) for x in (60, 240))
    assert right > left  # clockwise on screen: the right end hangs lower
    again = warp(leaning, rotation_about(300, 200, 4.0), 300, 200)
    assert abs(int(np.argmin(again[:, 60])) - int(np.argmin(again[:, 240]))) <= 1
