"""Kinds of papers as data: one TOML file a form, shipped here, added to by an office (docs/forms.md)."""

from __future__ import annotations

from ocr.forms.form import GENERAL, Fault, Form, FormField, Forms
from ocr.forms.load import BadForm, form_of, forms_in, shipped

__all__ = ["GENERAL", "BadForm", "Fault", "Form", "FormField", "Forms", "form_of", "forms_in", "shipped"]
