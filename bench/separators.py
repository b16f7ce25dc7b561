"""How surely separator sheets are told from other pages, and what looking for them costs.

``python -m bench.separators BATCH.pdf...``: batches of ``tests.papers.generate --batch``, with ``batch.json`` beside.
Prints, for each level, separators found, blanks found, and content pages taken for something else.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2

from archive.roles import Role
from ingest.inspection import Inspection, Limits
from ingest.pdf import inspect_pdf
from ingest.roles import with_role

LIMITS = Limits(least_dpi=100, wanted_dpi=200, most_pages=2000, most_megapixels=100, most_mib=2000)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("batches", nargs="+", type=Path)
    cv2.setNumThreads(1)
    counts: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    seconds: dict[str, list[float]] = defaultdict(list)
    for batch in parser.parse_args().batches:
        truth = json.loads(batch.with_suffix(".json").read_text("utf-8"))
        with TemporaryDirectory() as folder:
            found: Inspection = inspect_pdf(batch, Path(folder), LIMITS)
            for number, (page, told) in enumerate(zip(found.pages, truth, strict=True), 1):
                begun = time.process_time()
                role = with_role(page, found.signed_already, LIMITS.tesseract).role
                seconds[told["kind"]].append(time.process_time() - begun)
                level = told["doc"].split("-")[0]
                counts[level][told["kind"], role.value] += 1
                if told["kind"] != role.value:
                    print(
                        f"{batch}: page {number} ({level}, turned {told['rotation']}): {told['kind']} as {role}"
                    )
    print("level       separators     blanks  content taken for: blank  separator")
    for level, of in {**counts, "all": sum(counts.values(), Counter())}.items():
        kinds = {
            kind: sum(n for (was, _), n in of.items() if was == kind)
            for kind in ("separator", "blank", "content")
        }
        taken = of["content", Role.SEPARATOR.value] + of["content", Role.COVER.value]
        print(
            f"{level:10} {of['separator', 'separator']:6} of {kinds['separator']:3} {of['blank', 'blank']:4} of "
            f"{kinds['blank']:3}      {of['content', 'blank']:6}  {taken:9}"
            f" of {kinds['content']}"
        )
    for kind, took in seconds.items():
        print(f"{kind}: {sum(took) / len(took):.3f} s of processor time a page, at most {max(took):.3f} s")


if __name__ == "__main__":
    main()
