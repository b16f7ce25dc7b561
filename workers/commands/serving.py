"""``hoso dispatch`` and ``hoso worker``: the two halves of the distributed path."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext

from archive.clock import system_clock
from archive.database import open_database
from archive.errors import Problem
from archive.settings import Settings
from archive.storing import require_lock
from workers.broker import HOUSEKEEPING, PRIORITY_OF, SEALING, open_broker
from workers.chores import kept_fresh
from workers.commands.working import on_signal
from workers.console import DONE, Console
from workers.dispatcher import dispatch_until_stopped
from workers.embedded import sweep
from workers.hands import Hands
from workers.listener import work_until_stopped
from workers.logs import relay
from workers.measures import Measures
from workers.patience import patiently
from workers.steps import STEPS
from workers.workshop import open_workshop


def dispatch(out: Console) -> None:
    """Offer ripe steps to the broker until told to stop."""
    settings, hands = Settings(), Hands()
    broker = open_broker(settings.broker_url)
    on_signal(hands.stop)
    relay(out.notice)
    database = patiently(lambda: open_database(settings.database), out.notice, hands.stop)
    measures = Measures()
    measures.watch(database, system_clock)
    measures.serve(settings, out)
    out.notice("dispatching")
    told = dispatch_until_stopped(settings, database, broker, system_clock, out.notice, hands)
    database.close()
    out.answer({"offered": told}, lambda: f"Đã giao {told} lượt / {told} steps offered", DONE)


def worker(out: Console, names: Sequence[str]) -> None:
    """Run steps that come through the broker until told to stop, then finish or give back what is in hand."""
    settings, hands = Settings(), Hands()
    queues = _queues(names)
    broker = open_broker(settings.broker_url)
    on_signal(hands.stop)
    settings.home.mkdir(parents=True, exist_ok=True)
    measures = Measures()
    measures.serve(settings, out)
    relay(out.notice)
    shop = patiently(
        lambda: open_workshop(settings, out.notice, hands, measures.stepped), out.notice, hands.stop
    )
    shop.children.start()
    if HOUSEKEEPING in queues:
        warning = patiently(lambda: require_lock(settings, shop.store), out.notice, hands.stop)
        if warning is not None:
            out.notice(warning)
    sweep(shop.scratch, time.time())
    out.notice(f"working on {', '.join(sorted(queues))} with {shop.children.slots} children")
    with kept_fresh(shop) if SEALING in queues else nullcontext():
        ended = work_until_stopped(shop, STEPS, broker, queues)
    out.notice(f"{ended} steps came to an end here")
    # Threads whose step was given back may still wait for a child. Nothing they would do counts any more.
    sys.stdout.flush()
    os._exit(DONE)


def _queues(names: Sequence[str]) -> frozenset[str]:
    unknown = sorted(set(names) - set(PRIORITY_OF))
    if unknown:
        known = ", ".join(sorted(PRIORITY_OF))
        raise Problem(
            "UNKNOWN_QUEUE",
            f"Không có hàng đợi {', '.join(unknown)}: {known}",
            f"There is no queue {', '.join(unknown)}: {known}",
        )
    return frozenset(names or PRIORITY_OF)
