"""The marks' templates in use: those shipped with the office's own (``HOSO_MARKS``) over them.

Read anew for each act, so a rule that comes out is followed without a restart, and handed to the child as a value.
"""

from __future__ import annotations

from archive.errors import Problem
from archive.settings import Settings
from signing.templates import BadTemplate, Templates, laid_over


def marks_of(settings: Settings) -> Templates:
    """All versions of all marks. Raises Problem BAD_MARKS, which names file and line or key."""
    try:
        return laid_over(settings.marks)
    except BadTemplate as error:
        raise Problem(
            "BAD_MARKS",
            f"Mẫu dấu sai (HOSO_MARKS): {error}",
            f"A template of a mark is wrong (HOSO_MARKS): {error}",
        ) from error
