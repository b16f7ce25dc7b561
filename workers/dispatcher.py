"""The dispatcher: offers ripe steps to the broker, for ever. Several at once are safe; none at all is only delay."""

from __future__ import annotations

from datetime import timedelta

from dramatiq import Broker

from archive import steps
from archive.clock import Clock
from archive.database import Database
from archive.errors import Problem
from archive.notices import Notice
from archive.settings import Settings
from archive.steps import Offered
from workers.broker import QUEUE_OF, tell
from workers.hands import Hands
from workers.patience import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, WAITS
from workers.renewal import looking

PAUSE_SECONDS = 0.5
"""Between two looks at the step table: what a step waits at most when a worker is free."""


def dispatch_until_stopped(
    settings: Settings, database: Database, broker: Broker, clock: Clock, notice: Notice, hands: Hands
) -> int:
    """Offer until told to stop; gives how many steps were offered. Whatever is away is waited for."""
    told, pause, look = 0, PAUSE_SECONDS, looking(database, settings, clock, notice)
    while not hands.stop.is_set():
        try:
            look()
            told += dispatch_once(settings, database, broker, clock)
            pause = PAUSE_SECONDS
        except Problem as problem:
            if problem.code not in WAITS:
                raise
            notice("waiting for a service", code=problem.code, why=problem.en)
            pause = min(max(2 * pause, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
        hands.stop.wait(pause)
    return told


def dispatch_once(settings: Settings, database: Database, broker: Broker, clock: Clock) -> int:
    """Offer what is ripe now, queue by queue; gives how many. Raises DatabaseAway, BrokerAway."""
    again, told = timedelta(seconds=settings.offer_again_seconds), 0
    for queue in sorted(set(QUEUE_OF.values())):
        names = [name for name, its in QUEUE_OF.items() if its == queue]
        with database.writing() as session:
            offered = steps.offer(session, names, clock(), again, settings.most_offered)
        told += _tell_all(database, broker, clock, offered)
    return told


def _tell_all(database: Database, broker: Broker, clock: Clock, offered: list[Offered]) -> int:
    for number, step in enumerate(offered):
        try:
            tell(broker, step)
        except Problem:
            # Not told, or told without an answer: due again at once. A message that did arrive finds it due too.
            with database.writing() as session:
                steps.take_back(session, offered[number:], clock())
            raise
    return len(offered)
