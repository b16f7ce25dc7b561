"""What approved records teach, and what they must not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ocr.fields import extract
from ocr.lessons import file
from ocr.lessons.apply import taught
from ocr.lessons.learn import learned
from ocr.lessons.likeness import slip
from ocr.lessons.values import Approved, Lesson
from ocr.lexicon.mend import Read, mended
from ocr.values import Box, Field, PageReading
from tests.ocr.readings import MOTTO, reading

COMMUNE = "ỦY BAN NHÂN DÂN XÃ NGỌC LŨNG"
USUAL = {
    "issuer": (COMMUNE,), "parent_issuer": ("ỦY BAN NHÂN DÂN HUYỆN TRƯỜNG KHÊ",), "place": ("Ngọc Lũng",),
    "notation": ("QĐ-UBND",), "doc_type": ("Quyết định",), "issued_on": ("2021-05-04",),
    "subject": ("Về việc thu hồi đất tại thôn Đèo Sậy",), "signer_name": ("Lò Văn Thẩm",),
    "signer_title": ("CHỦ TỊCH",), "signer_capacity": ("TM.",),
    "recipients": ("- Trưởng thôn Khe Vằn;", "- Lưu: VT, ĐCXD(08)."),
}  # fmt: skip


def paper(at: int, /, **changes: str | tuple[str, ...]) -> Approved:
    """An approved paper of the commune; ``changes`` are other values."""
    others = {name: value if isinstance(value, tuple) else (value,) for name, value in changes.items()}
    return Approved({**USUAL, "code": (f"{at}/QĐ-UBND",), **others})


def papers(count: int, first: int = 1, /, **changes: str | tuple[str, ...]) -> list[Approved]:
    return [paper(at, **changes) for at in range(first, first + count)]


def held(lesson: Lesson, sure: float = 0.95, **values: str | tuple[str, ...]) -> dict[str, Field]:
    """The fields of a paper of the commune after the lesson; ``values`` are what was read, "" for nothing."""
    plain = {
        "issuer": COMMUNE,
        "signer_title": "CHỦ TỊCH",
        "issued_on": "2021-07-01",
        **values,
    }
    found = [Field(name, value, sure) for name, value in plain.items() if value]
    return {one.name: one for one in taught(found, (), lesson)}


def test_the_same_records_give_the_same_bytes_and_the_bytes_the_same_lesson(tmp_path: Path) -> None:
    made = learned(papers(4))
    data = file.to_bytes(made)
    assert data == file.to_bytes(learned(papers(4)))
    (tmp_path / "lesson").write_bytes(data)
    again = file.load(tmp_path / "lesson")
    assert again.lesson == made and again.name == f"lesson {again.sha256[:12]}"


@pytest.mark.parametrize("spoil", [lambda data: data[:-3], lambda data: b"", lambda data: b"\0" * 40])
def test_bytes_that_are_no_lesson_are_told(tmp_path: Path, spoil) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "lesson").write_bytes(spoil(file.to_bytes(learned(papers(4)))))
    with pytest.raises(file.BadLesson):
        file.load(tmp_path / "lesson")


def test_one_wrong_correction_does_not_spread_and_neither_do_two() -> None:
    for wrong in (1, 2):
        lesson = learned(papers(wrong, signer_name="Lò Văn Thẫm"))
        assert held(lesson, signer_name="Lò Văn Thăm")["signer_name"].value == "Lò Văn Thăm"
        assert held(lesson, signer_name="Lò Văn Thẫm")["signer_name"].confidence == 0.95
    right = learned(papers(3))
    assert held(right, signer_name="Lò Văn Thăm")["signer_name"].value == "Lò Văn Thẩm"


def test_one_paper_scanned_three_times_counts_once() -> None:
    lesson = learned([paper(7)] * 3)
    assert lesson.papers == 1
    assert held(lesson, signer_name="Lò Văn Thăm")["signer_name"].value == "Lò Văn Thăm"


def test_a_spelling_that_was_overruled_many_times_is_in_doubt() -> None:
    lesson = learned([*papers(16), *papers(3, 50, signer_name="Lò Văn Thẫm")])
    doubted = held(lesson, signer_name="Lò Văn Thẫm")["signer_name"]
    assert doubted.value == "Lò Văn Thẫm" and doubted.confidence < 0.9
    assert held(lesson, signer_name="Lò Văn Tham")["signer_name"].value == "Lò Văn Tham"  # both are near
    assert held(lesson, signer_name="Lò Văn Thẩm")["signer_name"].confidence > 0.95


def test_a_changed_name_keeps_what_was_read_and_is_left_to_a_person() -> None:
    signer = held(learned(papers(3)), signer_name="Lò Văn Thâm")["signer_name"]
    assert (signer.value, signer.read) == ("Lò Văn Thẩm", "Lò Văn Thâm")
    assert signer.confidence < 0.9


def test_a_name_that_was_approved_even_once_is_not_changed_into_another() -> None:
    lesson = learned([*papers(9), paper(90, signer_name="Lò Văn Thắm")])
    assert held(lesson, signer_name="Lò Văn Thắm")["signer_name"].value == "Lò Văn Thắm"


def test_a_signer_is_only_found_under_a_title_of_theirs() -> None:
    lesson = learned(papers(5))
    other = held(lesson, signer_name="Lò Văn Thâm", signer_title="PHÓ CHỦ TỊCH")["signer_name"]
    assert other.value == "Lò Văn Thâm" and other.confidence < 0.9
    exact = held(lesson, signer_name="Lò Văn Thẩm", signer_title="PHÓ CHỦ TỊCH")
    assert max(exact["signer_name"].confidence, exact["signer_title"].confidence) < 0.9


def test_a_signer_of_another_time_is_not_taken_for_theirs() -> None:
    lesson = learned(papers(5))
    assert (
        held(lesson, signer_name="Lò Văn Thâm", issued_on="2001-01-05")["signer_name"].value == "Lò Văn Thâm"
    )


def test_of_two_officials_of_almost_one_name_none_is_chosen() -> None:
    lesson = learned([*papers(4), *papers(4, 20, signer_name="Lò Văn Thấm")])
    signer = held(lesson, signer_name="Lò Văn Thâm")["signer_name"]
    assert signer.value == "Lò Văn Thâm" and signer.confidence < 0.9


def test_letters_of_the_notation_follow_the_issuer_and_its_number_stays() -> None:
    lesson = learned(papers(3))
    got = held(lesson, notation="QĐ-UBNO", number="417", code="417/QĐ-UBNO")
    assert (got["notation"].value, got["code"].value, got["number"].value) == (
        "QĐ-UBND",
        "417/QĐ-UBND",
        "417",
    )
    assert got["code"].read == "417/QĐ-UBNO"
    assert held(lesson, notation="TB-UBND")["notation"].value == "TB-UBND"  # a type of its own


def test_numbers_days_and_holders_are_never_changed() -> None:
    same = {
        "number": "12",
        "holder_name": "Ông LÒ VĂN THÂM",
        "holder_id": "001099012345",
        "valid_until": "2022-05-04",
    }
    records = papers(6, holder_name="Ông LÒ VĂN THẨM", number="13", valid_until="2022-05-05")
    got = held(learned(records), **same)
    assert {name: got[name].value for name in same} == same
    assert got["issued_on"].value == "2021-07-01"


def test_an_agency_is_known_by_its_marks_and_not_taken_for_its_neighbour() -> None:
    lesson = learned(papers(3))
    assert held(lesson, issuer="ỦY BAN NHÂN DÂN XÃ NGỌC LUNG")["issuer"].value == COMMUNE
    neighbour = held(lesson, issuer="ỦY BAN NHÂN DÂN XÃ NGỌC LẶC")["issuer"]
    assert neighbour.value == "ỦY BAN NHÂN DÂN XÃ NGỌC LẶC"


def test_a_row_of_the_head_that_was_lost_is_filled_in_for_a_person_to_look_at() -> None:
    lesson = learned(papers(3))
    got = held(lesson, parent_issuer="TRƯỜNG KHÊ")
    assert got["parent_issuer"].value == "ỦY BAN NHÂN DÂN HUYỆN TRƯỜNG KHÊ"
    assert got["parent_issuer"].confidence < 0.9
    two = held(lesson, parent_issuer="ỦY BAN NHÂN DÂN", issuer="XÃ NGỌC LŨNG")
    assert two["issuer"].value == COMMUNE and "parent_issuer" not in two


def test_recipients_and_subjects_that_recur_get_their_marks_and_keep_their_figures() -> None:
    got = held(
        learned(papers(3)),
        recipients=("- Trưởng thôn Khe Văn;", "- Lưu: VT, ĐCXĐ(31)."),
        subject="Về việc thu hồi đất tại thôn Đèo Sây",
    )
    assert got["recipients"].value == ("- Trưởng thôn Khe Vằn;", "- Lưu: VT, ĐCXD(31).")
    assert got["subject"].value == "Về việc thu hồi đất tại thôn Đèo Sậy"


def test_wording_that_is_known_vouches_for_no_figures() -> None:
    sure = "- Trưởng thôn Khe Vằn;"
    lesson = learned(papers(3, recipients=(sure, "- Lưu: VT, ĐCXD(08).")))
    assert held(lesson, recipients=(sure,))["recipients"].confidence > 0.95
    assert held(lesson, recipients=(sure, "- Lưu: VT, ĐCXD(8)."))["recipients"].confidence == 0.95


def test_what_a_lesson_filled_in_and_a_person_let_stand_proves_nothing() -> None:
    passed = [replace(one, suggested=frozenset({"signer_name", "issuer"})) for one in papers(9, 10)]
    lesson = learned([paper(1), *passed])
    assert lesson.issuers[COMMUNE].signers["Lò Văn Thẩm"].seen.papers == 1
    assert lesson.issuers[COMMUNE].seen.papers == 1
    assert lesson.issuers[COMMUNE].notations["QĐ-UBND"].papers == 10


def _page(holder: str, number: str) -> PageReading:
    return reading(
        (200, 140, "ỦY BAN NHÂN DÂN"), (230, 190, "XÃ NGỌC LŨNG"), *MOTTO,
        (200, 600, f"Chứng nhận ông {holder} là chủ hộ; điện thoại 0912 345 678;"),
        (200, 650, f"Bà {holder} thường trú tại thôn này, số {number}"),
        (200, 700, f"hộ của {holder} được vay vốn chăn nuôi theo quy định hiện hành"),
        (200, 750, holder.upper()),
        (200, 800, "được vay vốn chăn nuôi theo quy định hiện hành"),
    )  # fmt: skip


def test_whose_paper_it_is_is_never_learned() -> None:
    """Not by their fields, not from running text, not from subjects or recipients, however often it stands there."""
    name, number = "Giàng Seo Phử", "012345678901"
    records = [
        Approved(
            {
                **one.values,
                "holder_name": (f"Ông {name.upper()}",),
                "holder_id": (number,),
                "holder_tax_code": ("0123456789",),
                "subject": (f"Về việc cấp đất cho ông {name}",),
                "recipients": (f"- Ông {name};", f"- Hộ {name};", f"- {number};", "- Vừ Mí Già;"),
                "legal_bases": (f"Căn cứ đơn của {name};", "Căn cứ đơn của Vàng Mí Sính, số 098765432109;"),
            },
            {"holder_name": ("Ông GIANG SEO PHỪ",), "subject": (f"Về việc câp đất cho ông {name}",)},
            {"holder_name": (1, Box(0, 700, 1654, 800))},
            (_page(name, number),),
        )
        for one in papers(6)
    ]
    data = file.to_bytes(learned(records)).decode("utf-8", "replace").lower()
    for secret in (
        "phử",
        "seo",
        "giàng",
        "sính",
        "vừ",
        "già",
        number,
        "0123456789",
        "098765432109",
        "345678",
    ):
        assert secret not in data
    assert (
        "chăn" in data and "thường" not in data
    )  # running text was learned, but for lines that speak of people


def test_words_that_only_an_office_knows_are_put_right_with_its_lesson_alone(tmp_path: Path) -> None:
    place = "- Trạm Bảo vệ rừng Krông Hỏi;"
    (tmp_path / "l").write_bytes(file.to_bytes(learned(papers(6, recipients=(place,)))))
    known = file.load(tmp_path / "l").lexicon
    read = [Read(word, 0.8, 0) for word in ("Trạm", "Bảo", "vệ", "rừng", "Krồng", "Hỏi;")]
    assert mended(read, known)[0][4] == "Krông"
    other = file.load(_empty(tmp_path)).lexicon
    assert mended(read, other)[0][4] == "Krồng"


def _empty(folder: Path) -> Path:
    (folder / "empty").write_bytes(file.to_bytes(learned([])))
    return folder / "empty"


def test_a_word_corrected_again_and_again_is_offered_unless_it_was_right_as_often() -> None:
    def corrected(number: int, was: str, now: str) -> Approved:
        return Approved({"code": (str(number),), "subject": (now,)}, {"subject": (was,)})

    wrong = [corrected(n, "giao đất rùng phòng hộ", "giao đất rừng phòng hộ") for n in range(4)]
    assert learned(wrong).confusions["rùng"].meant == {"rừng": 4}
    assert "rùng" not in learned(wrong[:2]).confusions
    right = [Approved({"code": (f"x{n}",), "subject": ("rùng mình",)}) for n in range(4)]
    assert learned([*wrong, *right]).confusions["rùng"].kept == 4


def test_an_empty_lesson_changes_nothing() -> None:
    page = reading((200, 140, "SỞ XÂY DỰNG"), *MOTTO, (940, 260, "An Giang, ngày 05 tháng 01 năm 2020"))
    found = extract([page])
    assert tuple(taught(found, (page,), learned([]))) == found


@pytest.mark.parametrize(
    ("read", "meant", "may"),
    [
        ("Ngọc Lung", "Ngọc Lũng", True), ("Ngọc Lục", "Ngọc Lũng", False), ("NGỌCLŨNG", "Ngọc Lũng", True),
        ("Khe Vằn 2", "Khe Vằn 3", False), ("Ngọc", "Ngọc Lũng", False), ("Trườmg Khê", "Trường Khê", True),
        ("Tân Lộc", "Tân Lập", False),
    ],
)  # fmt: skip
def test_a_misreading_differs_in_marks_or_in_letters_of_what_is_no_word(
    read: str, meant: str, may: bool
) -> None:
    assert (slip(read, meant) < 10) is may
