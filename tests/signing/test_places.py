"""A mark never covers ink: it stands clear of it near its corner, or beside the page."""

from __future__ import annotations

from datetime import UTC, datetime

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.places import EDGE, Picture, band, ink_of, place
from signing.sheet import Box
from signing.templates import Template, in_force

AT = datetime(2026, 11, 20, tzinfo=UTC)
P1, P2, WORDING = (in_force(name, AT) for name in ("P1", "P2", "P5_WORDING"))
A4 = (595.0, 842.0)
SIZE = (200.0, 36.0)
SCALE = 100 / 72


def _paper(page: tuple[float, float] = A4, level: int = 236) -> Picture:
    """White-grey paper with the noise of a scanner, 100 dpi."""
    noise = np.random.default_rng(7).normal(level, 4, (round(page[1] * SCALE), round(page[0] * SCALE)))
    return noise.clip(0, 255).astype(np.uint8)


def _ink(picture: Picture, box: Box, level: int = 30, page: tuple[float, float] = A4) -> Picture:
    """Fill a box (pt, origin lower left)."""
    x0, y0, x1, y1 = (round(one * SCALE) for one in box)
    top = picture.shape[0]
    picture[max(0, top - y1) : max(0, top - y0), x0:x1] = level
    return picture


def _write(picture: Picture, text: str, x: float, y: float, size: float = 0.5, level: int = 40) -> Picture:
    """Print a line with its foot at (x, y) pt from the upper left."""
    at = (round(x * SCALE), round(y * SCALE))
    cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, level, 1, cv2.LINE_AA)
    return picture


def _covers(box: Box, ink: Box) -> bool:
    return box[0] < ink[2] and ink[0] < box[2] and box[1] < ink[3] and ink[1] < box[3]


@pytest.mark.parametrize(
    ("rule", "box"),
    [(P1, (6, 800, 206, 836)), (P2, (389, 800, 589, 836)), (WORDING, (389, 6, 589, 42))],
)
def test_a_free_corner_is_taken_six_points_from_the_edges(rule: Template, box: Box) -> None:
    found = place(_paper(), A4, SIZE, rule)
    assert (found.method, found.top, found.right, found.bottom) == ("free", 0.0, 0.0, 0.0)
    assert found.box == pytest.approx(box, abs=0.01)


@pytest.mark.parametrize("shape", ["grey", "colour"])
@pytest.mark.parametrize(
    "ink",
    [
        (588, 0, 595, 842),  # a shadow along the right edge
        (0, 828, 595, 842),  # one along the top
        (505, 799, 548, 835),  # a stamp in the corner
        (396, 770, 576, 799),  # the national motto, high up
    ],
)
def test_the_mark_moves_aside_for_ink(ink: Box, shape: str) -> None:
    picture = _ink(_paper(), ink)
    if shape == "colour":
        picture = np.repeat(picture[:, :, None], 3, axis=2)
    found = place(picture, A4, SIZE, P2)
    assert found.method == "free"
    assert not _covers(found.box, ink)
    x0, y0, x1, y1 = found.box
    assert (x1 - x0, y1 - y0) == pytest.approx(SIZE)
    assert x0 >= A4[0] / 2 and y0 >= A4[1] * 0.85 and x1 <= A4[0] - EDGE + 0.01 and y1 <= A4[1] - EDGE + 0.01


def test_a_full_corner_gets_a_white_band_above_the_page() -> None:
    found = place(_ink(_paper(), (250, 700, 595, 842)), A4, SIZE, P2)
    assert (found.method, found.top, found.right) == ("band", 48.0, 0.0)
    assert found.box == pytest.approx((389, 848, 589, 884))


def test_a_page_narrower_than_the_mark_grows_beside_too() -> None:
    found = place(_paper((150, 200)), (150.0, 200.0), SIZE, P1)
    assert (found.method, found.top, found.right) == ("band", 48.0, 62.0)
    assert found.box == pytest.approx((6, 206, 206, 242))
    below = band((150.0, 200.0), SIZE, "bottom-right")
    assert (below.bottom, below.right, below.top) == (48.0, 62.0, 0.0)
    assert below.box == pytest.approx((6, -42, 206, -6))


