"""Redis (Debian ``redis-server``): in memory, or with the append-only file that makes it keep what it was told."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.daemon import Daemon, a_folder
from tests.servers.missing import program
from tests.servers.ports import LOOPBACK, on_free_ports


@dataclass(frozen=True)
class RunningRedis:
    """A server at ``url`` (``redis://…/0``)."""

    url: str
    daemon: Daemon
    port: int

    def kill(self) -> None:
        """SIGKILL. Without the append-only file everything is lost (measured: 299 of 300 messages)."""
        self.daemon.kill()

    def stop(self) -> None:
        """Ask it to end."""
        self.daemon.stop()

    def start(self) -> None:
        """Start again on the same folder and wait until it has read its file. Raises NotStarted."""
        self.daemon.start()
        self.daemon.wait(self._ready)

    def _ready(self) -> bool:
        # It listens before it has read its file, and answers LOADING until then.
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(7) == b"+PONG\r\n"
        except OSError:
            return False


@contextmanager
def running(*, append_only: bool = True) -> Iterator[RunningRedis]:
    """A fresh server."""
    binary = program("redis-server", "redis-server")
    with a_folder("redis") as folder:
        server = on_free_ports(lambda ports: _start(binary, folder, ports[0], append_only))
        try:
            yield server
        finally:
            server.stop()


def _start(binary: str, folder: Path, port: int, append_only: bool) -> RunningRedis:
    options = {
        "bind": LOOPBACK,
        "port": str(port),
        "dir": str(folder),
        "daemonize": "no",
        "save": "",
        "appendonly": "yes" if append_only else "no",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    server = RunningRedis(f"redis://{LOOPBACK}:{port}/0", Daemon("redis", (binary, *arguments), folder), port)
    server.start()
    return server
