"""Names of a form's own fields for people: they stand in the form, not in the table of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from api.callers import Call
from archive.fields import DATES
from ocr.forms import GENERAL, Form
from ocr.vietnamese import bare


def forms_of(call: Call) -> Sequence[Form]:
    """The forms in use, by their names in Vietnamese, the general one last."""
    return sorted(call.office.forms.forms, key=lambda form: (form.name == GENERAL, bare(form.vi)))


def named(call: Call, form: str) -> Mapping[str, tuple[str, str]]:
    """Field to its name in Vietnamese and English, for a record that keeps this form's code."""
    return {one.name: (one.vi, one.en) for one in call.office.forms.of_code(form).fields}


def dates_of(call: Call, form: str) -> frozenset[str]:
    """Fields that hold a day, for such a record."""
    return DATES | {one.name for one in call.office.forms.of_code(form).fields if one.grammar == "date"}
