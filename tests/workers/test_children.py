"""Children are limited: whatever a job does, its caller gets an answer and the next job runs."""

from __future__ import annotations

import os
import signal
import time

import pytest

from archive.errors import Problem
from workers.children import ChildFailed, Children

HERE = __name__


def double(number: int) -> int:
    return 2 * number


def refuse() -> None:
    raise Problem("SOME_CODE", "lý do", "a reason")


def break_down() -> None:
    raise RuntimeError("no such thing")


def die() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def sleep_long() -> None:
    time.sleep(600)


def eat_memory() -> int:
    return len(bytearray(8 << 30))


@pytest.fixture(scope="module")
def children() -> Children:
    return Children(2, 1024, (HERE,))


def test_a_job_gives_its_result(children: Children) -> None:
    assert children.run(60, HERE, "double", 21) == 42


def test_a_problem_travels_back_with_its_code_and_sentences(children: Children) -> None:
    with pytest.raises(Problem) as caught:
        children.run(60, HERE, "refuse")
    assert caught.value.as_dict() == {"code": "SOME_CODE", "vi": "lý do", "en": "a reason"}


@pytest.mark.parametrize(
    ("job", "code"),
    [
        ("break_down", "CHILD_FAULT"),
        ("die", "CHILD_CRASHED"),
        ("eat_memory", "CHILD_MEMORY_LIMIT"),
        ("no_such_job", "CHILD_FAULT"),
    ],
)
def test_a_job_that_fails_says_how_and_the_next_one_runs(children: Children, job: str, code: str) -> None:
    with pytest.raises(ChildFailed) as caught:
        children.run(60, HERE, job)
    assert caught.value.code == code
    assert children.run(60, HERE, "double", 1) == 2


def test_a_job_over_its_time_is_ended(children: Children) -> None:
    with pytest.raises(ChildFailed) as caught:
        children.run(0.5, HERE, "sleep_long")
    assert caught.value.code == "CHILD_TIME_LIMIT"


def test_the_place_of_a_failed_job_is_free_again() -> None:
    alone = Children(1, 1024, (HERE,))
    for job in ("die", "break_down"):
        with pytest.raises(ChildFailed):
            alone.run(60, HERE, job)
    assert alone.run(60, HERE, "double", 4) == 8
