"""A lesson as bytes and back: 8 bytes length, so much JSON, the arrays of counts. One lesson, one sequence of bytes."""

from __future__ import annotations

import hashlib
import json
import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ocr.lessons.apply import taught
from ocr.lessons.counts import Joined
from ocr.lessons.values import Confusion, Counts, Issuer, Known, Lesson, Packed, Seen, Signer
from ocr.lexicon.model import lexicon
from ocr.values import Field, PageReading

FORMAT = "hoso-lesson/1"
_ARRAYS = ("singles", "pairs", "triples")


class BadLesson(Exception):
    """The bytes are no lesson that this version reads."""


@dataclass(frozen=True)
class Taught:
    """A lesson ready for use. ``sha256``: of its file."""

    lesson: Lesson
    sha256: str

    @property
    def name(self) -> str:
        """For the record of what was done to a page."""
        return f"lesson {self.sha256[:12]}"

    def fields(self, found: Sequence[Field], pages: Sequence[PageReading]) -> tuple[Field, ...]:
        """The fields drawn from these pages, put right as far as the lesson knows them."""
        return tuple(taught(found, pages, self.lesson))

    @cached_property
    def lexicon(self) -> Joined:
        """The shipped lexicon joined with the counts of the lesson."""
        return Joined(lexicon(), self.lesson.counts, self.lesson.confusions)


def as_dict(lesson: Lesson) -> dict[str, Any]:
    """The lesson as plain values, without the counts of words."""
    return {
        "papers": lesson.papers,
        "issuers": {name: _issuer(one) for name, one in lesson.issuers.items()},
        "phrases": {name: _known(one) for name, one in lesson.phrases.items()},
        "confusions": {
            read: {"meant": dict(one.meant), "kept": one.kept} for read, one in lesson.confusions.items()
        },
    }


def to_bytes(lesson: Lesson) -> bytes:
    """The file."""
    parts = [(one.keys, one.counts) for one in (getattr(lesson.counts, name) for name in _ARRAYS)]
    head = {
        "format": FORMAT,
        **as_dict(lesson),
        "words": " ".join(lesson.counts.words),
        "sizes": [len(keys) for keys, _ in parts],
    }
    # 8 bytes a key before 4 bytes a count, so that each array lies on a multiple of its items' size.
    told = json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    told += b" " * (-len(told) % 8)
    keys = b"".join(_little(array("Q", keys)) for keys, _ in parts)
    counts = b"".join(_little(array("I", counts)) for _, counts in parts)
    return len(told).to_bytes(8, "little") + told + keys + counts


def load(path: Path) -> Taught:
    """The lesson in a file. Raises BadLesson, OSError."""
    data = path.read_bytes()
    try:
        return Taught(_from_bytes(data), hashlib.sha256(data).hexdigest())
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise BadLesson(f"{type(error).__name__}: {error}") from error


def _from_bytes(data: bytes) -> Lesson:
    length = int.from_bytes(data[:8], "little")
    head = json.loads(data[8 : 8 + length])
    if head["format"] != FORMAT:
        raise ValueError(f"format {head['format']}")
    sizes = head["sizes"]
    at, counts_at = 8 + length, 8 + length + 8 * sum(sizes)
    if len(data) != counts_at + 4 * sum(sizes) or len(sizes) != len(_ARRAYS):
        raise ValueError("cut off")
    packed = []
    for size in sizes:
        keys, counts = (
            _array("Q", data[at : at + 8 * size]),
            _array("I", data[counts_at : counts_at + 4 * size]),
        )
        packed.append(Packed(keys, counts))
        at, counts_at = at + 8 * size, counts_at + 4 * size
    return Lesson(
        head["papers"],
        {name: _issuer_of(one) for name, one in head["issuers"].items()},
        {name: _known_of(one) for name, one in head["phrases"].items()},
        {read: Confusion(one["meant"], one["kept"]) for read, one in head["confusions"].items()},
        Counts(tuple(head["words"].split()), *packed),
    )


def _little(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _array(kind: str, data: bytes) -> array[int]:
    numbers: array[int] = array(kind)
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _known(known: Known) -> dict[str, list[Any]]:
    return {value: [*seen] for value, seen in known.items()}


def _known_of(told: Mapping[str, list[Any]]) -> dict[str, Seen]:
    return {value: Seen(int(one[0]), str(one[1]), str(one[2])) for value, one in told.items()}


_OF_ISSUER = ("parents", "places", "notations", "doc_types", "openings")


def _issuer(one: Issuer) -> dict[str, Any]:
    return {
        "seen": [*one.seen],
        **{name: _known(getattr(one, name)) for name in _OF_ISSUER},
        "signers": {
            name: {
                "seen": [*signer.seen],
                "titles": _known(signer.titles),
                "capacities": _known(signer.capacities),
            }
            for name, signer in one.signers.items()
        },
    }


def _issuer_of(told: Mapping[str, Any]) -> Issuer:
    return Issuer(
        Seen(*told["seen"]),
        **{name: _known_of(told[name]) for name in _OF_ISSUER},
        signers={
            name: Signer(Seen(*one["seen"]), _known_of(one["titles"]), _known_of(one["capacities"]))
            for name, one in told["signers"].items()
        },
    )
