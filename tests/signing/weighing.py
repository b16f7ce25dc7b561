"""Judging in a child that also says what it took. Loaded by children: light."""

from __future__ import annotations

import resource
from datetime import datetime
from pathlib import Path

from signing.report import SealReport
from workers.jobs.seals import check_file

MIB = 1 << 20


def weighed(pdf: Path, keys: Path | None, at: datetime) -> tuple[SealReport, float, float]:
    """The report, the most memory the child ever held (VmHWM, MiB, with all it was forked with), its processor time."""
    report = check_file(pdf, keys, at, None)
    return report, _peak_mib(), sum(resource.getrusage(resource.RUSAGE_SELF)[:2])


def _peak_mib() -> float:
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmHWM")