def test_a_page_that_cannot_be_looked_at_gets_a_band() -> None:
    assert place(None, A4, SIZE, P2).method == "band"


def test_words_count_as_ink_where_the_picture_hides_them() -> None:
    faint = (400.0, 810.0, 580.0, 830.0)
    found = place(_paper(), A4, SIZE, P2, keep_off=[faint])
    assert not _covers(found.box, faint)


def test_specks_and_dirt_do_not_chase_the_mark_away() -> None:
    picture = _paper()
    rows = np.random.default_rng(3).integers(0, 160, 60)
    columns = np.random.default_rng(4).integers(400, 827, 60)
    picture[rows, columns] = 20
    assert place(picture, A4, SIZE, P2).box == pytest.approx((389, 800, 589, 836), abs=0.01)


def test_a_mark_over_a_letter_is_not_over_its_tone_either() -> None:
    """Ấ: the hat and its tone stand above the letter; where the letter ends is not where the ink ends."""
    picture = _ink(_paper(), (480, 770, 488, 778))  # the letter
    _ink(picture, (483, 780, 486, 781.5))  # its hat
    tone = (485.0, 783.0, 487.0, 784.5)
    _ink(picture, tone)
    rows = slice(*(picture.shape[0] - round(y * SCALE) for y in (784.5, 783.0)))
    assert ink_of(picture, (SCALE, SCALE))[rows, 674:676].all()
    assert not _covers(place(picture, A4, (200.0, 60.0), P2).box, tone)


@pytest.mark.parametrize(("level", "what"), [(196, "a faded stamp"), (150, "pencil"), (60, "a thin pen")])
def test_faint_ink_is_ink(level: int, what: str) -> None:
    picture = _write(_paper(), "CONG VAN DEN", 430, 30, 0.7, level)
    found = place(picture, A4, SIZE, P2)
    assert found.box[3] < 842 - 30 + 2 or found.box[2] < 430, what


def test_a_dotted_line_to_write_on_is_no_dirt() -> None:
    picture = _paper()
    for x in np.arange(400, 590, 3.6):
        _ink(picture, (x, 815, x + 1, 816))
    assert place(picture, A4, SIZE, P2).box[1] > 816 or place(picture, A4, SIZE, P2).box[3] < 815


def test_the_desk_around_a_photographed_page_is_no_place_for_a_mark() -> None:
    picture = _ink(_ink(_paper(level=150), (0, 800, 595, 842), 40), (540, 0, 595, 842), 40)
    found = place(picture, A4, SIZE, P2)
    assert found.method == "free"
    assert found.box[3] <= 800 and found.box[2] <= 540


def test_paper_that_grows_dark_towards_an_edge_is_still_paper() -> None:
    shade = np.linspace(130, 235, _paper().shape[0])[:, None] * np.ones((1, _paper().shape[1]))
    assert place(shade.astype(np.uint8), A4, SIZE, P2).method == "free"


def test_below_a_code_square_the_search_begins() -> None:
    square = (20.0, 750.0, 91.0, 822.0)
    picture = _ink(_paper(), square)
    found = place(picture, A4, (200.0, 28.0), P1, down=842 - 750)
    assert found.method == "free"
    assert found.box[3] <= 750 - 2 and found.box[0] == pytest.approx(6)


def test_a_lying_page_is_marked_in_its_own_corner() -> None:
    across = (842.0, 595.0)
    found = place(_paper(across), across, SIZE, P2)
    assert found.box == pytest.approx((636, 553, 836, 589), abs=0.01)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 560), st.integers(640, 830), st.integers(4, 200), st.integers(4, 60)),
        max_size=6,
    ),
    st.sampled_from([P1, P2]),
)
def test_no_block_of_ink_is_ever_covered(blocks: list[tuple[int, int, int, int]], rule: Template) -> None:
    boxes: list[Box] = [(x, y, x + wide, min(A4[1], y + high)) for x, y, wide, high in blocks]
    picture = _paper()
    for box in boxes:
        _ink(picture, box)
    found = place(picture, A4, SIZE, rule)
    assert not any(_covers(found.box, box) for box in boxes)
