"""What a command tells: one JSON document or text on standard output, progress on standard error, an exit code."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
from pydantic import ValidationError

from archive.clock import stamp, system_clock
from archive.errors import Problem
from archive.lifecycle import IllegalMove

DONE, PARTLY, FAILED = 0, 1, 2
"""Exit codes: done; done but something was refused or parked; could not."""


class Console:
    """The person or program at the other end of one command."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self._log_json = os.environ.get("HOSO_LOG") == "json"

    def notice(self, event: str, /, **values: object) -> None:
        """Progress, for whoever watches: a line of text, or one of JSON where ``HOSO_LOG=json``."""
        at = stamp(system_clock())
        if self._log_json:
            line = json.dumps({"at": at, "event": event, **values}, ensure_ascii=False, default=str)
        else:
            line = " ".join([at[11:19], event, *(f"{name}={value}" for name, value in values.items())])
        print(line, file=sys.stderr, flush=True)

    def answer(self, document: dict[str, Any], text: Callable[[], str], code: int = DONE) -> None:
        """Print the answer in the form asked for and leave with ``code``."""
        print(json.dumps(document, ensure_ascii=False, indent=1, default=str) if self.as_json else text())
        raise typer.Exit(code)

    def fail(self, problem: Problem) -> None:
        """Say why it could not be done and leave with FAILED."""
        print(f"{problem.code}: {problem.vi}\n{problem.code}: {problem.en}", file=sys.stderr)
        if self.as_json:
            print(json.dumps({"error": problem.as_dict()}, ensure_ascii=False, indent=1))
        raise typer.Exit(FAILED)


@contextmanager
def console(as_json: bool) -> Iterator[Console]:
    """A console for one command; Problems end it with their code and sentences."""
    one = Console(as_json)
    try:
        yield one
    except Problem as problem:
        one.fail(problem)
    except ValidationError as error:
        faults = "; ".join(
            f"HOSO_{fault['loc'][0]!s}".upper() + f": {fault['msg']}" for fault in error.errors()
        )
        one.fail(Problem("BAD_SETTING", f"Thiết lập sai: {faults}", f"Settings are wrong: {faults}"))
    except KeyboardInterrupt:
        one.fail(
            Problem(
                "INTERRUPTED",
                "Đã dừng giữa chừng. Không mất gì: hãy chạy lại lệnh.",
                "Stopped half way. Nothing is lost: run the command again.",
            )
        )
    except OSError as error:
        what = f"{error.strerror or error} {error.filename or ''}".strip()
        one.fail(Problem("SYSTEM_ERROR", f"Lỗi hệ thống: {what}", f"The system says: {what}"))
    except IllegalMove as illegal:
        one.fail(Problem("ILLEGAL_MOVE", illegal.vi, illegal.en))
