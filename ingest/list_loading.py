"""Bring a list of issued papers to its batch: read in a child, kept, matched with what was read so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from archive import list_matches
from archive.clock import Clock
from archive.database import Database
from archive.fields import FieldValue
from archive.paper_lists import NewList
from archive.store import WORK, Store
from archive.tables import Document
from archive.weighing import Evidence, evidence

ReadList = Callable[[Path], NewList]
"""``ingest.listing.read_list`` with its limits, called in a limited child by who passes it in. Raises Problem."""


def load_list(
    database: Database, store: Store, read_list: ReadList, agency_id: int, batch_id: str, name: str, path: Path,
    agent: str, clock: Clock,
) -> NewList:  # fmt: skip
    """Give the batch the list in this file, in place of one it had. Raises Refused when the file is no list; then
    nothing has changed."""
    new = read_list(path)
    sha256 = store.put_file(WORK, path)
    reading = reading_from(store)
    with database.reading() as session:
        weighed = list_matches.weigh_all(session, batch_id, new, reading)
    with database.writing() as session:
        list_matches.load(session, agency_id, batch_id, name, sha256, new, agent, clock(), weighed, reading)
    return new


def reading_from(store: Store) -> list_matches.Reading:
    """What was read of a document, from the reading that the store has."""

    def reading(document: Document, values: Sequence[FieldValue]) -> Evidence:
        kept = store.get(WORK, document.reading_sha256) if document.reading_sha256 else b"{}"
        return evidence(values, kept)

    return reading
