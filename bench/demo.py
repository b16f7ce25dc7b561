"""Time from ``./run demo`` on a fresh clone to the first sealed PDF. System packages are there already."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.processes import ROOT


def measure() -> None:
    """Clone the last commit, run the demo, watch for the first seal."""
    with TemporaryDirectory() as folder:
        clone = Path(folder) / "hoso"
        subprocess.run(["git", "clone", "--quiet", "--local", str(ROOT), str(clone)], check=True)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("HOSO_")}
        started = time.monotonic()
        process = subprocess.Popen(
            [str(clone / "run"), "demo"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert process.stderr is not None
        work = first = 0.0
        for line in process.stderr:
            if not work and line.startswith("hoso run"):
                work = time.monotonic() - started
            if not first and "seal: done" in line:
                first = time.monotonic() - started
        code = process.wait()
        print(f"set-up (virtual environment, packages from pip's cache or index): {work:.1f} s")
        print(
            f"first sealed PDF after {first:.1f} s; whole demo {time.monotonic() - started:.1f} s (exit {code})"
        )
