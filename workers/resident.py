"""Children that stay: each runs several jobs at once and keeps what is dear to open, such as a seal's key.

For jobs that mostly wait for somebody else (timestamps, tokens, remote signers), on files of our own making. What a
job does to its child it does to its neighbours too; so when a child dies or runs out of memory, everybody who was in
it is run once more, alone in a limited child of the usual kind, and the guilty one fails there by itself.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from typing import Any

from workers.outcomes import Outcome, confine, given, outcome, too_long

AT_ONCE = 6
"""Jobs in one child. Sealing waits 200 ms for timestamps that take 100 ms and computes for some 50: five keep a core
busy, measured by ``./run bench seals``."""

MOST_JOBS = 2000
"""Then a child makes room for a fresh one: whatever leaks, leaks so far."""

Alone = Callable[..., Any]
"""Children.run."""


class _Gone(Exception):
    """The child has ended without an answer."""


class Resident:
    """At most ``slots`` children of this kind, begun when they are needed, ended with this process."""

    def __init__(self, processes: ForkServerContext, slots: int, memory_bytes: int, alone: Alone) -> None:
        self._processes, self._slots, self._memory_bytes, self._alone = processes, slots, memory_bytes, alone
        self.places = slots * AT_ONCE
        self._free = threading.BoundedSemaphore(self.places)
        self._choosing = threading.Lock()
        self._children: list[_Child] = []

    def run(self, seconds: float, module: str, name: str, *arguments: Any) -> Any:
        """The result of the function ``name`` of ``module``, which must stand others beside it on other threads.

        Waits for a free place. Raises as Children.run does.
        """
        with self._free:
            child = self._least_busy()
            answer = child.ask(module, name, arguments)
            try:
                found = answer.result(seconds)
            except TimeoutError:
                child.kill()
                raise too_long(name, seconds) from None
            except _Gone:
                found = ("memory", "")
            finally:
                child.left()
        if found[0] == "memory":
            child.kill()
            return self._alone(seconds, module, name, *arguments)
        return given(found, name)

    def _least_busy(self) -> _Child:
        with self._choosing:
            self._children = [one for one in self._children if one.takes_more]
            chosen = min(self._children, key=lambda one: one.busy, default=None)
            if chosen is None or (chosen.busy and len(self._children) < self._slots):
                chosen = _Child(self._processes, self._memory_bytes)
                self._children.append(chosen)
            chosen.entered()
            return chosen


class _Child:
    """One process, the questions that are open in it, and a thread here that takes its answers."""

    def __init__(self, processes: ForkServerContext, memory_bytes: int) -> None:
        self._link, theirs = processes.Pipe()
        self._process = processes.Process(target=_serve, args=(theirs, memory_bytes), daemon=True)
        self._process.start()
        theirs.close()
        self._lock = threading.Lock()
        self._open: dict[int, Future[Outcome]] = {}
        self._asked, self.busy, self._ended = 0, 0, False
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def takes_more(self) -> bool:
        """Whether it lives and may be given another job."""
        with self._lock:
            return not self._ended and self._asked < MOST_JOBS

    def entered(self) -> None:
        """Somebody is about to ask."""
        with self._lock:
            self.busy += 1

    def left(self) -> None:
        """Somebody has got his answer, or none; the last one who leaves a child that takes no more ends it."""
        with self._lock:
            self.busy -= 1
            over = self.busy == 0 and self._asked >= MOST_JOBS
        if over:
            self.kill()

    def ask(self, module: str, name: str, arguments: tuple[Any, ...]) -> Future[Outcome]:
        """Have the job run. The future may fail with _Gone."""
        answer: Future[Outcome] = Future()
        with self._lock:
            if self._ended:
                answer.set_exception(_Gone())
                return answer
            self._asked += 1
            self._open[self._asked] = answer
            with suppress(OSError):  # it has just ended: whoever listens says so
                self._link.send((self._asked, module, name, arguments))
        return answer

    def _listen(self) -> None:
        with suppress(EOFError, OSError):
            while True:
                number, found = self._link.recv()
                with self._lock:
                    answer = self._open.pop(number)
                answer.set_result(found)
        with self._lock:
            self._ended = True
            left, self._open = list(self._open.values()), {}
        for answer in left:
            answer.set_exception(_Gone())
        self._process.join()
        self._link.close()

    def kill(self) -> None:
        """End it at once, with all that goes on in it and all that its jobs have started."""
        with self._lock:
            if self._ended or self._process.pid is None:
                return
            self._ended = True
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()


def _serve(link: Connection, memory_bytes: int) -> None:
    """In the child: run what is asked on threads until nobody can ask any more."""
    confine(memory_bytes)
    answering = threading.Lock()

    def work(number: int, module: str, name: str, arguments: tuple[Any, ...]) -> None:
        found = outcome(module, name, arguments)
        with answering:
            try:
                link.send((number, found))
            except OSError:
                os._exit(1)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        while True:
            try:
                asked = link.recv()
            except (EOFError, OSError):
                os._exit(0)  # the process that asked is gone; nobody waits for what is still at work
            threads.submit(work, *asked)
