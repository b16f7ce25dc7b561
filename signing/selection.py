"""Which parts of a record an extract (TRÍCH SAO) shows: pages, parts of pages, and what is hidden of them. Pure.

One notation for people, forms and programs: ``2`` is page 2; ``2:0.1,0.2,0.9,0.4`` a rectangle of it, left, top, right,
bottom as shares of the page's width and height, counted from its top left corner as it is shown; ``2:72,100,300,200pt``
the same in points.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

MOST_REGIONS = 200
_NUMBER = r"(\d{1,6}(?:\.\d{1,6})?)"
_REGION = re.compile(rf"(\d{{1,6}})(?::{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}(pt)?)?")

Shares = tuple[float, float, float, float]


class BadSelection(Exception):
    """The parts cannot be shown as asked. `code` is stable, `vi` and `en` are for people."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{code}: {en}")
        self.code, self.vi, self.en = code, vi, en


@dataclass(frozen=True)
class Region:
    """A rectangle on a page from its top left; `unit` says whether in shares of the page or in points."""

    x0: float
    y0: float
    x1: float
    y1: float
    unit: Literal["share", "pt"] = "share"

    def shares(self, width_pt: float, height_pt: float) -> Shares:
        """Give the rectangle as shares of a page of that size, cut to the page."""
        across, down = (1.0, 1.0) if self.unit == "share" else (width_pt, height_pt)
        x0, y0, x1, y1 = self.x0 / across, self.y0 / down, self.x1 / across, self.y1 / down
        return min(x0, 1.0), min(y0, 1.0), min(x1, 1.0), min(y1, 1.0)


@dataclass(frozen=True)
class Part:
    """What is shown of one page: all of it, or the regions `show`; and what is hidden of that."""

    page: int
    show: tuple[Region, ...] = ()
    hide: tuple[Region, ...] = ()

    @property
    def whole(self) -> bool:
        """Say whether the page is shown as it is."""
        return not self.show and not self.hide


def parse(show: Sequence[str], hide: Sequence[str], pages: int) -> tuple[Part, ...]:
    """Give the parts in the order of the pages. Nothing to show named means every page.

    Raises:
        BadSelection: EXTRACT_REGION, not the notation or an empty rectangle; EXTRACT_PAGE, the record has no such page;
            EXTRACT_NOT_SHOWN, something is hidden of a page that is not shown; EXTRACT_NOTHING, no page is left;
            EXTRACT_WHOLE, nothing is left out: that is a whole copy.
    """
    if len(show) + len(hide) > MOST_REGIONS:
        raise BadSelection(
            "EXTRACT_REGION",
            f"Quá nhiều vùng (nhiều nhất {MOST_REGIONS})",
            f"More than {MOST_REGIONS} regions",
        )
    shown = _by_page(show or [str(number) for number in range(1, pages + 1)], pages)
    hidden = _by_page(hide, pages)
    for page in hidden:
        if page not in shown:
            raise BadSelection(
                "EXTRACT_NOT_SHOWN", f"Trang {page} không được trích nên không cần che",
                f"Page {page} is not shown, so nothing of it is hidden",
            )  # fmt: skip
    left = [page for page in sorted(shown) if None not in hidden.get(page, ())]
    if not left:
        raise BadSelection(
            "EXTRACT_NOTHING", "Không còn phần nào để trích sao", "Nothing is left to be shown"
        )
    parts = tuple(_part(page, shown[page], hidden.get(page, [])) for page in left)
    see_that_some_is_left_out(parts, pages)
    return parts


def see_that_some_is_left_out(parts: Sequence[Part], pages: int) -> None:
    """Raises BadSelection EXTRACT_WHOLE: every page is shown whole."""
    if len(parts) == pages and all(part.whole for part in parts):
        raise BadSelection(
            "EXTRACT_WHOLE",
            "Không bỏ phần nào: hãy cấp bản sao y",
            "Nothing is left out: ask for a whole copy",
        )


def told(parts: Sequence[Part], pages: int) -> str:
    """Give the sentence of the copy's band that says what is shown."""
    names = ", ".join(f"trang {part.page}" + ("" if part.whole else " (một phần)") for part in parts)
    return (
        f"Trích: {names}; bản gốc có {pages} trang. Phần không trích để trắng trong khung; bản gốc không đính kèm, "
        "lưu tại cơ quan."
    )


def _part(page: int, shown: list[Region | None], hidden: list[Region | None]) -> Part:
    """Put a page together; asked for whole and in part it is shown whole."""
    show = () if None in shown else tuple(one for one in shown if one is not None)
    return Part(page, show, tuple(one for one in hidden if one is not None))


def _by_page(texts: Sequence[str], pages: int) -> dict[int, list[Region | None]]:
    found: dict[int, list[Region | None]] = {}
    for text in texts:
        page, region = _one(text.strip(), pages)
        found.setdefault(page, []).append(region)
    return found


def _one(text: str, pages: int) -> tuple[int, Region | None]:
    match = _REGION.fullmatch(text)
    if match is None:
        raise BadSelection(
            "EXTRACT_REGION", f"Vùng “{text[:40]}” sai dạng; ví dụ 2 hoặc 2:0.1,0.2,0.9,0.4 hoặc 2:72,100,300,200pt",
            f"“{text[:40]}” is no region; write 2, or 2:0.1,0.2,0.9,0.4, or 2:72,100,300,200pt",
        )  # fmt: skip
    page = int(match[1])
    if not 1 <= page <= pages:
        raise BadSelection(
            "EXTRACT_PAGE",
            f"Không có trang {page}; bản gốc có {pages} trang",
            f"There is no page {page} of {pages}",
        )
    if match[2] is None:
        return page, None
    x0, y0, x1, y1 = (float(match[place]) for place in range(2, 6))
    unit: Literal["share", "pt"] = "pt" if match[6] else "share"
    if x0 >= x1 or y0 >= y1 or (unit == "share" and max(x1, y1) > 1):
        raise BadSelection(
            "EXTRACT_REGION", f"Vùng “{text[:40]}” rỗng hoặc nằm ngoài trang",
            f"The region “{text[:40]}” is empty or outside the page",
        )  # fmt: skip
    return page, Region(x0, y0, x1, y1, unit)
