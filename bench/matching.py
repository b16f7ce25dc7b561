"""How papers are matched to the lines of an office's list: right, wrong, asked, by how bad the reading is."""

from __future__ import annotations

import random
import time
from collections import Counter

from archive.matching import Fate, assign
from archive.weighing import Scale
from tests.offices import Months, Scanned, some_months

PAPERS = 500
SEEDS = (1, 2, 3)


def measure() -> None:
    """Batches of 500 papers each, three offices a row: shuffled, 5 % of the lines and of the papers missing."""
    print(f"{PAPERS} papers a batch, {len(SEEDS)} batches a row; share of letters misread | right, wrong, asked "
          "(right line among those shown), no line | seconds a batch")  # fmt: skip
    sure: Counter[tuple[str, bool]] = Counter()
    for noise in (0.0, 0.02, 0.05, 0.10):
        counts: Counter[str] = Counter()
        seconds = 0.0
        for seed in SEEDS:
            began = time.process_time()
            found = outcomes(some_months(seed, PAPERS, noise), seed, sure)
            seconds += time.process_time() - began
            counts += found
        total = sum(counts[name] for name in ("right", "wrong", "asked", "none"))
        shares = ", ".join(
            f"{name} {counts[name]} ({100 * counts[name] / total:.1f} %)" for name in ("right", "wrong")
        )
        print(f"  {100 * noise:4.0f} % | {shares}, asked {counts['asked']} ({counts['shown']}), none {counts['none']} "
              f"of which without a line {counts['rightly none']} | {seconds / len(SEEDS):.2f}")  # fmt: skip
    counts = wrong_list(2024)
    print(f"  list of another year: matched {counts['matched']} of {PAPERS} ({counts['surely']} at 0.9 or more), "
          f"asked {counts['open']}")  # fmt: skip
    for low, high in ((0.99, 1.0), (0.95, 0.99), (0.9, 0.95), (0.0, 0.9)):
        right, wrong = sure[f"{low}", True], sure[f"{low}", False]
        if right + wrong:
            print(f"  confidence {low:.2f} to {high:.2f}: {right} right, {wrong} wrong "
                  f"({100 * right / (right + wrong):.2f} %)")  # fmt: skip


def outcomes(months: Months, seed: int, sure: Counter[tuple[str, bool]]) -> Counter[str]:
    """What became of each paper of a batch from which some papers, and some lines of the list, are missing."""
    chance = random.Random(seed)
    lines = [one for one in months.lines if chance.random() >= 0.05]
    papers = [one for one in months.papers if chance.random() >= 0.05]
    chance.shuffle(papers)
    listed = {one.row for one in lines}
    scale = Scale(lines)
    verdicts = assign({one.name: scale.weigh(one.read) for one in papers}, len(lines), {})
    counts: Counter[str] = Counter()
    for one in papers:
        verdict = verdicts[one.name]
        if verdict.fate is Fate.MATCHED:
            right = verdict.row == one.row
            counts["right" if right else "wrong"] += 1
            sure[next(f"{low}" for low in (0.99, 0.95, 0.9, 0.0) if verdict.confidence >= low), right] += 1
        elif verdict.fate is Fate.OPEN:
            counts["asked"] += 1
            counts["shown"] += one.row in [row for row, _ in verdict.candidates]
        else:
            counts["none"] += 1
            counts["rightly none"] += one.row not in listed
    return counts


def wrong_list(year: int) -> Counter[str]:
    """The list of another year, with the same people and matters."""
    months = some_months(1, PAPERS)
    scale = Scale([_in_year(one, year) for one in months.lines])
    papers: list[Scanned] = months.papers
    verdicts = assign({one.name: scale.weigh(one.read) for one in papers}, len(months.lines), {})
    surely = sum(one.confidence >= 0.9 for one in verdicts.values())
    return Counter(one.fate.value for one in verdicts.values()) + Counter(surely=surely)


def _in_year(line, year):  # type: ignore[no-untyped-def]
    issued = line.values["issued_on"]
    return type(line)(line.row, line.cells, {**line.values, "issued_on": f"{year}{issued[4:]}"})
