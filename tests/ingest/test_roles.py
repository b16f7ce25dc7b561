"""What a page is: separators and covers of every kind are told from content, and content is never taken for one."""

from __future__ import annotations

import pytest
from PIL import Image, ImageFilter, ImageOps

from archive.roles import Role
from ingest.signs import LONGEST_PAYLOAD, dossier_of, sign_of
from tests.ingest import pdfs, pictures, sheets
from tests.ingest.conftest import Look

NEW, OLD, CENTRAL = "H40.115.01-260105-0001", "000.00.15.H40-210105-0001", "G09.001.02-260126-010001"


def role(look: Look, *pages: Image.Image) -> list[tuple[Role, str]]:
    """Role and payload of the pages of a TIFF."""
    found = look(pictures.tiff(*pages)).found
    return [(page.role, page.payload) for page in found.pages]


@pytest.mark.parametrize(
    ("level", "turns"), [*zip(sheets.SCANNED_LEVELS, [(0, 90), (180, 270)] * 3, strict=False)]
)
def test_a_separator_sheet_is_found_at_any_turn(look: Look, level: str, turns: tuple[int, int]) -> None:
    turned = [sheets.separator(7, level, rotation, seed=rotation) for rotation in turns]
    seen = [found for one in turned for found in role(look, one)]
    assert seen == [(Role.SEPARATOR, "HS|0007|0.000000")] * 2


@pytest.mark.parametrize("symbols", ["qr", "code128"])
@pytest.mark.parametrize("level", ["worn", "photocopy"])
def test_one_worn_symbol_is_enough(look: Look, level: str, symbols: str) -> None:
    payload = "HS|2026-0031|1.004237"
    assert role(look, sheets.of_generator(payload, symbols, level, 90)) == [(Role.SEPARATOR, payload)]


@pytest.mark.parametrize("code", [NEW, OLD, CENTRAL])
def test_a_cover_sheet_names_its_dossier(look: Look, code: str) -> None:
    ((is_cover, payload),) = role(look, sheets.cover(code, "worn", 180))
    assert is_cover is Role.COVER and dossier_of(payload) == code


@pytest.mark.parametrize("kind", ["Code128", "Code39", "qr"])
def test_a_patch_t_sheet_of_another_program_parts_documents(look: Look, kind: str) -> None:
    assert role(look, sheets.with_symbol("PATCHT", kind, words=("PATCH T",))) == [(Role.SEPARATOR, "PATCHT")]


@pytest.mark.parametrize(
    ("level", "turn"), [("clean", 0), ("scan", 90), ("office", 180), ("worn", 0), ("photocopy", 270)]
)
def test_a_bought_patch_t_sheet_is_found_by_its_bars(look: Look, level: str, turn: int) -> None:
    assert role(look, sheets.patch_sheet("0101", level, turn)) == [(Role.SEPARATOR, "PATCH T")]


def test_other_bars_are_no_patch_code(look: Look) -> None:
    assert role(look, sheets.patch_sheet("1001", "clean", 0)) == [(Role.SEPARATOR, "PATCH 2")]
    others = [
        role(look, sheets.patch_sheet(bars, "clean", 0))[0][0] for bars in ("1100", "0110", "0000", "01010")
    ]
    assert others == [Role.CONTENT] * 4


def test_a_sheet_with_bars_and_not_one_word_is_no_blank_page(look: Look) -> None:
    assert role(look, sheets.with_symbol("PATCHT", "Code128")) == [(Role.SEPARATOR, "PATCHT")]


def test_a_bare_dossier_code_is_a_cover_only_where_the_page_says_so(look: Look) -> None:
    words = ("BÌA HỒ SƠ", "Sở Xây dựng")
    cover = sheets.with_symbol(OLD, "Code128", words=words)
    assert role(look, cover, cover.rotate(180)) == [(Role.COVER, OLD)] * 2
    receipt = sheets.with_symbol(OLD, "Code128", words=("GIẤY TIẾP NHẬN", "và hẹn trả kết quả"))
    assert role(look, receipt) == [(Role.CONTENT, "")]


