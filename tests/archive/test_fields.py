"""Field values: as they were seen, in lists or alone; what a person sets is checked before it counts."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import field_rows, fields
from archive.database import Database
from archive.errors import Problem
from archive.fields import BY_HAND, FieldValue, corrections, joined
from tests import world


def test_values_come_back_as_they_were_written(database: Database) -> None:
    written = [
        FieldValue("subject", ("v/v cấp phép",), 0.87, 2, (10, 20, 300, 40)),
        FieldValue("recipients", ("Như trên", "Lưu: VT"), 0.5, 1, (1, 2, 3, 4)),
        FieldValue("page_count", ("3",), 1.0),
        FieldValue("number", ("12",), 1.0, origin=fields.REVIEWER),
    ]
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session))
        field_rows.write(session, document.id, written)
    with database.reading() as session:
        found = field_rows.read(session, [document.id])[document.id]
    assert found == {value.name: value for value in written}
    assert list(found) == ["number", "subject", "recipients", "page_count"]
    assert [value.plain for value in found.values()] == ["12", "v/v cấp phép", ["Như trên", "Lưu: VT"], 3]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30), max_size=5
    )
)
def test_a_list_keeps_its_order_and_replaces_the_one_before(database: Database, values: list[str]) -> None:
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session), values={"recipients": "old"})
        field_rows.write(session, document.id, [FieldValue("recipients", tuple(values), 0.9)])
        found = field_rows.read(session, [document.id])[document.id]
    assert (found["recipients"].plain if values else []) == values
    assert ("recipients" in found) is bool(values)


def test_forgotten_values_are_gone(database: Database) -> None:
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session), values={"subject": "x"})
        field_rows.forget(session, document.id)
        assert field_rows.read(session, [document.id, "doc-unknown"]) == {document.id: {}, "doc-unknown": {}}


def test_a_document_is_as_sure_as_its_least_sure_key_field() -> None:
    sure = {name: FieldValue(name, ("x",), 0.9) for name in fields.KEY_FIELDS}
    assert fields.confidence(sure) == 0.9
    assert fields.confidence(sure | {"subject": FieldValue("subject", ("x",), 0.3)}) == 0.3
    assert fields.confidence(sure | {"place": FieldValue("place", ("x",), 0.1)}) == 0.9
    assert fields.confidence({name: sure[name] for name in fields.KEY_FIELDS[1:]}) == 0.0


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("subject", "  v/v cấp phép ", ("v/v cấp phép",)),
        ("recipients", "Như trên\n Lưu: VT", ("Như trên", "Lưu: VT")),
        ("legal_bases", ["Luật A", "Luật B"], ("Luật A", "Luật B")),
        ("page_count", "12", ("12",)),
        ("issued_on", "2026-02-28", ("2026-02-28",)),
        ("valid_until", "", ("",)),
    ],
)
def test_what_a_person_sets_is_taken(name: str, value: str | list[str], kept: tuple[str, ...]) -> None:
    assert fields.corrections({name: value}) == [FieldValue(name, kept, 1.0, origin=fields.REVIEWER)]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("colour", "red", "UNKNOWN_FIELD"),
        ("page_count", "hai", "BAD_VALUE"),
        ("page_count", "", "BAD_VALUE"),
        ("subject", "one\ntwo", "BAD_VALUE"),
        ("valid_until", "31/12/2026", "BAD_VALUE"),
        ("valid_until", "2026-02-30", "BAD_VALUE"),
        ("issued_on", "20260228", "BAD_VALUE"),
        ("valid_from", "ngày 2 tháng 3", "BAD_VALUE"),
    ],
)
def test_what_makes_no_sense_is_told_at_once(name: str, value: str, code: str) -> None:
    with pytest.raises(Problem) as told:
        fields.corrections({name: value})
    assert told.value.code == code and name in told.value.vi and name in told.value.en


BY_PEN = {
    "number": FieldValue("number", ("",), 0.0, origin=BY_HAND),
    "code": FieldValue("code", ("",), 0.0, origin=BY_HAND),
    "notation": FieldValue("notation", ("QĐ-STP",), 0.9),
}


def test_who_gives_the_number_has_given_the_code() -> None:
    found = joined(corrections({"number": "1417"}), BY_PEN)
    assert [(one.name, one.values) for one in found] == [("number", ("1417",)), ("code", ("1417/QĐ-STP",))]
    found = joined(corrections({"code": "05/QĐ-STP"}), BY_PEN)
    assert [(one.name, one.values) for one in found] == [("code", ("05/QĐ-STP",)), ("number", ("05",))]


def test_what_was_read_or_struck_out_does_not_follow() -> None:
    read = BY_PEN | {"code": FieldValue("code", ("17/QĐ-STP",), 0.9)}
    assert [one.name for one in joined(corrections({"number": "18"}), read)] == ["number"]
    assert [one.name for one in joined(corrections({"number": ""}), BY_PEN)] == ["number"]
    assert [one.name for one in joined(corrections({"number": "18", "notation": ""}), BY_PEN)] == [
        "number",
        "notation",
    ]
