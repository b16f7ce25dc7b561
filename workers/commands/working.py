"""``hoso work``: the embedded worker."""

from __future__ import annotations

import signal
import threading

from archive.settings import Settings
from archive.storing import require_lock
from workers.chores import kept_fresh
from workers.console import DONE, PARTLY, Console
from workers.embedded import Tally, run_until_idle, run_until_stopped
from workers.steps import STEPS
from workers.workshop import Workshop, open_workshop


def work(out: Console, until_idle: bool) -> None:
    """Run steps until idle or until told to stop."""
    shop = open_workshop(Settings(), out.notice)
    tally = work_off(shop) if until_idle else _until_signal(shop)
    out.answer(
        {"done": tally.done, "parked": tally.parked},
        lambda: (
            f"Xong {tally.done} bước, chờ người xử lý {tally.parked} / {tally.done} done, {tally.parked} parked"
        ),
        PARTLY if tally.parked else DONE,
    )


def work_off(shop: Workshop) -> Tally:
    """Run all steps there are and those that follow. Raises Problem STORE_DOES_NOT_LOCK."""
    require_lock(shop.settings, shop.store)
    with kept_fresh(shop):
        return run_until_idle(shop, STEPS)


def _until_signal(shop: Workshop) -> Tally:
    require_lock(shop.settings, shop.store)
    on_signal(shop.hands.stop)
    with kept_fresh(shop):
        return run_until_stopped(shop, STEPS, shop.hands.stop)


def on_signal(stop: threading.Event) -> None:
    """Let Ctrl-C and SIGTERM ask for the end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
