"""Which document of a batch is which line of its list: kept, filled into the values, undone, chosen by a person.

A document's scores are weighed once, when it is read or the list is loaded; who gets which line is decided anew with
every document that is read, in the commit that records it. What a line put in the place of readings is kept beside,
so it can be undone until a person has approved. Functions that change something run inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive import field_rows, history, ledger, list_values, paper_lists, search
from archive.errors import Problem
from archive.fields import FieldValue
from archive.lifecycle import Act, IllegalMove, State
from archive.matching import Fate, Score, Verdict, assign
from archive.paper_lists import NewList
from archive.tables import Base, Document
from archive.weighing import Evidence, Scale

GONE = (State.RETURNED.value, State.WITHDRAWN.value)
"""Documents that lay no claim to a line: they are scanned again, or not of this batch."""
CHOSEN_CONFIDENCE = 1.0
AS_SURE = 0.02
"""A match whose confidence moves by less, as other documents are read, is the same: no event, nothing to look at."""

Reading = Callable[[Document, Sequence[FieldValue]], Evidence]
"""What was read of a document: from its values as the engine had them, and its reading in the store."""


class ListMatch(Base):
    """What came of matching one document. ``read``: what the line displaced, by field name (null: nothing)."""

    __tablename__ = "list_match"
    __table_args__ = (Index("list_match_batch", "batch_id"),)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("paper_list.batch_id"))
    fate: Mapped[str] = mapped_column(String(8))
    row: Mapped[int | None]
    confidence: Mapped[float]
    margin: Mapped[float]
    candidates: Mapped[list[list[Any]]] = mapped_column(JSON)
    scores: Mapped[list[list[Any]]] = mapped_column(JSON)
    read: Mapped[dict[str, Any]]


@dataclass(frozen=True)
class Weighed:
    """The scores of one document against a list. ``sha256`` names what may change meanwhile: the list that a reading
    was weighed against, or the reading that a new list was weighed against."""

    sha256: str
    scores: list[Score]


def weigh(session: Session, batch_id: str, read: Evidence) -> Weighed | None:
    """How much speaks for each line of the batch's list; None when there is no list. Changes nothing."""
    of = paper_lists.of_batch(session, batch_id)
    return None if of is None else Weighed(of.sha256, Scale(paper_lists.lines(session, batch_id)).weigh(read))


def enter(
    session: Session, document: Document, weighed: Weighed | None, read: Evidence, agent: str, at: datetime
) -> None:  # fmt: skip
    """The document was read just now, its values are the engine's: it takes part. Weighed before the transaction began,
    unless the list is another one by now."""
    forget(session, document.id)
    of = paper_lists.of_batch(session, document.batch_id)
    if of is None:
        return
    if weighed is None or weighed.sha256 != of.sha256:
        weighed = weigh(session, document.batch_id, read)
    if weighed is not None:
        session.add(_match(document, weighed.scores))
        session.flush()
        settle(session, document.batch_id, agent, at)


def load(
    session: Session, agency_id: int, batch_id: str, name: str, sha256: str, new: NewList, agent: str, at: datetime,
    weighed: Mapping[str, Weighed], reading: Reading,
) -> None:  # fmt: skip
    """Give the batch this list, in place of one it had: what that one filled in is undone, everything is matched anew.

    ``weighed``: see ``weigh_all``; a document that was read since is weighed here. Approved documents keep their
    values; those that hold a line's number and day take that line.
    """
    history.head(session, agency_id)
    before = matches(session, batch_id)
    for match in before.values():
        document = session.get_one(Document, match.document_id, populate_existing=True)
        if document.state == State.READ.value:
            _undo(session, document, match)
    session.execute(delete(ListMatch).where(ListMatch.batch_id == batch_id))
    paper_lists.put(session, agency_id, batch_id, name, sha256, new, agent, at)
    details = {"list": sha256, "name": name[:200], "lines": len(new.lines), "notes": len(new.notes)}
    history.append(session, agency_id, at, Act.LOAD_LIST, agent, batch_id, details)
    for document in session.scalars(_of_batch(batch_id).where(Document.state == State.READ.value)).all():
        one = weighed.get(document.id)
        if one is None or one.sha256 != document.reading_sha256:
            one = _weighed(session, document, Scale(new.lines), reading, {})
        session.add(_match(document, one.scores))
    session.flush()
    settle(session, batch_id, agent, at)