def test_a_page_that_carries_a_symbol_stays_content(look: Look) -> None:
    issued = [
        sheets.with_symbol("https://tracuu.example.vn/ket-qua?ma=H40.115.01-260105-0001-KQ(1)", lines=12),
        sheets.with_symbol("https://tracuu.example.vn/ket-qua?ma=1", words=("Nơi nhận: như trên",)),
        sheets.with_symbol("HS|0001|0.000000", lines=14),  # a sticker on a page that is written on
        sheets.with_symbol("BIA|" + NEW, lines=14),
        sheets.with_symbol("BIA|no code at all", words=("Ghi chú",)),
        sheets.page("Quyết định"),
        sheets.page("Nơi nhận", lines=2),
    ]
    assert [found for one in issued for found in role(look, one)] == [(Role.CONTENT, "")] * len(issued)


def test_a_picture_without_a_word_is_not_blank(look: Look) -> None:
    picture = sheets.blank(255).copy()
    for x in range(200, 900, 16):  # a hatched plan
        picture.paste(20, (x, 300, x + 8, 1100))
    assert role(look, picture) == [(Role.CONTENT, "")]


def test_a_blank_page_is_told(look: Look) -> None:
    assert role(look, sheets.blank(), sheets.page("x"), sheets.blank(238)) == [
        (Role.BLANK, ""), (Role.CONTENT, ""), (Role.BLANK, ""),
    ]  # fmt: skip


def test_a_back_that_print_shows_through_is_blank_behind_a_sheet_and_a_faint_page_is_content(
    look: Look,
) -> None:
    sheet = sheets.separator(3)
    back = ImageOps.mirror(sheets.page("y")).filter(ImageFilter.GaussianBlur(2))
    back = back.point(lambda grey: 250 - (255 - grey) * 0.12)
    faint = sheets.page("x").point(lambda grey: 250 - (255 - grey) * 0.2)
    assert [one for one, _ in role(look, sheet, back, faint, sheet, faint)] == [
        Role.SEPARATOR, Role.BLANK, Role.CONTENT, Role.SEPARATOR, Role.CONTENT,
    ]  # fmt: skip


HOSTILE = [
    "HS|" + "A" * 10_000 + "|0.000000",
    "HS|a\x00b|0.000000",
    "HS|a\nb|0.000000",
    "HS|\u202egpj|0.000000",
    "HS|a|b|c",
    "HS||0.000000",
    "HS|'; DROP TABLE scan; --|<script>",
    "BIA|" + "H40" * 4000,
    "BIA|",
    "",
    "PATCHT" * 2000,
]


@pytest.mark.parametrize("payload", HOSTILE)
def test_a_hostile_payload_is_no_sign(payload: str) -> None:
    assert sign_of(payload) is None


def test_a_payload_that_is_kept_is_short_and_printable() -> None:
    for payload in ("HS|" + "x" * 80 + "|" + "1" * 30, "BIA|" + NEW, "patch-t", f"HS|{NEW}|1.004237"):
        sign = sign_of(payload)
        assert sign is not None and len(sign.payload) <= LONGEST_PAYLOAD and sign.payload.isprintable()
    assert dossier_of(f"HS|{NEW}|1.004237") == NEW and dossier_of("HS|0001|0.000000") == ""


@pytest.mark.parametrize("payload", ["HS|" + "A" * 2400 + "|0.000000", "HS|a\x01b|0.000000"])
def test_a_sheet_with_a_hostile_symbol_is_taken_as_content(look: Look, payload: str) -> None:
    assert role(look, sheets.with_symbol(payload)) == [(Role.CONTENT, "")]


def test_a_dossier_code_with_a_wrong_day_is_still_a_cover() -> None:
    sign = sign_of("BIA|H40.115.01-991399-0001")
    assert sign is not None and sign.role is Role.COVER  # the day is warned about, the sheet still parts


def test_pages_of_a_signed_file_part_nothing(look: Look) -> None:
    sheet = pictures.encoded(sheets.separator().convert("RGB"), "JPEG")
    found = look(pdfs.signed(pdfs.scan(sheet, pages=2))).found
    assert found.signed_already and {page.role for page in found.pages} == {Role.CONTENT}
