"""A paper's form as a short code, from its type as read: ``quyet-dinh``, ``giay-phep`` …"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from archive.fields import FieldValue

GENERAL = "giay-to"
"""The form of a paper whose type was not read."""

LONGEST = 40
"""Characters of a form's code, as the table keeps them."""


def form_of(fields: Iterable[FieldValue]) -> str:
    """The code of the document's type, GENERAL when there is none."""
    for field in fields:
        if field.name == "doc_type":
            return slug(field.values[0])[:LONGEST].rstrip("-") or GENERAL
    return GENERAL


def slug(text: str) -> str:
    """Lower-case letters without marks, joined by dashes; đ becomes d."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return "-".join(re.findall(r"[a-z0-9]+", plain))
