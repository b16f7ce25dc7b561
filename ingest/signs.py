"""What the text of a symbol on a page means: a sheet between documents, the cover of a dossier, or nothing of that."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from archive import codes
from archive.errors import Problem
from archive.roles import Role

COVER_PREFIX = "BIA|"
"""``HS|<record>|<procedure>`` parts documents; ``BIA|<dossier code>`` (bìa: cover) opens a dossier."""

PATCHES = frozenset({"PATCHT", "PATCH T", "PATCH-T", "PATCH 2"})
"""What symbols on separator sheets of other programs hold (Paperless-ngx, NAPS2), and what patch bars mean."""

LONGEST_PAYLOAD = 120
"""Longer text is none of ours: the longest dossier code has 80 characters."""

_SEPARATOR = re.compile(r"HS\|(?P<record>[^|]{1,80})\|[0-9A-Z.]{0,30}", re.ASCII)


@dataclass(frozen=True)
class Sign:
    """What a symbol says. ``bare``: a dossier code and nothing else, which results and receipts carry as well."""

    role: Role
    payload: str
    bare: bool = False


def sign_of(payload: str) -> Sign | None:
    """The meaning of a symbol's text; None when it is none of a separator or cover."""
    text = payload.strip()
    if len(text) > LONGEST_PAYLOAD or any(unicodedata.category(one).startswith("C") for one in text):
        return None
    if text.upper() in PATCHES:
        return Sign(Role.SEPARATOR, text)
    if _SEPARATOR.fullmatch(text):
        return Sign(Role.SEPARATOR, text)
    if text.startswith(COVER_PREFIX):
        return Sign(Role.COVER, text) if is_dossier(text.removeprefix(COVER_PREFIX)) else None
    return Sign(Role.COVER, text, bare=True) if is_dossier(text) else None


def dossier_of(payload: str) -> str:
    """The dossier code in a sheet's payload as it was received, or nothing."""
    match = _SEPARATOR.fullmatch(payload)
    code = match["record"] if match else payload.removeprefix(COVER_PREFIX)
    return code.strip() if is_dossier(code) else ""


def is_dossier(code: str) -> bool:
    """Whether this is a dossier code of any mask (domain.md 2.1), whatever day it names."""
    try:
        codes.dossier(code, date.max)
    except Problem as problem:
        return problem.code == "BAD_DOSSIER_DATE"
    return True
