"""What libraries log, as our own notices: without their messages, which may quote what they were at."""

from __future__ import annotations

import logging

from archive.notices import Notice, frames


class Relay(logging.Handler):
    """Tells warnings and errors of other code by logger, level and place."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(logging.WARNING)
        self._notice = notice

    def emit(self, record: logging.LogRecord) -> None:
        """One record."""
        error = record.exc_info[1] if record.exc_info else None
        values = {} if error is None else {"where": frames(error)}
        at = f"{record.filename}:{record.lineno}"
        self._notice("library", logger=record.name, level=record.levelname, at=at, **values)


def relay(notice: Notice) -> None:
    """Let every logger of this process tell ``notice``, and nobody else."""
    logging.basicConfig(level=logging.WARNING, handlers=[Relay(notice)], force=True)
