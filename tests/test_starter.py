"""Commands that are forked with the libraries loaded (tests/starter.py) are what commands started as programs are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.office import Office


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = Office(tmp_path_factory.mktemp("office") / "home", {})
    made.run("init", "--agency", "H01.010", "--name", "SỞ XÂY DỰNG TỈNH MẪU")
    return made


@pytest.mark.parametrize(
    "asked", [("status", "--json"), ("status", "--nonsense"), ("show", "doc-none"), ("--help",)]
)
def test_a_forked_command_says_and_gives_what_a_started_one_does(
    office: Office, asked: tuple[str, ...]
) -> None:
    process = office.start(*asked)
    out, err = process.communicate(timeout=60)
    assert office.run(*asked, code=None) == (process.returncode, out, err)


def test_a_forked_command_has_the_settings_and_the_folder_of_its_office(
    office: Office, tmp_path: Path
) -> None:
    elsewhere = Office(tmp_path / "nothing here", {"HOSO_DATABASE": "nonsense://"})
    assert elsewhere.run("status", code=2)[2] != office.run("status", code=0)[2]
    office.run("separators", "--out", "sheet.pdf", "--count", "1")
    assert (office.home.parent / "sheet.pdf").read_bytes().startswith(b"%PDF-")
