"""How surely the statement of a copy is read from bad copies of its paper, and what reading one picture costs.

``python -m bench.statements [--count N]``: prints a copy of a made-up record at 200 dpi, reads its band from N papers
of every level of ``tests.papers`` (photocopy: bi-tonal, specks, skew to 2.5 degrees).
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from signing.squares import texts_of
from signing.statement import PREFIX
from tests.papers.bench import Bench
from tests.papers.levels import LEVELS
from tests.signing.office import ADDRESS, open_office
from tests.signing.test_statement_on_paper import DPI, printed, stated


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=40)
    count = parser.parse_args().count
    cv2.setNumThreads(1)
    with TemporaryDirectory() as folder:
        pdf, text = stated(open_office(Path(folder) / "pki"))
    picture = printed(pdf)
    band = np.asarray(picture.crop((0, 0, picture.width, picture.height // 3)))[:, :, ::-1]
    print(f"{len(text)} characters; {count} papers a level")
    print("level      statement  address   processor seconds a picture (median)")
    for level, made_as in LEVELS.items():
        both, took = [0, 0], []
        for seed in range(count):
            sheet = Bench(
                band.astype(np.float32), np.eye(3), random.Random(seed), np.random.RandomState(seed), DPI
            )
            made = np.clip(made_as(sheet, None), 0, 255).astype(np.uint8)
            data = cv2.imencode(".png", made)[1].tobytes()
            begun = time.process_time()
            found = texts_of(data, PREFIX)
            took.append(time.process_time() - begun)
            both = [both[0] + (text in found), both[1] + (ADDRESS in found)]
        print(f"{level:10} {both[0]:9} {both[1]:8}   {median(took):.2f}")


if __name__ == "__main__":
    main()
