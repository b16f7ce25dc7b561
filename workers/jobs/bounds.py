"""What judging one file may take, by its size: a small file that asks for much is hostile, a big scan is not.

Set by the child on itself, on top of the limits every child has. Processor time, not the clock's: an honest file is
not refused because the machine is busy. Memory is what the child may take besides what it was forked with (RLIMIT_DATA:
the address space of loaded libraries says nothing about a file).
"""

from __future__ import annotations

import resource
import signal
from pathlib import Path

MIB = 1 << 20
SECONDS = 1.7
"""Of processor time for any file; a sealed record takes 0.05, an honest one of 1000 pages 1.3 (measured)."""

SECONDS_A_MIB = 0.02
"""Reading and hashing take a fiftieth of it (measured); what costs is objects, and honest ones come with bytes."""

ROOM_MIB = 120
"""Besides the file itself twice: as read, and cut back to what a signature covers."""


def bound(size: int) -> None:
    """Limit this process to what a file of ``size`` bytes may take.

    Past the time it dies of SIGPROF, past the memory it gets MemoryError.
    """
    _less(resource.RLIMIT_DATA, _data_bytes() + 2 * size + ROOM_MIB * MIB)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, SECONDS + SECONDS_A_MIB * size / MIB)


def _less(which: int, limit: int) -> None:
    hard = resource.getrlimit(which)[1]
    resource.setrlimit(which, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _data_bytes() -> int:
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0
