"""Values of a record in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, select
from sqlalchemy.orm import Session

from archive.fields import FIELD_NAMES, FieldValue
from archive.tables import Document, FieldRow

HOLDER_FIELDS = ("holder_id", "holder_tax_code")
"""Values that name whose paper it is."""


def made_out_to(number: str) -> ColumnElement[bool]:
    """The condition on Document that its values name exactly this holder (the index ``field_holder`` serves it)."""
    names = FieldRow.name.in_(bindparam("holder_fields", HOLDER_FIELDS, expanding=True, literal_execute=True))
    return Document.id.in_(select(FieldRow.document_id).where(names, FieldRow.value == number))


def write(session: Session, document_id: str, fields: Iterable[FieldValue]) -> None:
    """Put these fields in place of those of the same names."""
    for field in fields:
        session.execute(
            delete(FieldRow).where(FieldRow.document_id == document_id, FieldRow.name == field.name)
        )
        session.add_all(
            FieldRow(
                document_id=document_id, name=field.name, position=position, value=value,
                confidence=field.confidence, page=field.page,
                box=None if field.box is None else [*field.box], origin=field.origin,
            )
            for position, value in enumerate(field.values)
        )  # fmt: skip
    session.flush()


def read(session: Session, document_ids: Sequence[str]) -> dict[str, dict[str, FieldValue]]:
    """The fields of these documents by name, in the order of FIELD_NAMES, then those of the form."""
    rows: dict[str, dict[str, list[Any]]] = {key: {} for key in document_ids}
    query = select(*FieldRow.__table__.columns).where(FieldRow.document_id.in_(document_ids))
    for row in session.execute(query.order_by(FieldRow.position)):
        rows[row.document_id].setdefault(row.name, []).append(row)
    return {
        key: {
            name: _value(named[name])
            for name in (*FIELD_NAMES, *sorted(set(named) - set(FIELD_NAMES)))
            if name in named
        }
        for key, named in rows.items()
    }


def remove(session: Session, document_id: str, name: str) -> None:
    """Drop one value."""
    session.execute(delete(FieldRow).where(FieldRow.document_id == document_id, FieldRow.name == name))


def forget(session: Session, document_id: str) -> None:
    """Drop all values: the paper will be read again."""
    session.execute(delete(FieldRow).where(FieldRow.document_id == document_id))


def _value(rows: Sequence[Any]) -> FieldValue:
    first = rows[0]
    box = None
    if first.box is not None:
        x0, y0, x1, y1 = (int(edge) for edge in first.box)
        box = (x0, y0, x1, y1)
    return FieldValue(
        first.name, tuple(row.value for row in rows), first.confidence, first.page, box, first.origin
    )
