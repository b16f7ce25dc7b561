"""Số, ký hiệu: the number and notation of a paper, by the grammar of NĐ 30/2020/NĐ-CP, Đ.8 and annex III.

Letters are mended only where the grammar leaves no choice: Ð is Đ, QD is QĐ, l before digits is 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from ocr.fields.lists import OTHER_NOTATION_TYPES, TYPE_BY_ABBREVIATION
from ocr.vietnamese import bare, nfc

_UPPER = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚĂĐĨŨƠƯÝ"
_ORGAN = rf"[{_UPPER}][{_UPPER}a-z0-9&]*(?:[-.][{_UPPER}][{_UPPER}a-z0-9&]*)*"
_TYPES = "|".join(sorted((*TYPE_BY_ABBREVIATION, *OTHER_NOTATION_TYPES), key=len, reverse=True))
ADMINISTRATIVE = re.compile(rf"^(?P<type>{_TYPES})-(?P<organ>{_ORGAN})$")
LETTER = re.compile(rf"^(?P<organ>[{_UPPER}][{_UPPER}a-z0-9&]*)-(?P<unit>{_ORGAN})$")
NORMATIVE = re.compile(
    rf"^(?P<year>\d{{4}})/(?P<type>NQLT|NQ|PL|NĐ|QĐ|TTLT|TT|CT|QH\d*|UBTVQH\d*)(?:-(?P<organ>{_ORGAN}))?$"
)
_DIGITS = str.maketrans({"O": "0", "o": "0", "Q": "0", "D": "0", "l": "1", "I": "1", "i": "1", "|": "1", "]": "1",
                         "[": "1", "!": "1", "Z": "2", "z": "2", "B": "8", "g": "9"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Notation:
    """``number``: digits, "" when the slot is empty or unreadable. ``year``: only of normative texts, else "".

    ``kind``: the abbreviation of the type, "" for a công văn. ``sound``: the notation fits a grammar.
    ``mended``: letters were changed to fit it.
    """

    number: str
    year: str
    notation: str
    kind: str
    sound: bool
    mended: bool

    @property
    def code(self) -> str:
        """Number and notation as printed, ``2005/QĐ-BNN-VP``; "" without a number."""
        middle = f"/{self.year}" if self.year else ""
        return f"{self.number}{middle}/{self.notation}" if self.number and self.notation else ""


def digits(reading: str) -> str:
    """The reading as digits where only letters that look like digits stand in the way; else ""."""
    plain = reading.translate(_DIGITS)
    return plain if plain.isascii() and plain.isdigit() and any(c.isdigit() for c in reading) else ""


def parsed(reading: str) -> Notation | None:
    """What follows "Số:" on the number line; None when it holds no slash and no known type."""
    text = nfc(reading).replace("Ð", "Đ").replace("ð", "đ").strip(" .,:;'\"`“”|_")
    text = re.sub(r"\s*([/\-–—.])\s*", lambda m: "-" if m[1] in "–—" else m[1], text)
    text = re.sub(r"-{2,}", "-", text)
    if "/" not in text:
        # A slash read as a stroke or lost: only right before a known type is its place sure.
        found = re.match(rf"^(\d{{1,5}})\s*[lI1|\\]?\s*((?:{_TYPES})-.+)$", text)
        if not found:
            return None
        text, mended = f"{found[1]}/{found[2]}", True
    else:
        mended = False
    head, _, tail = text.partition("/")
    number = digits(head.replace(" ", "").replace(".", ""))
    year = ""
    if (m := re.match(r"^(\S{4})/(.+)$", tail)) and (year := digits(m[1])):
        tail = m[2]
    notation, changed = _mended(tail.split(" ")[0] if " " in tail else tail, bool(year))
    full = f"{year}/{notation}" if year else notation
    for grammar in (ADMINISTRATIVE, NORMATIVE, LETTER):
        if match := grammar.match(full):
            kind = match.groupdict().get("type") or ""
            return Notation(number[:5], year, notation, kind, len(number) <= 5, mended or changed)
    return Notation(number[:5], year, notation, "", False, True) if notation else None


def _mended(notation: str, normative: bool) -> tuple[str, bool]:
    """The notation with letters put right that no notation can hold, and whether any was changed."""
    text = notation.strip(".,:;-'\"`“”)")
    parts = text.split("-")
    new = [_capitals(p) for p in parts]
    if len(new) > 1 or normative:
        known = (*TYPE_BY_ABBREVIATION, *OTHER_NOTATION_TYPES)
        alike = [k for k in known if _alike(k) == _alike(new[0])]
        if new[0] not in known and len(alike) == 1:  # HD and HĐ, DA and ĐA are both types: left as read
            new[0] = alike[0]
    if len(new) > 1 and _alike(new[-1]) == "UBND":
        new[-1] = "UBND"
    joined = "-".join(p for p in new if p)
    return joined, joined != notation


def _capitals(part: str) -> str:
    """Tone marks off: notations are abbreviations, which keep Ă Â Đ Ê Ô Ơ Ư but no tone."""
    out = []
    for letter in part:
        plain = bare(letter).upper() if letter.isalpha() and letter.isupper() else letter
        keeps = letter in "ĂÂĐÊÔƠƯ"
        out.append(letter if keeps or not letter.isalpha() else plain if letter.isupper() else letter)
    return "".join(out)


def _alike(part: str) -> str:
    """The part with letters that the engine takes for one another made the same."""
    if part in ("QyĐ", "CTr", "TTr", "TrS"):  # here the small letter is the difference (annex III)
        return part
    return part.replace("Đ", "D").replace("0", "O").replace("Q", "O").replace("Ọ", "O").replace("Ô", "O")


def with_type(value: Notation, kinds: Sequence[str]) -> Notation:
    """The notation opened by the type that the paper's title names (V-11), where one stray letter parts them."""
    first, dash, rest = value.notation.partition("-")
    if value.kind or not dash:
        return value
    near = [k for k in kinds if Levenshtein.distance(k, first) == 1]
    if len(near) != 1:
        return value
    return replace(value, notation=f"{near[0]}-{rest}", kind=near[0], mended=True)


_CONFUSED = (
    "DĐ",
    "IT",
    "T1",
    "I1",
    "OQ",
    "O0",
    "CG",
    "EF",
    "PF",
    "VY",
    "UƯ",
    "OƠ",
    "BĐ",
    "IL",
    "HN",
    "QĐ",
    "KX",
    "ND",
)


def with_organ(value: Notation, organ: str) -> Notation:
    """The notation with its agency's initials put right where they differ by letters that look alike only.

    Evidence is the agency named above it (the agency's abbreviation stands in its notation: NĐ 30/2020 annex I,
    note on box 3); shorter than four letters, initials prove too little.
    """
    if len(organ) < 4:
        return value
    parts = value.notation.split("-")
    for i, part in enumerate(parts):
        if part != organ and len(part) == len(organ):
            pairs = [(a, b) for a, b in zip(part, organ, strict=True) if a != b]
            if len(pairs) <= 2 and all(a + b in _CONFUSED or b + a in _CONFUSED for a, b in pairs):
                notation = "-".join([*parts[:i], organ, *parts[i + 1 :]])
                return replace(value, notation=notation, mended=True)
    return value
