"""Where a mark can stand without covering ink: the free rectangle nearest to the corner the law names, or a margin
added to the page. Pure functions on a picture of the page as it is seen.

NĐ 30/2020 annex I, TT 01/2023 Đ.8(1) and TT 05/2025 name a corner of the page; no mark may make what is written
unreadable (domain rule V-07). Ink is what is darker than the paper around it, and what is too dark to write on; single
specks of dirt do not count. Dấu do: they are small, but stand beside a letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np
import numpy.typing as npt

from signing.sheet import Box
from signing.templates import Template

Picture = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Method = Literal["free", "band"]

EDGE = 6.0
"""Least distance of a mark from the page's edges, pt; a band is twice this higher than its mark."""
CLEARANCE = 2.0
"""Least distance between a mark and ink, pt."""
DARKER = 28
"""How much darker than the paper around it ink is, of 255. Faint pencil keeps 40 and more, the print of a page's back
shining through 15 to 25."""
TOO_DARK = 0.55
"""Paper darker than this share of the page's own is a scanner's border or a shadow: black on it is not read."""
PATCH_PT = 15.0
"""Paper is measured in patches of this size: a line of print fits in with paper around it."""
SPECK_PT2, SPECK_REACH_PT = 6.0, 5.0
"""Ink of no more than this area within this distance is dirt, also several specks of it. The smallest letters and
strokes of a pen have 10; a full stop of 14 pt has 1.5, but a letter beside it."""
LEADER_REACH_PT, LEADER_DOTS = 15.0, 7
"""So many dots in a row within this distance are a dotted line to write on, no dirt."""


@dataclass(frozen=True)
class Place:
    """Where a mark goes on the page as seen (pt, origin lower left of the page before it grew) and how it was found.

    ``bottom``, ``right``, ``top``: by how much the page grows on each side, all 0.0 when ``method`` is "free". A box
    in a band below has negative coordinates.
    """

    box: Box
    method: Method
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0


def place(
    picture: Picture | None,
    page: tuple[float, float],
    size: tuple[float, float],
    rule: Template,
    *,
    keep_off: Sequence[Box] = (),
    down: float = 0.0,
) -> Place:
    """Give the place of a mark of ``size`` (pt) on a ``page`` (pt, as seen).

    ``picture``: the page as seen, one channel or three, at any resolution (50 to 100 dots per inch are enough and
    quick); None when it cannot be looked at: then a band is added, for nothing is risked. ``keep_off``: boxes on the
    page (pt) that count as ink. ``down``: how far from the edge that the corner names the search begins (below a code
    square, DG-10).
    """
    if picture is not None:
        found = _free(picture, page, size, rule, keep_off, down)
        if found is not None:
            return Place(found, "free")
    return band(page, size, rule.corner)


def band(page: tuple[float, float], size: tuple[float, float], corner: str) -> Place:
    """Give a place in a margin added above or below the page, and beside it when the mark is wider than the page."""
    width, height = page
    right = max(0.0, size[0] + 2 * EDGE - width)
    x0 = EDGE if corner.endswith("left") else width + right - EDGE - size[0]
    grow = size[1] + 2 * EDGE
    if corner.startswith("top"):
        y0 = height + EDGE
        return Place((x0, y0, x0 + size[0], y0 + size[1]), "band", 0.0, right, grow)
    y0 = EDGE - grow
    return Place((x0, y0, x0 + size[0], y0 + size[1]), "band", grow, right, 0.0)


def _free(
    picture: Picture,
    page: tuple[float, float],
    size: tuple[float, float],
    rule: Template,
    keep_off: Sequence[Box],
    down: float,
) -> Box | None:
    """Look in the part of the page that the rule allows, turned so that the corner is its upper left."""
    across = min(page[0] * rule.across, page[0] - EDGE)
    deep = min(page[1] * rule.reach + down, page[1] - EDGE)
    from_right, from_below = rule.corner.endswith("right"), rule.corner.startswith("bottom")
    per_pt = (picture.shape[1] / page[0], picture.shape[0] / page[1])
    part = picture[:: -1 if from_below else 1, :: -1 if from_right else 1]
    part = part[: ceil((deep + PATCH_PT) * per_pt[1]), : ceil((across + PATCH_PT) * per_pt[0])]
    ink = ink_of(part, per_pt, _level(picture))
    for x0, y0, x1, y1 in keep_off:
        left, right = (page[0] - x1, page[0] - x0) if from_right else (x0, x1)
        top, bottom = (y0, y1) if from_below else (page[1] - y1, page[1] - y0)
        rows = slice(max(0, int(top * per_pt[1])), max(0, ceil(bottom * per_pt[1])))
        ink[rows, max(0, int(left * per_pt[0])) : max(0, ceil(right * per_pt[0]))] = True
    spot = nearest(ink, per_pt, size, (EDGE, max(EDGE, down + CLEARANCE)), (across, deep))
    if spot is None:
        return None
    x0 = page[0] - spot[0] - size[0] if from_right else spot[0]
    y0 = spot[1] if from_below else page[1] - spot[1] - size[1]
    return (x0, y0, x0 + size[0], y0 + size[1])


