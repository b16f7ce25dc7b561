"""Renew: look until when a kept file proves itself, and carry it on by a newer timestamp when that is soon.

The step's input is ``subject:ordinal``, so one renewal has one step, whoever makes it due however often. The kept
object is not touched: what is appended becomes an object of its own (ADR 0023).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session

from archive import evidence, proofs
from archive.evidence import Rests
from archive.proofs import Subject
from archive.steps import Claimed
from archive.store import Corrupt
from signing.outcome import Lasting, NotRenewed, Renewed
from workers.jobs import RENEWALS
from workers.worker import AGENT, Record
from workers.workshop import Workshop

WAIT_SECONDS = 600
"""Until an authority that is away is asked again: there are months left, and many files may wait."""

STATE_OF = {
    "early": proofs.PROVEN,
    "lost": proofs.LOST,
    "damaged": proofs.DAMAGED,
    "unproven": proofs.UNPROVEN,
}


def renew(shop: Workshop, held: Claimed) -> Record:
    """Look into one file; renew it when its end is within the margin. Run again it does nothing twice."""
    at = shop.clock()
    subject_id, _, ordinal = held.input.partition(":")
    with shop.database.reading() as session:
        of = proofs.subject(session, subject_id, at)
    if of.ordinal != int(ordinal):
        return _nothing  # renewed since this step was made due
    if not of.used:
        return _noted(of, proofs.UNUSED, None)
    with TemporaryDirectory(dir=shop.scratch) as folder:
        try:
            whole = evidence.assemble(shop.store, of.file, Path(folder) / "whole.pdf")
        except Corrupt as lost:
            return _noted(of, proofs.DAMAGED, None, lost.as_dict())
        done: Renewed | NotRenewed = shop.children.run(
            shop.settings.file_seconds,
            RENEWALS,
            "renew_file",
            whole,
            shop.settings.keys,
            at,
            timedelta(days=shop.settings.renew_days),
        )
    if isinstance(done, NotRenewed):
        return _not_renewed(of, done, at)
    rests = _rests(done.lasting)
    kept = evidence.keep(shop.store, of.id, of.ordinal + 1, of.file, done.appended, rests, at)

    def record(session: Session, at: datetime) -> None:
        proofs.renewed(session, of, kept, rests, AGENT, at)

    return record


def _not_renewed(of: Subject, done: NotRenewed, at: datetime) -> Record:
    rests = None if done.lasting is None else _rests(done.lasting)
    if done.why == "early":
        return _noted(of, proofs.PROVEN, rests)
    detail = f" ({done.detail})" if done.detail else ""
    reason = {"code": done.code, "vi": done.vi, "en": done.en + detail}
    if of.signed_by_others and (done.why == "damaged" or (done.since and done.since <= of.signed_by_others)):
        # its bytes are those that came (their digest was compared): it was so before it was ours
        return _noted(of, proofs.UNPROVEN, rests, reason)
    if done.why != "waiting":
        return _noted(of, STATE_OF[done.why], rests, reason, done.since)
    return _noted(of, proofs.WAITING, rests, reason, None, _next_look(done, at))


def _next_look(done: NotRenewed, at: datetime) -> datetime:
    """Ask more often as the end comes nearer: after a tenth of the time that is left, between a day and a month."""
    left = done.lasting.ends_at - at if done.lasting else timedelta()
    return at + min(max(left / 10, timedelta(days=1)), proofs.LONGEST[proofs.WAITING])


def _noted(
    of: Subject, state: str, rests: Rests | None, reason: dict[str, Any] | None = None,
    since: datetime | None = None, look_at: datetime | None = None,
) -> Record:  # fmt: skip
    def record(session: Session, at: datetime) -> None:
        proofs.note(session, of, state, rests, AGENT, at, reason, since, look_at)

    return record


def _nothing(session: Session, at: datetime) -> None:
    """There is nothing to write."""


def _rests(found: Lasting) -> Rests:
    return Rests(found.stamped_at, found.ends_at, found.algorithms)
