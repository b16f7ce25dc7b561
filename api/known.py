"""What the archive knows of a file, as the checker of signatures takes it. Light: commands use it without HTTP."""

from __future__ import annotations

from archive.catalogue import OneOfOurs
from archive.clock import stamp
from signing.report import Known


def known_of(found: OneOfOurs | None) -> Known | None:
    """The same in the checker's words; None for a file that is none of ours."""
    if found is None:
        return None
    since, expires = (None if one is None else stamp(one) for one in (found.since, found.expires))
    return Known(
        found.kind, found.identifier, found.standing.value, since, found.reason, found.which, found.by,
        found.reason_en, expires, found.form,
    )  # fmt: skip
