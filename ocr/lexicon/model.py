"""The counts: a memory-mapped trie of syllable trigrams, and the probabilities that come out of them.

Form of ``trigrams.bin``: 8 bytes length (little endian), that many bytes of JSON naming the arrays behind it (type,
offset, count), the arrays. Counts are kept as one byte on a logarithmic scale.
"""

from __future__ import annotations

import bisect
import gzip
import hashlib
import json
import math
import mmap
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ocr.lexicon.spelling import base

HERE = Path(__file__).parent
UNKNOWN, SENTENCE, NUMBER, SIGN = range(4)
"""A word that is not known, the end of a sentence, a token with a digit, other punctuation."""

LEAST_COUNT = 20
"""How often a word must have been seen to be offered in place of another."""


class Lexicon:
    """Possible syllables, known words by id, and how likely one follows others."""

    def __init__(self, trigrams: Path, syllables: Path) -> None:
        """Raises OSError when a file is not there."""
        with trigrams.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        length = int.from_bytes(data[:8], "little")
        head = json.loads(data[8 : 8 + length])

        def array(name: str) -> npt.NDArray[Any]:
            kind, offset, count = head["arrays"][name]
            return np.frombuffer(data, kind, count, 8 + length + offset)

        self.name = f"lexicon {hashlib.sha256(data).hexdigest()[:12]}"
        """For the record of what was done to a page."""
        self.syllables = frozenset(gzip.decompress(syllables.read_bytes()).decode().split())
        self.words: list[str] = array("vocab").tobytes().decode().split("\n")
        self.ids = {word: number for number, word in enumerate(self.words)}
        self._singles: list[int] = array("uni").tolist()
        self._kinds: list[int] = array("types").tolist()
        self._pair_from: list[int] = array("boff").tolist()
        self._pair_word, self._pair_count = array("bw").data, array("bn").data
        self._pair_followers, self._pair_title = array("bf").data, array("bt").data
        self._triple_from, self._triple_word = array("toff").data, array("tw").data
        self._triple_count = array("tn").data
        self._count = [0.0] + [float(round(head["base"] ** (step - 1))) for step in range(1, 256)]
        self._total = float(sum(self._singles))
        titled = array("cap") / 255
        self.log_title: list[float] = np.log(titled).tolist()
        """ln of the share of a word's uses inside sentences that begin with a capital; ``log_small``: that do not."""
        self.log_small: list[float] = np.log(1 - array("cap") / 255).tolist()
        self.alike: dict[str, list[int]] = {}
        """Common possible syllables by their base letters."""
        for number, word in enumerate(self.words):
            if number > SIGN and self._singles[number] >= LEAST_COUNT and word in self.syllables:
                self.alike.setdefault(base(word), []).append(number)
        self.log_probability = lru_cache(200_000)(self._log_probability)

    def pair(self, first: int, second: int) -> tuple[float, float]:
        """(how often ``second`` followed ``first``, the share of those uses with a capital on both)."""
        at = self._pair(first, second) if min(first, second) > SIGN else -1
        return (self._count[self._pair_count[at]], self._pair_title[at] / 255) if at >= 0 else (0.0, 0.0)

    def slips(self, word: str, possible: bool) -> Sequence[int]:
        """Words that an office's own lesson offers in place of ``word`` (folded): none here."""
        return ()

    def _pair(self, first: int, second: int) -> int:
        low, high = self._pair_from[first], self._pair_from[first + 1]
        at = bisect.bisect_left(self._pair_word, second, low, high)
        return at if at < high and self._pair_word[at] == second else -1

    def _log_probability(self, first: int, second: int, third: int) -> float:
        """ln P(third | first second), smoothed after Witten and Bell; what stands before the end of a sentence or an
        unknown word does not count."""
        likely = (self._singles[third] + 0.5) / self._total
        if second != UNKNOWN:
            at, kinds = self._pair(second, third), self._kinds[second] + 1
            seen = self._count[self._pair_count[at]] if at >= 0 else 0.0
            likely = (seen + kinds * likely) / (self._singles[second] + kinds)
        before = self._pair(first, second) if second > SENTENCE and first != UNKNOWN else -1
        if before >= 0:
            low, high = self._triple_from[before], self._triple_from[before + 1]
            kinds_here = self._count[self._pair_followers[before]] + 1
            at = bisect.bisect_left(self._triple_word, third, low, high)
            is_there = at < high and self._triple_word[at] == third
            seen = self._count[self._triple_count[at]] if is_there else 0.0
            likely = (seen + kinds_here * likely) / (self._count[self._pair_count[before]] + kinds_here)
        return math.log(likely)


@cache
def lexicon() -> Lexicon:
    """The lexicon of this package, loaded once a process (8 ms, and 70 ms for numpy)."""
    return Lexicon(HERE / "trigrams.bin", HERE / "syllables.txt.gz")
