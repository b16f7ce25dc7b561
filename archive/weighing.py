"""How much speaks for each line of a list, given what was read of one document. Pure; see ``matching``."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rapidfuzz import fuzz

from archive.fields import FieldValue
from archive.folding import fold
from archive.matching import Score, kept
from archive.paper_lists import Line

HEAD_WORDS = 160
"""Where the subject of a paper stands (NĐ 30/2020/NĐ-CP annex I, boxes 1 to 5)."""
DATE_WORDS = 80
SMOOTHING = 10.0
"""Lines that the guess about other papers counts as much as, beside the lines of the list itself."""
SURELY = 0.9
"""What was read as surely as this speaks against a line that says otherwise."""
LEAST_READ = 0.3
"""What was read less surely counts as not read."""
FOLDED = ("notation", "subject", "holder_name", "signer_name", "issuer", "doc_type")
LEAST_BITS = 3.0
"""A line that less speaks for is not worth a look."""
NO_VALUE = -1
NOWHERE = 2
"""Level of a name that is not in the text, nor one like it."""

Value = TypeVar("Value", bound=Hashable)

_PRINTED = re.compile(r"\b(\d{1,2}) [a-z]{2,4} ((?:19|20)\d\d)\b")
_NAME = re.compile(r"\d+|[a-z]+")
_ADDRESSED = re.compile(r"^(?:ho )?(?:ong |ba )+(?=\S+ )")
"""What lists put before names: Ông, Bà, Hộ ông."""


@dataclass(frozen=True)
class Feature:
    """Something to agree on, in levels from best to worst (the last: does not agree).

    ``same``: how often each level is seen when line and document are one paper; ``other``: when they are not. The
    list itself raises ``other`` where its lines are alike; below it chance is never believed to be.
    """

    same: tuple[float, ...]
    other: tuple[float, ...]


# Shares seen on invented offices with noise as an engine makes it (tests/offices.py, bench matching).
NUMBER = Feature((0.95, 0.05), (0.004, 0.996))
NOTATION = Feature((0.88, 0.08, 0.04), (0.10, 0.05, 0.85))
DAY = Feature((0.92, 0.06, 0.015, 0.005), (0.004, 0.08, 0.5, 0.416))
MONTH = Feature((0.96, 0.03, 0.01), (0.08, 0.5, 0.42))
SUBJECT = Feature((0.45, 0.27, 0.15, 0.08, 0.05), (0.002, 0.004, 0.015, 0.08, 0.899))
HOLDER = Feature((0.72, 0.16, 0.12), (0.002, 0.004, 0.994))
HOLDER_ID = Feature((0.85, 0.15), (0.0005, 0.9995))
SIGNER = Feature((0.80, 0.20), (0.1, 0.9))
ISSUER = Feature((0.85, 0.15), (0.2, 0.8))
DOC_TYPE = Feature((0.95, 0.05), (0.2, 0.8))
COVERED = (0.9, 0.7, 0.5, 0.3)
"""Least share of what is telling in a line's subject that the head of the paper has, level by level."""
BEHIND = ((0.95, 0.0), (0.85, -2.0), (0.7, -4.0), (0.0, -6.0))
"""Bits by how much of the best line's share another line has: of two subjects nearly alike the paper has one whole."""
NEAR_BEHIND = 2.0
"""Bits off for a name that is nearly in a text which has another line's name whole: An in the name of Anh."""
PIECE = 5
"""Letters of the pieces that subjects are compared by: a misread letter spoils five of them, not a whole name."""
TELLING = ((0.5, 0.1), (0.1, 1.0), (0.02, 2.5), (0.0, 5.0))
"""Weight of a piece by the share of the list's lines that have it: what half of them say hardly counts."""


@dataclass(frozen=True)
class Evidence:
    """What was read of one document: values with confidence, and its whole text, as it was read."""

    values: Mapping[str, tuple[str, float]]
    text: str


def evidence(values: Iterable[FieldValue], reading: bytes | str) -> Evidence:
    """From a document's values as the engine read them and its reading (JSON, ``ocr.transcript``)."""
    pages = json.loads(reading).get("pages", [])
    text = "\n".join(str(page.get("text", "")) for page in pages)
    return Evidence({one.name: (one.values[0], one.confidence) for one in values if any(one.values)}, text)


@dataclass(frozen=True)
class _Known:
    """A line made ready: folded once, compared with every document."""

    row: int
    number: str
    notation: str
    day: tuple[int, int, int] | None
    holder: str
    holder_ids: tuple[str, ...]
    signer: str
    issuer: str
    doc_type: str


