"""What a lesson is made from and what it is: frozen values."""

from __future__ import annotations

import bisect
import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ocr.values import Box, PageReading
from ocr.vietnamese import nfc, one_style

LEAST = 3
"""From so many independent papers on a value is used; below it stands by as a candidate that nothing is changed to.
One wrong correction, or two of one paper scanned twice, must not spread."""

RIVAL = 4
"""A spelling approved so many times less than one that looks almost like it is in doubt, however often it was."""


@dataclass(frozen=True, slots=True)
class Approved:
    """A record that a person looked at and approved.

    ``values``: by field, as approved (lists have several). ``before``: of the fields a person corrected, what had been
    read, () for nothing. ``boxes``: (page from 1, box) of fields in pixels of the page. ``pages``: as read.
    ``suggested``: fields whose value a lesson had put there and the person let stand; they prove nothing anew, or a
    lesson would feed on itself.
    """

    values: Mapping[str, tuple[str, ...]]
    before: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    boxes: Mapping[str, tuple[int, Box]] = field(default_factory=dict)
    pages: tuple[PageReading, ...] = ()
    suggested: frozenset[str] = frozenset()

    def one(self, name: str) -> str:
        """The value of a field that is no list, "" without one."""
        return nfc(next(iter(self.values.get(name, ())), ""))

    def witnessed(self, name: str) -> tuple[str, ...]:
        """The values of a field that this record bears witness to."""
        return () if name in self.suggested else tuple(map(nfc, self.values.get(name, ())))

    @property
    def day(self) -> str:
        """The day of issue as ISO 8601, "" when it is not known."""
        return self.one("issued_on")

    @property
    def paper(self) -> tuple[str, str, str] | None:
        """What tells one paper from another; a second scan of the same one teaches nothing new."""
        return (self.one("issuer"), self.one("code"), self.day) if self.one("code") else None


class Seen(NamedTuple):
    """On how many papers a value stood, and the first and last day of issue of those (ISO 8601, "" unknown)."""

    papers: int
    first: str = ""
    last: str = ""


Known = Mapping[str, Seen]
"""Values with how they were seen."""


@dataclass(frozen=True, slots=True)
class Signer:
    """An official: on how many papers, and the titles and capacities signed under."""

    seen: Seen
    titles: Known
    capacities: Known


@dataclass(frozen=True, slots=True)
class Issuer:
    """An agency that issues papers, and what stands on those."""

    seen: Seen
    parents: Known
    places: Known
    notations: Known
    doc_types: Known
    openings: Known
    """How its subjects begin: up to OPENING_WORDS words before the first name or figure."""
    signers: Mapping[str, Signer]


@dataclass(frozen=True, slots=True)
class Confusion:
    """A word that people corrected: into what, on LEAST papers or more, and on how many it was right as it stood or
    was another still."""

    meant: Mapping[str, int]
    kept: int


@dataclass(frozen=True, slots=True)
class Packed:
    """A mapping from keys to counts: two arrays of one length, keys rising. As they lie in the file: nothing is made
    of them when a lesson is loaded."""

    keys: Sequence[int]
    counts: Sequence[int]

    def get(self, key: int, default: int = 0) -> int:
        """As ``dict.get``."""
        at = bisect.bisect_left(self.keys, key)
        return int(self.counts[at]) if at < len(self.keys) and self.keys[at] == key else default

    @classmethod
    def of(cls, counts: Mapping[int, int]) -> Packed:
        """The mapping with its keys in order."""
        keys = sorted(counts)
        return cls(array("Q", keys), array("I", [counts[key] for key in keys]))


@dataclass(frozen=True, slots=True)
class Counts:
    """How often words follow each other: papers, those where a person corrected them counted CORRECTED times.

    Words are numbered: ``words`` from 4 on, below as the lexicon has it (unknown, sentence, number, sign). The key of
    one word is its number; of more, each number and 1 in 20 bits, the first word highest.
    """

    words: tuple[str, ...]
    singles: Packed
    pairs: Packed
    triples: Packed


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the approved records of one agency taught. ``papers``: how many it rests on."""

    papers: int
    issuers: Mapping[str, Issuer]
    phrases: Mapping[str, Known]
    """Wording that recurs, by field: recipients, legal_bases, subject, signer_title. Figures stand as #, but for those
    of legal bases, which are what they are by their figures."""
    confusions: Mapping[str, Confusion]
    counts: Counts


def key(text: str) -> str:
    """Under what a value is compared: NFC, one place for the tone mark, lower case, single spaces, no stop at the
    end."""
    return one_style(nfc(text)).lower().strip(" .;,:-–")


_FIGURES = re.compile(r"\d+")


def without_figures(text: str) -> tuple[str, list[str]]:
    """The text with # for each run of figures, and those: wording recurs, its figures do not."""
    return _FIGURES.sub("#", text), _FIGURES.findall(text)


def with_figures(text: str, figures: Sequence[str]) -> str | None:
    """The reverse; None when they are not as many."""
    parts = text.split("#")
    if len(parts) != len(figures) + 1:
        return None
    return "".join(part + figure for part, figure in zip(parts, (*figures, ""), strict=True))
