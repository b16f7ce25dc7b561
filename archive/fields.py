"""Values of a record: text, with where they were seen and who said so. No database: children load this too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from archive.errors import Problem

LISTS = frozenset({"recipients", "legal_bases"})
NUMBERS = frozenset({"page_count"})
DATES = frozenset({"issued_on", "valid_from", "valid_until"})
FIELD_NAMES = (
    "doc_type", "number", "notation", "code", "issued_on", "issuer", "parent_issuer", "place", "subject",
    "signer_name", "signer_title", "signer_capacity", "recipients", "legal_bases", "holder_name", "holder_id",
    "holder_tax_code", "valid_from", "valid_until", "procedure_code", "page_count",
)  # fmt: skip
KEY_FIELDS = ("doc_type", "code", "issued_on", "issuer", "subject")
"""Without these a record cannot be found or told apart (domain.md 2.4 DG-08, 2.5); they decide a document's
confidence."""

READ, BY_HAND, REVIEWER, LIST = "read", "by_hand", "reviewer", "list"
"""Who said so: the reading; the reading, of a place that a pen wrote and a person has to read (the value is empty); a
person; the office's own list."""


@dataclass(frozen=True)
class FieldValue:
    """One named value; ``values`` has one member unless the name is in LISTS. Confidence 0..1, page from 1, box
    in pixels of the stored page image."""

    name: str
    values: tuple[str, ...]
    confidence: float
    page: int | None = None
    box: tuple[int, int, int, int] | None = None
    origin: str = READ

    @property
    def plain(self) -> str | int | list[str]:
        """The value as JSON shows it."""
        if self.name in LISTS:
            return list(self.values)
        return int(self.values[0]) if self.name in NUMBERS else self.values[0]


def confidence(fields: Mapping[str, FieldValue]) -> float:
    """How sure the whole document is: the least confidence of its key fields, 0 when one is missing."""
    return min((fields[name].confidence if name in fields else 0.0) for name in KEY_FIELDS)


def corrections(
    settings: Mapping[str, str | Sequence[str]], own: Mapping[str, str] = MappingProxyType({})
) -> list[FieldValue]:
    """Values set by a person; ``own``: names of the form's own fields with their grammars. Raises Problem
    UNKNOWN_FIELD or BAD_VALUE."""
    found = []
    for name, value in settings.items():
        if name not in FIELD_NAMES and name not in own:
            raise Problem(
                "UNKNOWN_FIELD",
                f"Không có trường «{name}». Các trường: {', '.join((*FIELD_NAMES, *own))}",
                f"There is no field {name!r}. Fields: {', '.join((*FIELD_NAMES, *own))}",
            )
        values = tuple(part.strip() for part in value.split("\n")) if isinstance(value, str) else tuple(value)
        if name in NUMBERS and not (len(values) == 1 and values[0].isdecimal()):
            raise Problem(
                "BAD_VALUE", f"«{name}» phải là số: {value}", f"{name} must be a whole number: {value}"
            )
        if name not in LISTS and len(values) != 1:
            raise Problem("BAD_VALUE", f"«{name}» chỉ có một giá trị", f"{name} takes one value")
        if (name in DATES or own.get(name) == "date") and not _is_date_or_empty(values[0]):
            raise Problem(
                "BAD_VALUE",
                f"«{name}» phải là ngày dạng 2026-03-31: {values[0]}",
                f"{name} must be a date such as 2026-03-31: {values[0]}",
            )
        found.append(FieldValue(name, values, 1.0, origin=REVIEWER))
    return found


def _is_date_or_empty(text: str) -> bool:
    """A whole ISO date, or nothing: a person strikes out a date that is not on the paper."""
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def joined(changes: Sequence[FieldValue], before: Mapping[str, FieldValue]) -> list[FieldValue]:
    """The changes, and what follows from them: a code is number and notation (NĐ 30/2020 Đ.8), so who gives one of
    the two has given the other where nothing was read."""
    given = {one.name: one for one in changes}

    def value(name: str) -> str:
        one = given.get(name) or before.get(name)
        return one.values[0] if one is not None and one.values else ""

    found = list(changes)
    if "number" in given and not value("code") and value("number") and value("notation"):
        found.append(FieldValue("code", (f"{value('number')}/{value('notation')}",), 1.0, origin=REVIEWER))
    elif "code" in given and not value("number") and "/" in value("code"):
        found.append(FieldValue("number", (value("code").partition("/")[0].strip(),), 1.0, origin=REVIEWER))
    return found
