"""Whether a reading may be a misreading of something known, and of one thing only."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from ocr.lessons.values import LEAST, RIVAL, Seen, key
from ocr.lexicon.model import lexicon
from ocr.vietnamese import bare, nfc, one_style

MARK = 0.5
"""Price of a letter whose marks differ; of a letter that is another: 1."""

SIGNS = 0.1
"""Price where words are the same, but capitals, signs or spaces between them are not."""

MARGIN = 1.0
"""By how much the next likely one must cost more; otherwise it is left to a person."""

Doubted = Callable[[str], bool]
"""Whether the engine was unsure of a word."""


@dataclass(frozen=True, slots=True)
class Match:
    """The known value that was meant, and how far the reading is from it: 0.0 when it says just that."""

    value: str
    cost: float


def never(_: str) -> bool:
    """No word is doubted."""
    return False


def matched(read: str, known: Mapping[str, Seen], doubted: Doubted = never) -> Match | None:
    """The one known value that ``read`` says or is a misreading of; None when there is none or more than one.

    What was approved before, even once, is not changed into something else.
    """
    told = key(read)
    for value, seen in known.items():
        if key(value) == told:
            exact = _shown(read) == _shown(value)
            return Match(value, 0.0 if exact else SIGNS) if settled(value, seen, known) else None
    costs = sorted(
        (cost, value)
        for value, seen in known.items()
        if seen.papers >= LEAST and (cost := slip(told, value, doubted)) < math.inf
    )
    costs = [one for one in costs if settled(one[1], known[one[1]], known)]
    if not costs or (len(costs) > 1 and costs[1][0] - costs[0][0] < MARGIN):
        return None
    return Match(costs[0][1], costs[0][0])


def _shown(text: str) -> str:
    return one_style(nfc(text)).strip(" .;,:-–")


def is_near(read: str, known: Mapping[str, Seen], doubted: Doubted = never) -> bool:
    """Whether ``read`` is almost, but not, a value that is well known."""
    told = key(read)
    return any(
        seen.papers >= LEAST and key(value) != told and slip(told, value, doubted) < math.inf
        for value, seen in known.items()
    )


def settled(value: str, seen: Seen, known: Mapping[str, Seen]) -> bool:
    """Whether a value was seen on enough papers, and no spelling almost like it on RIVAL times as many."""
    if seen.papers < LEAST:
        return False
    return not any(
        other.papers >= RIVAL * seen.papers and name != value and slip(key(value), name) < math.inf
        for name, other in known.items()
    )


def slip(read: str, meant: str, doubted: Doubted = never) -> float:
    """What it costs to take ``read`` for a misreading of ``meant``; infinite when it cannot be one.

    Words against words; letters may differ in marks, or one in four where the word read is no possible syllable or
    the engine was unsure of it. Figures never differ. Words run together count as one.
    """
    ours, theirs = _words(key(read)), _words(key(meant))
    if len(ours) != len(theirs):
        if abs(len(ours) - len(theirs)) > 2:
            return math.inf
        ours, theirs = ("".join(ours),), ("".join(theirs),)
    cost = 0.0
    for one, other in zip(ours, theirs, strict=True):
        cost += _word(one, other, doubted)
        if cost == math.inf:
            return math.inf
    cost = cost or SIGNS * (key(read) != key(meant))
    letters = sum(map(len, theirs))
    return cost if cost <= min(4.0, max(1.0, 0.12 * letters)) else math.inf


def _word(read: str, meant: str, doubted: Doubted) -> float:
    if read == meant:
        return 0.0
    if any(c.isdigit() for c in read + meant):
        return math.inf
    if bare(read) == bare(meant):
        return MARK * sum(a != b for a, b in zip(read, meant, strict=False))
    most = max(1, len(meant) // 4)
    far = Levenshtein.distance(bare(read), bare(meant), score_cutoff=most)
    if far > most or len(meant) < 3 or (read in lexicon().syllables and not doubted(read)):
        return math.inf
    return far + MARK * max(0, Levenshtein.distance(read, meant) - far)


@lru_cache(5000)
def _words(text: str) -> tuple[str, ...]:
    """Words without the signs around and between them."""
    return tuple("".join(c if c.isalnum() else " " for c in text).split())


def fragment(read: str, names: Iterable[str]) -> str | None:
    """The one name of which ``read`` is all but an inner part or the last word; None without one. For a row of the
    head that the engine lost."""
    told = _words(key(read))
    found = [name for name in names if _is_part(told, _words(key(name)))]
    return found[0] if len(found) == 1 else None


def tail(read: str, names: Iterable[str]) -> str | None:
    """The one name that ends with the two words or more of ``read`` and has more; None without one."""
    told = _words(key(read))
    found = [name for name in names if len(told) > 1 and _same(told, _words(key(name))[-len(told) :])]
    return found[0] if len(found) == 1 and len(_words(key(found[0]))) > len(told) else None


def _is_part(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    if not 2 <= len(part) < len(whole) or bare(part[0]) != bare(whole[0]):
        return False
    if len(part) == len(whole) - 1 and len(part) >= 4 and _same(part, whole[:-1]):
        return True
    if bare(part[-1]) != bare(whole[-1]) or sum(map(len, part)) < 0.6 * sum(map(len, whole)):
        return False
    return any(
        _same(part[:cut], whole[:cut]) and _same(part[cut:], whole[cut - len(part) :])
        for cut in range(1, len(part))
    )


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return [bare(word) for word in one] == [bare(word) for word in other]
