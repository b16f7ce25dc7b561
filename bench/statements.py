"""How surely the statement of a copy is read from bad copies of its paper, how often the paper itself is recognised,
and what judging one picture costs.

``python -m bench.statements [--count N] [--levels scan,phone] [--neighbours]``: prints copies of N made-up licences
and certificates of ``tests.papers`` at 200 dpi, makes of each a paper of every level (photocopy: bi-tonal, specks,
skew to 2.5 degrees), and judges its picture as ``hoso verify --qr`` does. ``--neighbours``: also looks on each paper
for all numbers that differ from its own in one figure, as a statement taken from the paper next to it would name one.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from string import digits
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from ocr import pdfa
from ocr.values import PageReading
from signing import pki, statement_keys
from signing.copy import build, first_width
from signing.statement import PREFIX, masked, parse
from signing.statement_check import StatementReport
from signing.statement_paper import bears_code
from signing.terms import CopyBasis, CopyTerms, OriginalSummary
from tests.papers.bench import Bench
from tests.papers.generate import paper
from tests.papers.levels import LEVELS
from tests.signing.office import ADDRESS, AGENCY
from tests.signing.test_statement_on_paper import DPI, printed
from workers.jobs.seals import stated
from workers.jobs.squares import check_picture, looked_over, looks
from workers.jobs.values import Stated

AT = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
CODE = "H01.02.03"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--levels", default=",".join(LEVELS))
    parser.add_argument("--neighbours", action="store_true")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    print(f"{asked.count} papers a level; processor seconds a picture")
    print("level      statement  paper   median  most")
    with TemporaryDirectory() as name:
        folder = Path(name)
        pki.make(folder / "pki", AT)
        statement_keys.load(folder / "pki", CODE, AGENCY, AT)
        (folder / "keys.json").write_bytes(statement_keys.published(folder / "pki"))
        copies = [_copy(folder, seed) for seed in range(asked.count)]
        for level in asked.levels.split(","):
            reports, took, neighbours = [], [], [0, 0]
            for seed, drawn in enumerate(copies):
                sheet = Bench(
                    drawn.astype(np.float32), np.eye(3), random.Random(seed), np.random.RandomState(seed), DPI
                )
                made = np.clip(LEVELS[level](sheet, None), 0, 255).astype(np.uint8)
                (folder / "picture").write_bytes(cv2.imencode(".png", made)[1].tobytes())
                begun = time.process_time()
                reports.append(check_picture(folder / "picture", folder / "keys.json", AT))
                took.append(time.process_time() - begun)
                if asked.neighbours:
                    counts = _neighbours((folder / "picture").read_bytes())
                    neighbours = [sum(one) for one in zip(neighbours, counts, strict=True)]
            read = sum(one.statement is not None for one in reports)
            known = sum(one.reason == "OK" for one in reports)
            print(
                f"{level:10} {read:9} {known:6}   {median(took):6.2f} {max(took):5.2f}",
                _lacking(reports),
                f"neighbours taken {neighbours[0]} of {neighbours[1]}" if asked.neighbours else "",
                flush=True,
            )


def _copy(folder: Path, seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The first page of an unsealed copy of a licence or certificate, printed; its holder asked for it."""
    made = paper(("gp", "gcn")[seed % 2], "clean", seed=seed, dpi=DPI, max_pages=1)
    height, width = made.pages[0].image.shape[:2]
    picture = cv2.imencode(".png", made.pages[0].image)[1].tobytes()
    nothing = PageReading(width, height, DPI, 0, 0.0, True, "", (), (), "")
    told = pdfa.Metadata("Giấy phép", str(seed), AT, "hoso", {})
    original = pdfa.build([pdfa.PageImage(picture, DPI)], [nothing], told).pdf
    holder = made.meta["holder"]["name"]
    terms = CopyTerms(
        "12/SY-UBND", 2026, CopyBasis.ORIGINAL, AGENCY, holder, "bổ sung hồ sơ", ADDRESS, "7Q2M-9KXW-4TZB-R8CD", AT,
        OriginalSummary(hashlib.sha256(original).hexdigest(), AGENCY, "2026-11-20T08:00:00+07:00"),
    )  # fmt: skip
    what = Stated(made.meta["number_symbol"], masked(holder))
    text = stated(folder / "pki", CODE, terms, what, AT, first_width(original))
    return np.asarray(printed(build(original, replace(terms, statement=text)).pdf))[:, :, ::-1]


def _neighbours(picture: bytes) -> tuple[int, int]:
    """How many numbers that differ in one figure are found on the paper, of how many."""
    texts, sheet = looked_over(picture)
    text = next(one for one in texts if one.startswith(PREFIX))
    if sheet is None:
        raise ValueError("no statement on it")
    said, square = parse(text).statement, next(one for one in sheet.squares if one.text == text)
    read, code = list(looks(sheet, square, said.under)), said.document_code
    others = [
        code[:place] + figure + code[place + 1 :]
        for place, own in enumerate(code.split("/")[0])
        for figure in digits
        if figure != own
    ]
    return sum(any(bears_code(words, other) for words in read) for other in others), len(others)


def _lacking(reports: list[StatementReport]) -> str:
    """What was not recognised, and how often."""
    found = [one.checks[-1].detail or one.reason for one in reports if one.reason != "OK"]
    return ", ".join(f"{found.count(one)} x {one}" for one in sorted(set(found)))


if __name__ == "__main__":
    main()
