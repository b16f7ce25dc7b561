"""A whole installation on real parts: PostgreSQL, a broker, S3 on Ceph, dispatchers and workers as processes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.office import Office
from tests.servers import ceph, postgresql, rabbitmq, redis

BROKERS = {"redis": lambda: redis.running(append_only=True), "rabbitmq": rabbitmq.running}

PATIENCE = {
    "HOSO_BACKOFF_SECONDS": "0.5",
    "HOSO_WAIT_SECONDS": "1",
    "HOSO_LEASE_SECONDS": "40",
    "HOSO_PAGE_SECONDS": "30",
    "HOSO_FILE_SECONDS": "30",
    "HOSO_OFFER_AGAIN_SECONDS": "15",
    "HOSO_MOST_OFFERED": "20",
    "HOSO_STOP_SECONDS": "10",
    "HOSO_STORE_RETENTION_DAYS": "31",
    "HOSO_CHILDREN": "1",
}
"""Short waits: what takes minutes in an office takes seconds here."""


class Server(Protocol):
    """Somebody else's part."""

    def kill(self) -> None: ...

    def start(self) -> None: ...


@dataclass
class Installation:
    """The parts by name. ``programs`` are ours, named like ``worker-0``; ``servers`` are the others."""

    office: Office
    servers: dict[str, Server]
    programs: dict[str, tuple[str, ...]]
    logs: Path
    processes: dict[str, subprocess.Popen[str]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start one of our programs."""
        self.processes[name] = self.office.start(*self.programs[name], log=self.logs / f"{name}.log")

    def kill(self, name: str, away_seconds: float) -> None:
        """SIGKILL a part, leave it away for a while, start it again."""
        if name in self.servers:
            self.servers[name].kill()
            time.sleep(away_seconds)
            self.servers[name].start()
            return
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait()
        time.sleep(away_seconds)
        self.start(name)

    def told(self, name: str) -> str:
        """What a program said."""
        return (self.logs / f"{name}.log").read_text("utf-8")

    def stop(self) -> dict[str, int]:
        """Ask our programs to end; gives their exit codes."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        codes = {name: process.wait(60) for name, process in self.processes.items()}
        self.processes.clear()
        return codes


@contextmanager
def running(folder: Path, broker: str, workers: int = 2, dispatchers: int = 2) -> Iterator[Installation]:
    """An installation with one agency; everything is gone at the end."""
    with ExitStack() as stack:
        database = stack.enter_context(postgresql.running(durable=True))
        queue = stack.enter_context(BROKERS[broker]())
        store = stack.enter_context(ceph.running(durable=True))
        secret = folder / "secret"
        secret.write_text(store.secret_key + "\n")
        office = Office(
            folder / "home",
            {
                **PATIENCE,
                "HOSO_DATABASE_URL": database.sqlalchemy_url,
                "HOSO_BROKER_URL": queue.url,
                "HOSO_STORE_URL": f"{store.url.replace('http://', 's3+http://')}/office",
                "HOSO_STORE_ACCESS_KEY": store.access_key,
                "HOSO_STORE_SECRET_KEY_FILE": str(secret),
            },
        )
        office.run("init", "--agency", "H01.010", "--name", "SỞ XÂY DỰNG TỈNH MẪU")
        programs = {f"dispatcher-{number}": ("dispatch",) for number in range(dispatchers)}
        programs |= {f"worker-{number}": ("worker",) for number in range(workers)}
        logs = folder / "logs"
        logs.mkdir()
        one = Installation(office, {"postgresql": database, "broker": queue, "store": store}, programs, logs)
        try:
            for name in programs:
                one.start(name)
            yield one
        finally:
            for process in one.processes.values():
                process.kill()
                process.wait()


@contextmanager
def chaos(
    one: Installation, chance: random.Random, kills: int, most_pause_seconds: float, most_away_seconds: float
) -> Iterator[list[str]]:
    """While the block runs, SIGKILL every part in turn, ``kills`` times in all; gives who was killed so far.

    Between two kills pass from one to ``most_pause_seconds``; a part stays away up to ``most_away_seconds``.
    """
    killed: list[str] = []
    enough = threading.Event()
    failed: list[BaseException] = []

    def go_on() -> None:
        try:
            while len(killed) < kills:
                victims = [*one.servers, *one.programs]
                chance.shuffle(victims)
                for victim in victims[: kills - len(killed)]:
                    if enough.wait(chance.uniform(1, most_pause_seconds)):
                        return
                    one.kill(victim, chance.uniform(0, most_away_seconds))
                    killed.append(victim)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield killed
        thread.join()
    finally:
        enough.set()
        thread.join()
    if failed:
        raise failed[0]


def environment_number(name: str, otherwise: int) -> int:
    """A number from the environment, for runs longer than a test should be."""
    return int(os.environ.get(name, otherwise))
