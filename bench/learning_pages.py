"""The pages of the bench of learning as the engine read them, before the lexicon: read once, mended many times.

Kept in a folder (HOSO_BENCH_CACHE, else one under the system's temporary folder), a file a document, so that a run
that was cut off goes on, and what comes after the engine can be measured again without it.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from unittest.mock import patch

from bench import learning_office
from ocr import page as reader
from ocr.lines import Line
from ocr.values import PageReading, Word

BLOCK = 20
"""Documents that one process makes and reads before it takes the next."""


@dataclass(frozen=True)
class Engine:
    """A page after the engine: the reading without its mended words, and what those are made from."""

    reading: PageReading
    words: tuple[Word, ...]
    lines: tuple[Line, ...]
    truth: dict[str, Any]

    def mended(self, lesson: Any = None) -> PageReading:
        """The page as ``read_page`` gives it."""
        if self.reading.blank:
            return self.reading
        words = reader.mended_words(self.words, self.lines, *(() if lesson is None else (lesson.lexicon,)))
        return replace(self.reading, words=words, text=reader.text_by_line(words))


@dataclass(frozen=True)
class Scanned:
    """A document of the office: name, level, true values, pages."""

    name: str
    level: str
    meta: dict[str, Any]
    pages: tuple[Engine, ...]


def documents(count: int) -> list[Scanned]:
    """The first ``count`` documents, made and read by as many processes as there are cores."""
    folder = Path(os.environ.get("HOSO_BENCH_CACHE") or Path(gettempdir()) / "hoso-bench-learning")
    folder.mkdir(parents=True, exist_ok=True)
    missing = [index for index in range(count) if not (folder / f"{index:04}.pickle").exists()]
    parts = [(missing[at : at + BLOCK], folder) for at in range(0, len(missing), BLOCK)]
    if parts:
        with get_context("spawn").Pool(os.cpu_count()) as pool:
            for done, _ in enumerate(pool.imap_unordered(_make, parts), 1):
                print(f"  read {min(done * BLOCK, len(missing))} of {len(missing)} documents", flush=True)
    # Written by this program a moment ago, or by its earlier run.
    return [pickle.loads((folder / f"{index:04}.pickle").read_bytes()) for index in range(count)]


def _make(part: tuple[Sequence[int], Path]) -> None:
    os.environ["OMP_THREAD_LIMIT"] = "1"
    indexes, folder = part
    for index in indexes:
        coming = folder / f".{index:04}.{os.getpid()}"
        coming.write_bytes(pickle.dumps(_read(index)))
        coming.rename(folder / f"{index:04}.pickle")


def _read(index: int) -> Scanned:
    (stack,) = learning_office.stacks(index, index + 1)
    return Scanned(
        stack.name, stack.level, stack.meta, tuple(_engine(scan.png, scan.truth) for scan in stack.scans)
    )


def _engine(png: bytes, truth: dict[str, Any]) -> Engine:
    seen: list[tuple[Sequence[Word], Sequence[Line]]] = []

    def unmended(words: Sequence[Word], lines: Sequence[Line], *_: Any) -> tuple[Word, ...]:
        seen.append((words, lines))
        return tuple(words)

    with patch.object(reader, "mended_words", unmended):
        reading = reader.read_page(png, learning_office.DPI)
    words, lines = seen[-1] if seen else ((), ())
    return Engine(reading, tuple(words), tuple(lines), truth)
