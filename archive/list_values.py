"""What a line of a list gives to a document, beside what was read of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rapidfuzz import fuzz

from archive.fields import LIST, FieldValue
from archive.folding import fold
from archive.paper_lists import VALUES, Line

BY_HAND = ("number", "code", "issued_on")
"""What is written by hand on paper: the line's word counts, unless it was read surely."""
SURELY = 0.9
HARDLY = 0.5
ALIKE = 85
"""Out of 100: an unsure reading this like the line's is the same, misread."""
DISPUTED = 0.5
"""How sure a value is that the paper surely has otherwise than the line."""


def filled(read: Mapping[str, FieldValue], line: Line, confidence: float) -> list[FieldValue]:
    """The values that change when this line is the document, in place of those read (which stay where the caller
    keeps them). Each shows the place on the page where the value stands or should stand."""
    told = _told(read, line)
    changed = []
    for name in VALUES:
        said, seen = told.get(name), read.get(name)
        if not said or (
            seen is not None and _same(name, seen.values[0], said) and seen.confidence >= confidence
        ):
            continue
        if seen is None:
            place = read.get("notation") if name in ("number", "code") else None
            page, box = (None, None) if place is None else (place.page, place.box)
            changed.append(FieldValue(name, (said,), confidence, page, box, LIST))
        elif _same(name, seen.values[0], said):
            changed.append(replace(seen, confidence=max(seen.confidence, confidence)))
        elif seen.confidence >= SURELY:
            # Printed and surely read: the paper counts, but paper or list is wrong, and a person has to see it.
            changed.append(replace(seen, confidence=DISPUTED))
        elif _replaces(name, seen, said):
            changed.append(replace(seen, values=(said,), confidence=confidence, origin=LIST))
    return changed


def differences(values: Mapping[str, FieldValue], line: Line) -> dict[str, str]:
    """What the line says otherwise than the document's values, by field name."""
    told = _told(values, line)
    return {
        name: said for name, said in told.items()
        if name in values and said and not _same(name, values[name].values[0], said)
    }  # fmt: skip


def _told(read: Mapping[str, FieldValue], line: Line) -> dict[str, str]:
    """The line's values, its number joined with the notation that was read when it has none of its own."""
    told = dict(line.values)
    if "code" not in told and "number" in told and "notation" in read:
        told["code"] = f"{told['number']}/{read['notation'].values[0]}"
    return told


def _replaces(name: str, seen: FieldValue, said: str) -> bool:
    """Whether an unsure reading gives way. A subject is often shortened in a list: it does where it is the same."""
    if name in BY_HAND or seen.confidence < HARDLY:
        return True
    return fuzz.ratio(fold(seen.values[0]), fold(said)) >= ALIKE


def _same(name: str, one: str, other: str) -> bool:
    if name == "number":
        return one.lstrip("0") == other.lstrip("0")
    if name == "code":
        return one.lstrip("0").replace(" ", "") == other.lstrip("0").replace(" ", "")
    return fold(one) == fold(other) if name == "subject" else one == other
