"""People, firms, addresses and offices drawn at random. Nobody here is meant to exist.

Every function draws from the generator it is given, in a fixed order: the order is part of what a seed means.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from . import vocabulary as words

_TAX_NUMBER_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


@dataclass(frozen=True)
class Person:
    """An invented person."""

    name: str
    female: bool


@dataclass(frozen=True)
class Agency:
    """An issuing agency: as printed in the head (capitals), in a sentence, and who signs for it.

    ``collective``: the line under which an elected committee's head signs ("TM. ..."), None for one-man offices.
    """

    parent: str | None
    name: str
    notation: str
    plain_name: str
    province: str
    place: str
    head: str
    deputy: str
    collective: str | None


def person(rng: random.Random) -> Person:
    """Draw a person of two to four names."""
    female = rng.random() < 0.4
    family_name = rng.choice(words.FAMILY_NAMES)
    names = [family_name, rng.choice(words.MIDDLE_NAMES_FEMALE if female else words.MIDDLE_NAMES_MALE)]
    if rng.random() < 0.25:
        names.append(rng.choice(words.GIVEN_NAMES_FEMALE if female else words.SECOND_MIDDLE_NAMES_MALE))
    names.append(rng.choice(words.GIVEN_NAMES_FEMALE if female else words.GIVEN_NAMES_MALE))
    return Person(" ".join(names), female)


def firm(rng: random.Random) -> str:
    """Draw the name of a firm, in capitals."""
    form = rng.choice(words.FIRM_FORMS)
    return f"{form} {rng.choice(words.FIRM_NAMES)}"


def address(rng: random.Random, province: str) -> str:
    """Draw an address in a province."""
    districts = next(known.districts for known in words.PROVINCES if known.name == province)
    return (
        f"Số {rng.randint(1, 480)} đường {rng.choice(words.STREETS)}, "
        f"{rng.choice(('xã', 'phường', 'thị trấn'))} {rng.choice(words.COMMUNES)}, "
        f"huyện {rng.choice(districts)}, tỉnh {province}"
    )


def tax_check_digit(serial: str) -> int | None:
    """Check digit of a tax number's first nine digits; None where no number with that serial is issued."""
    weighted = sum(weight * int(digit) for weight, digit in zip(_TAX_NUMBER_WEIGHTS, serial, strict=True))
    check = 10 - weighted % 11
    return None if check == 10 else check


def tax_number(rng: random.Random) -> str:
    """Draw a tax number (mã số thuế) with a valid check digit; one firm in five gets a branch suffix."""
    # The last digit drawn is thrown away: the check digit takes its place, the count of draws stays.
    serial = rng.randint(100000000, 6499999999) // 10
    while (check := tax_check_digit(f"{serial:09d}")) is None:
        serial += 1
    branch = f"-{rng.randint(1, 20):03d}" if rng.random() < 0.2 else ""
    return f"{serial:09d}{check}{branch}"


def citizen_number(rng: random.Random, female: bool) -> str:
    """Draw a citizen number (số căn cước công dân): province, sex and century, year, serial."""
    return (
        f"0{rng.randint(1, 96):02d}{1 if female else 0}{rng.randint(55, 99):02d}{rng.randint(0, 999999):06d}"
    )


def agency(rng: random.Random) -> Agency:
    """Draw a department, a ministry, a provincial or a district People's Committee."""
    province = rng.choice(words.PROVINCES)
    committee = "ỦY BAN NHÂN DÂN TỈNH " + province.name.upper()
    level = rng.random()
    if level < 0.45:
        department = rng.choice(words.DEPARTMENTS)
        return Agency(
            parent=committee,
            name="SỞ " + department.name.upper(),
            notation=department.notation,
            plain_name="Sở " + department.name,
            province=province.name,
            place=rng.choice((province.name, province.name, province.town)),
            head="GIÁM ĐỐC",
            deputy="PHÓ GIÁM ĐỐC",
            collective=None,
        )
    if level < 0.65:
        ministry = rng.choice(words.MINISTRIES)
        return Agency(
            parent=None,
            name="BỘ " + ministry.name.upper(),
            notation=ministry.notation + rng.choice(("-VP", "", "-TCTT")),
            plain_name="Bộ " + ministry.name,
            province=province.name,
            place="Hà Nội",
            head="BỘ TRƯỞNG",
            deputy="THỨ TRƯỞNG",
            collective=None,
        )
    if level < 0.85:
        return Agency(
            parent=None,
            name=committee,
            notation="UBND",
            plain_name="Ủy ban nhân dân tỉnh " + province.name,
            province=province.name,
            place=province.name,
            head="CHỦ TỊCH",
            deputy="PHÓ CHỦ TỊCH",
            collective="TM. ỦY BAN NHÂN DÂN",
        )
    district = rng.choice(province.districts)
    return Agency(
        parent=committee,
        name="ỦY BAN NHÂN DÂN HUYỆN " + district.upper(),
        notation="UBND",
        plain_name="Ủy ban nhân dân huyện " + district,
        province=province.name,
        place=district,
        head="CHỦ TỊCH",
        deputy="PHÓ CHỦ TỊCH",
        collective="TM. ỦY BAN NHÂN DÂN",
    )
