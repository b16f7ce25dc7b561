"""Cross-checks of a reading: what it says held against itself, against lists and the calendar. Pure; they only warn.

Numbers are those of the catalogue in docs/forms.md. V-15 (the same paper twice) is asked of the archive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from ocr.checks.dates import day_of_issue
from ocr.checks.finding import Finding, Paper
from ocr.checks.head import motto_exact, names_in_force, notation_fits, organ_agrees
from ocr.checks.numbers import dossier_code, personal_number, required_values, tax_code
from ocr.fields import own_pages, sheets_of
from ocr.forms import Forms
from ocr.values import Field, PageReading

__all__ = ["Finding", "check"]

BY_CODE: Mapping[str, Callable[[Paper], Iterator[Finding]]] = MappingProxyType(
    {
        "V-11": notation_fits,
        "V-12": organ_agrees,
        "V-13": day_of_issue,
        "V-14": motto_exact,
        "V-16": personal_number,
        "V-17": tax_code,
        "V-18": names_in_force,
        "V-19": dossier_code,
        "V-21": required_values,
    }
)


def check(
    pages: Sequence[PageReading], fields: Sequence[Field], forms: Forms, form: str, received: date
) -> tuple[Finding, ...]:
    """What does not agree, by the checks that the paper's form asks for, in the order of their codes.

    ``form``: name of the paper's form where it is known beforehand. ``received``: the day the paper came in.
    """
    sheets = [one for one in sheets_of(pages) if one.rows]
    if not sheets:
        return ()
    named = {field.name: field for field in fields if not field.by_hand}
    left = frozenset(field.name for field in fields if field.by_hand)
    own = own_pages(sheets)
    kind = forms.of(str(named["doc_type"].value) if "doc_type" in named else None, form)
    paper = Paper(tuple(own), tuple(sheets[len(own) :]), named, kind, forms, received, left)
    return tuple(found for code, asked in BY_CODE.items() if code in kind.checks for found in asked(paper))
