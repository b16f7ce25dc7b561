"""The list of procedures in the database: imported from files, as often as wanted; and the one hoso starts with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.reuse.given import GivenPaper, GivenProcedure
from archive.reuse.importing import parse
from archive.reuse.tables import Procedure, Requirement


@dataclass(frozen=True)
class Imported:
    """How many procedures an import added, changed, and found as they are."""

    added: int
    changed: int
    unchanged: int


def import_procedures(session: Session, data: bytes) -> Imported:
    """Take a CSV or JSON file in, all or nothing. Raises Problem BAD_CATALOGUE before anything is written.

    The same file again changes nothing. A procedure in the file gets exactly the papers named there: others are
    retired, for dossiers may name them. Procedures that are not in the file stay as they are.
    """
    given = parse(data)
    known = {row.code: row for row in session.scalars(select(Procedure))}
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for one in given:
        counts[_put(session, known.get(one.code), one)] += 1
    session.flush()
    return Imported(**counts)


def starting_catalogue() -> bytes:
    """The list hoso comes with. Its ``source`` and ``invented`` say what stands in a public document and what was
    made up for trials: all required papers are, for the documents name procedures only."""
    return (Path(__file__).parent / "catalogue.csv").read_bytes()


def _put(session: Session, row: Procedure | None, given: GivenProcedure) -> str:
    values = {"name": given.name, "agency": given.agency, "source": given.source, "invented": given.invented}
    if row is None:
        row = Procedure(code=given.code, **values)
        session.add(row)
        session.flush()
        _put_papers(session, row, given)
        return "added"
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return "changed" if _put_papers(session, row, given) or changed else "unchanged"


def _put_papers(session: Session, row: Procedure, given: GivenProcedure) -> bool:
    kept = session.scalars(select(Requirement).where(Requirement.procedure_id == row.id))
    known = {(paper.form, paper.title): paper for paper in kept}
    wanted = {
        (paper.form, paper.title): _columns(place, paper) for place, paper in enumerate(given.papers, 1)
    }
    changed = False
    for key, paper in known.items():
        if key not in wanted and not paper.retired:
            paper.retired = changed = True
    for key, columns in wanted.items():
        old = known.get(key)
        if old is None:
            session.add(Requirement(procedure_id=row.id, form=key[0], title=key[1], **columns))
            changed = True
            continue
        for name, value in columns.items():
            if getattr(old, name) != value:
                setattr(old, name, value)
                changed = True
    return changed


def _columns(place: int, paper: GivenPaper) -> dict[str, object]:
    return {
        "position": place, "result_of": paper.result_of, "quantity": paper.quantity, "basis": paper.basis,
        "mandatory": paper.mandatory, "note": paper.note, "retired": False,
    }  # fmt: skip
