"""The pages that reading is measured on, made anew in every run: nothing but seeds is kept.

``set300``: seed 7, 21 documents, 36 pages, six kinds, levels in the proportion of a real stack. Its bodies mix in
paragraphs of real decisions where HOSO_BENCH_TEXTS names a folder with such texts (*.txt; none come with hoso, for
they name real people); without them it is said so. ``own``: another seed, typefaces forced in turn, no such texts.
``penned``: number and day written with a pen.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from tests.papers.generate import document_seed, paper
from tests.papers.grammar import load_phrases

LEVELS = ("clean", "scan", "office", "worn", "scan", "photocopy", "phone")
IN_ORDER = ("clean", "scan", "office", "worn", "photocopy", "phone")
DPI, MOST_PAGES = 300, 3


@dataclass(frozen=True)
class Scan:
    """A page as a scanner gives it (PNG), and the truth about it."""

    png: bytes
    truth: dict[str, Any]


@dataclass(frozen=True)
class Stack:
    """One document: its name, level, values and pages."""

    name: str
    level: str
    meta: dict[str, Any]
    scans: tuple[Scan, ...]


def texts() -> Path | None:
    """The folder of texts to mix in, if there is one."""
    named = os.environ.get("HOSO_BENCH_TEXTS")
    return Path(named) if named else None


def set300() -> Iterator[Stack]:
    """The set of the study that goals are given for."""
    folder = texts()
    phrases = load_phrases(folder) if folder is not None else ()
    for index in range(21):
        yield _stack(7, index, "auto", phrases)


def own(documents: int = 21) -> Iterator[Stack]:
    """A second set: another seed, and typefaces that the first one seldom has."""
    families = ("liberation", "freeserif", "notoserif", "termes", "tinos")
    for index in range(documents):
        yield _stack(2026, index, families[index % len(families)], ())


def penned(documents: int = 21) -> Iterator[Stack]:
    """First pages whose number and day are drawn pen strokes, in blue, black and grey."""
    for index in range(documents):
        yield _stack(1971, index, "auto", (), pen=True, pages=1)


def _stack(
    seed: int, index: int, font: str, phrases: Any, *, pen: bool = False, pages: int = MOST_PAGES
) -> Stack:
    kinds = ("qd", "gp", "cv", "kh", "gcn", "tb")
    kind, level = kinds[index % len(kinds)], LEVELS[index % len(LEVELS)]
    made = paper(
        kind, level, document_seed(seed, index), DPI, font, name=f"{level}-{kind}-{index:04}",
        max_pages=pages, phrases=phrases, pen=pen,
    )  # fmt: skip
    scans = tuple(
        Scan(
            cv2.imencode(".png", page.image[..., 0] if page.bitonal else page.image)[1].tobytes(), page.truth
        )
        for page in made.pages
        if page.truth["kind"] == "content"
    )[: pages if pen else None]
    return Stack(made.name, level, made.meta, scans)
