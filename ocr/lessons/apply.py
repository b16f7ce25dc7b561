"""Values of a reading held against the lesson of its agency: names of offices, notation, place, signer, wording.

Only what the agency's own approved records say many times over changes anything, and what was read stays beside
(``Field.read``). Numbers, dates, holders and procedure codes are never touched; a code follows its notation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rapidfuzz.distance import Levenshtein

from ocr.fields.lists import OTHER_NOTATION_TYPES, TYPE_BY_ABBREVIATION
from ocr.lessons.learn import official
from ocr.lessons.likeness import Match, fragment, is_near, matched, tail
from ocr.lessons.values import (
    LEAST,
    Issuer,
    Known,
    Lesson,
    Seen,
    Signer,
    key,
    with_figures,
    without_figures,
)
from ocr.values import Field, PageReading, Word
from ocr.vietnamese import bare, nfc, one_style

AGREES = 0.5
"""By so much of what is missing to 1 the confidence of a value grows that the lesson knows."""

CHANGED, FAR = 0.89, 0.1
"""Confidence of a changed value, less FAR for each unit of distance: below 0.9, so that a person looks."""

GUESSED = 0.7
"""Most for a name of which a row was not read."""

NEARLY = 0.6
"""Most for a value that is almost a known one and was left as it is."""

UNSURE = 0.8
"""The engine doubts a word below this confidence."""

TERM_YEARS = 5
"""How long before the first and after the last known paper an official may sign: one term."""


@dataclass
class _Work:
    """The fields under work, by name, and the pages they come from."""

    fields: dict[str, Field]
    pages: Sequence[PageReading]
    lesson: Lesson

    def text(self, name: str) -> str:
        one = self.fields.get(name)
        return one.value if one is not None and isinstance(one.value, str) else ""

    def words(self, name: str) -> list[Word]:
        """The words of a field's place."""
        one = self.fields.get(name)
        if one is None or one.box is None or one.page is None or one.page > len(self.pages):
            return []
        box = one.box
        return [
            w
            for w in self.pages[one.page - 1].words
            if box.x0 <= (w.box.x0 + w.box.x1) / 2 < box.x1 and box.y0 <= (w.box.y0 + w.box.y1) / 2 < box.y1
        ]

    def doubted(self, name: str) -> Callable[[str], bool]:
        """Which words of a field the engine was unsure of."""
        unsure = {key(w.text) for w in self.words(name) if w.confidence < UNSURE}
        return lambda word: word in unsure

    def agree(self, name: str) -> None:
        one = self.fields[name]
        self.fields[name] = replace(one, confidence=round(one.confidence + AGREES * (1 - one.confidence), 3))

    def change(self, name: str, value: str | tuple[str, ...], confidence: float) -> None:
        one = self.fields[name]
        read = one.value if one.read is None and not isinstance(one.value, int) else one.read
        self.fields[name] = replace(one, value=value, confidence=round(confidence, 3), read=read)

    def nearly(self, name: str) -> None:
        one = self.fields[name]
        self.fields[name] = replace(one, confidence=min(one.confidence, NEARLY))

    def hold(self, name: str, known: Known) -> Match | None:
        """Hold a value against known ones: the same, a misreading of one, or almost one."""
        value = self.text(name)
        if not value:
            return None
        found = matched(value, known, self.doubted(name))
        if found is None:
            if is_near(value, known, self.doubted(name)):
                self.nearly(name)
        elif found.cost == 0.0:
            self.agree(name)
        else:
            self.change(name, found.value, CHANGED - FAR * found.cost)
        return found


def taught(found: Sequence[Field], pages: Sequence[PageReading], lesson: Lesson) -> list[Field]:
    """The fields as the lesson knows them better, in their order."""
    work = _Work({one.name: one for one in found}, pages, lesson)
    issuer = _issuer(work)
    if issuer is not None:
        _parent(work, issuer)
        _notation(work, issuer)
        _signer(work, issuer)
    _place(work, issuer)
    _wording(work)
    return [work.fields[one.name] for one in found if one.name in work.fields]


