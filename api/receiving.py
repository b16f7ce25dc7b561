"""Receiving what was delivered: closed batches are taken in by a thread, file by file in limited children.

A process that dies leaves the batch closed; whoever runs next takes it up when the lease has run out, and files
that were received already are told as such.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.office import Office
from archive import deliveries
from archive.deliveries import Delivery
from archive.errors import Problem
from archive.notices import frames
from archive.people import IdempotencyRecord
from archive.store import WORK
from archive.tables import Agency, Batch, Document, Refusal
from ingest.order import natural
from ingest.receive import Desk, receive
from ingest.taking import Outcome

LEASE = timedelta(minutes=10)
MOST_NAME_BYTES = 250
SWEEP_SECONDS = 3600.0
"""How often old answers are looked for."""
PAUSE_SECONDS = 1.0
"""How often an idle thread looks whether another process left something."""


class Receiver:
    """The thread. ``wake`` says that there is something; ``stop`` ends it after the file in hand."""

    def __init__(self, office: Office) -> None:
        self._office, self._news, self._ends = office, threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="receiver", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """A batch was closed just now."""
        self._news.set()

    def stop(self) -> None:
        """End; a batch in hand is finished by whoever comes next if it takes longer than a moment."""
        self._ends.set()
        self._news.set()
        self._thread.join(PAUSE_SECONDS)

    def _run(self) -> None:
        swept = self._office.ticks() - SWEEP_SECONDS
        while not self._ends.is_set():
            self._news.clear()
            try:
                if self._office.ticks() - swept >= SWEEP_SECONDS:
                    swept = self._office.ticks()
                    sweep_answers(self._office)
                busy = receive_next(self._office)
            except Exception as error:
                # Whatever it was, the batch stays closed and is tried again when its lease has run out.
                self._office.notice("housekeeping failed", where=frames(error))
                busy = False
            if not busy:
                self._news.wait(PAUSE_SECONDS)


def sweep_answers(office: Office) -> int:
    """Forget answers kept for ``Idempotency-Key`` for longer than is set; gives how many."""
    oldest = office.clock() - timedelta(hours=office.settings.answers_hours)
    with office.database.writing() as session:
        gone = session.execute(delete(IdempotencyRecord).where(IdempotencyRecord.at < oldest))
        return int(getattr(gone, "rowcount", 0))


def receive_next(office: Office) -> bool:
    """Take in the oldest closed batch; False when there is none to take."""
    with office.database.reading() as session:
        if not deliveries.waiting(session, office.clock()):
            return False
    with office.database.writing() as session:
        delivery = deliveries.claim(session, office.clock(), LEASE)
        if delivery is None:
            return False
        files = [(one.name, one.sha256) for one in deliveries.files(session, delivery.id)]
        files.sort(key=lambda file: natural(file[0]))
        agency = session.get_one(Agency, delivery.agency_id)
        done = _done_before(session, delivery) if session.get(Batch, delivery.id) is not None else None
    try:
        outcomes = _receive(office, delivery, agency, files) if done is None else done
    except Problem as problem:
        if not delivery.officer:
            raise
        # Nothing was taken in. What is missing (a scan, the authority's time, the key) the officer sees to.
        with office.database.writing() as session:
            deliveries.reopen(session, delivery.id, problem)
        return True
    with office.database.writing() as session:
        deliveries.received(session, delivery.id, outcomes)
    return True


def _receive(
    office: Office, delivery: Delivery, agency: Agency, files: list[tuple[str, str]]
) -> list[dict[str, Any]]:
    def went_on(name: str) -> None:
        with office.database.writing() as session:
            deliveries.extend(session, delivery.id, office.clock() + LEASE)

    captured = None
    if delivery.officer:
        captured = office.officer(agency.code, agency.name, delivery.officer)
    office.scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=office.scratch) as folder, ThreadPoolExecutor(office.threads) as threads:
        desk = Desk(
            database=office.database, store=office.store, inspect=office.inspect, limits=office.limits,
            archive_limits=office.archive_limits, scratch=office.scratch, clock=office.clock,
            entropy=office.entropy, spread=threads.map, capture=captured,
        )  # fmt: skip
        named = Path(folder)
        links = [named / _link(number, name) for number, (name, _) in enumerate(files)]
        for link, (_, sha256) in zip(links, files, strict=True):
            link.symlink_to(office.store.path(WORK, sha256).resolve())
        receipt = receive(
            desk, agency, links, delivery.form, delivery.cover, delivery.agent,
            went_on, delivery.id, named, delivery.originals,
        )  # fmt: skip
    return [as_dict(outcome) for outcome in receipt.outcomes]


def _link(number: int, name: str) -> str:
    """The name itself, or, when no folder could hold it, its end behind a number."""
    encoded = name.encode()
    if len(encoded) <= MOST_NAME_BYTES:
        return name
    return f"{number}-" + encoded[-(MOST_NAME_BYTES - 8) :].decode(errors="ignore")


def as_dict(outcome: Outcome) -> dict[str, Any]:
    """One file's answer as it is kept."""
    refusal = outcome.refusal
    return {
        "path": outcome.path,
        "status": "accepted" if refusal is None else "refused",
        "document": outcome.document,
        "documents": [*outcome.documents],
        "duplicate": outcome.duplicate,
        "reason": None if refusal is None else refusal.as_dict(),
        "warnings": [warning.as_dict() for warning in outcome.warnings],
    }


def _done_before(session: Session, delivery: Delivery) -> list[dict[str, Any]]:
    """The outcomes of a batch whose receiver died between receiving and telling, from what it left."""
    taken = session.scalars(
        select(Document)
        .where(Document.batch_id == delivery.id)
        .order_by(Document.scan_id, Document.scan_page)
    ).all()
    refused = session.scalars(
        select(Refusal).where(Refusal.batch_id == delivery.id).order_by(Refusal.id)
    ).all()
    accepted: list[dict[str, Any]] = [
        {
            "path": one.name,
            "status": "accepted",
            "document": one.id,
            "documents": [one.id],
            "duplicate": False,
            "reason": None,
            "warnings": [],
        }
        for one in taken
    ]
    return accepted + [
        {
            "path": one.path, "status": "refused", "document": None, "documents": [],
            "duplicate": False,
            "reason": {"code": one.code, "vi": one.vi, "en": one.en}, "warnings": [],
        }
        for one in refused
    ]  # fmt: skip
