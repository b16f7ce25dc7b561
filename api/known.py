"""What the archive knows of a file, as the checker of signatures takes it. Light: commands use it without HTTP."""

from __future__ import annotations

from sqlalchemy.orm import Session

from archive import catalogue
from archive.catalogue import OneOfOurs
from archive.clock import stamp
from archive.store import HOLDINGS, Corrupt, Store
from signing.report import Known, Original


def known_of(found: OneOfOurs | None) -> Known | None:
    """The same in the checker's words; None for a file that is none of ours."""
    if found is None:
        return None
    since, expires = (None if one is None else stamp(one) for one in (found.since, found.expires))
    return Known(
        found.kind, found.identifier, found.standing.value, since, found.reason, found.which, found.by,
        found.reason_en, expires, found.form,
    )  # fmt: skip


def original_of(session: Session, store: Store, sha256: str) -> Original | None:
    """The original of which the file with this digest is an extract of ours, without its path where the store has lost
    it: that is no fault of the extract, and ``hoso audit`` tells it. None for any other file."""
    digests = catalogue.originals_of_extract(session, sha256)
    if not digests:
        return None
    try:
        return Original(store.path(HOLDINGS, digests[0]), digests)
    except Corrupt:
        return Original(None, digests)
