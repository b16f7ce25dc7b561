"""Codes of dossiers, their results and fields of procedures, as one-stop systems give them. Pure.

A code is kept unchanged as it was received (TT 13/2023/TT-BNV): ``received``; ``key`` is what it is compared and
found by. Agencies and procedures are in ``archive.official_codes``, people and organisations in ``archive.holders``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from archive.errors import Problem
from archive.official_codes import LONGEST, LONGEST_AGENCY, QCVN102, QD20, AgencyCode, agency, bad, key_of

_DOSSIER = re.compile(
    rf"(?:(?P<old>{QCVN102})|(?P<new>{QD20}))-(?P<day>\d{{6}})-(?P<serial>\d{{4,12}})", re.ASCII
)
_RESULT = re.compile(r"(?P<dossier>.+)-KQ(?:\((?P<n>\d{1,4})\)|(?P<bare>\d{1,4}))?", re.ASCII)
_FIELD = re.compile(r"(?P<agency>[A-Y]\d{2})-(?P<field>[A-ZĐ][A-ZĐ0-9]{1,9})")

CENTRAL_SINCE = date(2026, 1, 25)
"""TT 04/2025/TT-VPCP comes into force: systems of the central level put two digits of their owner first."""


class Mask(StrEnum):
    """The forms of codes around a dossier (domain.md 2.1)."""

    OLD = "old"
    """``V1V2V3.Z1Z2.Y1Y2.MX1X2-YYMMDD-XXXX``, TT 01/2018/TT-VPCP Đ.19: highest level on the right."""
    NEW = "new"
    """``MX1X2.Y1Y2Y3.Z1Z2-YYMMDD-XXXX``, TT 03/2025/TT-VPCP Đ.13: levels left to right as in QĐ 20/2020."""
    CENTRAL = "central"
    """``MX1X2.Y1Y2Y3.Z1Z2-YYMMDD-AAXXXX``, TT 04/2025/TT-VPCP: AA is the agency that owns the system."""
    RESULT = "result"
    """``<dossier code>-KQ(n)``, NĐ 45/2020/NĐ-CP Đ.14(3): the n-th result of the dossier."""
    FIELD = "field"
    """``MX1X2-LV``, TT 01/2018/TT-VPCP: a field (lĩnh vực) of procedures of a ministry or province."""


@dataclass(frozen=True)
class DossierCode:
    """The code of a dossier: OLD, NEW or CENTRAL. ``day`` of receipt, ``serial`` of that day, as text; ``system``
    are the two digits of the system's owner, empty unless CENTRAL."""

    received: str
    key: str
    mask: Mask
    agency: AgencyCode
    day: date
    serial: str
    system: str = ""


@dataclass(frozen=True)
class ResultCode:
    """The code of a dossier's result. ``ordinal`` from 1; None when the code ends with a bare ``-KQ``."""

    received: str
    key: str
    dossier: DossierCode
    ordinal: int | None
    mask: Mask = Mask.RESULT


@dataclass(frozen=True)
class FieldCode:
    """The code of a field of procedures."""

    received: str
    key: str
    agency: AgencyCode
    field: str
    mask: Mask = Mask.FIELD


def dossier(received: str, today: date) -> DossierCode:
    """The code of a dossier. Raises Problem BAD_DOSSIER_CODE or BAD_DOSSIER_DATE (no real day, or after today).

    Six or more digits of serial since CENTRAL_SINCE are read as CENTRAL: a serial starts anew every day, and no
    agency receives a hundred thousand dossiers in one.
    """
    key = key_of(received)
    match = _DOSSIER.fullmatch(key) if len(key) <= LONGEST else None
    if match is None or len(match["old"] or match["new"]) > LONGEST_AGENCY:
        raise bad("BAD_DOSSIER_CODE", received, "mã số hồ sơ", "a dossier code", "H40.115.01-260105-0001")
    day = _day(match["day"], received, today)
    of, serial = agency(match["old"] or match["new"]), match["serial"]
    if match["old"]:
        return DossierCode(received, key, Mask.OLD, of, day, serial)
    if day >= CENTRAL_SINCE and len(serial) >= 6:
        return DossierCode(received, key, Mask.CENTRAL, of, day, serial[2:], serial[:2])
    return DossierCode(received, key, Mask.NEW, of, day, serial)


def result(received: str, today: date) -> ResultCode:
    """The code of a result; ``-KQ(2)``, ``-KQ2`` and ``-KQ`` are read. Raises Problem BAD_RESULT_CODE, or those
    of ``dossier``."""
    match = _RESULT.fullmatch(key_of(received))
    number = (match["n"] or match["bare"]) if match else None
    if match is None or (number is not None and int(number) == 0):
        raise bad(
            "BAD_RESULT_CODE", received, "mã kết quả", "a result's code", "H40.115.01-260105-0001-KQ(1)"
        )
    of = dossier(match["dossier"], today)
    ordinal = None if number is None else int(number)
    return ResultCode(received, f"{of.key}-KQ" + ("" if ordinal is None else f"({ordinal})"), of, ordinal)


def field(received: str) -> FieldCode:
    """The code of a field of procedures. Raises Problem BAD_FIELD_CODE."""
    key = key_of(received)
    match = _FIELD.fullmatch(key)
    if match is None or match["field"].startswith("KQ"):
        raise bad("BAD_FIELD_CODE", received, "mã lĩnh vực", "the code of a field", "H40-LV")
    return FieldCode(received, key, agency(match["agency"]), match["field"])


def parse(received: str, today: date) -> DossierCode | ResultCode | FieldCode:
    """A code of any mask. Raises Problem as the function of its mask does."""
    key = key_of(received)
    if _RESULT.fullmatch(key):
        return result(received, today)
    return field(received) if _FIELD.fullmatch(key) else dossier(received, today)


def _day(digits: str, received: str, today: date) -> date:
    try:
        day = date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        day = date.max
    if day > today:
        raise Problem(
            "BAD_DOSSIER_DATE",
            f"Phần ngày «{digits}» của mã «{received[:LONGEST]}» không có thật hoặc ở tương lai",
            f"The date part {digits} of {received[:LONGEST]!r} is no real day or lies in the future",
        )
    return day


def check_receipt(code: DossierCode, receiver: AgencyCode, received_on: date) -> None:
    """Hold the code against who received the dossier and on which day in Việt Nam (V-19).

    Raises Problem DOSSIER_DATE_DIFFERS or DOSSIER_AGENCY_DIFFERS. A unit of the receiver may have given the code.
    """
    if code.day != received_on:
        raise Problem(
            "DOSSIER_DATE_DIFFERS",
            f"Mã hồ sơ {code.received} ghi ngày {code.day:%d/%m/%Y}, hồ sơ tiếp nhận ngày {received_on:%d/%m/%Y}",
            f"Dossier code {code.received} says {code.day}, the dossier was received on {received_on}",
        )
    if not receiver.covers(code.agency):
        raise Problem(
            "DOSSIER_AGENCY_DIFFERS",
            f"Mã hồ sơ {code.received} là của cơ quan {code.agency.received}, không phải {receiver.received}",
            f"Dossier code {code.received} is of agency {code.agency.received}, not {receiver.received}",
        )
