"""Commands begun from a process that has other people's libraries loaded: each is forked, and loads only what is ours.

Loading SQLAlchemy, pydantic, Typer and pyHanko is more than half of a short command (measured), and tests run hundreds
of them. What a command then does is the same: a process of its own with its own folder, environment, output and exit
code, whose main module is ``workers`` and which imports our modules as it needs them: one that it forgets to import is
missing here too. Services, and commands that are killed, are started as programs (``Office.start``).
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).parent.parent
LIBRARIES = (
    "typer.main", "typer._adapters", "rich.table", "rich.console", "pydantic.types", "pydantic_settings",
    "sqlalchemy.orm", "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql.psycopg", "alembic.command",
    "cryptography.x509", "pyhanko.sign.signers", "pyhanko.sign.validation", "pyhanko.sign.timestamps",
    "multiprocessing.forkserver", "multiprocessing.popen_forkserver",
)  # fmt: skip


@dataclass(frozen=True)
class Starter:
    """The process that commands are forked from; it ends when this one does."""

    control: socket.socket

    def run(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, seconds: float
    ) -> tuple[int, str, str]:
        """Run a command to its end: exit code (negative: the signal), output, errors. Raises TimeoutError."""
        ours, theirs = socket.socketpair()
        ends = [os.pipe(), os.pipe()]
        said = [b"", b""]

        def read(which: int) -> None:
            with os.fdopen(ends[which][0], "rb") as pipe:
                said[which] = pipe.read()

        readers = [threading.Thread(target=read, args=(which,), daemon=True) for which in (0, 1)]
        for one in readers:
            one.start()
        asked = json.dumps([list(arguments), dict(environment), str(folder)]).encode()
        with ours:
            ours.settimeout(seconds)
            socket.send_fds(self.control, [b"run"], [theirs.fileno(), ends[0][1], ends[1][1]])
            for descriptor in (ends[0][1], ends[1][1]):
                os.close(descriptor)
            theirs.close()
            ours.sendall(len(asked).to_bytes(4, "big") + asked)
            status = ours.recv(4)
        for one in readers:
            one.join(seconds)
        assert len(status) == 4, "the command's keeper died"
        return int.from_bytes(status, "big", signed=True), said[0].decode(), said[1].decode()


@cache
def starter() -> Starter:
    """The one of this process."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.starter", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return Starter(ours)


def _serve(control: socket.socket) -> None:
    """Fork a keeper for each request; return in the process that is to be the command."""
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        word, given, _, _ = socket.recv_fds(control, 8, 3)
        _reap(os.WNOHANG)
        if not word:
            _reap(0)
            os._exit(0)
        if os.fork() == 0:
            control.close()
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            _keep(socket.socket(fileno=given[0]), given[1], given[2])
            return
        for descriptor in given:
            os.close(descriptor)


def _keep(asker: socket.socket, output: int, errors: int) -> None:
    """Fork the command, wait for it and tell how it ended; return in the command only."""
    size = int.from_bytes(_exactly(asker, 4), "big")
    arguments, environment, folder = json.loads(_exactly(asker, size))
    command = os.fork()
    if command != 0:
        os.close(output)
        os.close(errors)
        _, status = os.waitpid(command, 0)
        asker.sendall(os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True))
        _ended()
    asker.close()
    os.dup2(output, 1)
    os.dup2(errors, 2)
    os.close(output)
    os.close(errors)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["hoso", *arguments]


def _reap(options: int) -> None:
    """See keepers off that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, options)[0]:
            pass


def _exactly(asker: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = asker.recv(size - len(data))
        if not more:
            _ended()
        data += more
    return data


def _ended() -> NoReturn:
    os._exit(0)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_module("workers", run_name="__main__", alter_sys=True)
