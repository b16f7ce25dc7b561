"""Where documents begin and end: by sheets within files and between single pages, with every page accounted for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.roles import Role
from ingest.order import natural
from ingest.splitting import File, Part, Sheet, split

C, B, S = Sheet(Role.CONTENT), Sheet(Role.BLANK), Sheet(Role.SEPARATOR, "HS|0001|0.000000")
CODE, OTHER = "H40.115.01-260105-0001", "H40.115.01-260105-0002"
COVER, NEXT_COVER = Sheet(Role.COVER, f"BIA|{CODE}"), Sheet(Role.COVER, f"BIA|{OTHER}")


def pages(*sheets: Sheet) -> list[list[int]]:
    """The page numbers, from 1, of the documents of one file."""
    return [[number + 1 for _, number in part.pages] for part in split([File("", sheets)])]


def loose(*sheets: Sheet | None, folder: str = "") -> list[list[int]]:
    """The file numbers, from 1, of the documents of single pages; None is one that was refused."""
    files = [File(folder, () if one is None else (one,), lost=one is None) for one in sheets]
    return [[index + 1 for index, _ in part.pages] for part in split(files)]


def test_a_file_without_sheets_is_one_document() -> None:
    assert pages(C, C, B, C) == [[1, 2, 3, 4]]
    assert pages(B, C, B) == [[1, 2, 3]] and pages(B) == [[1]]


def test_a_file_is_cut_at_its_sheets_and_the_sheets_are_no_pages() -> None:
    assert pages(S, C, C, S, C, COVER, C) == [[2, 3], [5], [7]]


def test_what_comes_before_the_first_sheet_is_a_document_too() -> None:
    assert pages(C, C, S, C) == [[1, 2], [4]]


def test_the_same_sheet_twice_or_at_an_end_makes_no_empty_document() -> None:
    assert pages(S, S, C, S, S, C, S, S) == [[3], [6]]
    assert pages(S, S) == [] and pages(S) == []


def test_the_blank_back_of_a_sheet_is_no_page_of_a_document() -> None:
    assert pages(S, B, C, B, S, B, S, B, C, B) == [[3, 4], [9, 10]]
    assert pages(S, B, S, B) == []


def test_blank_pages_within_a_document_stay_with_it() -> None:
    assert pages(S, C, B, B, C, B) == [[2, 3, 4, 5, 6]]


def test_documents_remember_the_dossier_of_the_cover_until_the_next() -> None:
    parts = split([File("", (C, S, C, COVER, C, S, C, NEXT_COVER, C))])
    assert [part.dossier for part in parts] == ["", "", CODE, CODE, OTHER]


def test_a_separator_that_carries_a_dossier_code_is_its_cover() -> None:
    (part,) = split([File("", (Sheet(Role.SEPARATOR, f"HS|{CODE}|1.004237"), C))])
    assert part.dossier == CODE


def test_single_pages_without_a_sheet_are_a_document_each() -> None:
    assert loose(C, C, B) == [[1], [2], [3]]


def test_single_pages_behind_a_sheet_are_one_document_until_the_next() -> None:
    assert loose(C, S, C, C, B, C, S, S, B, C) == [[1], [3, 4, 5, 6], [10]]


def test_a_sheet_of_one_folder_parts_nothing_in_another() -> None:
    files = [File("a", (S,)), File("a", (C,)), File("b", (C,)), File("a", (C,)), File("b", (C,))]
    assert [part.pages for part in split(files)] == [((1, 0), (3, 0)), ((2, 0),), ((4, 0),)]


def test_a_file_of_several_pages_stands_alone_among_single_pages_and_has_their_cover() -> None:
    files = [File("", (COVER,)), File("", (C,)), File("", (C, C)), File("", (C,))]
    assert split(files) == (
        Part(((1, 0),), CODE), Part(((2, 0), (2, 1)), CODE), Part(((3, 0),), CODE),
    )  # fmt: skip


def test_a_signed_or_drawn_file_is_never_cut_and_never_joined() -> None:
    files = [File("", (S,)), File("", (C,)), File("", (C,), whole=True), File("", (C, S, C), whole=True)]
    assert [part.pages for part in split(files)] == [((1, 0),), ((2, 0),), ((3, 0), (3, 1), (3, 2))]


def test_a_refused_file_among_joined_pages_is_told() -> None:
    files = [
        File("", (S,)),
        File("", (C,)),
        File("", (), lost=True),
        File("", (C,)),
        File("", (S,)),
        File("", (C,)),
    ]
    assert [(part.pages, part.gap) for part in split(files)] == [(((1, 0), (3, 0)), True), (((5, 0),), False)]
    alone = [File("", (), lost=True), File("", (C,))]
    assert [part.gap for part in split(alone)] == [False]


SHEETS = st.sampled_from([C, C, B, S, COVER])
FILES = st.lists(
    st.builds(
        File,
        st.sampled_from(["", "a", "b.zip"]),
        st.lists(SHEETS, min_size=1, max_size=6).map(tuple),
        st.booleans(),
    ),
    max_size=8,
)


@given(FILES)
def test_every_page_is_in_one_document_or_a_sheet_or_blank(files: list[File]) -> None:
    taken = [page for part in split(files) for page in part.pages]
    assert len(taken) == len(set(taken))
    for index, file in enumerate(files):
        for number, sheet in enumerate(file.sheets):
            if (index, number) not in taken:
                assert sheet.role is not Role.CONTENT, "no page with content is ever left out"
            elif not file.whole:
                assert not sheet.role.parts, "no sheet is ever a page"


@given(FILES)
def test_pages_of_a_document_are_in_the_order_of_the_scan(files: list[File]) -> None:
    for part in split(files):
        assert list(part.pages) == sorted(part.pages)
        assert len({files[index].folder for index, _ in part.pages}) == 1


def test_names_are_ordered_as_people_count() -> None:
    names = ["Scan10.png", "scan2.png", "Scan1.png", "b", "a10/1", "a9/2", "Scan01.png"]
    assert sorted(names, key=natural) == [
        "a9/2",
        "a10/1",
        "b",
        "Scan01.png",
        "Scan1.png",
        "scan2.png",
        "Scan10.png",
    ]
