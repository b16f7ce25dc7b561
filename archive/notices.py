"""Notices: what a process tells whoever runs it. Never a name, number, subject or other content of a paper."""

from __future__ import annotations

import re
import traceback
from typing import Protocol

FRAMES = 20


class Notice(Protocol):
    """Tells an event: a constant text and values that are identifiers, codes, counts and seconds."""

    def __call__(self, event: str, /, **values: object) -> None:
        """Tell it."""


_FRAME = re.compile(r'^\s+File "([^"]+)", line (\d+), in (\S+)', re.MULTILINE)
_TYPE = re.compile(r"^(\w[\w.]*)(?::|$)", re.MULTILINE)


def without_messages(told: str) -> str:
    """As ``frames``, of a traceback that came as text from another process."""
    names = [name for name in _TYPE.findall(told) if name != "Traceback"]
    found = [f"{file}:{line} {name}" for file, line, name in _FRAME.findall(told)]
    return " < ".join([*names[-1:], *reversed(found[-FRAMES:])])


def frames(error: BaseException) -> str:
    """Where an error came from: files, lines and functions, its type; not its message, which may quote a paper."""
    found = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return " < ".join(
        [type(error).__name__, *(f"{one.filename}:{one.lineno} {one.name}" for one in reversed(found))]
    )
