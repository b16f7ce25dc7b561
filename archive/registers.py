"""Registers (sổ): numbers without gap, from 1 on 1 January to 31 December, each given once.

A number that is printed into a PDF must exist before the PDF does. It is therefore reserved first, for its
subject, and the same subject gets the same number again however often a step is repeated. When the work is
given up the entry is voided with its reason: the line stays, so the book has no gap (domain.md 1.3 CC-07).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import history
from archive.clock import VIETNAM
from archive.tables import Entry, Register

RECORDS = "records"
COPIES_FROM_REGISTER = "copies-register"
COPIES_FROM_ORIGINAL = "copies-original"
COPIES_OF_OUR_OWN = "copies-own"


@dataclass(frozen=True)
class Number:
    """A place in a register."""

    kind: str
    year: int
    number: int
    volume: int = 0


class NotReserved(Exception):
    """The number is entered or void for good: neither can become the other."""

    def __init__(self, subject: str, state: str) -> None:
        super().__init__(f"the number of {subject} is {state} already")
        self.subject, self.state = subject, state


def reserve(
    session: Session, agency_id: int, kind: str, subject: str, at: datetime, volume: int | None = None
) -> Number:
    """The number of ``subject`` in the agency's register of the year (Việt Nam time) of ``at``.

    Given on the first call; later calls return the same one, also when the year has turned in between. The agency's
    row is locked first, so that rivals neither open the same register twice nor give one subject two numbers.
    ``volume``: the open one, of a register that is kept in volumes (``archive.volumes``).
    """
    history.head(session, agency_id)
    given = session.execute(
        select(Entry, Register)
        .join(Register, Register.id == Entry.register_id)
        .where(Register.agency_id == agency_id, Register.kind == kind, Entry.subject == subject)
    ).one_or_none()
    if given is not None:
        return Number(kind, given.Register.year, given.Entry.number, given.Entry.volume or 0)
    year = at.astimezone(VIETNAM).year
    register = session.scalars(
        select(Register)
        .where(Register.agency_id == agency_id, Register.kind == kind, Register.year == year)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if register is None:
        register = Register(agency_id=agency_id, kind=kind, year=year, last=0)
        session.add(register)
        session.flush()
    register.last += 1
    entry = Entry(register_id=register.id, number=register.last, subject=subject, given_at=at, volume=volume)
    session.add(entry)
    session.flush()
    return Number(kind, year, register.last, volume or 0)


def enter(session: Session, agency_id: int, kind: str, subject: str) -> None:
    """Confirm a reserved number: the act it stands for is done. Raises NotReserved."""
    _reserved(session, agency_id, kind, subject).state = "entered"


def void(session: Session, agency_id: int, kind: str, subject: str, reason: str) -> None:
    """Give up a reserved number for good; the line stays with its reason. Raises NotReserved."""
    entry = _reserved(session, agency_id, kind, subject)
    entry.state, entry.void_reason = "void", reason


def gaps(session: Session, agency_id: int) -> list[str]:
    """Registers of the agency whose numbers are not exactly 1 … last, in words; empty when all are whole."""
    found = []
    for register in session.scalars(select(Register).where(Register.agency_id == agency_id)):
        numbers = list(
            session.scalars(
                select(Entry.number).where(Entry.register_id == register.id).order_by(Entry.number)
            )
        )
        if numbers != list(range(1, register.last + 1)):
            found.append(f"{register.kind} {register.year}: {register.last} given, {len(numbers)} found")
    return found


def _reserved(session: Session, agency_id: int, kind: str, subject: str) -> Entry:
    entry = session.scalars(
        select(Entry)
        .join(Register, Register.id == Entry.register_id)
        .where(Register.agency_id == agency_id, Register.kind == kind, Entry.subject == subject)
    ).one()
    if entry.state != "reserved":
        raise NotReserved(subject, entry.state)
    return entry
