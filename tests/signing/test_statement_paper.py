"""Whether a paper bears the number and the name that a statement names, by its words alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signing.band import STATEMENT_MODULE, modules
from signing.squares import Square
from signing.statement import PREFIX, masked
from signing.statement_paper import Seen, bears_code, bears_holder, below_band, missing, scale_of
from tests.signing.test_statement import SAID

CODE, MAI = "123/GP-SXD", "N*** T*** Mai"


def words(*lines: str) -> tuple[Seen, ...]:
    return tuple(Seen(word, number, (0.0, 0.0)) for number, line in enumerate(lines) for word in line.split())


@pytest.mark.parametrize(
    "line",
    [
        "Số: 123/GP-SXD", "SỐ: 123/GP - SXD", "Số:123/GP-SXD", "123/GP-SXD", "Số: 123/GP-5XD", "Só 123 / gp-sxd,",
        "Số 123/GPSXD", "Số vào sổ cấp GCN: 123/GP-SXD", "Sð: 123 GP-SXD", "Số giấy phép: 123/GP-SXD",
    ],
)  # fmt: skip
def test_the_papers_own_number_is_found_however_its_letters_were_read(line: str) -> None:
    assert bears_code(words("SỞ XÂY DỰNG", line, "QUYẾT ĐỊNH"), CODE)


@pytest.mark.parametrize(
    "line",
    [
        "Số: 124/GP-SXD", "Số: 1123/GP-SXD", "Số: 1 123/GP-SXD", "Số: 1.123/GP-SXD", "Số: 12/GP-SXD", "Số: 23/GP-SXD",
        "Số: 128/GP-SXD", "Số: l23/GP-SXD", "Số: 123/QĐ-SXD", "Số: 123/GP-SCT", "Số: 123/GP-SXD-QLN", "Số: 123/GP-SXDX",
        "Số: 123/2024/GP-SXD", "Số: 123", "Số: /GP-SXD", "GP-SXD 123", "Số: 1/23/GP-SXD", "",
    ],
)  # fmt: skip
def test_a_neighbours_number_and_another_offices_are_not_it(line: str) -> None:
    assert not bears_code(words("SỞ XÂY DỰNG", line, "QUYẾT ĐỊNH"), CODE)


def test_a_number_that_the_paper_only_cites_is_not_its_own() -> None:
    assert not bears_code(words("Số: 130/GP-SXD", "Căn cứ Giấy phép số 123/GP-SXD ngày 1 tháng 2"), CODE)
    assert not bears_code(words("Số: 130/GP-SXD", "điều chỉnh Giấy phép số", "123/GP-SXD ngày 1"), CODE)


def test_figures_beside_each_other_stay_apart_and_leading_letters_count() -> None:
    assert bears_code(words("Số: 07/2024/QĐ-UBND"), "07/2024/QĐ-UBND")
    assert not bears_code(words("Số: 072024/QĐ-UBND"), "07/2024/QĐ-UBND")
    assert not bears_code(words("Số: 0720/24/QĐ-UBND"), "07/2024/QĐ-UBND")
    assert bears_code(words("Số: BA 123456"), "BA 123456")
    assert not bears_code(words("Số: CBA 123456"), "BA 123456")
    assert not bears_code(words("Số: …"), "…") and not bears_code((), CODE)


@pytest.mark.parametrize(
    "line",
    [
        "cấp cho bà Nguyễn Thị Mai, sinh năm 1990", "NGUYỄN THỊ MAI", "Họ tên:Nguyễn Thị Mai.", "Nguyên Thi Mai",
        "(Nguyễn Thị Mai)", "Ngô Thị Mai",
    ],
)  # fmt: skip
def test_the_masked_name_is_found_as_far_as_it_tells(line: str) -> None:
    assert bears_holder(words(line), MAI)


@pytest.mark.parametrize(
    "line",
    [
        "Nguyễn Thị Mãi", "Nguyễn Thị Mại", "Nguyễn Thị Lan", "Trần Thị Mai", "Nguyễn Văn Mai", "Nguyễn Thị", "Mai",
        "Nguyễn Thị Thanh Mai", "Nguyễn T. Ngọc", "nguyên tắc mai", "",
    ],
)  # fmt: skip
def test_another_name_is_not_it(line: str) -> None:
    assert not bears_holder(words(line), MAI)


def test_marks_that_were_lost_pass_and_those_of_another_name_do_not() -> None:
    for said, read, found in (
        ("Hùng", "Hùng", True), ("Hùng", "Hung", True), ("Hùng", "Hưng", False), ("Hưng", "Hùng", False),
        ("Thủy", "Thuỷ", True), ("Thủy", "Thúy", False), ("Đức", "ĐỨC", True), ("Đức", "Dức", True),
        ("Dung", "Dũng", False),
    ):  # fmt: skip
        assert bears_holder(words(f"Lê Văn {read}"), masked(f"Lê Văn {said}")) is found, (said, read)


def test_a_name_goes_on_in_the_next_line_and_firms_have_names_too() -> None:
    assert bears_holder(words("cấp cho ông Nguyễn Thị", "Mai tại phường"), MAI)
    firm = masked("Công ty TNHH Xây dựng – Thương mại ABC")
    assert bears_holder(words("CÔNG TY TNHH XÂY DỰNG - THƯƠNG MẠI ABC"), firm)
    assert not bears_holder(words("CÔNG TY TNHH XÂY DỰNG - THƯƠNG MẠI ABD"), firm)


def test_what_was_cut_is_compared_as_far_as_it_goes() -> None:
    assert bears_code(words("Số: 123/GP-SXD-QLN"), "123/GP-SX…")
    assert not bears_code(words("Số: 124/GP-SXD-QLN"), "123/GP-SX…")
    for cut in ("N*** T*** Ma…", "N*** T*…", "N*** T***…", "N*** T*** …"):
        assert bears_holder(words("bà Nguyễn Thị Mai"), cut), cut
        assert not bears_holder(words("bà Nguyễn Văn Mai"), cut), cut


def test_what_is_missing_is_told_and_what_is_not_named_is_not_asked_for() -> None:
    both = replace(SAID, document_code=CODE, holder=MAI)
    assert missing(both, words("Số: 123/GP-SXD", "Nguyễn Thị Mai")) == ()
    assert missing(both, words("Số: 124/GP-SXD", "Nguyễn Thị Mai")) == ("document_code",)
    assert missing(both, words("Số: 123/GP-SXD", "Nguyễn Thị Lan")) == ("holder",)
    assert missing(both, ()) == ("document_code", "holder")
    assert missing(replace(both, holder=""), words("Số: 123/GP-SXD")) == ()


@pytest.mark.parametrize("pixels_a_pt", [1.0, 2.8])
def test_words_of_the_band_do_not_count_however_the_paper_lies(pixels_a_pt: float) -> None:
    text = PREFIX + "A" * 280
    side = modules(text) * STATEMENT_MODULE * pixels_a_pt
    up = Square(text, ((100, 20), (100 + side, 20), (100 + side, 20 + side), (100, 20 + side)))
    turned = Square(text, ((-20, 100), (-20, 100 + side), (-20 - side, 100 + side), (-20 - side, 100)))
    assert scale_of(up) == pytest.approx(72 * pixels_a_pt) == scale_of(turned)
    for down, kept in ((-50, 0), (100, 0), (138, 0), (160, 1), (700, 1)):
        y = 20 + down * pixels_a_pt
        assert len(below_band((Seen("x", 0, (400, y)),), up, 150)) == kept
        assert len(below_band((Seen("x", 0, (-y, 400)),), turned, 150)) == kept
    flat = Square(text, ((1, 1),) * 4)
    assert below_band((Seen("x", 0, (5, 500)),), flat, 150) == ()