class Scale:
    """The lines of one list, made ready to be weighed."""

    def __init__(self, lines: Sequence[Line]) -> None:
        folded = {
            said: fold(said) for said in {line.values.get(name, "") for line in lines for name in FOLDED}
        }
        pieces = [_subject(line, folded) for line in lines]
        seen = Counter(one for own in pieces for one in own)
        self._bit = {one: 1 << n for n, one in enumerate(seen)}
        shared = {one: n / max(len(lines), 1) for one, n in seen.items()}
        # Pieces as bits of one number for each weight: a line is compared with a paper in a microsecond.
        weight = {one: next(w for least, w in TELLING if shared[one] >= least) for one in seen}
        self._subjects = [frozenset(own) for own in pieces]
        self._masks = {
            own: [(w, sum(self._bit[one] for one in own if weight[one] == w)) for _, w in TELLING]
            for own in set(self._subjects) if own
        }  # fmt: skip
        self._whole = {own: sum(weight[one] for one in own) for own in self._masks}
        self._lines = [_ready(line, folded) for line in lines]
        self._said = {name for line in lines for name in line.values}

    def weigh(self, read: Evidence) -> list[Score]:
        """The score of each line worth keeping, best first; those that hardly anything speaks for are left out."""
        if not self._lines:
            return []
        folded = fold(read.text)
        bits = self._weigh_subjects(folded, fold(_read(read, "subject")[0]))
        against: set[int] = set()
        dated = False
        for feature, trust, levels, speaks in self._compared(read, folded):
            dated = dated or feature in (DAY, MONTH)
            whole = feature is HOLDER and 0 in levels
            for at, value in enumerate(_bits(feature, trust, levels)):
                bits[at] += value - (NEAR_BEHIND if whole and levels[at] == 1 else 0)
            if speaks is not None:
                against |= {at for at, level in enumerate(levels) if level >= speaks}
        scores = [
            Score(line.row, round(value, 2), at in against, dated or line.day is None)
            for at, (line, value) in enumerate(zip(self._lines, bits, strict=True))
        ]
        return kept([one for one in scores if one.bits >= LEAST_BITS])

    def _compared(
        self, read: Evidence, folded: str
    ) -> Iterable[tuple[Feature, float, list[int], int | None]]:
        """Each feature that was read: how sure the reading is, each line's level, the level from which it speaks
        against a line."""
        number, sure = _read(read, "number")
        if number:
            yield (
                NUMBER,
                sure,
                self._each(lambda one: one.number, lambda v: int(v != number.lstrip("0"))),
                _if(sure, 1),
            )
        notation, sure = _read(read, "notation")
        if notation:
            plain = fold(notation)
            yield NOTATION, sure, self._each(lambda one: one.notation, lambda v: _alike(v, plain, 75)), None
        yield from self._dates(read, folded)
        in_text = _presence(folded)
        # Another holder's paper may agree in all else: a line whose holder is nowhere on the paper is never taken.
        yield HOLDER, 1.0, self._each(lambda one: one.holder, in_text), NOWHERE
        if self._said & {"holder_id", "holder_tax_code"}:
            figures = re.sub(r"(?<=\d) (?=\d)", "", folded)
            yield (
                HOLDER_ID,
                1.0,
                self._each(
                    lambda one: one.holder_ids, lambda ids: int(not any(number in figures for number in ids))
                ),
                None,
            )
        tail = _presence(folded[-3000:])
        yield SIGNER, 1.0, self._each(lambda one: one.signer, lambda v: min(tail(v), 1)), None
        issuer, sure = _read(read, "issuer")
        if issuer and "issuer" in self._said:
            office = fold(issuer)
            yield (
                ISSUER,
                sure,
                self._each(lambda one: one.issuer, lambda v: int(fuzz.token_set_ratio(v, office) < 88)),
                None,
            )
        kind, sure = _read(read, "doc_type")
        if kind and "doc_type" in self._said:
            plain = fold(kind)
            yield DOC_TYPE, sure, self._each(lambda one: one.doc_type, lambda v: int(v != plain)), None

    def _dates(self, read: Evidence, folded: str) -> Iterable[tuple[Feature, float, list[int], int | None]]:
        """The whole day when it was read, else month and year, which are printed where the day is handwritten."""
        issued, sure = _read(read, "issued_on")
        printed = printed_month(folded)
        # A day by hand that was read somehow is worth less than the month printed beside it.
        if issued and (sure >= SURELY or printed is None):
            year, month, day = (int(part) for part in issued.split("-"))

            def whole(that: tuple[int, int, int]) -> int:
                return 3 if that[0] != year else 2 if that[1] != month else int(that[2] != day)

            agrees = printed is None or printed == (year, month)
            speaks = 2 if agrees and printed else _if(sure, 3)
            yield DAY, sure, self._each(lambda one: one.day, whole), speaks
        elif printed is not None:
            year, month = printed

            def in_month(that: tuple[int, int, int]) -> int:
                return 2 if that[0] != year else int(that[1] != month)

            yield MONTH, 1.0, self._each(lambda one: one.day, in_month), 1

    def _each(self, value: Callable[[_Known], Value | None], level: Callable[[Value], int]) -> list[int]:
        """The level of each line; lines that say the same are compared once."""
        levels: dict[Value, int] = {}
        found = []
        for line in self._lines:
            said = value(line)
            if not said:
                found.append(NO_VALUE)
                continue
            if said not in levels:
                levels[said] = level(said)
            found.append(levels[said])
        return found

    def _weigh_subjects(self, folded: str, subject: str) -> list[float]:
        """Bits of each line for its subject, from what of it the head of the paper has."""
        head = " ".join(folded.split(" ", HEAD_WORDS)[:HEAD_WORDS])
        there = sum(self._bit[one] for one in {*_pieces(head), *_pieces(subject)} if one in self._bit)
        share_of = {
            own: sum(w * (mask & there).bit_count() for w, mask in weighed) / self._whole[own]
            for own, weighed in self._masks.items()
        }
        shares = [share_of.get(own) for own in self._subjects]
        best = max(share_of.values(), default=1.0)
        levels = [NO_VALUE if share is None else sum(share < least for least in COVERED) for share in shares]
        bits = _bits(SUBJECT, 1.0, levels)
        for at, share in enumerate(shares):
            if share is not None and best > 0:
                bits[at] += next(less for least, less in BEHIND if share / best >= least)
        return bits


