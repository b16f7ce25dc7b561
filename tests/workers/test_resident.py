"""Children that stay: many jobs at once, and nobody suffers from his neighbour."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archive.errors import Problem
from workers.children import Children
from workers.outcomes import ChildFailed
from workers.resident import AT_ONCE

HERE = __name__
SECONDS = 60.0


def whoami() -> int:
    return os.getpid()


def meet(folder: str, number: int, all_of_them: int) -> int:
    """Come back only when all are here at the same time."""
    Path(folder, str(number)).touch()
    while len(list(Path(folder).iterdir())) < all_of_them:
        time.sleep(0.01)
    return os.getpid()


def refuse() -> None:
    raise Problem("SOME_CODE", "lý do", "a reason")


def break_down() -> None:
    raise RuntimeError("no such thing")


def once_crashing(folder: str) -> int:
    """Crash the child in which several are; hold when alone."""
    Path(folder, str(os.getpid())).touch()
    if len(list(Path(folder).iterdir())) == 1:
        die()
    return os.getpid()


def die() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)
    time.sleep(60)  # another thread may take the signal


def sleep_long(folder: str) -> None:
    Path(folder, "asleep").touch()
    time.sleep(600)


def eat_memory() -> int:
    return len(bytearray(8 << 30))


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture(scope="module")
def children() -> Children:
    return Children(1, 1024, (HERE,))


def test_a_child_stays_for_the_next_job(children: Children) -> None:
    first, second = (children.resident.run(SECONDS, HERE, "whoami") for _ in range(2))
    assert first == second != os.getpid()


def test_several_jobs_are_in_one_child_at_once(children: Children, tmp_path: Path) -> None:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        asked = [
            threads.submit(children.resident.run, SECONDS, HERE, "meet", str(tmp_path), number, AT_ONCE)
            for number in range(AT_ONCE)
        ]
        assert len({one.result() for one in asked}) == 1


def test_errors_travel_back_as_from_other_children(children: Children) -> None:
    with pytest.raises(Problem) as caught:
        children.resident.run(SECONDS, HERE, "refuse")
    assert caught.value.code == "SOME_CODE"
    with pytest.raises(ChildFailed) as failed:
        children.resident.run(SECONDS, HERE, "break_down")
    assert failed.value.code == "CHILD_FAULT" and failed.value.__notes__


@pytest.mark.parametrize(("job", "code"), [("die", "CHILD_CRASHED"), ("eat_memory", "CHILD_MEMORY_LIMIT")])
def test_who_kills_the_child_fails_alone_and_the_next_job_runs(
    children: Children, job: str, code: str
) -> None:
    with pytest.raises(ChildFailed) as caught:
        children.resident.run(SECONDS, HERE, job)
    assert caught.value.code == code
    assert children.resident.run(SECONDS, HERE, "whoami")


def test_who_was_in_a_child_that_died_is_run_again_alone(children: Children, tmp_path: Path) -> None:
    before = children.resident.run(SECONDS, HERE, "whoami")
    alone = children.resident.run(SECONDS, HERE, "once_crashing", str(tmp_path))
    assert alone != before and len(list(tmp_path.iterdir())) == 2


def test_a_job_that_takes_too_long_ends_and_its_neighbours_are_run_again(
    children: Children, tmp_path: Path
) -> None:
    beside: list[int] = []
    (tmp_path / "meeting").mkdir()
    neighbour = threading.Thread(
        target=lambda: beside.append(
            children.resident.run(SECONDS, HERE, "meet", str(tmp_path / "meeting"), 1, 2)
        )
    )
    neighbour.start()
    until(lambda: (tmp_path / "meeting" / "1").exists())
    with pytest.raises(ChildFailed) as caught:
        children.resident.run(0.5, HERE, "sleep_long", str(tmp_path))
    assert caught.value.code == "CHILD_TIME_LIMIT"
    (tmp_path / "meeting" / "2").touch()
    neighbour.join()
    assert len(beside) == 1


def test_children_are_replaced_after_so_many_jobs(
    children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.resident.MOST_JOBS", 2)
    seen = [children.resident.run(SECONDS, HERE, "whoami") for _ in range(8)]
    assert len(set(seen)) >= 3


ASKING = """
import sys, time
from workers.children import Children

if __name__ == "__main__":
    print(Children(1, 1024, ()).resident.run(60, "os", "getpid"), flush=True)
    time.sleep(600)
"""


def test_children_end_with_the_process_that_asked_however_it_ends(tmp_path: Path) -> None:
    script = tmp_path / "asking.py"
    script.write_text(ASKING)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        assert Path(f"/proc/{child}").exists()
        process.kill()
    until(lambda: not Path(f"/proc/{child}").exists())
