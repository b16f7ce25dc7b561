"""Effective resolution: what a file claims counts only when it makes the page a paper that exists."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.resolution import effective_dpi


@pytest.mark.parametrize(
    ("size", "claimed", "dpi"),
    [
        ((2480, 3508), (300, 300), 300),  # A4
        ((3508, 2480), (300, 300), 300),  # A4 lying
        ((2550, 3300), (300, 300), 300),  # letter
        ((4960, 7016), (600, 600), 600),
        ((3508, 4961), (300, 300), 300),  # A3
        ((1748, 2480), (300, 300), 300),  # A5
        ((1011, 639), (300, 300), 300),  # an identity card
        ((2400, 3400), (300, 300), 300),  # A4 with its edges cut
        ((2480, 3508), (72, 72), 300),  # a phone's 72
        ((2480, 3508), (96, 96), 300),  # a driver's 96
        ((2480, 3508), (1, 1), 300),  # JFIF without a unit
        ((2480, 3508), None, 300),
        ((1240, 1754), (300, 300), 300),  # A6
        ((827, 1169), (300, 300), 100),
        ((2480, 3508), (0, 0), 300),
        ((2480, 3508), (-300, -300), 300),
        ((2480, 3508), (math.nan, math.nan), 300),
        ((2480, 3508), (math.inf, math.inf), 300),
        ((1728, 2292), (204, 196), 200),  # a fax
    ],
)
def test_a_known_page_has_this_resolution(
    size: tuple[int, int], claimed: tuple[float, float] | None, dpi: int
) -> None:
    assert effective_dpi(*size, claimed) == pytest.approx(dpi, abs=1)


CLAIMS = st.none() | st.tuples(st.floats(), st.floats())


@given(st.integers(1, 60_000), st.integers(1, 60_000), CLAIMS)
def test_any_page_with_any_claim_has_some_resolution(
    width: int, height: int, claimed: tuple[float, float] | None
) -> None:
    assert 0 < effective_dpi(width, height, claimed) < math.inf


@given(st.integers(100, 10_000), st.integers(100, 10_000), st.floats(50, 1200))
def test_turning_a_page_does_not_change_its_resolution(width: int, height: int, claimed: float) -> None:
    assert effective_dpi(width, height, (claimed, claimed)) == effective_dpi(
        height, width, (claimed, claimed)
    )
