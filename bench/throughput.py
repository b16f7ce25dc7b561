"""Two workers against one on two cores, and what a page costs through the broker against the embedded worker."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
from sqlalchemy import select

from archive.database import Database, open_database
from archive.lifecycle import Act
from archive.tables import Event
from bench.processes import descendants, hoso
from tests.office import Office
from tests.papers.generate import paper
from tests.servers import postgresql, redis

KINDS = ("qd", "gp", "cv", "kh", "gcn", "tb")
PAGES, DPI = 36, 300


def measure_workers() -> None:
    """Print throughput of one and two workers (one child each) and processor time a page on both ways."""
    with TemporaryDirectory() as folder:
        scans = Path(folder) / "scans"
        scans.mkdir()
        for index in range(PAGES):
            page = paper(KINDS[index % len(KINDS)], "scan", 400 + index, DPI, max_pages=1).pages[0]
            cv2.imwrite(str(scans / f"{index:02}.jpg"), page.image, [cv2.IMWRITE_JPEG_QUALITY, 75])
        one_rate, _ = _distributed(Path(folder) / "one", scans, 1)
        two_rate, cpu = _distributed(Path(folder) / "two", scans, 2)
        os.environ["HOSO_CHILDREN"] = "2"
        hoso(Path(folder) / "embedded", "init", "--agency", "H99", "--name", "SỞ ĐO LƯỜNG")
        hoso(Path(folder) / "embedded", "receive", scans)
        embedded = hoso(Path(folder) / "embedded", "work", "--until-idle").cpu_seconds / PAGES
        del os.environ["HOSO_CHILDREN"]
    print(f"{PAGES} pages, {DPI} dpi: one worker {one_rate:.2f} pages/s, two {two_rate:.2f}: "
          f"{two_rate / one_rate:.2f} times   (goal >= 1.7)")  # fmt: skip
    print(f"processor a page: distributed {cpu:.2f} s (workers and dispatcher), embedded {embedded:.2f} s: "
          f"{cpu / embedded:.2f}   (goal <= 1.15)")  # fmt: skip


def _distributed(folder: Path, scans: Path, workers: int) -> tuple[float, float]:
    """Pages a second from the first to the last page read, and processor seconds a page."""
    folder.mkdir()
    with postgresql.running() as database, redis.running() as broker:
        settings = {
            "HOSO_DATABASE_URL": database.sqlalchemy_url, "HOSO_BROKER_URL": broker.url,
            "HOSO_CHILDREN": "1",
        }  # fmt: skip
        office = Office(folder / "home", settings)
        office.run("init", "--agency", "H99", "--name", "SỞ ĐO LƯỜNG")
        office.run("receive", scans)
        processes = [office.start("dispatch", log=folder / "dispatch.log")]
        processes += [office.start("worker", log=folder / f"worker-{one}.log") for one in range(workers)]
        opened = open_database(database.sqlalchemy_url)
        while len(times := _read_at(opened)) < PAGES:
            time.sleep(0.5)
        opened.close()
        cpu = sum(_tree_seconds(process.pid) for process in processes)
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(60)
    # Each worker's first page bears its start; what counts is how they go on.
    settled = times[workers:]
    return (len(settled) - 1) / (settled[-1] - settled[0]).total_seconds(), cpu / PAGES


def _read_at(database: Database) -> list[datetime]:
    with database.reading() as session:
        return sorted(session.scalars(select(Event.at).where(Event.act == Act.READ.value)))


def _tree_seconds(pid: int) -> float:
    """Processor seconds of a process, its living descendants, and those that it has waited for."""
    found = 0.0
    for one, _, _ in descendants(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            found += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return found
