"""Proofs: until when each kept file proves itself, so that what is due is found without opening a file.

One row for each record and each issued copy that somebody has looked at. A look makes ``renew`` steps due, soonest
end first: for files that nobody has looked at yet, for those that end within the margin, and again for those that
could not be renewed. The step looks into the file, renews it when it is due, and writes what came of it here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Select, String, and_, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive import catalogue, evidence, history
from archive.errors import Problem
from archive.evidence import Evidence, Kept, Rests, Whole
from archive.lifecycle import Act, CopyState, Standing, State
from archive.steps import DONE, DUE, OPEN
from archive.store import HOLDINGS, WORK
from archive.tables import Base, Copy, Document, Step

STEP = "renew"
RECORD, COPY = "record", "copy"
PROVEN, LOST, DAMAGED, UNPROVEN, WAITING, UNUSED = (
    "proven",
    "lost",
    "damaged",
    "unproven",
    "waiting",
    "unused",
)
"""States of a proof.

proven    it verified when it was last looked at; looked at again when it is due
lost      its newest timestamp had ended before it was renewed: nothing proves it any more
damaged   its bytes are not what was signed, or an object is gone
unproven  it never proved itself (a paper that came signed by somebody whom nobody here trusts)
waiting   it is due and could not be renewed yet
unused    a copy that nobody may use any more: its record lost its standing
"""

AGAIN = {
    DAMAGED: timedelta(days=1),
    LOST: timedelta(days=180),
    UNPROVEN: timedelta(days=30),
    UNUSED: timedelta(days=30),
}
"""When to look again at what was not renewed: a backup may be brought back, a root come into trust, a clock be set."""

LONGEST = {**AGAIN, WAITING: timedelta(days=30)}
"""No look is put off for longer; one that is was put off by a machine whose clock was ahead, perhaps by years."""

TOLD = {LOST: Act.LOSE_EVIDENCE, DAMAGED: Act.FIND_DAMAGED}


class Proof(Base):
    """How one file stands: ``subject`` is the document (kind record) or copy, ``ordinal`` how often it was renewed,
    ``since`` when it came into its state, ``look_at`` when to look again at one that is not proven."""

    __tablename__ = "proof"
    __table_args__ = (Index("proof_end", "state", "ends_at"), Index("proof_document", "document_id"))
    subject: Mapped[str] = mapped_column(String(20), primary_key=True)
    kind: Mapped[str] = mapped_column(String(6))
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    ordinal: Mapped[int] = mapped_column(default=0)
    stamped_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    algorithms: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(8))
    since: Mapped[datetime]
    reason: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    look_at: Mapped[datetime]


@dataclass(frozen=True)
class Subject:
    """A file that is to stay provable: the record's, or a copy's while it may be used (``used``). ``signed_by_others``:
    since when we have a paper that came signed, whose proof was never ours to make."""

    id: str
    kind: str
    document_id: str
    agency_id: int
    file: Whole
    ordinal: int
    used: bool
    signed_by_others: datetime | None = None


def subject(session: Session, subject_id: str, at: datetime) -> Subject:
    """The record or copy of this id with its newest evidence. Raises Problem UNKNOWN_DOCUMENT, NOT_HELD."""
    copy = session.get(Copy, subject_id)
    document = catalogue.document(session, subject_id if copy is None else copy.document_id)
    if copy is not None and copy.file_sha256:
        area, original = WORK, copy.file_sha256
        standing = catalogue.standing(session, document, at)
        used = copy.state == CopyState.ISSUED.value and standing is Standing.VALID
    elif copy is None and document.manifest_sha256 and document.sealed_sha256:
        area, original, used = HOLDINGS, document.sealed_sha256, True
    else:
        raise Problem("NOT_HELD", f"{subject_id} chưa được lưu trữ", f"{subject_id} is not held")
    file = evidence.newest(session, subject_id, area, original)
    kind = RECORD if copy is None else COPY
    theirs = document.received_at if copy is None and document.signed_already else None
    return Subject(subject_id, kind, document.id, document.agency_id, file, len(file.appended), used, theirs)


def unseen(session: Session, most: int) -> list[tuple[str, str]]:
    """Subject and document of held records and issued copies that nobody has looked at yet."""
    records = (
        select(Document.id, Document.id)
        .where(Document.state == State.HELD.value, Document.sealed_sha256.is_not(None))
        .where(~select(Proof.subject).where(Proof.subject == Document.id).exists())
    )
    copied = (
        select(Copy.id, Copy.document_id)
        .join(Document, Document.id == Copy.document_id)
        .where(Copy.state == CopyState.ISSUED.value, Document.standing == Standing.VALID.value)
        .where(~select(Proof.subject).where(Proof.subject == Copy.id).exists())
    )
    found = [(one, of) for one, of in session.execute(records.limit(most))]
    return found + [(one, of) for one, of in session.execute(copied.limit(max(most - len(found), 0)))]


def due(session: Session, at: datetime, until: datetime, ending: Collection[str], most: int) -> list[Proof]:
    """Proofs that end before ``until`` by a certificate or by their algorithms (``ending``, as rows have them), or
    that are to be looked at again; soonest end first."""
    soon = or_(Proof.ends_at <= until, Proof.algorithms.in_(ending))
    ahead = (and_(Proof.state == state, Proof.look_at > at + most) for state, most in LONGEST.items())
    again = or_(Proof.look_at <= at, *ahead)
    in_use = select(Copy.id).where(Copy.state == CopyState.ISSUED.value)
    query = (
        select(Proof)
        .where(or_(and_(Proof.state == PROVEN, soon), and_(Proof.state != PROVEN, again)))
        .where(or_(Proof.kind == RECORD, Proof.subject.in_(in_use)))
        .order_by(Proof.ends_at, Proof.subject)
        .limit(most)
    )
    return list(session.scalars(query))


def algorithms(session: Session) -> list[str]:
    """Every set of algorithms that some file rests on."""
    return list(session.scalars(select(Proof.algorithms).distinct()))


def make_due(
    session: Session, at: datetime, until: datetime, ending: Collection[str], most: int
) -> list[int]:
    """Make ``renew`` steps due, ``most`` at a time in the table; gives the ids of all that are open now."""
    room = most - (session.scalar(_open(func.count(Step.id))) or 0)
    if room > 0:
        wanted = [
            (one.subject, one.document_id, one.ordinal) for one in due(session, at, until, ending, room)
        ]
        wanted += [(one, of, 0) for one, of in unseen(session, room - len(wanted))]
        for one, of, ordinal in wanted:
            _make_due(session, of, f"{one}:{ordinal}", at)
    return list(session.scalars(_open(Step.id).order_by(Step.offer_at, Step.id)))


def _open(what: Any) -> Select[Any]:
    return select(what).where(Step.name == STEP, Step.state.in_(OPEN))


def _make_due(session: Session, document_id: str, given: str, at: datetime) -> None:
    """The step with this input, due now; one that is open or parked stays as it is."""
    mine = (Step.document_id == document_id, Step.name == STEP, Step.input == given)
    again = session.execute(
        update(Step)
        .where(*mine, Step.state == DONE)
        .values(state=DUE, attempt=0, offer_at=at, error=None)
        .execution_options(synchronize_session=False)
    )
    if again.rowcount or session.scalar(select(Step.id).where(*mine)) is not None:  # type: ignore[attr-defined]
        return
    try:
        with session.begin_nested():
            session.add(Step(document_id=document_id, name=STEP, input=given, offer_at=at))
    except IntegrityError:  # somebody else looked at the same time
        return


def note(
    session: Session, of: Subject, state: str, rests: Rests | None, agent: str, at: datetime,
    reason: dict[str, Any] | None = None, since: datetime | None = None, look_at: datetime | None = None,
) -> None:  # fmt: skip
    """Write how the file stands. What was lost or is damaged becomes an event, once, and so does its coming back."""
    row = session.get(Proof, of.id, with_for_update={"key_share": True})
    before = None if row is None else row.state
    if row is None:
        row = Proof(
            subject=of.id, kind=of.kind, document_id=of.document_id, ordinal=of.ordinal, algorithms=""
        )
        session.add(row)
    if state != before:
        row.since = since or at
    row.state, row.reason = state, reason
    row.look_at = look_at or at + AGAIN.get(state, timedelta())
    if rests is not None:
        row.stamped_at, row.ends_at, row.algorithms = rests.stamped_at, rests.ends_at, rests.algorithms
    act = TOLD.get(state) or (Act.FIND_WHOLE if before in TOLD and state == PROVEN else None)
    if act is not None and state != before:
        details = {"subject": of.id, "ordinal": of.ordinal, **(reason or {})}
        details |= {"since": since.isoformat()} if since else {}
        history.append(session, of.agency_id, at, act, agent, of.document_id, details)
    session.flush()


def renewed(session: Session, of: Subject, kept: Kept, rests: Rests, agent: str, at: datetime) -> None:
    """Record a renewal: the evidence, the new end, the event. Raises Problem CHANGED_MEANWHILE when another one was
    recorded since ``of`` was looked at: then nothing is written."""
    note(session, of, PROVEN, rests, agent, at)
    ordinal = of.ordinal + 1
    moved = session.execute(
        update(Proof)
        .where(Proof.subject == of.id, Proof.ordinal == of.ordinal)
        .values(ordinal=ordinal)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Problem(
            "CHANGED_MEANWHILE",
            f"{of.id} vừa được gia hạn bởi tiến trình khác",
            f"{of.id} was renewed by somebody else just now",
        )
    session.add(
        Evidence(
            subject=of.id, ordinal=ordinal, document_id=of.document_id, original_sha256=of.file.original,
            digest=kept.digest, size=kept.size, delta_sha256=kept.delta_sha256,
            manifest_sha256=kept.manifest_sha256, stamped_at=rests.stamped_at, ends_at=rests.ends_at,
            algorithms=rests.algorithms, made_at=at,
        )
    )  # fmt: skip
    details = {
        "subject": of.id, "ordinal": ordinal, "original": of.file.original, "file": kept.digest,
        "evidence": kept.delta_sha256, "manifest": kept.manifest_sha256, "ends_at": rests.ends_at.isoformat(),
    }  # fmt: skip
    history.append(session, of.agency_id, at, Act.RENEW, agent, of.document_id, details)


def look_again(session: Session, at: datetime) -> None:
    """Let the next look take up what waits, is damaged or lost, however lately it was looked at."""
    again = (WAITING, DAMAGED, LOST)
    session.execute(
        update(Proof)
        .where(Proof.state.in_(again), Proof.look_at > at)
        .values(look_at=at)
        .execution_options(synchronize_session=False)
    )


def not_proven(session: Session) -> list[Proof]:
    """Every file that does not prove itself or waits to be renewed, soonest end first."""
    return list(
        session.scalars(select(Proof).where(Proof.state != PROVEN).order_by(Proof.ends_at, Proof.subject))
    )


def counts(session: Session) -> dict[str, int]:
    """How many files stand in each state."""
    rows = session.execute(select(Proof.state, func.count()).group_by(Proof.state))
    return {state: count for state, count in rows}
