"""Children: one short-lived process a job, limited in memory and time, for everything that touches foreign bytes.

They are forked from a server process that has the libraries loaded, so a child costs milliseconds; a child that
crashes, hangs or eats memory takes nothing down but its own job.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from workers.outcomes import ChildFailed, confine, given, outcome, too_long
from workers.resident import Resident

__all__ = ["ChildFailed", "Children"]

MIB = 1 << 20
GRACE_SECONDS = 5
"""How long a child that has answered may take to end."""


class Children:
    """Runs jobs in children, at most ``slots`` at a time; further callers wait their turn."""

    def __init__(self, slots: int, memory_mib: int, preload: Sequence[str]) -> None:
        """``preload``: modules of jobs, loaded once by the server that children are forked from."""
        self.slots = slots
        self._memory_bytes = memory_mib * MIB
        self._free = threading.BoundedSemaphore(slots)
        # One thread a process, everywhere: with more, processes on the same cores slow each other down fourfold
        # (measured, ocr.md 5). Set before the server starts, so that every child has it.
        for name in ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
            os.environ[name] = "1"
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload(["__main__", *preload])
        self.resident = Resident(self._processes, slots, self._memory_bytes, self.run)

    def start(self) -> None:
        """Load the server now, in the background, so that the first job does not wait two seconds for it (measured)."""
        forkserver.ensure_running()

    def run(self, seconds: float, module: str, name: str, *arguments: Any) -> Any:
        """The result of the function ``name`` of ``module``; arguments and result can be pickled.

        Raises what the job raised if it was a Problem, otherwise ChildFailed: CHILD_TIME_LIMIT,
        CHILD_MEMORY_LIMIT, CHILD_CRASHED (died of a signal), CHILD_FAULT (any other error).
        The job is named, not passed, so that this process never loads what the job needs.
        """
        with self._free:
            ours, theirs = self._processes.Pipe(duplex=False)
            child = self._processes.Process(
                target=_serve, args=(theirs, self._memory_bytes, module, name, arguments), daemon=True
            )
            child.start()
            theirs.close()
            try:
                return _await(ours, child, seconds, name)
            finally:
                ours.close()
                _end(child)


def _serve(answer: Connection, memory_bytes: int, module: str, name: str, arguments: tuple[Any, ...]) -> None:
    confine(memory_bytes)
    answer.send(outcome(module, name, arguments))
    answer.close()


def _await(answer: Connection, child: BaseProcess, seconds: float, name: str) -> Any:
    if not answer.poll(seconds):
        raise too_long(name, seconds)
    try:
        found = answer.recv()
    except EOFError:
        child.join(GRACE_SECONDS)
        code = child.exitcode or 0
        if code == -signal.SIGPROF:  # the limit that the job set itself
            raise ChildFailed(
                "CHILD_TIME_LIMIT",
                f"Công việc {name} vượt quá thời gian xử lý cho phép",
                f"Job {name} took more processor time than it may",
            ) from None
        how = signal.Signals(-code).name if code < 0 else f"exit {code}"
        raise ChildFailed(
            "CHILD_CRASHED", f"Tiến trình {name} đã chết ({how})", f"The process of job {name} died ({how})"
        ) from None
    return given(found, name)


def _end(child: BaseProcess) -> None:
    deadline = time.monotonic() + GRACE_SECONDS
    if child.exitcode is None and child.pid is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.kill()
    child.join(max(0.0, deadline - time.monotonic()))
    child.close() if child.exitcode is not None else None
