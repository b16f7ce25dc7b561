"""What people write in a line of a request or a decision: how long it may be, the same over the API and by command."""

from __future__ import annotations

import re

from archive.errors import Problem

MOST_NAME, MOST_REASON = 200, 1000
"""Characters of a name, a number, a purpose; and of a reason."""

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def check_lines(most: int, **lines: str) -> None:
    """Raises Problem BAD_TEXT, which names the line that is longer than ``most`` or has control characters in it."""
    for name, line in lines.items():
        if len(line) > most or CONTROL.search(line):
            raise Problem(
                "BAD_TEXT",
                f"«{name}» chỉ được một dòng, tối đa {most} ký tự",
                f"“{name}” is one line of at most {most} characters",
            )
