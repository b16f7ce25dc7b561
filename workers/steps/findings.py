"""What only the archive can say about a paper just read: whether it is here already, whose dossier it names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from archive import duplicates
from archive.fields import FieldValue
from archive.tables import Document
from ocr.forms import Form


def of_archive(
    session: Session, document: Document, values: Sequence[FieldValue], form: Form
) -> list[dict[str, Any]]:
    """Findings V-15 and V-19 of the archive, as far as the form asks for them."""
    named = {value.name: value for value in values if any(value.values)}
    found = duplicates.same_number(session, document, named) if "V-15" in form.checks else []
    for own in form.fields:
        if "V-19" in form.checks and own.grammar == "dossier-code" and own.name in named:
            found += duplicates.dossier_elsewhere(session, document, named[own.name])
    return found