def weigh_all(session: Session, batch_id: str, new: NewList, reading: Reading) -> dict[str, Weighed]:
    """The scores of the batch's documents that wait for a person against a list about to be loaded. Changes nothing:
    it takes milliseconds a document, which is too long to hold others up."""
    scale, known = Scale(new.lines), matches(session, batch_id)
    found = {}
    for document in session.scalars(_of_batch(batch_id).where(Document.state == State.READ.value)).all():
        before = displaced(known[document.id]) if document.id in known else {}
        found[document.id] = _weighed(session, document, scale, reading, before)
    return found


def settle(session: Session, batch_id: str, agent: str, at: datetime) -> None:
    """Decide anew who gets which line and fill the values of documents that wait for a person accordingly."""
    known = matches(session, batch_id)
    states = _states(session, batch_id)
    scores: dict[str, list[Score]] = {}
    given: dict[str, int | None] = {}
    for document_id, match in known.items():
        if states[document_id] in GONE:
            continue
        if states[document_id] == State.READ.value and match.fate != Fate.CHOSEN.value:
            scores[document_id] = [Score(*one) for one in match.scores]
        else:
            given[document_id] = match.row
    given |= _vouched(session, batch_id, states, known)
    for document_id, verdict in assign(scores, paper_lists.count(session, batch_id), given).items():
        _change(session, known[document_id], verdict, agent, at)


def choose(session: Session, document: Document, row: int | None, agent: str, at: datetime) -> None:
    """A person says which line the document is, or (None) that none is; the line fills the values.

    Raises IllegalMove unless the document waits for a person, Problem NO_LIST, NO_SUCH_LINE, LINE_TAKEN (an approved
    document has it, or a person gave it to another).
    """
    if document.state != State.READ.value:
        raise IllegalMove(State(document.state), Act.MATCH_LINE)
    known = matches(session, document.batch_id)
    match = known.get(document.id)
    if match is None:
        raise Problem("NO_LIST", "Lô này không có bản kê", "This batch has no list")
    if row is not None and paper_lists.line(session, document.batch_id, row) is None:
        raise Problem("NO_SUCH_LINE", f"Bản kê không có dòng {row}", f"The list has no line {row}")
    states = _states(session, document.batch_id)
    for other in known.values():
        firm = other.fate == Fate.CHOSEN.value or states[other.document_id] != State.READ.value
        if (
            row is not None
            and other.row == row
            and other is not match
            and firm
            and states[other.document_id] not in GONE
        ):
            raise Problem(
                "LINE_TAKEN",
                f"Dòng {row} đã thuộc hồ sơ {other.document_id}",
                f"Line {row} belongs to document {other.document_id}",
            )
    candidates = tuple((line, likely) for line, likely in match.candidates)
    verdict = Verdict(Fate.CHOSEN, row, CHOSEN_CONFIDENCE if row is not None else 0.0, 0.0, candidates)
    _change(session, match, verdict, agent, at)
    settle(session, document.batch_id, agent, at)


def matches(session: Session, batch_id: str) -> dict[str, ListMatch]:
    """What came of the batch's documents, by their id."""
    query = select(ListMatch).where(ListMatch.batch_id == batch_id).execution_options(populate_existing=True)
    return {one.document_id: one for one in session.scalars(query)}


def rows_of(session: Session, batch_id: str) -> dict[str, int]:
    """The line of each document that has one, by matching or because a person approved exactly its number and day."""
    known = matches(session, batch_id)
    own = {key: one.row for key, one in known.items() if one.row is not None}
    return own | _vouched(session, batch_id, _states(session, batch_id), known)


def open_documents(session: Session) -> set[str]:
    """Documents that a person has to choose a line for: nobody approves them in bulk."""
    return set(session.scalars(select(ListMatch.document_id).where(ListMatch.fate == Fate.OPEN.value)))


def forget(session: Session, document_id: str) -> None:
    """Drop what came of matching: the document is read anew."""
    session.execute(delete(ListMatch).where(ListMatch.document_id == document_id))


def displaced(match: ListMatch) -> dict[str, FieldValue | None]:
    """What the engine read where a line's values stand now; None: nothing."""
    return {name: _plain_value(name, told) for name, told in match.read.items()}


def _weighed(
    session: Session, document: Document, scale: Scale, reading: Reading, before: Mapping[str, FieldValue | None]
) -> Weighed:  # fmt: skip
    values = {**field_rows.read(session, [document.id])[document.id], **before}
    read = reading(document, [value for value in values.values() if value is not None])
    return Weighed(document.reading_sha256 or "", scale.weigh(read))


