"""A server process that a test started: killed, stopped and started again by the process that is its parent."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers.ports import NotStarted

NOBODY = "nobody"
"""Whom servers run as when the tests run as root (initdb refuses root)."""


@dataclass
class Daemon:
    """One process in the foreground and in a session of its own, so that its helpers end with it."""

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether the process is there. As its parent we reap it, so its id cannot be somebody else's."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process's id; 0 when it is not running."""
        return self._process.pid if self._process is not None else 0

    @property
    def log(self) -> Path:
        """What it wrote to standard output and error."""
        return self.folder / f"{self.name}.out"

    def start(self) -> None:
        """Begin; does not wait until it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=surroundings(self.folder, self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **unprivileged(),
            )

    def kill(self) -> None:
        """SIGKILL to the process and its helpers, as a power cut would end them."""
        self._end(signal.SIGKILL, 10)

    def stop(self, seconds: float = 20, with_signal: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to end; SIGKILL when it has not after ``seconds``."""
        self._end(with_signal, seconds)

    def _end(self, with_signal: signal.Signals, seconds: float) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            try:
                if with_signal == signal.SIGKILL:
                    os.killpg(self._process.pid, signal.SIGKILL)  # the session that start() made
                else:
                    self._process.send_signal(with_signal)
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait(10)
        self._process = None

    def wait(self, ready: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until it answers. Raises NotStarted."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running or time.monotonic() > deadline:
                self.kill()
                raise NotStarted(f"{self.name}: {self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)


def unprivileged() -> dict[str, Any]:
    """Arguments of Popen that give up root; none for somebody else."""
    if os.geteuid() != 0:
        return {}
    return {"user": NOBODY, "group": pwd.getpwnam(NOBODY).pw_gid, "extra_groups": ()}


def surroundings(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a server: nothing of ours but PATH, so that no setting of the machine leaks in."""
    return {"PATH": f"{os.environ['PATH']}:/usr/sbin", "HOME": str(folder), "LC_ALL": "C.UTF-8", **more}


def run(
    *command: str, folder: Path, environment: Mapping[str, str] | None = None, seconds: float = 60
) -> str:
    """Run a helper program of a server to its end, as the server's user; gives what it printed."""
    done: subprocess.CompletedProcess[str] = subprocess.run(
        command,
        cwd=folder,
        env=surroundings(folder, environment or {}),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        **unprivileged(),
    )
    if done.returncode != 0:
        raise NotStarted(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}"[-2000:])
    return done.stdout


@contextmanager
def a_folder(name: str) -> Iterator[Path]:
    """A folder of the servers' user, removed at the end.

    Not pytest's tmp_path: that is closed to other users, and too long for the sockets of Ceph (107 bytes).
    """
    folder = Path(tempfile.mkdtemp(prefix=f"hoso-{name}-"))
    try:
        give_to_server(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def give_to_server(folder: Path) -> None:
    """Make the servers' user the owner of a folder and all in it."""
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, NOBODY, pwd.getpwnam(NOBODY).pw_gid)
