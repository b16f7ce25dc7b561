"""The history: events chained by hash, one chain an agency, and the proof that nobody rewrote it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.errors import Problem
from archive.lifecycle import Act
from archive.tables import Agency, Event

GENESIS = "0" * 64
"""What the first event of a chain builds on."""


def chain_hash(
    before: str,
    agency: str,
    number: int,
    at: datetime,
    act: str,
    agent: str,
    subject: str,
    details: dict[str, Any],
) -> str:
    """SHA-256 over the hash before and the event in canonical JSON (sorted keys, UTF-8, no white space).

    Raises ValueError for numbers that JSON does not have (infinite, not a number).
    The time counts in UTC, as it is kept: a clock that tells it in another zone gives the same hash.
    """
    line = json.dumps(
        [before, agency, number, at.astimezone(UTC).isoformat(), act, agent, subject, details],
        ensure_ascii=False,
        sort_keys=True,
        allow_nan=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(line.encode()).hexdigest()


def head(session: Session, agency_id: int) -> Agency:
    """The agency as it is now, its row locked to the end of the transaction: its writers take turns from here on.

    Whoever decides by what others may be writing (is this scan known, is this number given) locks first. NO KEY
    UPDATE: rows that merely name the agency can be written meanwhile, otherwise two of them would wait for each
    other here.
    """
    return session.scalars(
        select(Agency)
        .where(Agency.id == agency_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def append(
    session: Session,
    agency_id: int,
    at: datetime,
    act: Act,
    agent: str,
    subject: str,
    details: dict[str, Any],
) -> Event:
    """Write the next event of the agency's chain. The agency's row is locked, so chains never fork.

    Raises Problem BAD_TEXT for a NUL character: PostgreSQL cannot keep it, so nobody may.
    """
    if "\x00" in agent or "\\u0000" in json.dumps(details):
        raise Problem("BAD_TEXT", "Văn bản chứa ký tự NUL, không lưu được", "The text holds a NUL character")
    agency = head(session, agency_id)
    number = agency.last_event + 1
    digest = chain_hash(agency.last_hash, agency.code, number, at, act.value, agent, subject, details)
    event = Event(
        agency_id=agency_id, number=number, at=at, act=act.value, agent=agent, subject=subject, details=details,
        hash=digest,
    )  # fmt: skip
    session.add(event)
    agency.last_event, agency.last_hash = number, digest
    session.flush()
    return event


@dataclass(frozen=True)
class ChainProof:
    """The outcome of going through one agency's chain. ``broken_at`` is the number of the first bad event."""

    agency: str
    events: int
    whole: bool
    broken_at: int | None = None
    reason: str = ""


def prove(session: Session, agency: Agency, slice_of: int = 500) -> ChainProof:
    """Recompute every hash of the agency's chain and say where it stops being what was written."""
    before, expected = GENESIS, 1
    found = iter(
        session.scalars(
            select(Event)
            .where(Event.agency_id == agency.id)
            .order_by(Event.number)
            .execution_options(yield_per=slice_of)
        )
    )
    while True:
        try:
            event = next(found)
        except StopIteration:
            break
        except ValueError:  # a row whose details are not JSON any more; one at a time tells which
            if slice_of > 1:
                return prove(session, agency, 1)
            return ChainProof(agency.code, expected - 1, False, expected, "EVENT_CHANGED")
        if event.number != expected:
            return ChainProof(agency.code, expected - 1, False, expected, "EVENT_MISSING")
        digest = chain_hash(
            before, agency.code, event.number, event.at, event.act, event.agent, event.subject, event.details
        )
        if digest != event.hash:
            return ChainProof(agency.code, expected - 1, False, event.number, "EVENT_CHANGED")
        before, expected = digest, expected + 1
    if (agency.last_event, agency.last_hash) != (expected - 1, before):
        return ChainProof(agency.code, expected - 1, False, expected, "TAIL_MISSING")
    return ChainProof(agency.code, expected - 1, True)
