"""Reading, beside plain Tesseract and OCRmyPDF on the same pages in one run: errors, fields, processor time.

Processor time is of everything: decoding the picture, preparing, reading, correcting, drawing out the fields; for the
others of their whole command. Nothing runs beside anything else.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from rapidfuzz import fuzz

from bench import pages
from bench.pages import DPI, IN_ORDER, Scan, Stack
from bench.scoring import Placed, Score, placed, score
from ocr.fields import extract
from ocr.page import read_page
from ocr.values import FIELD_NAMES, Field
from tests.papers.output import pdf_of
from tests.papers.values import expected, same

MACHINE_FIELDS = (
    "code", "issued_on", "doc_type", "issuer", "subject", "signer_name", "holder_id", "holder_tax_code",
    "procedure_code",
)  # fmt: skip
"""The fields that goals are given for."""

ALIKE = 90
"""From this likeness (0 to 100) a value counts as nearly right."""


def measure() -> None:
    """Print it for both sets."""
    if pages.texts() is None:
        print("set300 without the texts of the study (HOSO_BENCH_TEXTS is not set)")
    for name, made in (("set300", pages.set300), ("own", pages.own)):
        stacks = list(made())
        print(f"\n{name}: {len(stacks)} documents, {sum(len(one.scans) for one in stacks)} pages, {DPI} dpi")
        others = {"plain Tesseract": _plain(stacks), "OCRmyPDF": _ocrmypdf(stacks)}
        _print(stacks, {**{k: v for k, v in others.items() if v}, "hoso": _ours(stacks)})
    stacks = list(pages.penned())
    print(f"\nnumber and day with drawn pen strokes: {len(stacks)} first pages, {DPI} dpi")
    _print_by_hand(
        stacks, {one.name: extract([read_page(scan.png, DPI) for scan in one.scans]) for one in stacks}
    )


Read = tuple[dict[str, list[list[Placed]]], float]
"""The words of each page by document, and processor seconds in all."""


def _cpu() -> float:
    return sum(
        one.ru_utime + one.ru_stime
        for one in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _plain(stacks: Sequence[Stack]) -> Read:
    found: dict[str, list[list[Placed]]] = defaultdict(list)
    spent = 0.0
    with TemporaryDirectory() as folder:
        picture = Path(folder) / "page.png"
        for name, scan in _scans(stacks):
            picture.write_bytes(scan.png)
            began = _cpu()
            command = ["tesseract", str(picture), "-", "-l", "vie", "--psm", "3", "--dpi", str(DPI), "tsv"]
            told = subprocess.run(
                command, capture_output=True, check=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"}
            )
            spent += _cpu() - began
            rows = [line.split("\t") for line in told.stdout.decode().splitlines()]
            found[name].append([
                (row[11], int(row[6]) + int(row[8]) / 2, int(row[7]) + int(row[9]) / 2)
                for row in rows if row[0] == "5"
            ])  # fmt: skip
    return found, spent


WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')


def _ocrmypdf(stacks: Sequence[Stack]) -> Read | None:
    program = shutil.which(
        "ocrmypdf", path=os.pathsep.join((str(Path(sys.executable).parent), *os.get_exec_path()))
    )
    if program is None:
        print("OCRmyPDF is not installed: no comparison with it")
        return None
    found: dict[str, list[list[Placed]]] = {}
    spent = 0.0
    with TemporaryDirectory() as folder:
        source, done = Path(folder) / "in.pdf", Path(folder) / "out.pdf"
        for stack in stacks:
            source.write_bytes(pdf_of([scan.png for scan in stack.scans], DPI))
            began = _cpu()
            subprocess.run(
                [program, "-l", "vie", "-j", "1", "-q", str(source), str(done)],
                check=True, capture_output=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            )  # fmt: skip
            spent += _cpu() - began
            told = subprocess.run(["pdftotext", "-bbox", str(done), "-"], capture_output=True, check=True)
            parts = told.stdout.decode().split("<page ")[1:]
            found[stack.name] = [[_of_pdf(match) for match in WORD.finditer(part)] for part in parts]
    return found, spent


def _of_pdf(match: re.Match[str]) -> Placed:
    x0, y0, x1, y1 = (float(match[place]) * DPI / 72 for place in range(1, 5))
    return unescape(match[5]), (x0 + x1) / 2, (y0 + y1) / 2


def _scans(stacks: Sequence[Stack]) -> Iterator[tuple[str, Scan]]:
    return ((stack.name, scan) for stack in stacks for scan in stack.scans)


def _ours(stacks: Sequence[Stack]) -> Read:
    first = stacks[0].scans[0]
    extract([read_page(first.png, DPI)])  # what a process does once, and children find done
    found: dict[str, list[list[Placed]]] = {}
    fields: dict[str, tuple[Field, ...]] = {}
    began = _cpu()
    for stack in stacks:
        readings = [read_page(scan.png, DPI) for scan in stack.scans]
        fields[stack.name] = extract(readings)
        found[stack.name] = [placed(reading) for reading in readings]
    spent = _cpu() - began
    _print_fields(stacks, fields)
    _print_curve(stacks, fields)
    return found, spent


def _print(stacks: Sequence[Stack], read: dict[str, Read]) -> None:
    print(f"{'character errors, %':18}" + "".join(f"{level:>11}" for level in (*IN_ORDER, "all"))
          + f"{'marks only':>12}{'spurious':>10}{'s a page':>10}")  # fmt: skip
    count = sum(len(stack.scans) for stack in stacks)
    for name, (found, spent) in read.items():
        scores: dict[str, Score] = defaultdict(Score)
        for stack in stacks:
            for scan, words in zip(stack.scans, found[stack.name], strict=True):
                one = score(scan.truth, words)
                scores[stack.level].add(one)
                scores["all"].add(one)
        told = "".join(f"{scores[level].percent:11.2f}" for level in (*IN_ORDER, "all"))
        whole = scores["all"]
        print(f"{name:19}{told}{whole.marks_percent:11.0f}%{100 * whole.spurious / whole.characters:9.2f}%"
              f"{spent / count:10.2f}", flush=True)  # fmt: skip


def _print_fields(stacks: Sequence[Stack], fields: dict[str, tuple[Field, ...]]) -> None:
    def share(chosen: Callable[[Stack], bool], names: Sequence[str] | None, printed: bool) -> str:
        asked, right, nearly = 0, 0, 0
        for stack in filter(chosen, stacks):
            read = {one.name: one.value for one in fields[stack.name]}
            for name, value in expected(stack.meta).items():
                if (names is not None and name not in names) or (printed and _by_hand(stack, name)):
                    continue
                asked += 1
                right += same(read.get(name), value)
                nearly += fuzz.ratio(str(read.get(name)), str(value)) >= ALIKE
        return f"{right} of {asked} exact ({100 * right / max(1, asked):.1f} %), {nearly} nearly"

    usual = ("scan", "office")
    print(
        f"fields, scan and office, machine-printed: {share(lambda one: one.level in usual, MACHINE_FIELDS, True)}"
    )
    print(f"fields, all levels: {share(lambda _: True, None, True)}; "
          f"with those filled in by hand: {share(lambda _: True, None, False)}")  # fmt: skip
    wrong: Counter[str] = Counter()
    for stack in stacks:
        read = {one.name: one.value for one in fields[stack.name]}
        wrong.update(
            n for n, v in expected(stack.meta).items() if not same(read.get(n), v) and not _by_hand(stack, n)
        )
    print("  wrong: " + ", ".join(f"{name} {count}" for name, count in wrong.most_common()))
    _print_by_hand(stacks, fields)


def _print_by_hand(stacks: Sequence[Stack], fields: dict[str, tuple[Field, ...]]) -> None:
    """What became of values written with a pen, and which printed ones were taken for such."""
    by_hand: Counter[str] = Counter()
    flagged = printed = 0
    for stack in stacks:
        read = {one.name: one for one in fields[stack.name]}
        for name in ("number", "issued_on"):
            one, meant = read.get(name), expected(stack.meta)[name]
            if not _by_hand(stack, name):
                printed += 1
                flagged += one is not None and one.by_hand
            elif one is None or one.by_hand:
                by_hand["not found" if one is None else "left to a person with its place"] += 1
            else:
                by_hand["read right" if same(one.value, meant) else "guessed wrong"] += 1
    told = ", ".join(f"{name} {count}" for name, count in by_hand.most_common())
    print(f"  by hand, {by_hand.total()} numbers and dates: {told}")
    print(f"  printed ones taken for handwriting: {flagged} of {printed}")


STEPS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)


def _print_curve(stacks: Sequence[Stack], fields: dict[str, tuple[Field, ...]]) -> None:
    """How often values of each confidence are right; the goal is 99 of 100 above 0.9. A value for what the paper does
    not have is wrong; of a form's own fields, beyond those of the contract, the generator tells no truth."""
    told = []
    for least, most in pairwise(STEPS):
        right, count = 0, 0
        for stack in stacks:
            meant = expected(stack.meta)
            for one in fields[stack.name]:
                if one.name == "page_count" or one.name not in FIELD_NAMES or one.by_hand:
                    continue
                if least <= one.confidence < most:
                    count += 1
                    right += same(one.value, meant.get(one.name))
        told.append(f"{least:.2f}+ {right} of {count}" + (f" ({100 * right / count:.1f} %)" if count else ""))
    print("  right by confidence: " + ", ".join(told))


def _by_hand(stack: Stack, name: str) -> bool:
    """Whether the value was filled in with a pen: the number and what it is part of, the date."""
    line = {"number": "number_symbol", "code": "number_symbol", "issued_on": "place_date"}.get(name)
    return any(one.get("by_hand") and one.get("field") == line for one in stack.scans[0].truth["lines"])
