"""``./run bench [NAME …]``: measurements, printed with the commit and the machine. Never a test.

Names: ocr, layer, matching, learning, work, memory, search, renewal, seals, service, verifying, demo. Without one,
all of them.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable

from bench import (
    callers,
    demo,
    layer,
    learning,
    matching,
    memory,
    ocr,
    renewal,
    seals,
    search,
    verifying,
    work,
)

MEASURES: dict[str, Callable[[], None]] = {
    "ocr": ocr.measure,
    "layer": layer.measure,
    "matching": matching.measure,
    "learning": learning.measure,
    "work": work.measure,
    "memory": memory.measure,
    "search": search.measure,
    "renewal": renewal.measure,
    "service": callers.measure,
    "verifying": verifying.measure,
    "seals": seals.measure,
    "demo": demo.measure,
}


def main(names: list[str]) -> int:
    """Run the named measures. Gives the exit code."""
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        print(f"no such measure: {', '.join(unknown)}; there are {', '.join(MEASURES)}", file=sys.stderr)
        return 2
    print(f"commit {_output('git', 'rev-parse', '--short', 'HEAD')}{_dirty()}")
    print(f"machine {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{_output('tesseract', '--version').splitlines()[0]}, Python {platform.python_version()}")
    for name in names or MEASURES:
        print(f"\n== {name}", flush=True)
        MEASURES[name]()
    return 0


def _dirty() -> str:
    return " with changes" if _output("git", "status", "--porcelain", "--untracked-files=no") else ""


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