def _match(document: Document, scores: list[Score]) -> ListMatch:
    return ListMatch(
        document_id=document.id, batch_id=document.batch_id, fate=Fate.NONE.value, row=None, confidence=0.0, margin=0.0,
        candidates=[], scores=[[one.row, one.bits, one.against, one.dated] for one in scores], read={},
    )  # fmt: skip


def _of_batch(batch_id: str) -> Any:
    return select(Document).where(Document.batch_id == batch_id).order_by(Document.scan_id)


def _states(session: Session, batch_id: str) -> dict[str, str]:
    """The state of each document of the batch, as it is now."""
    query = select(Document.id, Document.state).where(Document.batch_id == batch_id)
    return {row.id: row.state for row in session.execute(query)}


def _vouched(
    session: Session, batch_id: str, states: Mapping[str, str], known: Mapping[str, ListMatch]
) -> dict[str, int]:  # fmt: skip
    """Lines of documents that a person approved with their number and day typed: the line of exactly these."""
    settled = [
        key for key, state in states.items()
        if state not in (State.RECEIVED.value, State.READ.value, *GONE)
        and (key not in known or known[key].row is None)
    ]  # fmt: skip
    if not settled:
        return {}
    taken = {one.row for one in known.values() if one.row is not None}
    rows: dict[tuple[str, str], list[int]] = {}
    for line in paper_lists.lines(session, batch_id):
        if line.row not in taken and "code" in line.values and "issued_on" in line.values:
            rows.setdefault((line.values["code"].lstrip("0"), line.values["issued_on"]), []).append(line.row)
    found = {}
    for key, values in field_rows.read(session, settled).items() if rows else ():
        code, day = values.get("code"), values.get("issued_on")
        fitting = rows.get((code.values[0].lstrip("0"), day.values[0]), []) if code and day else []
        if len(fitting) == 1:
            found[key] = fitting[0]
    return found


def _change(
    session: Session, match: ListMatch, verdict: Verdict, agent: str, at: datetime
) -> None:  # fmt: skip
    """Write the verdict down; when the line or how sure it is changed, also the values, and a line of history."""
    match.candidates = [[row, likely] for row, likely in verdict.candidates]
    same = (match.fate, match.row) == (verdict.fate.value, verdict.row)
    if same and abs(match.confidence - verdict.confidence) < AS_SURE:
        session.flush()
        return
    was_none = (match.fate, match.row) == (Fate.NONE.value, None)
    match.fate, match.row, match.margin = verdict.fate.value, verdict.row, verdict.margin
    match.confidence = verdict.confidence
    document = session.get_one(Document, match.document_id)
    _undo(session, document, match)
    put: list[FieldValue] = []
    if verdict.row is not None:
        line = paper_lists.line(session, match.batch_id, verdict.row)
        read = field_rows.read(session, [document.id])[document.id]
        put = list_values.filled(read, line, verdict.confidence) if line is not None else []
        match.read = {one.name: _as_json(read.get(one.name)) for one in put}
        field_rows.write(session, document.id, put)
    search.index(session, document)
    if was_none and verdict.fate is Fate.NONE:
        return
    of = paper_lists.of_batch(session, match.batch_id)
    details = {
        "list": None if of is None else of.sha256, "line": verdict.row, "fate": verdict.fate.value,
        "confidence": verdict.confidence, "candidates": [row for row, _ in verdict.candidates],
        "fields": {one.name: one.plain for one in put},
    }  # fmt: skip
    ledger.note(session, document, Act.MATCH_LINE, agent, at, details)


def _undo(session: Session, document: Document, match: ListMatch) -> None:
    """Put back what was read where the line's values stand."""
    for name, told in match.read.items():
        value = _plain_value(name, told)
        field_rows.remove(session, document.id, name)
        if value is not None:
            field_rows.write(session, document.id, [value])
    match.read = {}
    session.flush()


def _as_json(value: FieldValue | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {
        "values": [*value.values], "confidence": value.confidence, "page": value.page,
        "box": None if value.box is None else [*value.box], "origin": value.origin,
    }  # fmt: skip


def _plain_value(name: str, told: dict[str, Any] | None) -> FieldValue | None:
    if told is None:
        return None
    box = None if told["box"] is None else tuple(told["box"])
    return FieldValue(name, tuple(told["values"]), told["confidence"], told["page"], box, told["origin"])