def _issuer(work: _Work) -> Issuer | None:
    """Who issued the paper, put right; None when it is nobody that is known."""
    issuers = work.lesson.issuers
    known = {name: one.seen for name, one in issuers.items()}
    value, above = work.text("issuer"), work.text("parent_issuer")
    if not value:
        return None
    whole = matched(f"{above} {value}", known, _either(work.doubted("issuer"), work.doubted("parent_issuer")))
    if above and whole is not None:  # one name that was taken for two
        work.change("issuer", whole.value, min(work.fields["issuer"].confidence, GUESSED))
        del work.fields["parent_issuer"]
        return issuers[whole.value]
    found = work.hold("issuer", known)
    if found is not None:
        return issuers[found.value]
    often = [name for name, seen in known.items() if seen.papers >= LEAST]
    part = fragment(value, often) if official(value) not in known else None
    if part is not None:
        work.change("issuer", part, min(work.fields["issuer"].confidence, GUESSED))
        return issuers[part]
    return issuers.get(official(value))


def _either(one: Callable[[str], bool], other: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda word: one(word) or other(word)


def _parent(work: _Work, issuer: Issuer) -> None:
    value = work.text("parent_issuer")
    if not value or work.hold("parent_issuer", issuer.parents) is not None:
        return
    # A row of it was lost; the issuer has stood under one agency only.
    if len(issuer.parents) != 1 or official(value) in issuer.parents:
        return
    ((parent, seen),) = issuer.parents.items()
    told, whole = bare(value).split(), bare(parent).split()
    runs = [whole[at : at + len(told)] for at in range(len(whole) - len(told) + 1)]
    if seen.papers >= LEAST and len(told) >= 2 and told in runs:
        work.change("parent_issuer", parent, min(work.fields["parent_issuer"].confidence, GUESSED))


def _notation(work: _Work, issuer: Issuer) -> None:
    """The letters of the notation as this issuer's papers have them; its number and year stay as read."""
    value = work.text("notation")
    if not value:
        return
    seen = issuer.notations.get(value)
    if seen is not None:
        if seen.papers >= LEAST:
            work.agree("notation")
        return
    parts = value.split("-")
    new = [_part(part, at == 0, issuer.notations) for at, part in enumerate(parts)]
    put = "-".join(new)
    if put == value:
        return
    far = Levenshtein.distance(put, value)
    confidence = min(work.fields["notation"].confidence, CHANGED - FAR * far / 2)
    if put in issuer.notations:
        confidence = CHANGED - FAR * far / 2
    work.change("notation", put, confidence)
    code = work.text("code")
    if code.endswith(f"/{value}"):
        work.change("code", code.removesuffix(value) + put, min(work.fields["code"].confidence, confidence))


def _part(part: str, first: bool, known: Known) -> str:
    """A part of a notation, or the one known part that it is one or two letters away from."""
    seen: dict[str, int] = {}
    for notation, one in known.items():
        for at, other in enumerate(notation.split("-")):
            if (at == 0) == first:
                seen[other] = seen.get(other, 0) + one.papers
    if part in seen or part in TYPE_BY_ABBREVIATION or part in OTHER_NOTATION_TYPES or len(part) < 2:
        return part
    most = 1 if len(part) < 4 else 2
    near = sorted(
        (Levenshtein.distance(part, other), other)
        for other, papers in seen.items()
        if papers >= LEAST and len(other) > 2
    )
    near = [one for one in near if one[0] <= most and one[0] * 2 < len(one[1])]
    if not near or (len(near) > 1 and near[1][0] == near[0][0]):
        return part
    return near[0][1]


def _place(work: _Work, issuer: Issuer | None) -> None:
    places: dict[str, Seen] = {}
    for one in (issuer,) if issuer is not None else tuple(work.lesson.issuers.values()):
        for name, seen in one.places.items():
            before = places.get(name)
            places[name] = seen if before is None else Seen(before.papers + seen.papers)
    if "place" not in work.fields:
        return
    # A list of provinces may have made another place of what was read.
    read = " ".join(w.read for w in work.words("place")).strip(" ,.")
    by_read = matched(read, places, work.doubted("place")) if read else None
    if by_read is not None and key(by_read.value) != key(work.text("place")):
        work.change("place", by_read.value, CHANGED - FAR * by_read.cost)
        return
    work.hold("place", places)


def _signer(work: _Work, issuer: Issuer) -> None:
    """An official's name changes only into that of one who signs for this issuer under this title; the reading as the
    engine gave it stays beside."""
    value = work.text("signer_name")
    title = key(work.text("signer_title"))
    if not value:
        return
    day = work.text("issued_on")
    mates = {
        name: one.seen
        for name, one in issuer.signers.items()
        if _serves(one, day) and (not title or any(_same_title(title, known) for known in one.titles))
    }
    found = matched(value, mates, work.doubted("signer_name"))
    everyone = {name: one.seen for name, one in issuer.signers.items()}
    if found is None:
        end = tail(value, [name for name, seen in mates.items() if seen.papers >= LEAST])
        if end is not None and value not in everyone:  # the first word was not read
            work.change("signer_name", end, min(work.fields["signer_name"].confidence, GUESSED))
        elif value not in everyone and is_near(value, everyone, work.doubted("signer_name")):
            work.nearly("signer_name")
        elif value in everyone and everyone[value].papers >= LEAST and title:
            # Whoever is known here has never signed under this title: one of the two was not read whole.
            work.nearly("signer_name")
            work.nearly("signer_title")
        return
    if found.cost == 0.0:
        work.agree("signer_name")
        if title:
            work.agree("signer_title")
    elif (title or found.cost <= 0.5) and not _others_near(value, found.value, everyone):
        work.change("signer_name", found.value, CHANGED - FAR * found.cost)
    else:
        work.nearly("signer_name")


def _others_near(value: str, chosen: str, everyone: Mapping[str, Seen]) -> bool:
    """Whether somebody else signs here whose name is hardly further from the reading, however seldom he was seen."""
    told = one_style(nfc(value)).lower()

    def far(name: str) -> int:
        return Levenshtein.distance(told, one_style(name).lower())

    return any(far(name) <= far(chosen) + 1 for name in everyone if name != chosen)


def _same_title(told: str, known: str) -> bool:
    return bare(told).removeprefix("q. ") == bare(key(known)).removeprefix("q. ")


def _serves(one: Signer, day: str) -> bool:
    """Whether the day is within a term of the papers that are known of a signer; yes when days are not known."""
    if not (day and one.seen.first and one.seen.last):
        return True
    year = date.fromisoformat(day).year
    return (
        date.fromisoformat(one.seen.first).year - TERM_YEARS
        <= year
        <= date.fromisoformat(one.seen.last).year + TERM_YEARS
    )


def _wording(work: _Work) -> None:
    """Titles, subjects, legal bases and recipients that recur, where marks or single letters were misread."""
    phrases = work.lesson.phrases
    for name in ("recipients", "legal_bases", "subject", "signer_title"):
        one = work.fields.get(name)
        if one is None or isinstance(one.value, int):
            continue
        items = one.value if isinstance(one.value, tuple) else (one.value,)
        told = [_worded(item, phrases.get(name, {}), work.doubted(name), name) for item in items]
        new = tuple(item if found is None else found.value for item, found in zip(items, told, strict=True))
        costs = [found.cost for found in told if found is not None]
        if any(costs):
            value = new if isinstance(one.value, tuple) else new[0]
            work.change(name, value, min(one.confidence, CHANGED - FAR * max(costs) / 2))
        elif len(costs) == len(items):
            # A title is sure with its signer only: of PHÓ GIÁM ĐỐC the first word may have been lost. Figures are
            # vouched for by nothing but those of legal bases, which are part of the wording.
            figures = name != "legal_bases" and any(without_figures(item)[1] for item in items)
            if name != "signer_title" and not figures:
                work.agree(name)
        elif name == "subject":
            _opening(work)


def _worded(item: str, known: Known, doubted: Callable[[str], bool], name: str) -> Match | None:
    """The known wording that an item says or is a misreading of, with the item's own figures."""
    if name == "legal_bases":
        return matched(item, known, doubted)
    plain, figures = without_figures(nfc(item))
    found = matched(plain, known, doubted)
    if found is None:
        return None
    value = item if found.cost == 0.0 else with_figures(found.value, figures)
    return None if value is None else Match(value, found.cost)


def _opening(work: _Work) -> None:
    """The beginning of a subject as this agency's papers of all issuers word it."""
    value = work.text("subject").split()
    openings: dict[str, Seen] = {}
    for one in work.lesson.issuers.values():
        openings |= one.openings
    for opening in sorted(openings, key=lambda text: -len(text)):
        count = len(opening.split())
        start = " ".join(value[:count])
        found = matched(start, {opening: openings[opening]}, work.doubted("subject"))
        if found is not None:
            if found.cost > 0.0:
                new = " ".join([found.value, *value[count:]])
                work.change("subject", new, min(work.fields["subject"].confidence, CHANGED))
            return
