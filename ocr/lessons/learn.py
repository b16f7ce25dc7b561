"""Approved records made into a lesson: a pure function of their order, which is that of approval."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ocr.lessons.counts import Counting, tokens
from ocr.lessons.text import names_person, official_texts, opening, running_text
from ocr.lessons.values import LEAST, Approved, Confusion, Issuer, Lesson, Seen, Signer, without_figures
from ocr.vietnamese import nfc, one_style

PHRASES = {"recipients": 1, "signer_title": 1, "legal_bases": 2, "subject": LEAST}
"""Fields whose whole wording is kept, and from how many papers on. A subject may name people: only what recurs."""

CONFUSABLE = ("issuer", "parent_issuer", "place", "subject", "recipients", "legal_bases", "signer_title")
"""Fields whose corrections teach which words are taken for which. Names of people are not for that."""


@dataclass
class _Tally:
    """Values, each with the papers it stood on."""

    papers: Counter[str] = field(default_factory=Counter)
    days: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, value: str, day: str) -> None:
        if not value:
            return
        self.papers[value] += 1
        first, last = self.days.get(value, ("", ""))
        if day:
            self.days[value] = (min(first, day) if first else day, max(last, day))

    def known(self, least: int = 1) -> dict[str, Seen]:
        return {
            value: Seen(count, *self.days.get(value, ("", "")))
            for value, count in sorted(self.papers.items())
            if count >= least
        }


@dataclass
class _Signer:
    seen: _Tally = field(default_factory=_Tally)
    titles: _Tally = field(default_factory=_Tally)
    capacities: _Tally = field(default_factory=_Tally)


@dataclass
class _Issuer:
    seen: _Tally = field(default_factory=_Tally)
    parents: _Tally = field(default_factory=_Tally)
    places: _Tally = field(default_factory=_Tally)
    notations: _Tally = field(default_factory=_Tally)
    doc_types: _Tally = field(default_factory=_Tally)
    openings: _Tally = field(default_factory=_Tally)
    signers: dict[str, _Signer] = field(default_factory=lambda: defaultdict(_Signer))


def learned(records: Iterable[Approved]) -> Lesson:
    """The lesson of these records. The same records in the same order give an equal lesson."""
    issuers: dict[str, _Issuer] = defaultdict(_Issuer)
    phrases: dict[str, _Tally] = {name: _Tally() for name in PHRASES}
    confused: dict[str, Counter[str]] = defaultdict(Counter)
    kept: Counter[str] = Counter()
    counting = Counting()
    papers: set[tuple[str, str, str]] = set()
    count = 0
    for record in records:
        if record.paper is not None:
            if record.paper in papers:
                continue
            papers.add(record.paper)
        count += 1
        counting.add([*official_texts(record), *((text, False) for text in running_text(record))])
        _confusions(record, confused, kept)
        for name, tally in phrases.items():
            for value in sorted({_wording(name, one) for one in record.witnessed(name)}):
                if not names_person(value, record):
                    tally.add(value, record.day)
        issuer = official(record.one("issuer"))
        if issuer:
            _issued(record, issuer, issuers[issuer])
    return Lesson(
        papers=count,
        issuers={name: _whole(name, one) for name, one in sorted(issuers.items())},
        phrases={name: tally.known(PHRASES[name]) for name, tally in sorted(phrases.items())},
        confusions=_telling(confused, kept),
        counts=counting.counts(),
    )


def _wording(name: str, value: str) -> str:
    return nfc(value) if name == "legal_bases" else without_figures(nfc(value))[0]


def official(name: str) -> str:
    """An agency's name as it is kept: capitals, one place for the tone mark."""
    return one_style(nfc(name).upper())


def _issued(record: Approved, name: str, of: _Issuer) -> None:
    day = record.day

    def said(field: str) -> str:
        return next(iter(record.witnessed(field)), "")

    of.seen.add(name if said("issuer") else "", day)
    of.parents.add(official(said("parent_issuer")), day)
    of.places.add(said("place"), day)
    of.notations.add(said("notation"), day)
    of.doc_types.add(said("doc_type"), day)
    of.openings.add(opening(said("subject")), day)
    if signer := said("signer_name"):
        one = of.signers[signer]
        one.seen.add(signer, day)
        one.titles.add(record.one("signer_title"), day)
        one.capacities.add(record.one("signer_capacity"), day)


def _whole(name: str, of: _Issuer) -> Issuer:
    return Issuer(
        of.seen.known().get(name, Seen(0)),
        of.parents.known(), of.places.known(), of.notations.known(), of.doc_types.known(), of.openings.known(LEAST),
        {
            signer: Signer(one.seen.known()[signer], one.titles.known(), one.capacities.known())
            for signer, one in sorted(of.signers.items())
        },
    )  # fmt: skip


def _confusions(record: Approved, confused: dict[str, Counter[str]], kept: Counter[str]) -> None:
    """Words that were put right, one for one, on this paper; and those that stood as they had been read."""
    changed: set[tuple[str, str]] = set()
    stood: set[str] = set()
    for name in CONFUSABLE:
        now = record.witnessed(name)
        was = record.before.get(name)
        if was is None:
            stood |= {word for value in now for word in _words(value)}
            continue
        for read, meant in zip(was, now, strict=False) if len(was) == len(now) else ():
            ours, theirs = _words(read), _words(meant)
            if len(ours) != len(theirs):
                continue  # words lost or run together: which was which cannot be told
            pairs = set(zip(ours, theirs, strict=True))
            stood |= {one for one, other in pairs if one == other}
            changed |= {(one, other) for one, other in pairs if one != other}
    for one, other in sorted(changed):
        confused[one][other] += 1
    kept.update(stood - {one for one, _ in changed})


def _telling(confused: Mapping[str, Counter[str]], kept: Mapping[str, int]) -> dict[str, Confusion]:
    """Those that were seen on LEAST papers; what a word was corrected into more seldom only speaks against them."""
    found = {}
    for read, meant in sorted(confused.items()):
        often = {word: papers for word, papers in sorted(meant.items()) if papers >= LEAST}
        if often:
            seldom = sum(meant.values()) - sum(often.values())
            found[read] = Confusion(often, kept.get(read, 0) + seldom)
    return found


def _words(text: str) -> list[str]:
    return [part for part in tokens(text) if isinstance(part, str)]
