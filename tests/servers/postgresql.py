"""PostgreSQL (Debian ``postgresql``), 15 or newer: one database cluster in a folder, trust on loopback, no socket."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.daemon import Daemon, a_folder, run
from tests.servers.missing import program
from tests.servers.ports import LOOPBACK, NotStarted, on_free_ports

_BINARIES = "/usr/lib/postgresql/*/bin"


@dataclass(frozen=True)
class RunningPostgresql:
    """A server. ``url`` is for psycopg (``postgresql://…``); ``sqlalchemy_url`` names that driver."""

    url: str
    daemon: Daemon
    port: int

    @property
    def sqlalchemy_url(self) -> str:
        """The address as SQLAlchemy wants it."""
        return self.url.replace("postgresql://", "postgresql+psycopg://", 1)

    def database(self, name: str) -> RunningPostgresql:
        """A new, empty database of this name on the same server."""
        createdb = program("createdb", "postgresql", _BINARIES)
        run(createdb, "-h", LOOPBACK, "-p", str(self.port), "-U", "postgres", name, folder=self.daemon.folder)
        return RunningPostgresql(f"{self.url.rsplit('/', 1)[0]}/{name}", self.daemon, self.port)

    def kill(self) -> None:
        """SIGKILL to the first process; its children notice and end by themselves."""
        self.daemon.kill()

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back."""
        self.daemon.stop(with_signal=signal.SIGINT)

    def start(self) -> None:
        """Start again on the same data and wait until it answers. Raises NotStarted."""
        deadline = time.monotonic() + 30
        while True:
            self.daemon.start()
            try:
                return self.daemon.wait(self._ready)
            except NotStarted as refused:
                # Children of a killed server hold its shared memory until they notice (measured: < 1 s).
                if "shared memory block" not in str(refused) or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def _ready(self) -> bool:
        # The eighth line of the pid file says "ready" once recovery is over (what pg_ctl -w looks at).
        try:
            lines = (self.daemon.folder / "data" / "postmaster.pid").read_text().split("\n")
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready" and lines[0] == str(self.daemon.pid)


@contextmanager
def running(*, durable: bool = False) -> Iterator[RunningPostgresql]:
    """A fresh server. ``durable``: with fsync (a SIGKILL loses nothing without it too, only a power cut would)."""
    initdb = program("initdb", "postgresql", _BINARIES)
    postgres = program("postgres", "postgresql", _BINARIES)
    with a_folder("pg") as folder:
        data = folder / "data"
        run(
            *(initdb, "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync"),
            *("--locale=C.UTF-8", "-E", "UTF8"),
            folder=folder,
        )
        server = on_free_ports(lambda ports: _start(postgres, folder, data, ports[0], durable))
        try:
            yield server
        finally:
            server.stop()


def _start(postgres: str, folder: Path, data: Path, port: int, durable: bool) -> RunningPostgresql:
    on = "on" if durable else "off"
    settings = {
        "listen_addresses": LOOPBACK,
        "port": str(port),
        "unix_socket_directories": "",
        "fsync": on,
        # Not off: then a SIGKILL loses what was committed in the last moments (measured).
        "synchronous_commit": "on",
        "full_page_writes": on,
        "shared_buffers": "64MB",
        "max_connections": "200",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    daemon = Daemon("postgresql", (postgres, "-D", str(data), *options), folder)
    server = RunningPostgresql(f"postgresql://postgres@{LOOPBACK}:{port}/postgres", daemon, port)
    server.start()
    return server
