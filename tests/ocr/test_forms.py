"""Forms: kinds of papers as data, an office's own beside those shipped, and the values they find."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from ocr.fields import extract, sheets_of
from ocr.fields.labelled import Missed, own_field
from ocr.forms import GENERAL, BadForm, Forms, form_of, forms_in, shipped
from ocr.forms.pattern import LONGEST_TEXT, MOST_WAYS, BadPattern, compiled, ways
from tests.ocr.readings import MOTTO, decision, reading

Rows = Sequence[tuple[int, int, str]]

PRACTICE = """
name = "chung-chi-hanh-nghe"
vi = "Chứng chỉ hành nghề"
en = "Practising certificate"
result = true
requires = ["doc_type", "issued_on", "holder_name"]

[types]
"Chứng chỉ hành nghề" = ["CCHND"]

[[fields]]
name = "profession"
vi = "Ngành nghề"
en = "Profession"
labels = ["Được phép hành nghề"]
zone = "body"
multi_line = true
required = true

[[fields]]
name = "certificate_number"
vi = "Số chứng chỉ"
en = "Certificate number"
labels = ["Số chứng chỉ"]
pattern = '[A-Z]{2}-[0-9]{4,8}'
"""


def licence() -> Rows:
    return (
        (200, 140, "ỦY BAN NHÂN DÂN"),
        (230, 190, "TỈNH AN GIANG"),
        (230, 260, "Số: 15/GPXD-UBND"),
        *MOTTO,
        (940, 260, "An Giang, ngày 05 tháng 01 năm 2020"),
        (690, 360, "GIẤY PHÉP"),
        (640, 410, "Xây dựng nhà ở riêng lẻ"),
        (200, 520, "1. Cấp cho: Ông Nguyễn Văn An"),
        (200, 570, "Địa chỉ thường trú: số 12 đường Trần Hưng Đạo, phường Mỹ Bình, thành phố Long Xuyên,"),
        (140, 620, "tỉnh An Giang"),
        (200, 670, "2. Được phép xây dựng công trình: nhà ở riêng lẻ"),
        (200, 720, "Quy mô công trình: 3 tầng, diện tích 120 m2"),
        (200, 770, "Mã hồ sơ: 000.00.15.H40-191220-0001"),
        (1060, 1250, "CHỦ TỊCH"),
        (1030, 1560, "Nguyễn Thị Hồng"),
    )


def letter() -> Rows:
    return (
        (200, 140, "ỦY BAN NHÂN DÂN"),
        (230, 190, "TỈNH AN GIANG"),
        (230, 260, "Số: 15/UBND-NC"),
        *MOTTO,
        (940, 260, "An Giang, ngày 05 tháng 01 năm 2020"),
        (200, 330, "V/v báo cáo kết quả số hóa"),
        (500, 430, "Kính gửi:"),
        (600, 480, "- Sở Nội vụ;"),
        (600, 530, "- Sở Tư pháp."),
        (
            200,
            640,
            "Ủy ban nhân dân tỉnh yêu cầu các cơ quan gửi báo cáo trước ngày 15 tháng 3 năm 2020 về Sở.",
        ),
        (1060, 1250, "CHỦ TỊCH"),
        (1030, 1560, "Nguyễn Thị Hồng"),
    )


def values(rows: Rows, forms: Forms | None = None, form: str = "") -> dict[str, object]:
    return {f.name: f.value for f in extract([reading(*rows)], forms, form)}


@pytest.fixture
def office(tmp_path: Path) -> Path:
    (tmp_path / "cchn.toml").write_text(PRACTICE, "utf-8")
    return tmp_path


def faults_of(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "form.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadForm) as told:
        form_of(path)
    assert all(f.file == "form.toml" and f.vi and f.en for f in told.value.faults)
    return {fault.place: fault.code for fault in told.value.faults}


def test_the_kinds_of_papers_of_the_contract_are_shipped() -> None:
    names = {form.name for form in shipped().forms}
    assert names >= {
        "quyet-dinh", "giay-phep", "giay-chung-nhan", "cong-van", "ke-hoach", "thong-bao", "to-trinh", "bao-cao",
        "nghi-quyet", "chi-thi", GENERAL,
    }  # fmt: skip
    assert shipped().faults == ()


def test_a_record_keeps_the_name_of_its_form_and_a_type_without_one_its_own() -> None:
    assert shipped().code("Giấy phép") == "giay-phep"
    assert shipped().code("Biên bản") == "bien-ban"
    assert shipped().code(None) == GENERAL


def test_a_licence_gives_address_kind_scale_and_the_dossier_it_came_of() -> None:
    found = values(licence())
    assert found["holder_name"] == "Ông Nguyễn Văn An"
    assert (
        found["address"] == "số 12 đường Trần Hưng Đạo, phường Mỹ Bình, thành phố Long Xuyên, tỉnh An Giang"
    )
    assert found["licence_kind"] == "nhà ở riêng lẻ"
    assert found["scale"] == "3 tầng, diện tích 120 m2"
    assert found["dossier_code"] == "000.00.15.H40-191220-0001"
    assert found["valid_from"] == "2020-01-05"


def test_a_letter_says_to_whom_and_until_when() -> None:
    found = values(letter())
    assert found["doc_type"] == "Công văn"
    assert found["addressee"] == "Sở Nội vụ; Sở Tư pháp"
    assert found["deadline"] == "2020-03-15"


def test_a_label_misread_in_its_marks_or_a_letter_is_found() -> None:
    rows = [(x, y, t.replace("Quy mô công trình", "Quv mo công trinh")) for x, y, t in licence()]
    assert values(rows)["scale"] == "3 tầng, diện tích 120 m2"


def test_every_value_has_confidence_page_and_a_box_around_its_words() -> None:
    found = {f.name: f for f in extract([reading(*licence())])}
    code = found["dossier_code"]
    assert code.page == 1 and code.box is not None and code.confidence > 0.8
    assert code.box.x0 > 300 and (code.box.y0, code.box.y1) == (770, 800)


def test_a_code_that_the_engine_cut_in_two_is_one_and_a_number_behind_it_is_not_part_of_it() -> None:
    cut = [(x, y, t.replace("191220", "19 1220")) for x, y, t in licence()]
    assert values(cut)["dossier_code"] == "000.00.15.H40-191220-0001"
    more = [(x, y, t.replace("-0001", "-0001 2 bản")) for x, y, t in licence()]
    assert values(more)["dossier_code"] == "000.00.15.H40-191220-0001"


def test_a_code_whose_day_is_none_stays_below_one_half() -> None:
    rows = [(x, y, t.replace("191220", "193920")) for x, y, t in licence()]
    found = {f.name: f for f in extract([reading(*rows)])}
    assert found["dossier_code"].confidence < 0.5


def test_an_office_adds_a_kind_of_paper_without_code(office: Path) -> None:
    rows = [
        (x, y, t.replace("GIẤY PHÉP", "CHỨNG CHỈ HÀNH NGHỀ").replace("15/GPXD-UBND", "15/CCHND-UBND"))
        for x, y, t in licence()
    ]
    rows += [(200, 820, "Được phép hành nghề: bán lẻ thuốc"), (200, 870, "Số chứng chỉ: AG-00123")]
    rows.sort(key=lambda r: r[1])
    found = values(rows, forms_in(office))
    assert found["doc_type"] == "Chứng chỉ hành nghề"
    assert found["profession"] == "bán lẻ thuốc"
    assert found["certificate_number"] == "AG-00123"
    assert found["holder_name"] == "Ông Nguyễn Văn An"
    assert "licence_kind" not in found
    assert values(rows).get("doc_type") != "Chứng chỉ hành nghề"


def test_whoever_brings_the_paper_may_say_its_form(office: Path) -> None:
    rows = [*licence(), (200, 820, "Được phép hành nghề: bán lẻ thuốc")]
    rows.sort(key=lambda r: r[1])
    assert values(rows, forms_in(office), "chung-chi-hanh-nghe")["profession"] == "bán lẻ thuốc"


def test_an_office_replaces_a_shipped_form_by_its_name(tmp_path: Path) -> None:
    text = 'name = "giay-phep"\nvi = "Giấy phép của tỉnh"\nen = "Licence"\n[types]\n"Giấy phép" = ["GP"]\n'
    (tmp_path / "a.toml").write_text(text, "utf-8")
    forms = forms_in(tmp_path)
    assert [f.vi for f in forms.forms if f.name == "giay-phep"] == ["Giấy phép của tỉnh"]
    assert "scale" not in values(licence(), forms)


def test_a_broken_file_costs_only_itself_and_is_told(office: Path) -> None:
    (office / "broken.toml").write_text("name = [", "utf-8")
    (office / "twin.toml").write_text(PRACTICE.replace("chung-chi-hanh-nghe", "cchn"), "utf-8")
    forms = forms_in(office)
    assert forms.named("chung-chi-hanh-nghe") is not None and forms.named("quyet-dinh") is not None
    assert [(f.file, f.place, f.code) for f in forms.faults] == [
        ("broken.toml", "end of file", "FORM_NOT_TOML"),
        ("twin.toml", "types", "FORM_TAKEN"),
    ]


def test_a_folder_that_is_not_there_is_told() -> None:
    forms = forms_in(Path("no such folder"))
    assert [f.code for f in forms.faults] == ["FORMS_FOLDER_MISSING"]
    assert forms.forms == shipped().forms


def test_everything_wrong_with_a_form_is_said_at_once_with_its_place(tmp_path: Path) -> None:
    text = """
