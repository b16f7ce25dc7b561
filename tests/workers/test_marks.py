"""An office's own templates of marks (``HOSO_MARKS``): in force from their day on; nothing is signed by wrong ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from archive.errors import Problem
from archive.lifecycle import State
from archive.settings import Settings
from archive.steps import Claimed
from signing.report import Verdict
from signing.templates import HANOI, laid_over, shipped
from signing.terms import CopyBasis, CopyTerms, OriginalSummary
from tests import world
from tests.signing.office import AGENCY, Office, open_office, paper
from tests.workers.decades import an_archive
from workers.children import Children
from workers.jobs import seals
from workers.marks import marks_of
from workers.patience import WAITS
from workers.steps.seal import seal

P2 = """
name = "P2"
title = "Dấu cơ quan trên kết quả số hóa"
[[version]]
from = {day}
law = "Thông tư 99/2027/TT-BNV"
page = "first"
corner = "top-right"
lines = ["{{agency}}", "{{time}}", "Mẫu của Sở"]
size_pt = 10.0
smallest_pt = 5.0
colour = [0.0, 0.0, 0.0]
image = "none"
width_pt = 200.0
height_pt = 36.0
across = 0.5
reach = 0.15
"""


def a_folder(place: Path, day: date, name: str = "p2.toml", text: str = P2) -> Path:
    (place / "marks").mkdir(exist_ok=True)
    (place / "marks" / name).write_text(text.format(day=day.isoformat()), "utf-8")
    return place / "marks"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return open_office(tmp_path_factory.mktemp("marks") / "pki")


def test_a_version_of_the_office_is_used_by_seals_from_its_day_on_and_not_before(
    office: Office, tmp_path: Path
) -> None:
    at = office.clock()
    tomorrow = at.astimezone(HANOI).date() + timedelta(days=1)
    templates = marks_of(Settings(home=tmp_path, marks=a_folder(tmp_path, tomorrow)))
    draft, sealed = tmp_path / "draft.pdf", tmp_path / "sealed.pdf"
    draft.write_bytes(paper())
    box = office.box()
    for day, version in ((at, "2025-07-01"), (at + timedelta(days=1), tomorrow.isoformat())):
        report = seals.seal_draft(
            draft, office.directory, office.key.agency_code, AGENCY, box, day, sealed, "free", "", templates
        )
        (mark,) = report.marks
        assert (mark.template, mark.version, report.verdict) == ("P2", version, Verdict.VALID)


def test_the_version_before_ends_the_day_before_and_one_of_the_same_day_is_replaced(tmp_path: Path) -> None:
    found = [one for one in laid_over(a_folder(tmp_path, date(2027, 1, 1))) if one.name == "P2"]
    assert [(one.version, one.until) for one in found][1:] == [
        ("2025-07-01", date(2026, 12, 31)),
        ("2027-01-01", None),
    ]
    replaced = [one for one in laid_over(a_folder(tmp_path, date(2025, 7, 1))) if one.name == "P2"]
    assert [one.law for one in replaced][1:] == ["Thông tư 99/2027/TT-BNV"]
    others = [one for one in laid_over(tmp_path / "marks") if one.name != "P2"]
    assert others == [one for one in shipped() if one.name != "P2"]
    assert laid_over(None) == shipped()


def test_a_copy_follows_the_version_of_its_day(tmp_path: Path) -> None:
    text = P2.replace('"P2"', '"SAO_Y"').replace("[[version]]", 'form = "SAO Y"\n[[version]]', 1)
    folder = a_folder(tmp_path, date(2027, 1, 1), "sao-y.toml", text)
    terms = replace(copy_terms(), templates=laid_over(folder))
    for year, law in (
        (2026, "Điều 25 và Phụ lục I Nghị định 30/2020/NĐ-CP"),
        (2027, "Thông tư 99/2027/TT-BNV"),
    ):
        assert terms.rule(datetime(year, 12, 1, tzinfo=HANOI)).law == law


def copy_terms() -> CopyTerms:
    return CopyTerms(
        "12/SY", 2027, CopyBasis.ORIGINAL, AGENCY, "x", "y", "https://x.example.vn/v/1", "1",
        datetime(2027, 1, 2, tzinfo=HANOI), OriginalSummary("0" * 64, "z", "–"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new", "place"),
    [
        ("p2.toml", "[[version]]", "[[version", "line 4"),
        ("p2.toml", "reach = 0.15", "", "version[1].reach"),
        ("p2.toml", "reach = 0.15", 'reach = "0.15"', "version[1].reach"),
        ("p2.toml", 'corner = "top-right"', 'corner = "middle"', "version[1].corner"),
        ("p2.toml", "law =", "laws =", "version[1].laws"),
        ("p2.toml", "[[version]]", "kind = 1\n[[version]]", "kind"),
        ("p2.toml", 'name = "P2"', 'name = "P3"', "name"),
        ("p2.toml", 'name = "P2"', 'name = "P2"\nform = "SAO Y"', "form"),
        ("own.toml", "[[version]]", "[[version]]", "name"),
        ("own.toml", 'name = "P2"', 'name = "P9"\nform = "SAO Y"', "form"),
    ],
)
def test_a_broken_file_is_told_with_its_place(
    tmp_path: Path, name: str, old: str, new: str, place: str
) -> None:
    folder = a_folder(tmp_path, date(2027, 1, 1), name, P2.replace(old, new, 1))
    with pytest.raises(Problem) as caught:
        marks_of(Settings(home=tmp_path, marks=folder))
    assert caught.value.code == "BAD_MARKS"
    # two files of one mark or form: whichever comes later in the alphabet is told
    assert place in caught.value.en and (f"{name}: " in caught.value.en or name == "own.toml")
    assert "Mẫu dấu sai" in caught.value.vi


def test_a_broken_file_stops_sealing_before_anything_is_signed_and_the_step_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = an_archive(world.a_database(tmp_path), tmp_path, monkeypatch)
    with archive.shop.database.writing() as session:
        document = world.a_document(session, world.an_agency(session), State.APPROVED, at=archive.at).id
    folder = a_folder(tmp_path, date(2027, 1, 1), text="name = ")
    nobody = cast(Children, None)  # nothing may be asked to sign
    shop = replace(archive.shop, settings=Settings(home=tmp_path, marks=folder), children=nobody)
    with pytest.raises(Problem) as caught:
        seal(shop, Claimed(1, document, "seal", "", 1))
    assert caught.value.code == "BAD_MARKS" in WAITS and "p2.toml" in caught.value.en
    missing = replace(shop, settings=Settings(home=tmp_path, marks=tmp_path / "nowhere"))
    with pytest.raises(Problem, match="nowhere"):
        seal(missing, Claimed(1, document, "seal", "", 1))
