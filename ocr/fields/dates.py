"""Dates in words and in figures: "ngày 05 tháng 01 năm 2020", "05/01/2020"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ocr.fields.notation import digits
from ocr.vietnamese import bare

_LOOSE = r"[0-9OolIiT|\]\[!ZzB]"
_WORDS = re.compile(
    rf"n[gøq]?[aâăà4]?[yÿv]?\w?\s*({_LOOSE}{{1,2}})\s*th\w{{1,4}}\s*({_LOOSE}{{1,2}})\s*n[aăâä]\w?\s*({_LOOSE}{{4}})",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"(?<!\d)(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?!\d)")


@dataclass(frozen=True, slots=True)
class Found:
    """A date and where in the text it stands (character offsets). ``mended``: letters were taken for digits."""

    day: date
    start: int
    end: int
    mended: bool


def in_text(text: str) -> Found | None:
    """The first real date between 1945 and 2100 in the text, in words or figures; None when there is none."""
    hits = []
    for pattern in (_WORDS, _FIGURES):
        for match in pattern.finditer(text):
            day = _real(*match.groups())
            if day is not None:
                hits.append(Found(day, match.start(), match.end(), not "".join(match.groups()).isdigit()))
                break
    return min(hits, key=lambda f: f.start) if hits else None


def place_before(text: str) -> str:
    """What stands before "ngày" on the line of place and date, without its comma."""
    match = re.search(r"(?:^|[\s,.;:])n?ga[yv]?[\s,.;:]", bare(text))  # bare text has the same places
    return text[: match.start()].strip(" ,.;:-_|'`\"“”‘’") if match and len(bare(text)) == len(text) else ""


def is_real(day: str, month: str, year: str) -> bool:
    """Whether the three readings name a day between 1945 and 2100."""
    return _real(day, month, year) is not None


def written(day: str, month: str, year: str) -> str:
    """The date as "ngày 18 tháng 6 năm 2014", its digits put right, zeros as they were; "" when it is no real day."""
    if not is_real(day, month, year):
        return ""
    return f"ngày {digits(_ones(day))} tháng {digits(_ones(month))} năm {digits(year)}"


def _ones(reading: str) -> str:
    """Between "tháng" and "năm" II can only be 11, and T0 only 10."""
    reading = reading.replace("T", "1")
    return "1" * len(reading) if set(reading) <= set("1lIi|][!") else reading


def _real(day: str, month: str, year: str) -> date | None:
    d, m, y = digits(_ones(day)), digits(_ones(month)), digits(year)
    if not (d and m and y) or not 1945 <= int(y) <= 2100:
        return None
    try:
        return date(int(y), int(m), int(d))
    except ValueError:
        return None
