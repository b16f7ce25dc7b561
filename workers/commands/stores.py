"""``hoso store check``: does the store keep what must be kept."""

from __future__ import annotations

from typing import Any

from archive.lockcheck import Attempt, Verdict, check_lock
from archive.settings import Settings
from archive.storing import open_store
from workers.console import DONE, PARTLY, Console


def check(out: Console) -> None:
    """Try to delete, shorten and overwrite a locked probe; tell what the store allowed."""
    report = check_lock(open_store(Settings()))
    answer: dict[str, Any] = report.as_dict()
    out.answer(
        answer,
        lambda: "\n".join(
            [
                report.vi,
                report.en,
                *map(_line, report.attempts),
            ]
        ),
        DONE if report.verdict is Verdict.LOCKED else PARTLY,
    )


def _line(tried: Attempt) -> str:
    answer = "LÀM ĐƯỢC / DONE" if tried.accepted else "từ chối / refused"
    return f"  {'✗' if tried.accepted else '✓'} {tried.act}: {answer} ({tried.answer})"
