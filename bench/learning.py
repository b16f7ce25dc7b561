"""Learning over 500 documents of one office, in blocks of 100: block k is read with what blocks before it taught.

A reviewer is simulated from the truth: every field that is wrong is corrected, one that is not on the paper is struck
out, and each paper is approved; running text stays as it was read. The engine reads each page once; with and without
learning differ in what comes after it. The bodies are put together by a small grammar, so what is learned of running
text is flattered: lines of the head and the foot, which bear the office's own names, are counted apart.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.learning_pages import Scanned, documents
from bench.scoring import Score, placed, score
from ocr.fields import extract
from ocr.lessons.file import Taught, load, to_bytes
from ocr.lessons.learn import learned
from ocr.lessons.values import Approved
from ocr.values import FIELD_NAMES, Field, PageReading
from tests.papers.values import expected, same

COUNT, BLOCK = 500, 100
OWN = ("hdr_left", "sign", "recip")
"""Blocks of the page that bear the office's own names."""

LEARNABLE = (
    "issuer", "parent_issuer", "notation", "code", "place", "signer_name", "signer_title", "recipients", "subject",
    "legal_bases",
)  # fmt: skip


@dataclass
class Result:
    """What one way of reading gave for one block."""

    text: Score = field(default_factory=Score)
    own: Score = field(default_factory=Score)
    fields: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    sure: int = 0
    sure_wrong: int = 0
    mended: int = 0
    spoiled: int = 0
    seconds: float = 0.0


def measure() -> None:
    """Print it."""
    read = documents(int(os.environ.get("HOSO_BENCH_DOCUMENTS", COUNT)))
    pages = sum(len(one.pages) for one in read)
    print(f"{len(read)} documents, {pages} pages of one office, 200 dpi, blocks of {BLOCK}")
    print(f"{'':10}{'character errors, %':>24}{'head and foot, %':>22}{'fields wrong, %':>22}{'added':>10}")
    print(f"{'block':10}{'without':>14}{'with':>10}{'without':>12}{'with':>10}{'without':>12}{'with':>10}{'ms/page':>10}"
          f"{'put right':>11}{'spoiled':>9}{'above 0.9 wrong, without and with':>36}")  # fmt: skip
    records: list[Approved] = []
    whole = Result(), Result()
    lesson: Taught | None = None
    with TemporaryDirectory() as folder:
        for start in range(0, len(read), BLOCK):
            block = read[start : start + BLOCK]
            if records:
                began = time.process_time()
                file = Path(folder) / "lesson"
                file.write_bytes(to_bytes(learned(records)))
                spent = time.process_time() - began
                lesson = load(file)
                print(f"  lesson of {len(records)} papers: {file.stat().st_size >> 10} KiB, made in {spent:.2f} s, "
                      f"loaded and joined in {_loading(file):.1f} ms")  # fmt: skip
            plain, better = Result(), Result()
            for one in block:
                kept = _read(one, None, plain)
                after = _read(one, lesson, better) if lesson is not None else kept
                _compare(one, kept[1], after[1], better)
                records.append(_approved(one, *after))
            if lesson is None:
                better = plain
            _print(f"{start}-{start + len(block)}", plain, better, sum(len(one.pages) for one in block))
            for total, part in zip(whole, (plain, better), strict=True):
                _add(total, part)
    _print("all", *whole, pages)
    names = [name for name in LEARNABLE if whole[0].wrong[name] or whole[1].wrong[name]]
    print("wrong by field, without and with: " + ", ".join(
        f"{name} {whole[0].wrong[name]} {whole[1].wrong[name]}" for name in names))  # fmt: skip


def _loading(file: Path) -> float:
    """Milliseconds to load and join a lesson, as a child does once."""
    times = []
    for _ in range(5):
        began = time.process_time()
        _ = load(file).lexicon
        times.append(1000 * (time.process_time() - began))
    return sorted(times)[2]


def _read(
    one: Scanned, lesson: Taught | None, into: Result
) -> tuple[tuple[PageReading, ...], tuple[Field, ...]]:
    began = time.process_time()
    pages = tuple(page.mended(lesson) for page in one.pages)
    # Of a form's own fields the generator tells no truth, and what a pen wrote is for a person either way.
    found: Sequence[Field] = [f for f in extract(pages) if f.name in FIELD_NAMES]
    if lesson is not None:
        found = lesson.fields(found, pages)
    into.seconds += time.process_time() - began
    for page, engine in zip(pages, one.pages, strict=True):
        words = placed(page)
        into.text.add(score(engine.truth, words))
        own = [line for line in engine.truth["lines"] if line["block"] in OWN]
        into.own.add(score({**engine.truth, "lines": own}, words))
    meant = expected(one.meta)
    got = {field.name: field for field in found}
    for name in sorted({*meant, *got} - {"page_count"} - {f.name for f in found if f.by_hand}):
        right = name in got and name in meant and same(got[name].value, meant[name])
        into.fields += 1
        into.wrong[name] += not right
        if name in got and got[name].confidence > 0.9:
            into.sure += 1
            into.sure_wrong += not right
    return pages, tuple(found)


def _compare(one: Scanned, before: Sequence[Field], after: Sequence[Field], into: Result) -> None:
    """Fields that learning put right, and that it spoiled."""
    meant = expected(one.meta)
    was, now = ({field.name: field.value for field in found} for found in (before, after))
    for name, value in meant.items():
        right = same(was.get(name), value), same(now.get(name), value)
        into.mended += right == (False, True)
        into.spoiled += right == (True, False)


def _approved(one: Scanned, pages: tuple[PageReading, ...], found: Sequence[Field]) -> Approved:
    """The record after a reviewer who overlooks nothing."""
    meant = {name: _values(value) for name, value in expected(one.meta).items()}
    got = {field.name: field for field in found}
    before = {
        name: _values(got[name].value) if name in got else ()
        for name in sorted({*meant, *got})
        if name not in got or name not in meant or not same(got[name].value, expected(one.meta)[name])
    }
    boxes = {f.name: (f.page, f.box) for f in found if f.page is not None and f.box is not None}
    suggested = frozenset(f.name for f in found if f.read is not None and f.name not in before)
    values = {**meant, **{name: () for name in before if name not in meant}}
    return Approved(values, before, boxes, pages, suggested)


def _values(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)


def _add(total: Result, part: Result) -> None:
    total.text.add(part.text)
    total.own.add(part.own)
    total.fields += part.fields
    total.wrong += part.wrong
    total.sure += part.sure
    total.sure_wrong += part.sure_wrong
    total.mended += part.mended
    total.spoiled += part.spoiled
    total.seconds += part.seconds


def _print(name: str, plain: Result, better: Result, pages: int) -> None:
    def wrong(one: Result) -> float:
        return 100 * sum(one.wrong.values()) / max(1, one.fields)

    added = 1000 * (better.seconds - plain.seconds) / max(1, pages)
    print(f"{name:10}{plain.text.percent:14.2f}{better.text.percent:10.2f}{plain.own.percent:12.2f}"
          f"{better.own.percent:10.2f}{wrong(plain):12.1f}{wrong(better):10.1f}{added:10.1f}{better.mended:11}"
          f"{better.spoiled:9}{plain.sure_wrong:14} of {plain.sure:4}{better.sure_wrong:8} of {better.sure:4}",
          flush=True)  # fmt: skip
