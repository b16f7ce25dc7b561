"""Waiting for what is away: a database, a store, a timestamp authority, a broker. It comes back, or we are stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from archive.errors import Problem
from archive.notices import Notice

WAITS = frozenset(
    {
        "TIMESTAMP_UNAVAILABLE", "TOKEN_AWAY", "SIGNER_AWAY", "REVOCATION_UNKNOWN", "NO_STATEMENT_KEY", "BAD_MARKS",
        "DATABASE_AWAY", "STORE_UNREACHABLE", "STORE_TOO_SLOW", "BROKER_AWAY",
    }
)  # fmt: skip
"""Somebody else's service is away: wait for it however long it takes (signing.md 8). REVOCATION_UNKNOWN: nobody has
given revocation data that still holds; the next refresh may bring it. NO_STATEMENT_KEY, BAD_MARKS: whoever runs
the place installs one or mends the file, and no number is void for that."""

MENDABLE = frozenset(
    {
        "NO_KEY", "NO_OFFICER_KEY", "OFFICER_MISMATCH", "KEY_SETTINGS", "KEY_UNREADABLE", "KEY_FILE_OPEN",
        "KEY_PASSPHRASE", "KEY_MISMATCH", "KEY_TOO_WEAK", "KEY_USAGE", "SIGNER_REFUSED", "SIGNER_IMPERSONATES",
        "CERTIFICATE_EXPIRED", "CERTIFICATE_NOT_YET_VALID", "REVOKED", "NO_CERTIFICATE_CHAIN_FOUND",
        "CHAIN_CONSTRAINTS_FAILURE", "TRUST_BROKEN", "ANCHOR_NOT_IN_FORCE", "TIMESTAMP_UNTRUSTED", "CLOCK_DISAGREES",
    }
)  # fmt: skip
"""A key, its certificate, whom we trust or a clock is at fault, and whoever runs the place can mend it: the step is
parked, and what was granted before stays, to be done by "try again" (ADR 0030). With WAITS these are all the faults of
keys."""

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 10.0

Done = TypeVar("Done")


def patiently(act: Callable[[], Done], notice: Notice, stop: threading.Event) -> Done:
    """Do it, again and again while a service is away, each time saying so. Raises any other Problem, and the last
    one when told to stop meanwhile."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            return act()
        except Problem as problem:
            if problem.code not in WAITS:
                raise
            notice("waiting for a service", code=problem.code, why=problem.en)
            if stop.wait(pause):
                raise
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
