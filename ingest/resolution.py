"""Effective resolution: pixels over the paper they show, not what a file claims."""

from __future__ import annotations

PAPERS_INCHES = (
    (11.69, 16.54),  # A3
    (8.27, 11.69),  # A4
    (5.83, 8.27),  # A5
    (4.13, 5.83),  # A6
    (8.5, 11.0),  # letter
    (8.5, 14.0),  # legal
    (3.37, 2.13),  # ID-1, an identity card
)
"""Papers that offices hold. A claimed resolution is believed when it makes the page one of these."""

SLACK = 0.08
"""Edges cut by the feeder, and the ±8 % by which phone crops miss their paper."""

A4_LONG_INCHES = 11.69


def effective_dpi(width: int, height: int, claimed: tuple[float, float] | None) -> float:
    """Dots per inch of a page image of ``width`` x ``height`` pixels.

    ``claimed`` is what the file says (horizontal, vertical). Phones write 72, drivers write 96, editors write
    anything, so it counts only when it makes the image a known paper size; otherwise the image is taken to show
    an A4 sheet (NĐ 30/2020 annex I) by its longer side.
    """
    if claimed is not None and min(claimed) > 0:
        across, down = sorted((width / claimed[0], height / claimed[1]))
        for paper in PAPERS_INCHES:
            short, long = sorted(paper)
            if abs(across / short - 1) <= SLACK and abs(down / long - 1) <= SLACK:
                return (claimed[0] + claimed[1]) / 2
    return max(width, height) / A4_LONG_INCHES
