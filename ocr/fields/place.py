"""Place and date of issue: "An Giang, ngày 05 tháng 01 năm 2020" (NĐ 30/2020/NĐ-CP, annex I, box 4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ocr.fields import dates
from ocr.fields.agencies import Agency
from ocr.fields.lists import TOWNS, nearest
from ocr.fields.sheet import Row, field
from ocr.lists import key, provinces, spelled
from ocr.values import Field, Word
from ocr.vietnamese import bare, is_syllable


def place_and_date(row: Row | None, named: Sequence[Agency]) -> list[Field]:
    """issued_on and place from their row; ``named``: the agencies above, which may spell the place too."""
    if row is None:
        return []
    out = []
    found = dates.in_text(row.text)
    if found is not None:
        tail = [w for w in row.words if any(c.isdigit() for c in w.text)] or list(row.words)
        trust = 0.8 if found.mended else 1.0
        out.append(field("issued_on", found.day.isoformat(), tail, row.page, trust))
    place = dates.place_before(row.text)
    named_then = (*provinces(found is not None and found.day < date(1997, 1, 1)), *TOWNS)
    if place:
        words = row.words[: max(1, len(place.split()))]
        known = nearest(spelled().get(key(place), place), named_then, 80)
        if known is None and len(parts := place.split()) > 2:  # a speck before the name read as a word
            known = nearest(" ".join(parts[-2:]), named_then, 88)
        formed = all(p[:1].isupper() and is_syllable(p) for p in place.replace("-", " ").split())
        value = known[0] if known else _as_agency_spells(place, words, named)
        out.append(field("place", value, words, row.page, 1.0 if known else 0.85 if formed else 0.45))
    return out


def _as_agency_spells(place: str, words: Sequence[Word], named: Sequence[Agency]) -> str:
    """The place with the marks it has in an agency's name above, where those words were read more surely."""
    parts = bare(place).split()
    for agency in named:
        held = [w for row in agency.rows for w in row.words]
        for i in range(len(held) - len(parts) + 1):
            same = held[i : i + len(parts)]
            if [bare(w.text.strip(" .,-")) for w in same] != parts:
                continue
            if sum(w.confidence for w in same) / len(same) > sum(w.confidence for w in words) / len(words):
                return " ".join(w.text.strip(" .,-").capitalize() for w in same)
    return place
