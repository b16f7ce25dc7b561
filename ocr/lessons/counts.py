"""Counts of an office's own wording, and the lexicon joined with them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from ocr.lessons.values import LEAST, Confusion, Counts, Packed
from ocr.lexicon.mend import ENDS, PARTS
from ocr.lexicon.model import NUMBER, SENTENCE, SIGN, UNKNOWN, Lexicon
from ocr.lexicon.spelling import base, folded

BITS = 20
_FIRST = SIGN + 1
CORRECTED = 3
"""A wording that a person put right counts as much as so many that passed."""

WEIGHT = 20
"""One paper of the office is worth so many sightings in published law, where sightings are asked for."""

TRUST = 10.0
"""How many papers it takes until the office's counts weigh as much as the law's."""

TELLING = 0.8
"""Share of a word's papers on which it was corrected, from which it is offered in its place."""


class Counting:
    """Counts papers by what stands on them."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._papers: Counter[int] = Counter()
        self._extra: Counter[int] = Counter()

    def add(self, texts: Iterable[tuple[str, bool]]) -> None:
        """One paper: its texts, and whether a person corrected each."""
        seen: set[int] = set()
        corrected: set[int] = set()
        for text, is_corrected in texts:
            numbers = [self._number(part) for part in tokens(text)]
            keys = set(numbers)
            keys |= {_packed(*numbers[at : at + 2]) for at in range(len(numbers) - 1)}
            keys |= {_packed(*numbers[at : at + 3]) for at in range(len(numbers) - 2)}
            seen |= keys
            corrected |= keys if is_corrected else set()
        self._papers.update(seen)
        self._extra.update(corrected)

    def _number(self, part: str | int) -> int:
        return part if isinstance(part, int) else self._ids.setdefault(part, len(self._ids) + _FIRST)

    def counts(self) -> Counts:
        """What stood on LEAST papers or more, words in the order of their letters."""
        kept = {key: n + (CORRECTED - 1) * self._extra[key] for key, n in self._papers.items() if n >= LEAST}
        names = {number: word for word, number in self._ids.items()}
        words = sorted(names[key] for key in kept if _FIRST <= key < 1 << BITS)
        new = {self._ids[word]: place for place, word in enumerate(words, _FIRST)} | {
            n: n for n in range(_FIRST)
        }
        found: tuple[dict[int, int], ...] = ({}, {}, {})
        for key, n in kept.items():
            parts = [new[part] for part in _unpacked(key)]
            found[len(parts) - 1][_packed(*parts)] = n
        return Counts(tuple(words), *map(Packed.of, found))


def tokens(text: str) -> Iterator[str | int]:
    """The parts of a text as the lexicon counts them: words folded, SENTENCE, NUMBER, SIGN for what is none."""
    for part in PARTS.findall(text):
        if part.isalpha():
            yield folded(part)
        elif any(c.isdigit() for c in part):
            yield NUMBER
        else:
            yield SENTENCE if part[0] in ENDS else SIGN


def _packed(*numbers: int) -> int:
    # Each part is 1 higher than its number: the packed form then tells how many parts there are.
    out = 0
    for number in numbers:
        out = out << BITS | number + (1 if len(numbers) > 1 else 0)
    return out


def _unpacked(key: int) -> list[int]:
    if key < 1 << BITS:
        return [key]
    parts = []
    while key:
        parts.append((key & (1 << BITS) - 1) - 1)
        key >>= BITS
    return parts[::-1]


class Joined:
    """The lexicon with the counts and the confusions of one office."""

    def __init__(self, law: Lexicon, own: Counts, confusions: Mapping[str, Confusion]) -> None:
        self._law, self._known_to_law = law, len(law.words)
        new = [word for word in own.words if word not in law.ids]
        self.words: list[str] = [*law.words, *new]
        self.ids = law.ids | {word: at for at, word in enumerate(new, self._known_to_law)}
        self.syllables = law.syllables.union(own.words)
        even = math.log(0.5)
        self.log_title: list[float] = [*law.log_title, *[even] * len(new)]
        self.log_small: list[float] = [*law.log_small, *[even] * len(new)]
        self._own = {self.ids[word]: at for at, word in enumerate(own.words, _FIRST)}
        self._own |= {at: at for at in (SENTENCE, NUMBER, SIGN)}
        self._singles, self._pairs, self._triples = own.singles, own.pairs, own.triples
        self.alike = dict(law.alike)
        for word in own.words:
            letters, at = base(word), self.ids[word]
            if at not in self.alike.get(letters, ()):
                self.alike[letters] = [*self.alike.get(letters, ()), at]
        self._bases = sorted({base(word) for word in own.words if len(word) > 2})
        self._confusions = {
            read: [
                self.ids[meant]
                for meant, papers in sorted(one.meant.items())
                if papers >= LEAST
                and papers >= TELLING * (one.kept + sum(one.meant.values()))
                and meant in self.ids
            ]
            for read, one in confusions.items()
        }
        self.log_probability = lru_cache(200_000)(self._log_probability)

    def slips(self, word: str, possible: bool) -> Sequence[int]:
        """Words that ``word`` (folded) was corrected into here; for what is no syllable also the office's words one
        letter away."""
        found = list(self._confusions.get(word, ()))
        if not possible and len(word) > 3:
            letters = base(word)
            near = process.extract(
                letters, self._bases, scorer=Levenshtein.distance, score_cutoff=1, limit=None
            )
            found += [
                at for text, _, _ in near if text != letters for at in self.alike[text] if at in self._own
            ]
        return found

    def pair(self, first: int, second: int) -> tuple[float, float]:
        """As ``Lexicon.pair``; what the office's own papers say is no longer the strange name that it is in law."""
        count, titled = (
            self._law.pair(first, second) if max(first, second) < self._known_to_law else (0.0, 0.0)
        )
        own = WEIGHT * self._own_pair(first, second)
        return (count + own, titled * count / (count + own)) if own else (count, titled)

    def _own_pair(self, first: int, second: int) -> int:
        one, other = self._own.get(first), self._own.get(second)
        if one is None or other is None or min(first, second) <= SIGN:
            return 0
        return self._pairs.get(_packed(one, other), 0)

    def _log_probability(self, first: int, second: int, third: int) -> float:
        """ln P(third | first second): the law's probability is what the office's own counts start from (MAP
        estimate with a Dirichlet prior of weight TRUST)."""
        likely = math.exp(self._law.log_probability(*(at if at < self._known_to_law else UNKNOWN for at in (
            first, second, third))))  # fmt: skip
        if third >= self._known_to_law:
            likely = 1e-7  # the law's share of unknown words is that of all of them, not of this one
        one, two, three = (self._own.get(at) for at in (first, second, third))
        if two is not None:
            before = self._singles.get(two, 0)
            seen = 0 if three is None else self._pairs.get(_packed(two, three), 0)
            likely = (seen + TRUST * likely) / (before + TRUST)
            if one is not None:
                before = self._pairs.get(_packed(one, two), 0)
                seen = 0 if three is None else self._triples.get(_packed(one, two, three), 0)
                likely = (seen + TRUST * likely) / (before + TRUST)
        return math.log(likely)
