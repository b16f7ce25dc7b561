"""Hostile and broken files, each through the limited child in which the worker looks and reads: every one gets an
answer with a stable code or is taken, and the worker goes on with the next file as if nothing had been."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import Problem
from ingest.inspection import Inspection, Limits
from tests.ingest import hostile_pdfs, hostile_pictures, pdfs, pictures
from workers.children import Children
from workers.commands.intake import inspect_in_child
from workers.jobs import PAPERS

FILES = hostile_pictures.FILES | hostile_pdfs.FILES
LIMITS = Limits(least_dpi=50, wanted_dpi=200, most_pages=1000, most_megapixels=60, most_mib=64)
SECONDS = 2
"""For a hostile file. On a busy machine any of them may take longer: that is an answer too."""

LONGEST = 60
MEMORY_MIB = 1024


@pytest.fixture(scope="module")
def children() -> Children:
    started = Children(1, MEMORY_MIB, (PAPERS,))
    started.start()
    return started


def looked(children: Children, data: bytes, folder: Path, seconds: float = LONGEST) -> Inspection | Problem:
    file, pages = folder / "kept", folder / "pages"
    file.write_bytes(data)
    pages.mkdir(exist_ok=True)
    try:
        return inspect_in_child(children, seconds, file, pages, LIMITS)
    except Problem as problem:
        assert problem.vi and problem.en and str(folder) not in problem.vi + problem.en
        return problem
    finally:
        assert file.read_bytes() == data


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_gets_an_answer_and_the_next_one_is_taken(
    children: Children, name: str, tmp_path: Path
) -> None:
    make, codes = FILES[name]
    found = looked(children, make(), tmp_path, SECONDS)
    if isinstance(found, Problem):
        # A library that runs out of memory may end its process: that is told by name, too.
        assert found.code in codes | {"INSPECTION_TIME_LIMIT", "INSPECTION_FAILED"}, found
    else:
        assert "" in codes
        page = found.pages[0]
        try:  # what is taken is read: the child that reads gives an answer too
            children.run(20, PAPERS, "read", page.path, page.dpi, page.turned, "tesseract", 20, page.text)
        except Problem as problem:
            assert problem.code in ("CHILD_TIME_LIMIT", "CHILD_MEMORY_LIMIT", "ENGINE_TIMEOUT"), problem
    (tmp_path / "good").mkdir()
    good = looked(children, pdfs.scan(), tmp_path / "good")
    assert isinstance(good, Inspection) and len(good.pages) == 1


def test_a_file_that_takes_too_long_is_refused_by_that_name(children: Children, tmp_path: Path) -> None:
    found = looked(children, hostile_pdfs.endless(), tmp_path, 0.3)
    assert isinstance(found, Problem) and found.code == "INSPECTION_TIME_LIMIT"


def test_a_file_that_eats_the_child_s_memory_is_refused_by_that_name(tmp_path: Path) -> None:
    # 59 megapixels in colour are within the limits and beyond this child's memory.
    small = Children(1, 520, (PAPERS,))
    found = looked(small, pictures.png("RGB", (7700, 7700), compress_level=1), tmp_path)
    assert isinstance(found, Problem) and found.code == "DECOMPRESSION_BOMB"
    # What a child can hardly breathe in is no fault of the file.
    scant = looked(Children(1, 450, (PAPERS,)), pictures.jpeg(), tmp_path)
    assert isinstance(scant, Inspection) or scant.code in ("DECOMPRESSION_BOMB", "INSPECTION_FAILED")
    (tmp_path / "good").mkdir()
    assert isinstance(looked(small, pictures.jpeg(), tmp_path / "good"), Inspection)