name = "Giấy X"
vi = "x"
colour = "red"
requires = ["subject", "shoe_size"]
checks = ["V-99"]
[types]
"Giấy X" = []
[[fields]]
name = "subject"
vi = "a"
en = "a"
labels = ["Số"]
[[fields]]
name = "x"
vi = "a"
en = "a"
zone = "attic"
grammar = "poem"
[[fields]]
name = "y"
vi = "a"
en = "a"
pattern = '([0-9]+)*'
required = "yes"
"""
    assert faults_of(tmp_path, text) == {
        "colour": "FORM_UNKNOWN_KEY", "name": "FORM_BAD_VALUE", "en": "FORM_MISSING", "requires": "FORM_BAD_VALUE",
        "checks": "FORM_BAD_VALUE", "fields[1].name": "FORM_BAD_VALUE", "fields[2].zone": "FORM_BAD_VALUE",
        "fields[2].grammar": "FORM_BAD_VALUE", "fields[2].labels": "FORM_MISSING",
        "fields[3].pattern": "FORM_PATTERN", "fields[3].required": "FORM_BAD_VALUE",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe", "FORM_NOT_UTF8"),
        (b"x" * 300_000, "FORM_TOO_LARGE"),
        (b"a = " + b"[" * 5000, "FORM_NOT_TOML"),
        (b"fields = 3\ntypes = 4", "FORM_BAD_VALUE"),
    ],
)
def test_a_file_that_is_no_form_at_all_says_so(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    with pytest.raises(BadForm) as told:
        form_of(path)
    assert code in {fault.code for fault in told.value.faults}


@pytest.mark.parametrize(
    "bad", ["(a+)+b", "a*", "(a|b){3}", "[0-9]{1,}", r"(a)\1", "(?=a)a", "a{1,9}{2}", "[", ")", "x?"]
)
def test_a_pattern_that_could_run_for_long_or_fits_nothing_is_refused(bad: str) -> None:
    with pytest.raises(BadPattern) as told:
        compiled(bad)
    assert told.value.vi and told.value.en


@pytest.mark.parametrize(
    ("good", "text"),
    [
        ("[A-Z]{2} ?[0-9]{6,8}", "BM 123456"),
        ("(?:CH|CS)[0-9]{5}", "CH01234"),
        (r"\d{1,6}/[A-ZĐ]{2,6}-[A-ZĐ]{2,8}", "12/GCN-UBND"),
    ],
)
def test_usual_shapes_of_numbers_can_be_written(good: str, text: str) -> None:
    assert compiled(good).search(f"Số: {text}") is not None


def test_the_most_ambiguous_pattern_that_is_taken_still_comes_to_an_end_on_a_long_row() -> None:
    pattern = "[ab]{1,12}" * 3 + "c"
    assert ways(pattern) == 12**3 <= MOST_WAYS < ways(pattern.replace("c", "[ab]{1,2}c"))
    assert compiled(pattern).search("a" * LONGEST_TEXT) is None


def test_a_field_without_value_says_why(office: Path) -> None:
    form = forms_in(office).named("chung-chi-hanh-nghe")
    assert form is not None

    def why(name: str, *more: tuple[int, int, str]) -> tuple[str, str]:
        rows = sorted([*licence(), *more], key=lambda r: r[1])
        wanted = form.field(name)
        assert wanted is not None
        missed = own_field(form, wanted, sheets_of([reading(*rows)]))
        assert isinstance(missed, Missed)
        return missed.code, missed.seen

    assert why("certificate_number")[0] == "NO_LABEL"
    assert why("certificate_number", (200, 820, "Số chứng chỉ: không rõ")) == ("NO_SHAPE", "không rõ")


def test_a_label_outside_of_its_zone_is_told_as_that(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(PRACTICE.replace('zone = "body"', "zone = [0, 0, 100, 10]"), "utf-8")
    form = form_of(path)
    rows = sorted([*licence(), (200, 820, "Được phép hành nghề: bán lẻ thuốc")], key=lambda r: r[1])
    missed = own_field(form, form.fields[0], sheets_of([reading(*rows)]))
    assert isinstance(missed, Missed) and missed.code == "OUTSIDE_ZONE" and missed.page == 1


def test_a_decision_finds_nothing_that_its_form_does_not_name() -> None:
    from ocr.values import FIELD_NAMES

    assert set(values(decision())) <= set(FIELD_NAMES)
