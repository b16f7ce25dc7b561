"""What a command and all its descendants used: processor time and peak memory, by role."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

SET_CHILD_SUBREAPER = 36  # linux/prctl.h
SAMPLE_SECONDS = 0.02
ROOT = Path(__file__).parent.parent


@dataclass
class Usage:
    """Processor and wall seconds; peak resident memory in MiB by role (command, server, child, tesseract)."""

    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    peak_mib: dict[str, float] = field(default_factory=dict)


def hoso(home: Path, *arguments: str | Path, sample: bool = False) -> Usage:
    """Run a hoso command to its end and measure it with everything it started."""
    command = [sys.executable, "-m", "workers", *map(str, arguments)]
    return run(command, {**os.environ, "HOSO_HOME": str(home), "PYTHONPATH": str(ROOT)}, sample)


def run(command: Sequence[str], environment: dict[str, str] | None = None, sample: bool = False) -> Usage:
    """Run a command; orphans it leaves are waited for too, so their time counts."""
    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    usage = Usage()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, usage, done))
    if sample:
        watcher.start()
    code = process.wait()
    done.set()
    with suppress(ChildProcessError):
        while True:
            os.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if sample:
        watcher.join()
    usage.wall_seconds = time.monotonic() - started
    usage.cpu_seconds = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
    if code not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: exit {code}")
    return usage


def _watch(root: int, usage: Usage, done: threading.Event) -> None:
    while not done.wait(SAMPLE_SECONDS):
        for pid, depth, name in descendants(root):
            role = "tesseract" if name == "tesseract" else ("command", "server", "child")[min(depth, 2)]
            with suppress(OSError, IndexError, ValueError):
                status = Path(f"/proc/{pid}/status").read_text()
                peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
                usage.peak_mib[role] = max(usage.peak_mib.get(role, 0.0), peak)


def descendants(root: int) -> list[tuple[int, int, str]]:
    """Process id, depth below ``root`` and name of every living descendant, ``root`` first."""
    parents: dict[int, list[tuple[int, str]]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, IndexError, ValueError):
                line = (entry / "stat").read_text()
                name, rest = (
                    line[line.index("(") + 1 : line.rindex(")")],
                    line[line.rindex(")") + 2 :].split(),
                )
                parents.setdefault(int(rest[1]), []).append((int(entry.name), name))
    found, waiting = [(root, 0, "command")], [(root, 0)]
    while waiting:
        pid, depth = waiting.pop()
        for child, name in parents.get(pid, []):
            found.append((child, depth + 1, name))
            waiting.append((child, depth + 1))
    return found
