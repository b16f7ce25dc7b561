"""What a worker does by the clock, beside its steps: it keeps the revocation data fresh."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from archive.errors import Problem
from workers.jobs import KEYS
from workers.workshop import Workshop

AGAIN_SECONDS = 300.0
"""After a source failed, if that is sooner than the next refresh would be."""


@contextmanager
def kept_fresh(shop: Workshop) -> Iterator[None]:
    """While the block runs, refresh now and every ``revocation_seconds``; what fails is told."""
    over = threading.Event()
    threading.Thread(target=_again_and_again, args=(shop, over), daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _again_and_again(shop: Workshop, over: threading.Event) -> None:
    pause = 0.0
    while not over.wait(pause):
        usual = shop.settings.revocation_seconds
        pause = usual if refresh_once(shop) else min(usual, AGAIN_SECONDS)


def refresh_once(shop: Workshop) -> bool:
    """Refresh, where anything but TEST keys is set up; say whether every source gave what it should."""
    if not _is_set_up(shop.settings.keys):
        return True
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


def _is_set_up(keys: Path) -> bool:
    return (keys / "timestamps.toml").exists() or any((keys / "seals").glob("*.toml"))
