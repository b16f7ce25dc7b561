"""What a job in a child comes to: how it is run there, and what its caller gets of it here."""

from __future__ import annotations

import importlib
import os
import resource
import traceback
from typing import Any

from archive.errors import Problem

Outcome = tuple[Any, ...]
"""A word and what belongs to it: done (the result), problem, memory, fault. Can be pickled."""


class ChildFailed(Problem):
    """The job's process broke a limit or died."""


def confine(memory_bytes: int) -> None:
    """Limit this process. In a group of its own: programs that a job starts end with it."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def outcome(module: str, name: str, arguments: tuple[Any, ...]) -> Outcome:
    """Run the job in this process, whatever it does but dying."""
    try:
        job = getattr(importlib.import_module(module), name)
        return ("done", job(*arguments))
    except Problem as problem:
        return ("problem", problem)
    except MemoryError:
        return ("memory", "")
    except Exception as error:
        return ("fault", f"{type(error).__name__}: {error}", traceback.format_exc())


def given(found: Outcome, name: str) -> Any:
    """Give the job's result, or raise what it raised if that was a Problem, otherwise ChildFailed."""
    kind, *rest = found
    if kind == "done":
        return rest[0]
    if kind == "problem":
        raise rest[0]
    if kind == "memory":
        raise ChildFailed(
            "CHILD_MEMORY_LIMIT",
            f"Công việc {name} hết bộ nhớ cho phép",
            f"Job {name} ran out of its memory limit",
        )
    failed = ChildFailed(
        "CHILD_FAULT", f"Lỗi trong công việc {name}: {rest[0]}", f"Fault in job {name}: {rest[0]}"
    )
    failed.add_note(rest[1])
    raise failed


def too_long(name: str, seconds: float) -> ChildFailed:
    """Give the error of a job that did not end in time."""
    return ChildFailed(
        "CHILD_TIME_LIMIT",
        f"Công việc {name} vượt quá {seconds:g} giây",
        f"Job {name} took longer than {seconds:g} seconds",
    )
