"""Codes out of official lists, agencies and procedures, as they are received: compared, never rewritten. Pure.

A code is kept as it came (``received``); ``key`` is what it is compared and found by: composed letters, capitals,
ASCII hyphens, no spaces.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from archive.errors import Problem

LONGEST = 80
"""Longer text is no code of any mask."""

LONGEST_AGENCY = 35
"""QĐ 20/2020/QĐ-TTg, Đ.4."""

QD20 = r"[A-Y]\d{2}(?:\.[A-Y0-9]{2,3})*"
"""Identifier of an agency by QĐ 20/2020/QĐ-TTg: levels from left to right."""

QCVN102 = r"\d{3}\.\d{2}\.\d{2}\.[A-Y]\d{2}"
"""Identifier of an agency by QCVN 102:2016/BTTTT: the highest level on the right."""

_AGENCY = re.compile(rf"(?P<qd20>{QD20})|(?P<qcvn102>{QCVN102})", re.ASCII)
_PROCEDURE = re.compile(
    r"(?P<national>\d\.\d{6})(?:\.\d{3}\.\d{2}\.\d{2})?(?:\.(?P<place>[A-Y]\d{2}))?", re.ASCII
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


@dataclass(frozen=True)
class AgencyCode:
    """An agency's identifier. ``levels`` run from the highest down; empty levels of the old form are left out."""

    received: str
    key: str
    levels: tuple[str, ...]
    old: bool

    def covers(self, other: AgencyCode) -> bool:
        """Whether ``other`` is this agency or one of its units.

        The lists of QCVN 102 and QĐ 20/2020 number the lower levels each in its own way: between an old and a new
        identifier only the ministry or province can be compared.
        """
        if self.old != other.old:
            return self.levels[0] == other.levels[0]
        return other.levels[: len(self.levels)] == self.levels


@dataclass(frozen=True)
class ProcedureCode:
    """The code of a procedure (TTHC). ``national`` is shared by all places, ``place`` the ministry or province."""

    received: str
    key: str
    national: str
    place: str


def key_of(received: str) -> str:
    """What a code is compared by."""
    return "".join(
        unicodedata.normalize("NFKC", received).translate(_DASHES).upper().replace("Ð", "Đ").split()
    )


def agency(received: str) -> AgencyCode:
    """An identifier by QĐ 20/2020/QĐ-TTg (``H40.115.01``) or QCVN 102:2016 (``000.00.15.H40``).

    Raises Problem BAD_AGENCY_CODE.
    """
    key = key_of(received)
    match = _AGENCY.fullmatch(key) if len(key) <= LONGEST_AGENCY else None
    if match is None:
        raise bad("BAD_AGENCY_CODE", received, "mã định danh cơ quan", "an agency's identifier", "H40.115.01")
    groups = key.split(".")
    if match["qd20"]:
        return AgencyCode(received, key, tuple(groups), old=False)
    return AgencyCode(received, key, tuple(group for group in reversed(groups) if group.strip("0")), old=True)


def procedure(received: str) -> ProcedureCode:
    """``1.014466``, ``1.014466.H12`` or the older ``1.001234.000.00.00.H01``. Raises Problem BAD_PROCEDURE_CODE."""
    key = key_of(received)
    match = _PROCEDURE.fullmatch(key)
    if match is None:
        raise bad("BAD_PROCEDURE_CODE", received, "mã thủ tục hành chính", "a procedure's code", "1.014466")
    return ProcedureCode(received, key, match["national"], match["place"] or "")


def bad(code: str, received: str, vi: str, en: str, example: str) -> Problem:
    """The refusal of what is not a code."""
    shown = received[:LONGEST]
    return Problem(
        code, f"«{shown}» không phải là {vi} (ví dụ: {example})", f"{shown!r} is not {en} (such as {example})"
    )
