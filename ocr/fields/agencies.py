"""Names of agencies in the left column of the head: one or two, wrapped over several rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from ocr.fields.lists import FIELDS_OF_MINISTRIES, PROVINCES, nearest
from ocr.fields.sheet import Row
from ocr.lists import key, listed, provinces, spelled
from ocr.vietnamese import bare, is_syllable, one_style

_KINDS = (*(one.name for one in listed("agencies") if one.part == "kind"), "UBND")
_LEVELS = tuple(one.name for one in listed("agencies") if one.part == "level")
_SKIPPED = ("VÀ", "-", "&", ",")


@dataclass(frozen=True, slots=True)
class Agency:
    """``name`` in capitals as printed; ``listed``: held against a closed list and found (mended where needed)."""

    name: str
    rows: tuple[Row, ...]
    listed: bool

    @property
    def cut_short(self) -> bool:
        """Whether the name breaks off before the place that must follow: "ỦY BAN NHÂN DÂN TỈNH"."""
        return self.name.endswith(tuple(f" {level}" for level in _LEVELS))


def agencies(rows: Sequence[Row], on: date | None = None) -> tuple[Agency, ...]:
    """The agencies that the rows name, highest first. Rows that hold no word are left out. ``on``: the paper's day,
    which says against which names of provinces it is held."""
    named = provinces(on is not None and on < date(1997, 1, 1))
    groups: list[list[Row]] = []
    for row in rows:
        if not _is_writing(row):
            # A name hardly read is taken all the same where it makes a listed province with the row before it.
            if groups and _ends_province(groups[-1][-1], row, named):
                groups[-1].append(row)
        elif groups and not _opens(row):
            groups[-1].append(row)
        elif _opens(row) or (not groups and row.capitals):
            groups.append([row])
    return tuple(_agency(g, named) for g in groups[-2:])


def _is_writing(row: Row) -> bool:
    words = [w for w in row.text.split() if any(c.isalpha() for c in w)]
    good = [w for w in words if (len(w) > 1 and is_syllable(w)) or "'" in w]
    best = max((w.confidence for w in row.words), default=0.0)
    named = best > 0.6 and sum(c.isalpha() for c in row.text) >= 3  # words run together, names like Krông Pắc
    return ((bool(good) and best > 0.35) or named) and row.capitals


def _ends_province(before: Row, row: Row, named: Sequence[str]) -> bool:
    words = before.bare.split()
    if "tinh" not in words or not any(c.isalpha() for c in row.text):
        return False
    begun = before.text.split()[words.index("tinh") + 1 :]
    return nearest(" ".join([*begun, row.text.strip(" -–.,:'`")]), named, 80) is not None


def _opens(row: Row) -> bool:
    """Whether a row begins with what an agency's name begins with."""
    words = row.bare.lstrip(" .,'`-:").split()
    for kind in _KINDS:
        plain = bare(kind).split()
        start = " ".join(words[: len(plain)])
        if len(" ".join(plain)) > 10 and fuzz.ratio(start, " ".join(plain)) >= 88:
            return True
        if start == " ".join(plain) and (
            len(plain) > 1 or len(words) > 1
        ):  # short ones exactly: Thanh Trì is a place
            return True
    return False


def _agency(rows: Sequence[Row], named: Sequence[str]) -> Agency:
    text = " ".join(r.text for r in rows).upper()
    text = " ".join(_cleaned(w) for w in text.split() if any(c.isalpha() for c in w) or w in ("-", "–"))
    text = text.strip(" -–.,:'`").removesuffix(" CỘNG")  # the first word of quốc hiệu, when the columns touch
    name, known = mended(text, named)
    return Agency(name, tuple(rows), known)


def _cleaned(word: str) -> str:
    return word if word in ("-", "–") else re.sub(r"^[^\w]+|[^\w,']+$", "", word).replace("Ð", "Đ")


def mended(text: str, named: Sequence[str] = PROVINCES) -> tuple[str, bool]:
    """(the name with its fixed parts as lists have them, whether all of it was in lists); ``named``: provinces."""
    text = re.sub(r"\b(TỈNH|THÀNH PHỐ|HUYỆN|QUẬN)(?=[^\W\d_]{2})", r"\1 ", text)  # two words run together
    words = text.split()
    for kind in ("ỦY BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN"):
        n = len(kind.split())
        if len(words) >= n and fuzz.ratio(bare(" ".join(words[:n])), bare(kind)) >= 85:
            return _of_place(kind, words[n:], named)
    for kind in ("SỞ", "BỘ"):
        if words and bare(words[0]) == bare(kind) and len(words) > 1:
            found = nearest(" ".join(words[1:]), FIELDS_OF_MINISTRIES, 84)
            if found is None:
                return " ".join([kind, *words[1:]]), False
            return f"{kind} {found[0].upper()}", True
    for kind in _KINDS:
        n = len(kind.split())
        if len(words) >= n and fuzz.ratio(bare(" ".join(words[:n])), bare(kind)) >= 92:
            return " ".join([kind, *words[n:]]), len(words) == n
    return text, False


def _of_place(kind: str, words: list[str], named: Sequence[str]) -> tuple[str, bool]:
    for level in _LEVELS:
        n = len(level.split())
        start = " ".join(words[:n])
        if len(words) > n and fuzz.ratio(bare(start), bare(level)) >= 75:
            place = " ".join(words[n:])
            found = (
                nearest(spelled().get(key(place), place), named, 80)
                if level in ("TỈNH", "THÀNH PHỐ")
                else None
            )
            if found is not None:
                place = found[0].upper()
            return f"{kind} {level} {place}", found is not None
    return " ".join([kind, *words]), not words


def initials(name: str) -> str:
    """How a notation abbreviates an agency: first letters, without "và"; people's committees are UBND."""
    words = [w for w in one_style(name).upper().split() if w not in _SKIPPED]
    if words[:4] == ["ỦY", "BAN", "NHÂN", "DÂN"]:
        return "UBND"
    return "".join(w[0] if w[0] == "Đ" else bare(w[0]).upper() for w in words if w[0].isalpha())
