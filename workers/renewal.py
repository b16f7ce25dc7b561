"""The look for what is to be renewed: once a day by whichever service comes first, or by ``hoso renew``.

It opens no file: the table of proofs says what ends when (archive/proofs.py). What is due becomes steps, some at a
time, so that sealing never waits behind years of records.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from archive import chores, proofs
from archive.clock import Clock
from archive.database import Database
from archive.errors import Problem
from archive.notices import Notice
from archive.proofs import Proof
from archive.settings import Settings
from signing.algorithms import Algorithms, BadTable, load
from workers.patience import WAITS

CHORE = "renewal"
AT_A_TIME = 500
"""Steps of renewal that are open at once."""

DAILY, SOON = timedelta(days=1), timedelta(minutes=10)
"""Until the next look; soon while there was more than goes at a time."""

ASK_EVERY = timedelta(minutes=5)
"""How often a service asks the database whether it is time."""


def looking(database: Database, settings: Settings, clock: Clock, notice: Notice) -> Callable[[], None]:
    """Something to be called all the time, that looks when it is time. Raises DatabaseAway."""
    ask_at: datetime | None = None

    def look() -> None:
        nonlocal ask_at
        at = clock()
        if ask_at is not None and at < ask_at:
            return
        try:
            with database.writing() as session:
                made = _take(session, settings, at)
        except Problem as problem:
            if problem.code in WAITS:
                raise
            # what is wrong here must not keep anybody from sealing
            notice("not looked for what is to be renewed", code=problem.code, why=problem.en)
        else:
            if made:
                notice("looked for what is to be renewed", steps=made)
        ask_at = at + ASK_EVERY

    return look


def _take(session: Session, settings: Settings, at: datetime) -> int:
    """Look if it is time and nobody else does; gives how many steps are open then."""
    if not chores.take(session, CHORE, at, at + DAILY):
        return 0
    made = len(make_due(session, settings, at))
    if made >= AT_A_TIME:
        chores.come_back(session, CHORE, at + SOON)
    return made


def make_due(session: Session, settings: Settings, at: datetime) -> list[int]:
    """Make steps of what is due and of what nobody has looked at; gives the ids of all that are open."""
    until, ending = _ends(session, settings, at)
    return proofs.make_due(session, at, until, ending, AT_A_TIME)


def due(session: Session, settings: Settings, at: datetime, most: int) -> list[Proof]:
    """What is due now by what is known, soonest end first."""
    until, ending = _ends(session, settings, at)
    return proofs.due(session, at, until, ending, most)


def table_of(settings: Settings) -> Algorithms:
    """The table of algorithms in use. Raises Problem BAD_ALGORITHMS."""
    try:
        return load(settings.keys)
    except BadTable as error:
        raise Problem(
            "BAD_ALGORITHMS", f"Bảng thuật toán sai: {error}", f"The table of algorithms is wrong: {error}"
        ) from error


def _ends(session: Session, settings: Settings, at: datetime) -> tuple[datetime, list[str]]:
    until, table = at + timedelta(days=settings.renew_days), table_of(settings)
    ends = {
        names: [one for one in (table.renew_by(names), table.refused_after(names)) if one is not None]
        for names in proofs.algorithms(session)
    }
    return until, [names for names, found in ends.items() if found and min(found) <= until]
