"""Identifiers of people, organisations and procedures: their shape and whether they hold together. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime

_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_TAX = re.compile(r"^(\d{10})(?:-(\d{3}))?$")
_PERSON = re.compile(r"^\d{12}$")
_PROCEDURE = re.compile(r"^\d\.\d{6}(\.\d{3}\.\d{2}\.\d{2})?(\.[A-Y]\d{2})?$")


def tax_code_holds(code: str) -> bool:
    """Whether a tax code (mã số thuế, also the enterprise's number) carries its right check digit.

    Ten digits, two of the province, seven serial, one check: 10 - (sum of digit x weight mod 11); ten is no digit,
    so such serials are never given (TT 105/2020/TT-BTC Đ.5; recomputed on four real numbers). A branch adds
    ``-001`` to ``-999``. Since 1 July 2025 a person's tax code is the 12-digit personal number (TT 86/2024/TT-BTC):
    that is ``personal_number_holds``.
    """
    match = _TAX.match(code)
    if not match or match[2] == "000":
        return False
    check = 10 - sum(int(d) * w for d, w in zip(match[1], _TAX_WEIGHTS, strict=False)) % 11
    return check == int(match[1][9])


def personal_number_holds(number: str, *, born: int | None = None, female: bool | None = None) -> bool:
    """Whether a 12-digit personal number (số định danh cá nhân, CCCD) has its shape and agrees with what is known.

    Three digits of place, one of century and sex (20th century 0 man, 1 woman; 21st 2, 3; ...), two of the birth
    year, six random (Luật Căn cước 26/2023/QH15 Đ.12; NĐ 137/2015/NĐ-CP Đ.13). It has no check digit. Place codes
    are not judged: merged provinces keep old ones on existing numbers.
    """
    if not _PERSON.match(number) or number.startswith("000"):
        return False
    if born is not None and born_in(number) != born:
        return False
    return female is None or is_female(number) == female


def born_in(number: str) -> int:
    """The year of birth in a 12-digit personal number."""
    return 1900 + 100 * (int(number[3]) // 2) + int(number[4:6])


def is_female(number: str) -> bool:
    """The sex in a 12-digit personal number: odd is a woman."""
    return int(number[3]) % 2 == 1


DOSSIER = re.compile(
    r"(?<![\w.])((?:[A-Y]\d{2}(?:\.[0-9A-Y]{2,3}){0,6}|\d{3}\.\d{2}\.\d{2}\.[A-Y]\d{2})-(\d{6})-\d{4,10})(?!\w)"
)
"""A dossier's code, old and new order of levels: agency, day of receipt as YYMMDD, serial number of the day
(TT 01/2018/TT-VPCP Đ.19; TT 03/2025/TT-VPCP Đ.13)."""


def dossier_day(code: str) -> date | None:
    """The day of receipt in a dossier's code; None when it is no real day or this is no such code."""
    match = DOSSIER.search(code)
    try:
        return datetime.strptime(match[2], "%y%m%d").date() if match else None  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        return None


def is_procedure_code(code: str) -> bool:
    """Whether this is the code of an administrative procedure in the national database: 1.014466, 1.014466.H12."""
    return bool(_PROCEDURE.match(code))
