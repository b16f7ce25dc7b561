"""Who a paper belongs to: the number of a person or an organisation, and whether it holds together. Pure.

``ocr.fields.identifiers`` has the same two rules for what it reads. They are written twice on purpose: ocr and
archive import no sibling and the top-level folders are fixed, so there is no third place for a dozen lines;
a test holds the two against each other. What is more here: the reasons, in words, for the person who typed a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from archive.errors import Problem

_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_PERSON = re.compile(r"\d{12}", re.ASCII)
_TAX = re.compile(r"(\d{10})(?:-(\d{3}))?", re.ASCII)


class HolderKind(StrEnum):
    """A person (12-digit personal number, since 1 July 2025 also the tax code: TT 86/2024/TT-BTC) or an
    organisation (tax code, which is the enterprise's number too: QĐ 20/2020/QĐ-TTg Đ.5)."""

    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True)
class Holder:
    """Owner of papers. ``number`` is compared exactly: a branch (``-001``) is not its parent."""

    number: str
    kind: HolderKind


def holder(text: str) -> Holder:
    """The holder with this number; white space is left out. Raises Problem BAD_HOLDER with what is wrong (V-17)."""
    number = "".join(text.split())
    if _PERSON.fullmatch(number):
        wrong = personal_doubts(number)
        kind = HolderKind.PERSON
    else:
        wrong = tax_doubts(number)
        kind = HolderKind.ORGANISATION
    if wrong:
        raise Problem("BAD_HOLDER", wrong[0].vi, wrong[0].en)
    return Holder(number, kind)


def personal_doubts(number: str, born: date | None = None, female: bool | None = None) -> tuple[Problem, ...]:
    """What speaks against a 12-digit personal number (Luật Căn cước 26/2023/QH15 Đ.12; V-16); empty when nothing.

    Three digits of place, one of century and sex (20th century 0 man, 1 woman; 21st 2, 3; …), two of the birth
    year, six random. There is no check digit. Codes of places are not judged: numbers keep those of merged
    provinces.
    """
    if not _PERSON.fullmatch(number) or number.startswith("000"):
        return (
            Problem(
                "PERSONAL_ID_SHAPE",
                "Số định danh cá nhân gồm 12 chữ số, không bắt đầu bằng 000",
                "A personal number has 12 digits and does not begin with 000",
            ),
        )
    found = []
    year, woman = 1900 + 100 * (int(number[3]) // 2) + int(number[4:6]), int(number[3]) % 2 == 1
    if born is not None and born.year != year:
        found.append(
            Problem(
                "PERSONAL_ID_BIRTH",
                f"Số định danh nói năm sinh {year}, không phải {born.year}",
                f"The personal number says born in {year}, not {born.year}",
            )
        )
    if female is not None and female != woman:
        found.append(
            Problem(
                "PERSONAL_ID_SEX",
                f"Số định danh nói giới tính {'nữ' if woman else 'nam'}",
                f"The personal number says {'woman' if woman else 'man'}",
            )
        )
    return tuple(found)


def tax_doubts(code: str) -> tuple[Problem, ...]:
    """What speaks against a tax code (mã số thuế) of 10 digits or, of a branch, 10-3; empty when nothing (V-17).

    The last of the ten is 10 - (sum of digit x weight mod 11); ten is no digit, such serials are never given
    (TT 105/2020/TT-BTC Đ.5). Branches run from 001 to 999.
    """
    match = _TAX.fullmatch(code)
    if match is None or match[2] == "000":
        return (
            Problem(
                "TAX_CODE_SHAPE",
                "Mã số thuế gồm 10 chữ số, chi nhánh thêm -001 đến -999; cá nhân dùng số định danh 12 chữ số",
                "A tax code has 10 digits, a branch adds -001 to -999; people use their 12-digit personal number",
            ),
        )
    check = 10 - sum(int(digit) * weight for digit, weight in zip(match[1], _WEIGHTS, strict=False)) % 11
    if check == int(match[1][9]):
        return ()
    return (
        Problem(
            "TAX_CODE_CHECK",
            f"Chữ số kiểm tra của mã số thuế {match[1]} không đúng",
            f"The check digit of tax code {match[1]} is wrong",
        ),
    )
