"""The commands of the service from outside, on whatever parts they are given."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests import world
from tests.office import Office, small_papers
from tests.servers.ports import free_ports
from tests.servers.postgresql import RunningPostgresql

LOCKS_NOT = {"act": "delete", "accepted": True, "answer": "done"}


@pytest.mark.parametrize("command", ["dispatch", "worker"])
def test_without_a_broker_the_distributed_commands_say_what_is_missing(office: Office, command: str) -> None:
    assert "BROKER_URL" in office.run(command, code=2)[2]


def test_a_queue_that_is_none_is_told(office: Office) -> None:
    assert "UNKNOWN_QUEUE" in office.run("worker", "--queue", "stamping", code=2)[2]


def test_a_folder_store_is_said_not_to_lock(office: Office) -> None:
    report = office.json("store", "check", code=1)
    assert report["verdict"] == "application-only" and LOCKS_NOT in report["attempts"]


@pytest.mark.parametrize(
    "url", ["s3://host", "http://host/name", "s3://key:secret@host/name", "s3://host/a/b"]
)
def test_an_address_of_no_store_is_told(tmp_path: Path, url: str) -> None:
    office = Office(tmp_path / "home", {"HOSO_STORE_URL": url})
    assert "STORE_URL" in office.run("init", code=2)[2]


def test_the_whole_way_on_postgresql_without_a_broker_running(
    tmp_path: Path, postgresql: RunningPostgresql
) -> None:
    """The embedded runner needs no broker, also when one is named and away."""
    name = f"office_{os.urandom(4).hex()}"
    postgresql.database(name)
    office = Office(
        tmp_path / "home",
        {
            "HOSO_DATABASE_URL": world.address(postgresql, name),
            "HOSO_BROKER_URL": f"redis://127.0.0.1:{free_ports()[0]}/0",
        },
    )
    office.run("init", "--agency", "H01.010", "--name", "SỞ XÂY DỰNG TỈNH MẪU")
    papers = small_papers(tmp_path / "papers", 2)
    done = office.json(
        "run", papers, "--out", tmp_path / "out", "--approve-as", "Lê Thị Duyệt", "--with-warnings"
    )
    assert [one["verification"]["verdict"] for one in done["documents"]] == ["VALID", "VALID"]
    assert office.json("audit")["sound"]
    assert not (office.home / "hoso.sqlite3").exists()


def test_a_dispatcher_says_what_it_waits_for_and_ends_when_asked(
    tmp_path: Path, postgresql: RunningPostgresql
) -> None:
    away = free_ports()[0]
    office = Office(
        tmp_path,
        {
            "HOSO_DATABASE_URL": f"postgresql+psycopg://hoso@127.0.0.1:{away}/hoso",
            "HOSO_BROKER_URL": "redis://x",
        },
    )
    for command in ("dispatch", "worker"):
        process = office.start(command)
        assert process.stderr is not None
        assert "DATABASE_AWAY" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 2 and str(away) in err