def _ready(line: Line, folded: Mapping[str, str]) -> _Known:
    said = line.values
    day = tuple(int(part) for part in said["issued_on"].split("-")) if "issued_on" in said else None
    ids = tuple(
        figures for name in ("holder_id", "holder_tax_code")
        if len(figures := re.sub(r"\D", "", said.get(name, ""))) >= 9
    )  # fmt: skip
    return _Known(
        line.row, said.get("number", "").lstrip("0"), folded[said.get("notation", "")],
        None if day is None else (day[0], day[1], day[2]), _ADDRESSED.sub("", folded[said.get("holder_name", "")]), ids,
        folded[said.get("signer_name", "")], folded[said.get("issuer", "")], folded[said.get("doc_type", "")],
    )  # fmt: skip


def printed_month(folded: str) -> tuple[int, int] | None:
    """Year and month of the head's date line, from folded text; legal bases below it bear dates of others."""
    head = " ".join(folded.split(" ", DATE_WORDS)[:DATE_WORDS]).split(" can cu ")[0]
    found = _PRINTED.search(head)
    if found is None or not (1 <= int(found[1]) <= 12 and 1945 <= int(found[2]) <= 2100):
        return None
    return int(found[2]), int(found[1])


def _bits(feature: Feature, trust: float, levels: Sequence[int]) -> list[float]:
    """Each line's bits. What the reading is worth blends ``same`` with chance; the last level counts as common as
    can be, so that disagreeing never speaks for a line."""
    last = len(feature.same) - 1
    known = sum(level != NO_VALUE for level in levels)
    value = {NO_VALUE: 0.0}
    for level in range(last + 1):
        same = trust * feature.same[level] + (1 - trust) * feature.other[level]
        others = max(levels.count(level) - 1, 0)
        chance = (others + SMOOTHING * feature.other[level]) / (max(known - 1, 0) + SMOOTHING)
        value[level] = math.log2(same / (1.0 if level == last else max(chance, feature.other[level])))
    return [value[level] for level in levels]


def _presence(folded: str) -> Callable[[str], int]:
    """Whether a name stands in the text: 0 as such, 1 with a letter misread, 2 not."""
    there = set(_NAME.findall(folded))
    padded = f" {folded} "

    def level(name: str) -> int:
        if f" {name} " in padded:
            return 0
        parts = name.split()
        if sum(part in there for part in parts) * 2 < len(parts):
            return 2
        return 1 if fuzz.partial_ratio(name, folded, score_cutoff=88) else 2

    return level


def _subject(line: Line, folded: Mapping[str, str]) -> set[str]:
    """The pieces of the subject without those of the holder, who is looked for beside."""
    words = f" {folded[line.values.get('subject', '')]} "
    holder = folded[line.values.get("holder_name", "")]
    parts = words.split(f" {holder} ") if holder else [words]
    return {one for part in parts for one in _pieces(part)}


def _pieces(folded: str) -> set[str]:
    text = f" {' '.join(folded.split())} "
    return {text[at : at + PIECE] for at in range(len(text) - PIECE + 1)}


def _read(read: Evidence, name: str) -> tuple[str, float]:
    value, sure = read.values.get(name, ("", 0.0))
    return (value, sure) if sure >= LEAST_READ else ("", 0.0)


def _if(sure: float, level: int) -> int | None:
    return level if sure >= SURELY else None


def _alike(one: str, other: str, least: float) -> int:
    return 0 if one == other else 1 if fuzz.ratio(one, other) >= least else 2
