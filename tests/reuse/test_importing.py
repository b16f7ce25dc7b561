"""The catalogue of procedures: imported whole or not at all, every error with its line, again without effect."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from archive.database import Database
from archive.errors import Problem
from archive.reuse import listing, proposals
from archive.reuse.importing import parse
from archive.reuse.tables import Procedure, Requirement
from tests import world
from tests.papers.procedures import PROCEDURES
from tests.reuse import counter

HEAD = "code,name,form,title,quantity,basis,mandatory,result_of\n"
LINE = "1.001612,Đăng ký hộ kinh doanh,don,Đơn đề nghị,1,any,yes,\n"
JSON = """[
  {"code": "1.001612", "name": "Đăng ký hộ kinh doanh", "agency": "UBND cấp xã",
   "requirements": [{"form": "don", "title": "Đơn đề nghị", "quantity": 2, "mandatory": true},
                    {"form": "giay-phep", "title": "Giấy phép", "basis": "register", "result_of": "1.009974"}]},
  {"code": "2.000908", "name": "Cấp bản sao từ sổ gốc"}
]"""


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        (HEAD + "1.0016,Tên,don,Đơn,,,,\n", 2, "1.0016"),
        (HEAD + LINE + "\n\n" + "1.001613,,don,Đơn,,,,\n", 5, "name"),
        (HEAD + LINE + "1.001613,Tên,giấy phép,Đơn,,,,\n", 3, "form"),
        (HEAD + LINE + "1.001613,Tên,don,,,,,\n", 3, "title"),
        (HEAD + LINE + "1.001613,Tên,don,Đơn,0,,,\n", 3, "quantity"),
        (HEAD + LINE + "1.001613,Tên,don,Đơn,1.5,,,\n", 3, "quantity"),
        (HEAD + LINE + "1.001613,Tên,don,Đơn,,photocopy,,\n", 3, "basis"),
        (HEAD + LINE + "1.001613,Tên,don,Đơn,,,maybe,\n", 3, "mandatory"),
        (HEAD + LINE + "1.001613,Tên,don,Đơn,,,,x\n", 3, "'x'"),
        (HEAD + LINE + LINE, 3, "twice"),
        (HEAD + LINE + "1.001612,Tên khác,don,Đơn khác,,,,\n", 3, "line 2"),
        (HEAD + LINE + "1.001613,Tên\n", 3, "cells"),
        (HEAD + LINE + "1.001613,Tên,don,Đơn,,,,,,\n", 3, "cells"),
        (HEAD + LINE + f"1.001613,{'x' * 3000},don,Đơn,,,,\n", 3, "too long"),
        (HEAD + '1.001613,"Tên,don,Đơn,,,,\n', 2, "CSV"),
        ("code,name,form\n", 1, "title"),
        ("code,name,form,title,colour\n", 1, "colour"),
        ("code,name,form,title,code\n", 1, "repeated"),
        ("", 1, "code"),
        (JSON.replace("2.000908", "2.9"), 5, "2.9"),
        (JSON.replace("don", "đơn"), 2, "form"),
        (JSON.replace('"title": "Giấy phép"', '"title": null'), 2, "text or numbers"),
        (JSON.replace('"quantity"', '"colour"'), 2, "colour"),
        (JSON.replace('"requirements": [', '"requirements": [1, '), 2, "requirements"),
        (JSON[:-1], 6, "JSON"),
        (JSON + "x", 6, "JSON"),
        ('{"code": []}', 1, "list"),
        ("[1]", 1, "procedure"),
        ("[" * 100_000, 1, "nested"),
    ],
)
def test_an_error_is_told_with_its_line_and_nothing_is_taken(
    database: Database, text: str, line: int, word: str
) -> None:
    with database.writing() as session:
        with pytest.raises(Problem) as refused:
            listing.import_procedures(session, text.encode())
        assert session.scalar(select(func.count()).select_from(Procedure)) == 0
    assert refused.value.code == "BAD_CATALOGUE"
    assert f"line {line}: " in refused.value.en and f"dòng {line}: " in refused.value.vi
    assert word in refused.value.en


def test_all_errors_are_told_at_once_up_to_a_limit() -> None:
    with pytest.raises(Problem) as refused:
        parse((HEAD + "x,Tên,don,Đơn,,,,\n" * 50).encode())
    assert refused.value.en.count("line ") == 20 and "30 more" in refused.value.en


def test_a_file_that_is_not_utf8_is_told_with_its_line() -> None:
    with pytest.raises(Problem) as refused:
        parse((HEAD + LINE).encode() + "Đơn".encode("cp1258"))
    assert "line 3: not UTF-8" in refused.value.en


@pytest.mark.parametrize(
    "text",
    [
        HEAD + LINE,
        "\ufeff" + HEAD + LINE,
        (HEAD + LINE).replace("\n", "\r\n"),
        (HEAD + LINE).replace(",", ";"),
    ],
)
def test_a_csv_may_come_as_offices_write_it(text: str) -> None:
    (one,) = parse(text.encode())
    assert (one.code, one.name, one.papers[0].title) == ("1.001612", "Đăng ký hộ kinh doanh", "Đơn đề nghị")


def test_json_gives_the_same_as_csv_and_a_procedure_may_require_nothing(database: Database) -> None:
    with database.writing() as session:
        assert listing.import_procedures(session, JSON.encode()) == listing.Imported(2, 0, 0)
        first, second = (
            proposals.requirements(session, proposals.procedure(session, code))
            for code in ("1.001612", "2.000908")
        )
    assert [(one.form, one.quantity, one.result_of, one.mandatory) for one in first] == [
        ("don", 2, "", True), ("giay-phep", 1, "1.009974", True),
    ]  # fmt: skip
    assert [sorted(one.bases) for one in first] == [["original", "register"], ["register"]]
    assert second == []


def test_importing_again_changes_nothing_and_a_change_is_taken_over(database: Database) -> None:
    with database.writing() as session:
        data = listing.starting_catalogue()
        added = listing.import_procedures(session, data).added
        kept = [row.id for row in session.scalars(select(Requirement).order_by(Requirement.id))]
        assert listing.import_procedures(session, data) == listing.Imported(0, 0, added)
        changed = data.replace("Đơn đề nghị đăng ký hộ kinh doanh".encode(), "Giấy đề nghị".encode())
        assert listing.import_procedures(session, changed) == listing.Imported(0, 1, added - 1)
        wanted = proposals.requirements(session, proposals.procedure(session, "1.001612"))
        assert [one.title for one in wanted] == ["Giấy đề nghị"]
        assert listing.import_procedures(session, data).changed == 1
        wanted = proposals.requirements(session, proposals.procedure(session, "1.001612"))
        assert [one.title for one in wanted] == ["Đơn đề nghị đăng ký hộ kinh doanh"]
        assert wanted[0].id in kept, "a paper that comes back is the one it was"


def test_a_paper_that_is_required_no_more_stays_for_the_dossiers_that_name_it(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        document = counter.a_paper(session, agency)
        dossier = counter.a_dossier(session, agency)
        counter.agree(session, dossier)
        copy = counter.issue(session, counter.ask_copy(session, dossier, document))
        used = counter.use(session, dossier, copy)
        listing.import_procedures(session, (HEAD + LINE).encode())
        titles = [one.requirement.title for one in counter.propose(session, agency).answers]
        assert titles == ["Đơn đề nghị"]
        assert session.get_one(Requirement, used.requirement_id).retired


def test_the_starting_catalogue_says_what_is_invented() -> None:
    given = parse(listing.starting_catalogue())
    assert len(given) >= 30
    assert {one.code for one in PROCEDURES} <= {one.code for one in given}
    names = {one.code: one.name for one in given}
    assert all(names[one.code] == one.name for one in PROCEDURES)
    for one in given:
        assert one.source and "papers" in one.invented
        assert ("code" in one.invented) == one.code.startswith("9.")
        assert all(paper.result_of in ("", *names) for paper in one.papers)


rows = st.fixed_dictionaries(
    {
        "code": st.from_regex(r"[0-9]\.[0-9]{6}", fullmatch=True).filter(str.isascii),
        "name": st.text("aăâbcđ ,;\"'\n", min_size=1).filter(str.strip),
        "form": st.sampled_from(["don", "giay-phep", "QD"]),
        "title": st.text("aăâbcđ ,;\"'", min_size=1, max_size=50).filter(str.strip),
        "quantity": st.integers(1, 999),
        "mandatory": st.booleans(),
    }
)


@given(st.lists(rows, unique_by=lambda row: row["code"]))
def test_csv_and_json_of_the_same_say_the_same(given_rows: list[dict[str, object]]) -> None:
    written = io.StringIO()
    table = csv.DictWriter(written, ["code", "name", "form", "title", "quantity", "mandatory"])
    table.writeheader()
    table.writerows(given_rows)
    own = ("code", "name")
    listed = [
        {name: row[name] for name in own}
        | {"requirements": [{name: row[name] for name in row if name not in own}]}
        for row in given_rows
    ]
    from_csv, from_json = parse(written.getvalue().encode()), parse(json.dumps(listed).encode())
    assert [(one.code, one.name, one.papers) for one in from_csv] == [
        (one.code, one.name, one.papers) for one in from_json
    ]


@given(st.binary() | st.text().map(str.encode) | st.text('[]{}":,a1\n').map(str.encode))
def test_any_bytes_are_a_catalogue_or_a_problem(data: bytes) -> None:
    try:
        parse(data)
    except Problem as told:
        assert told.code == "BAD_CATALOGUE"
