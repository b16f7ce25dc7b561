"""A backup holds everything, and comes back on either database; a damaged one restores nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from archive import snapshots
from archive.database import Database
from archive.store import FolderStore
from tests import world
from tests.office import Office, small_papers
from tests.servers.postgresql import RunningPostgresql


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, Path, dict[str, Any]]:
    """An office with held records and a copy, and its backup."""
    folder = tmp_path_factory.mktemp("saved")
    office = Office(folder / "home", {})
    office.run("init", "--agency", "H01.010", "--name", "SỞ XÂY DỰNG TỈNH MẪU")
    received = office.json("receive", small_papers(folder / "papers", 2))
    office.run("work", "--until-idle")
    office.run("review", "--approve-all", "--with-warnings", "--min-confidence", "0", "--as", "Lê Thị Duyệt")
    office.run("work", "--until-idle")
    office.run(
        "copy",
        received["files"][0]["document"],
        "--basis",
        "register",
        "--for",
        "Bình",
        "--purpose",
        "vay",
        "--as",
        "An",
    )
    office.run("work", "--until-idle")
    office.run("procedures", "import")
    return office, folder / "backup", office.json("backup", folder / "backup")


def test_a_backup_comes_back_whole_on_a_folder(
    saved: tuple[Office, Path, dict[str, Any]], tmp_path: Path
) -> None:
    office, folder, made = saved
    assert made["missing"] == [] and made["objects"]["holdings"] >= 6
    other = Office(tmp_path / "home", {})
    back = other.json("restore", folder)
    assert (back["snapshot"], back["rows"]) == (made["snapshot"], made["rows"])
    assert other.json("audit")["sound"] is True
    assert other.json("status") == office.json("status")
    one = next(iter(office.states()))
    here, there = other.json("show", one), office.json("show", one)
    assert {key: here[key] for key in here if key not in ("pages", "files")} == {
        key: there[key] for key in there if key not in ("pages", "files")
    }
    more = other.json("receive", small_papers(tmp_path / "more", 1, first=50))
    other.run("work", "--until-idle")
    assert other.states()[more["files"][0]["document"]] == "READ"  # life goes on, numbers and all


def test_a_backup_of_sqlite_comes_back_on_postgresql(
    saved: tuple[Office, Path, dict[str, Any]], postgresql: RunningPostgresql, tmp_path: Path
) -> None:
    office, folder, made = saved
    with world.an_empty_database(postgresql) as url:
        other = Office(tmp_path / "home", {"HOSO_DATABASE_URL": url})
        assert other.json("restore", folder)["rows"] == made["rows"]
        assert other.json("audit")["sound"] is True
        assert other.json("status")["documents"] == office.json("status")["documents"]
        more = other.json("receive", small_papers(tmp_path / "more", 1, first=60))
        assert more["files"][0]["status"] == "accepted"
        again = other.json("backup", tmp_path / "again")
        assert again["missing"] == [] and again["rows"] > made["rows"]
        assert other.json("restore", folder, code=2)["error"]["code"] == "NOT_EMPTY"


def test_backing_up_again_brings_only_what_is_new(
    saved: tuple[Office, Path, dict[str, Any]], tmp_path: Path
) -> None:
    office, folder, made = saved
    before = {one: one.stat().st_mtime_ns for one in (folder / "objects").rglob("*") if one.is_file()}
    again = office.json("backup", folder)
    after = {one: one.stat().st_mtime_ns for one in (folder / "objects").rglob("*") if one.is_file()}
    assert after == before and again["rows"] == made["rows"]
    assert len(list((folder / "snapshots").iterdir())) == 2
    first = Office(tmp_path / "home", {})
    assert first.json("restore", folder, "--snapshot", made["snapshot"])["snapshot"] == made["snapshot"]


@pytest.mark.parametrize("what", ["object", "rows", "nothing", "version"])
def test_a_damaged_backup_restores_nothing(
    saved: tuple[Office, Path, dict[str, Any]], tmp_path: Path, what: str
) -> None:
    office, _, _ = saved
    folder = tmp_path / "backup"
    name = office.json("backup", folder)["snapshot"]
    here = folder / "snapshots" / name
    code = "BACKUP_DAMAGED"
    if what == "object":
        one = next(path for path in (folder / "objects" / "holdings").rglob("*") if path.is_file())
        one.chmod(0o600)
        one.write_bytes(one.read_bytes()[:-1] + b"?")
    elif what == "rows":
        (here / "database.jsonl.gz").write_bytes(b"?")
    elif what == "nothing":
        folder, code = tmp_path / "elsewhere", "NO_BACKUP"
    else:
        told = json.loads((here / "backup.json").read_text("utf-8"))
        (here / "backup.json").write_text(json.dumps({**told, "revision": "0001"}), "utf-8")
        code = "BACKUP_OTHER_VERSION"
    other = Office(tmp_path / "home", {})
    assert other.json("restore", folder, code=2)["error"]["code"] == code
    if (tmp_path / "home" / "hoso.sqlite3").exists():
        database = Database(f"sqlite:///{tmp_path / 'home' / 'hoso.sqlite3'}")
        with database.reading() as session:
            assert not [line for line in snapshots.lines(session) if line.startswith("[")]
        database.close()


def test_an_object_that_is_lost_is_named_and_the_rest_is_kept(
    saved: tuple[Office, Path, dict[str, Any]], tmp_path: Path
) -> None:
    _, folder, made = saved
    other = Office(tmp_path / "home", {})
    other.json("restore", folder)
    kept = FolderStore(tmp_path / "home" / "store")
    lost = next(one for one in (kept.root / "holdings").rglob("*") if one.is_file())
    lost.unlink()
    told = other.json("backup", tmp_path / "backup", code=1)
    assert told["missing"] == [f"holdings/{lost.name}"]
    assert sum(told["objects"].values()) == sum(made["objects"].values()) - 1


def test_every_table_is_part_of_a_snapshot(tmp_path: Path) -> None:
    database = world.a_database(tmp_path)
    with database.engine.connect() as connection:
        names = {
            str(name)
            for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
    database.close()
    own = {
        name
        for name in names
        if not name.startswith(("search_index", "sqlite_")) and name != "alembic_version"
    }
    assert own == {table.name for table in snapshots.TABLES}
