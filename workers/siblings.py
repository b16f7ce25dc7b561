"""More processes of one service: they take requests from the same listening socket, and end when the first one does."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable

STOP_SECONDS = 30.0


class Siblings:
    """Processes that serve beside this one. Their standard input is the thread of life: it closes with this process,
    however that ends."""

    def __init__(self, count: int, socket_number: int) -> None:
        command = [sys.executable, "-m", "workers", "serve", "--inherited-socket", str(socket_number)]
        self._running = [
            subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=(socket_number,)) for _ in range(count)
        ]

    def watch(self, ended: Callable[[], None]) -> None:
        """Call ``ended`` when one of them ends: a service does not go on with half of its hands."""

        def wait(one: subprocess.Popen[bytes]) -> None:
            one.wait()
            ended()

        for one in self._running:
            threading.Thread(target=wait, args=(one,), daemon=True).start()

    def stop(self) -> None:
        """End them; what they have begun they finish as a single process does."""
        for one in self._running:
            if one.stdin is not None:
                one.stdin.close()
        for one in self._running:
            try:
                one.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()


def live_with_parent(end: Callable[[], None]) -> None:
    """In a sibling: call ``end`` when the first process is gone or says so."""

    def wait() -> None:
        sys.stdin.buffer.read()
        end()

    threading.Thread(target=wait, daemon=True).start()
