"""What a worker does by the clock, beside its steps: it keeps the revocation data fresh."""

from __future__ import annotations

import threading
from typing import Any

from archive.errors import Problem
from workers.jobs import KEYS
from workers.workshop import Workshop

AGAIN_SECONDS = 300.0
"""After a source failed, if that is sooner than the next refresh would be."""


def keep_fresh(shop: Workshop) -> threading.Thread:
    """Refresh now and every ``revocation_seconds``, until the workshop is told to stop; what fails is told."""
    thread = threading.Thread(target=_again_and_again, args=(shop,), daemon=True)
    thread.start()
    return thread


def _again_and_again(shop: Workshop) -> None:
    pause = 0.0
    while not shop.hands.stop.wait(pause):
        usual = shop.settings.revocation_seconds
        pause = usual if refresh_once(shop) else min(usual, AGAIN_SECONDS)


def refresh_once(shop: Workshop) -> bool:
    """Refresh; say whether every source gave what it should."""
    try:
        rows: list[dict[str, Any]] = shop.children.run(
            shop.settings.file_seconds, KEYS, "refresh_revocation", shop.settings.keys, shop.clock()
        )
    except Problem as problem:
        shop.notice("revocation data not refreshed", code=problem.code)
        return False
    failed = [one for one in rows if one["state"] == "failed"]
    for one in failed:
        shop.notice("revocation data not refreshed", kind=one["kind"], url=one["url"], until=one["until"])
    return not failed
