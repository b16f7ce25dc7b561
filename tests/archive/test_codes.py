"""Codes of dossiers, agencies, procedures and holders: read as they come, compared by a key, impossible ones told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import codes, holders, official_codes
from archive.codes import DossierCode, Mask, ResultCode
from archive.errors import Problem
from archive.holders import HolderKind
from ocr.fields import identifiers

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "mask", "levels", "day", "serial", "system"),
    [
        ("000.00.15.H40-210105-0001", Mask.OLD, ("H40", "15"), date(2021, 1, 5), "0001", ""),
        ("001.02.15.H40-210105-12345", Mask.OLD, ("H40", "15", "02", "001"), date(2021, 1, 5), "12345", ""),
        ("H40.115.01-260105-0001", Mask.NEW, ("H40", "115", "01"), date(2026, 1, 5), "0001", ""),
        ("H40-260302-0001", Mask.NEW, ("H40",), TODAY, "0001", ""),
        ("H40.115.01-260124-010001", Mask.NEW, ("H40", "115", "01"), date(2026, 1, 24), "010001", ""),
        ("G09.001.02-260126-010001", Mask.CENTRAL, ("G09", "001", "02"), date(2026, 1, 26), "0001", "01"),
        ("G09.001.02-260126-0112345", Mask.CENTRAL, ("G09", "001", "02"), date(2026, 1, 26), "12345", "01"),
    ],
)
def test_a_dossier_code_of_every_mask_is_read(
    text: str, mask: Mask, levels: tuple[str, ...], day: date, serial: str, system: str
) -> None:
    code = codes.parse(text, TODAY)
    assert isinstance(code, DossierCode)
    assert (code.mask, code.agency.levels, code.day, code.serial, code.system) == (
        mask,
        levels,
        day,
        serial,
        system,
    )
    assert code.received == code.key == text


@pytest.mark.parametrize(
    ("ending", "ordinal", "key"),
    [("-KQ(1)", 1, "-KQ(1)"), ("-KQ12", 12, "-KQ(12)"), ("-KQ", None, "-KQ"), ("-kq(2)", 2, "-KQ(2)")],
)
@pytest.mark.parametrize("dossier", ["H40.115.01-260105-0001", "000.00.15.H40-210105-0001"])
def test_a_result_code_names_its_dossier_and_ordinal(
    dossier: str, ending: str, ordinal: int | None, key: str
) -> None:
    code = codes.parse(dossier + ending, TODAY)
    assert isinstance(code, ResultCode) and code.mask is Mask.RESULT
    assert (code.dossier.key, code.ordinal, code.key) == (dossier, ordinal, dossier + key)
    assert code.received == dossier + ending


def test_a_field_of_procedures_has_a_code_of_its_own() -> None:
    code = codes.parse("H40-LV", TODAY)
    assert isinstance(code, codes.FieldCode)
    assert (code.agency.levels, code.field) == (("H40",), "LV")


@pytest.mark.parametrize(
    "text", [" h40.115.01 – 260105 - 0001 ", "H40.115.01‑260105‑0001", "Ｈ40.115.01-260105-0001"]
)
def test_a_code_is_found_however_it_was_typed_and_kept_as_it_came(text: str) -> None:
    code = codes.dossier(text, TODAY)
    assert (code.key, code.received) == ("H40.115.01-260105-0001", text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "BAD_DOSSIER_CODE"),
        ("H40.115.01-260105-001", "BAD_DOSSIER_CODE"),
        ("Z40.115.01-260105-0001", "BAD_DOSSIER_CODE"),
        ("H4.115.01-260105-0001", "BAD_DOSSIER_CODE"),
        ("00.00.15.H40-210105-0001", "BAD_DOSSIER_CODE"),
        ("H40.115.01-26O105-0001", "BAD_DOSSIER_CODE"),
        ("H40.115.01-٢60105-0001", "BAD_DOSSIER_CODE"),
        ("H40" + ".115" * 9 + "-260105-0001", "BAD_DOSSIER_CODE"),
        ("H40-260105-0001" + "1" * 200, "BAD_DOSSIER_CODE"),
        ("H40.115.01-260229-0001", "BAD_DOSSIER_DATE"),
        ("H40.115.01-261301-0001", "BAD_DOSSIER_DATE"),
        ("H40.115.01-260303-0001", "BAD_DOSSIER_DATE"),
        ("H40.115.01-260303-0001-KQ(1)", "BAD_DOSSIER_DATE"),
        ("H40.115.01-260105-0001-KQ(0)", "BAD_RESULT_CODE"),
        ("-KQ(1)", "BAD_DOSSIER_CODE"),
    ],
)
def test_what_cannot_be_a_code_is_told_with_its_reason(text: str, problem: str) -> None:
    with pytest.raises(Problem) as told:
        codes.parse(text, TODAY)
    assert told.value.code == problem
    assert len(told.value.vi) < 250 and len(told.value.en) < 250


def test_the_leap_day_is_a_day() -> None:
    assert codes.dossier("H40-240229-0001", TODAY).day == date(2024, 2, 29)


agencies = st.from_regex(r"[A-Y][0-9]{2}(\.[A-Y0-9]{2,3}){0,6}", fullmatch=True)
olds = st.from_regex(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Y][0-9]{2}", fullmatch=True)
days = st.dates(date(2000, 1, 1), TODAY)


@given(agencies | olds, days, st.integers(1, 10**8), st.integers(1, 99))
def test_every_code_of_the_masks_comes_back_in_its_parts(agency: str, day: date, serial: int, n: int) -> None:
    text = f"{agency}-{day:%y%m%d}-{serial:04}"
    code = codes.parse(text, TODAY)
    assert isinstance(code, DossierCode)
    assert (code.agency.key, code.day, code.system + code.serial) == (agency, day, f"{serial:04}")
    assert (code.mask is Mask.OLD) == code.agency.old == bool(olds_shape(agency))
    result = codes.parse(f"{text}-KQ({n})", TODAY)
    assert isinstance(result, ResultCode) and (result.dossier, result.ordinal) == (code, n)


def olds_shape(agency: str) -> bool:
    return agency[0].isdigit()


@given(st.text() | st.text("H40.-260105KQ()1 ĐV"))
def test_any_text_is_a_code_or_a_problem(text: str) -> None:
    try:
        code = codes.parse(text, TODAY)
    except Problem as told:
        assert told.code.startswith("BAD_")
        return
    assert codes.parse(code.key, TODAY).key == code.key and code.received == text


@given(days, st.integers(1, 400))
def test_a_day_after_today_is_never_accepted(day: date, later: int) -> None:
    with pytest.raises(Problem):
        codes.dossier(f"H40-{day + timedelta(later):%y%m%d}-0001", day)


@pytest.mark.parametrize(
    ("receiver", "text", "problem"),
    [
        ("H40.115", "H40.115-260302-0001", None),
        ("H40.115", "H40.115.01-260302-0001", None),
        ("H40.115.01", "H40.115-260302-0001", "DOSSIER_AGENCY_DIFFERS"),
        ("H40.115", "H40.116-260302-0001", "DOSSIER_AGENCY_DIFFERS"),
        ("H40.115", "000.00.15.H40-260302-0001", None),
        ("H40.115", "000.00.15.H41-260302-0001", "DOSSIER_AGENCY_DIFFERS"),
        ("H40.115", "H40.115-260301-0001", "DOSSIER_DATE_DIFFERS"),
    ],
)
def test_a_code_agrees_with_who_received_the_dossier_and_when(
    receiver: str, text: str, problem: str | None
) -> None:
    try:
        codes.check_receipt(codes.dossier(text, TODAY), official_codes.agency(receiver), TODAY)
        told = None
    except Problem as refused:
        told = refused.code
    assert told == problem


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("H40", ("H40",)),
        ("G06.01.VP", ("G06", "01", "VP")),
        ("000.00.15.H40", ("H40", "15")),
        ("000.00.00.G09", ("G09",)),
    ],
)
def test_an_agency_is_told_by_its_levels_from_the_highest(text: str, levels: tuple[str, ...]) -> None:
    assert official_codes.agency(text).levels == levels


@pytest.mark.parametrize(
    "text", ["", "H4", "Z40", "H40.1", "H40.1155", "H40.", "0.0.15.H40", "H40" + ".115" * 9]
)
def test_what_is_no_agency_is_told(text: str) -> None:
    with pytest.raises(Problem) as told:
        official_codes.agency(text)
    assert told.value.code == "BAD_AGENCY_CODE"


@pytest.mark.parametrize(
    ("text", "national", "place"),
    [
        ("1.014466", "1.014466", ""), ("1.014466.H12", "1.014466", "H12"), ("3.000527.h61", "3.000527", "H61"),
        ("1.001234.000.00.00.H01", "1.001234", "H01"),
    ],
)  # fmt: skip
def test_a_procedure_has_a_national_code_and_perhaps_a_place(text: str, national: str, place: str) -> None:
    code = official_codes.procedure(text)
    assert (code.national, code.place, code.received) == (national, place, text)
    assert identifiers.is_procedure_code(code.key)


@pytest.mark.parametrize("text", ["", "1.01446", "1.0144667", "14.01446", "1.014466.12", "1.014466.H123"])
def test_what_is_no_procedure_is_told(text: str) -> None:
    with pytest.raises(Problem) as told:
        official_codes.procedure(text)
    assert told.value.code == "BAD_PROCEDURE_CODE"


@pytest.mark.parametrize(
    ("number", "born", "female", "doubts"),
    [
        ("079085123456", date(1985, 6, 1), False, []),
        ("079185123456", date(1985, 6, 1), True, []),
        ("079305123456", date(2005, 1, 1), True, []),
        ("079085123456", date(1986, 6, 1), True, ["PERSONAL_ID_BIRTH", "PERSONAL_ID_SEX"]),
        ("079285123456", date(1985, 6, 1), None, ["PERSONAL_ID_BIRTH"]),
        ("000085123456", None, None, ["PERSONAL_ID_SHAPE"]),
        ("07908512345", None, None, ["PERSONAL_ID_SHAPE"]),
        ("07908512345x", None, None, ["PERSONAL_ID_SHAPE"]),
    ],
)
def test_a_personal_number_agrees_with_birth_and_sex(
    number: str, born: date | None, female: bool | None, doubts: list[str]
) -> None:
    assert [doubt.code for doubt in holders.personal_doubts(number, born, female)] == doubts


VALID_TAX_CODES = ("0100233488", "0314409058", "0315459414", "0106026495")


@pytest.mark.parametrize("code", VALID_TAX_CODES)
def test_one_wrong_digit_of_a_tax_code_is_noticed(code: str) -> None:
    assert holders.tax_doubts(code) == ()
    for place in range(10):
        for digit in "0123456789":
            changed = code[:place] + digit + code[place + 1 :]
            assert (holders.tax_doubts(changed) == ()) == (changed == code)


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("079085123456", "079085123456", HolderKind.PERSON),
        ("079 085 123 456", "079085123456", HolderKind.PERSON),
        ("0100233488", "0100233488", HolderKind.ORGANISATION),
        ("0100233488-001", "0100233488-001", HolderKind.ORGANISATION),
    ],
)
def test_a_holder_is_a_person_or_an_organisation(text: str, number: str, kind: HolderKind) -> None:
    assert holders.holder(text) == holders.Holder(number, kind)


@pytest.mark.parametrize(
    "text", ["", "123456789", "0100233489", "0100233488-000", "0100233488-01", "٠79085123456"]
)
def test_what_is_no_holder_is_told(text: str) -> None:
    with pytest.raises(Problem) as told:
        holders.holder(text)
    assert told.value.code == "BAD_HOLDER"


@given(
    st.from_regex(r"[0-9]{10}(-[0-9]{3})?|[0-9]{12}", fullmatch=True) | st.text("0123456789-", max_size=15)
)
def test_reading_and_archive_judge_numbers_alike(number: str) -> None:
    assert (holders.tax_doubts(number) == ()) == identifiers.tax_code_holds(number)
    assert (holders.personal_doubts(number) == ()) == identifiers.personal_number_holds(number)