def nearest(
    ink: Mask,
    per_pt: tuple[float, float],
    size: tuple[float, float],
    begin: tuple[float, float],
    end: tuple[float, float],
) -> tuple[float, float] | None:
    """Give the upper left corner (pt from the picture's) of the clear rectangle nearest to ``begin``.

    It lies between ``begin`` and ``end`` (x, y in pt) with CLEARANCE to all ink around; a move aside is preferred to
    an equal one down. None: there is no room.
    """
    across, along = per_pt
    if begin[0] + size[0] > end[0] + 1e-6 or begin[1] + size[1] > end[1] + 1e-6:
        return None
    width = ceil((size[0] + 2 * CLEARANCE) * across) + 1
    height = ceil((size[1] + 2 * CLEARANCE) * along) + 1
    sums = _sums(ink)
    # a clearance beyond the picture's edge holds no ink
    pad = (ceil(CLEARANCE * along) + 1, ceil(CLEARANCE * across) + 1)
    sums = np.pad(sums, ((pad[0], pad[0]), (pad[1], pad[1])), mode="edge")
    clear = (
        sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width]
    ) == 0
    rows, columns = np.nonzero(clear)
    # Where the rectangle may begin, at a pixel's edge; less than a pixel further on it is clear as well, for its sides
    # were rounded up by one.
    first = (columns - pad[1]) / across + CLEARANCE, (rows - pad[0]) / along + CLEARANCE
    x, y = np.maximum(first[0], begin[0]), np.maximum(first[1], begin[1])
    inside = (x - first[0] < 1 / across) & (y - first[1] < 1 / along)
    inside &= (x + size[0] <= end[0] + 1e-6) & (y + size[1] <= end[1] + 1e-6)
    if not inside.any():
        return None
    x, y = x[inside], y[inside]
    best = int(np.lexsort((y, np.round((x - begin[0]) + (y - begin[1]), 3)))[0])
    return float(x[best]), float(y[best])


def _level(picture: Picture) -> float:
    """Give the brightness of the page's paper, from every eighth pixel each way."""
    return float(np.quantile(_darkest(picture[::8, ::8]), 0.8))


def _darkest(picture: Picture) -> Picture:
    """Give the darkest channel of every pixel."""
    if picture.ndim == 2:
        return picture
    # one after the other: six times as fast as .min(axis=2), measured
    return np.minimum(np.minimum(picture[:, :, 0], picture[:, :, 1]), picture[:, :, 2])


def ink_of(picture: Picture, per_pt: tuple[float, float], level: float | None = None) -> Mask:
    """Give True where the picture has ink: darker than the paper around, or too dark to be written on; no specks.

    ``per_pt``: pixels a point, across and along. ``level``: brightness of the page's paper, when this is a part of a
    page. Of coloured pixels the darkest channel counts: a pink stamp is ink.
    """
    grey = _darkest(picture)
    patch = (max(4, round(PATCH_PT * per_pt[0])), max(4, round(PATCH_PT * per_pt[1])))
    paper, dark = _paper(grey, patch, _level(grey) if level is None else level)
    ink: Mask = grey.astype(np.int16) < paper - DARKER
    return _without_specks(ink, per_pt) | dark


def _paper(grey: Picture, patch: tuple[int, int], page: float) -> tuple[npt.NDArray[np.int16], Mask]:
    """Give the brightness of the paper at every pixel, and where it is too dark to write on."""
    wide, high = patch
    rows, columns = ceil(grey.shape[0] / high), ceil(grey.shape[1] / wide)
    padded = np.pad(
        grey, ((0, rows * high - grey.shape[0]), (0, columns * wide - grey.shape[1])), mode="edge"
    )
    patches = padded.reshape(rows, high, columns, wide).swapaxes(1, 2).reshape(rows, columns, high * wide)
    level = np.partition(patches, round(high * wide * 0.8), axis=2)[:, :, round(high * wide * 0.8)]
    # a patch full of ink takes the paper of its neighbours
    framed = np.pad(level, 1, mode="edge")
    around = np.max(
        [framed[y : y + rows, x : x + columns] for y in range(3) for x in range(3)], axis=0
    ).astype(np.int16)
    dark = level < TOO_DARK * page

    def everywhere(one: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        whole = np.repeat(np.repeat(one, high, axis=0), wide, axis=1)
        return whole[: grey.shape[0], : grey.shape[1]]

    return everywhere(around).astype(np.int16), everywhere(dark).astype(np.bool_)


def _without_specks(ink: Mask, per_pt: tuple[float, float]) -> Mask:
    """Take away ink that has next to no other ink near it and stands in no dotted line."""
    across, along = per_pt
    sums = _sums(ink)
    kept = _near(sums, SPECK_REACH_PT * across, SPECK_REACH_PT * along) > max(
        1, int(SPECK_PT2 * across * along)
    )
    for reach in ((LEADER_REACH_PT * across, 1.0), (1.0, LEADER_REACH_PT * along)):
        kept |= _near(sums, *reach) >= LEADER_DOTS
    return ink & kept


def _sums(ink: Mask) -> npt.NDArray[np.int32]:
    """Give the integral image: how much ink lies above and left of every corner of pixels."""
    sums = np.zeros((ink.shape[0] + 1, ink.shape[1] + 1), dtype=np.int32)
    np.cumsum(np.cumsum(ink, axis=0, dtype=np.int32), axis=1, out=sums[1:, 1:])
    return sums


def _near(sums: npt.NDArray[np.int32], across: float, along: float) -> npt.NDArray[np.int32]:
    """Give how many pixels of ink lie within so many pixels of every pixel, itself included."""
    wide, high = max(1, round(across)), max(1, round(along))
    framed = np.pad(sums, ((high, high), (wide, wide)), mode="edge")
    high, wide = 2 * high + 1, 2 * wide + 1
    found: npt.NDArray[np.int32] = (
        framed[high:, wide:] - framed[:-high, wide:] - framed[high:, :-wide] + framed[:-high, :-wide]
    )
    return found
