"""A fault of a key costs no number: the copy waits for a person, who mends the key or gives the copy up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import select

from archive import certification, copies, history, holding, ledger, registers, steps
from archive.copy_rows import CopyRequest
from archive.copy_rules import Certification, CopyBasis, Wish
from archive.errors import Problem
from archive.holding import HeldFile
from archive.lifecycle import Act, IllegalMove, State
from archive.store import HOLDINGS, FolderStore
from archive.tables import Agency, Copy, Document, Entry, Event, Step
from signing.codes import CODES
from tests import world
from tests.signing import keys
from tests.signing.keys import CODE
from tests.signing.office import AGENCY, Office, now
from tests.workers.decades import open_shop
from tests.workers.personal import in_pem_file
from workers.commands import requesting
from workers.console import Console
from workers.patience import MENDABLE, WAITS
from workers.steps import STEPS
from workers.worker import run_step
from workers.workshop import Workshop

OFFICER = "Nguyễn Thị Phượng"


def today() -> date:
    return now().astimezone(world.VIETNAM).date()


@dataclass
class Desk:
    """A held record of an agency with a key of its own, and the real issue step on it, in this process."""

    office: Office
    shop: Workshop
    document: str

    def granted(self) -> str:
        """A copy certified by the officer, with its number; gives its id."""
        return self.asked(Certification(today(), OFFICER, "Phó Chủ tịch"))

    def asked(self, found: Certification | None = None) -> str:
        """A copy of the paper original, granted when the officer says at once what they found; gives its id."""
        with self.shop.database.writing() as session:
            document = session.get_one(Document, self.document)
            made = copies.request(
                session, document, CopyBasis.ORIGINAL, "Ông A", "vay vốn", world.CLERK, now(), self.shop.entropy,
                wish=Wish(wanted_anyway="theo yêu cầu"), found=found,
            )  # fmt: skip
            assert made.state == ("REQUESTED" if found is None else "GRANTED")
            return made.id

    def run(self, copy: str) -> str | None:
        with self.shop.database.reading() as session:
            (step,) = session.scalars(select(Step).where(Step.input == copy))
        return run_step(self.shop, STEPS, step.id)

    def seen(self, copy: str) -> tuple[str, int | None, str]:
        """State and number of the copy, state of its line in the register."""
        with self.shop.database.reading() as session:
            made = session.get_one(Copy, copy)
            line = session.scalars(select(Entry).where(Entry.subject == copy)).one()
            assert registers.gaps(session, session.get_one(Document, self.document).agency_id) == []
            return made.state, made.number, line.state

    def retry(self) -> None:
        with self.shop.database.writing() as session:
            assert steps.try_again(session, self.document, now()) == ["issue"]

    def give_up(self, copy: str) -> None:
        with self.shop.database.writing() as session:
            document = session.get_one(Document, self.document)
            made = session.get_one(Copy, copy)
            certification.give_up(session, made, document, "mất thiết bị", world.CLERK, now())


@pytest.fixture
def desk(earnest: Office, tmp_path: Path) -> Iterator[Desk]:
    database = world.a_database(tmp_path)
    shop = open_shop(database, FolderStore(tmp_path / "store"), tmp_path / "home", now)
    record = earnest.sealed()
    report = shop.store.put(HOLDINGS, b'{"signer": null, "signing_time": null}')
    sealed = shop.store.put(HOLDINGS, record)
    manifest = holding.keep_manifest(
        shop.store, {}, [HeldFile("record", sealed, len(record), "application/pdf")]
    )
    with database.writing() as session:
        agency = world.an_agency(session, CODE, AGENCY)
        document = world.a_document(session, agency, State.APPROVED, at=now())
        told: dict[str, str] = {"sealed_sha256": sealed, "report_sha256": report}
        ledger.record(session, document, Act.SEAL, world.CLERK, now(), {}, **told)
        ledger.record(session, document, Act.HOLD, world.CLERK, now(), {}, manifest_sha256=manifest)
        session.query(Step).delete()
    yield Desk(earnest, shop, document.id)
    database.close()


def test_a_copy_whose_certifier_has_no_key_keeps_its_number_until_there_is_one(desk: Desk) -> None:
    copy = desk.granted()
    assert desk.run(copy) == "parked"
    assert desk.seen(copy) == ("GRANTED", 1, "reserved")
    with desk.shop.database.reading() as session:
        held_up = steps.parked_with(session, "issue", copy)
    assert held_up is not None and held_up["code"] == "NO_OFFICER_KEY" and OFFICER in held_up["vi"]
    in_pem_file(desk.office, OFFICER, "Nguyễn Thị Phương")  # mended wrongly
    desk.retry()
    assert desk.run(copy) == "parked"
    in_pem_file(desk.office, OFFICER)
    desk.retry()
    assert desk.run(copy) == "done"
    assert desk.seen(copy) == ("ISSUED", 1, "entered")
    with desk.shop.database.reading() as session:
        asked = session.get_one(CopyRequest, copy)
        assert asked.printed.startswith("01/")
        (agency,) = session.scalars(select(Agency))
        assert history.prove(session, agency).whole


def test_at_the_counter_no_number_is_taken_for_a_certifier_without_a_key(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(requesting, "open_workshop", lambda settings, notice, preload: desk.shop)
    copy, later = desk.asked(), desk.asked()

    def grant(copy: str, code: int) -> dict[str, Any]:
        """What `hoso request grant` answers."""
        with pytest.raises(typer.Exit) as left:
            requesting.grant(
                Console(True),
                copy,
                today().isoformat(),
                OFFICER,
                "Chủ tịch",
                tmp_path / "copy.pdf",
                "Lê Tiếp",
            )
        assert left.value.exit_code == code
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        return told

    with pytest.raises(Problem) as caught:
        requesting.grant(Console(True), copy, today().isoformat(), OFFICER, "Chủ tịch", None, "Lê Tiếp")
    assert caught.value.code == "NO_OFFICER_KEY"
    with desk.shop.database.reading() as session:
        assert session.get_one(Copy, copy).state == "REQUESTED"
        assert session.scalars(select(Entry)).all() == []
    in_pem_file(desk.office, OFFICER)
    told = grant(copy, 0)
    assert (told["state"], told["number"]) == ("ISSUED", "01/01-SCT/BS")
    keys.kept(desk.office.directory / "seals" / "passphrase", "wrong")
    held_up = grant(later, 1)
    assert (held_up["state"], held_up["number"], held_up["file"]) == ("GRANTED", "02/01-SCT/BS", None)
    assert held_up["reason"]["code"] == "KEY_PASSPHRASE"


def test_a_fault_of_the_agencys_key_voids_no_number_either(desk: Desk) -> None:
    in_pem_file(desk.office, OFFICER)
    keys.kept(desk.office.directory / "seals" / "passphrase", "wrong")
    copy = desk.granted()
    assert desk.run(copy) == "parked"
    assert desk.seen(copy) == ("GRANTED", 1, "reserved")
    keys.kept(desk.office.directory / "seals" / "passphrase", keys.PASSPHRASE)
    desk.retry()
    assert desk.run(copy) == "done" and desk.seen(copy) == ("ISSUED", 1, "entered")


def test_a_person_gives_a_copy_up_that_waits_for_a_key_and_its_number_is_void(desk: Desk) -> None:
    copy = desk.granted()
    desk.run(copy)
    desk.give_up(copy)
    assert desk.seen(copy) == ("REFUSED", 1, "void")
    with desk.shop.database.reading() as session:
        void = session.scalars(select(Event).where(Event.act == Act.VOID_COPY.value)).one()
        assert void.agent == world.CLERK and "mất thiết bị" in void.details["vi"]
        assert steps.parked_with(session, "issue", copy) is None
    with desk.shop.database.writing() as session:
        assert steps.try_again(session, desk.document, now()) == []
    with pytest.raises(IllegalMove):
        desk.give_up(copy)
    assert desk.seen(desk.granted())[1] == 2


def test_what_a_worker_has_in_hand_is_not_given_up_under_it(desk: Desk) -> None:
    copy = desk.granted()
    with desk.shop.database.writing() as session:
        (step,) = session.scalars(select(Step).where(Step.input == copy))
        assert steps.claim(session, step.id, now(), timedelta(hours=1)) is not None
    with pytest.raises(Problem) as caught:
        desk.give_up(copy)
    assert caught.value.code == "COPY_IN_HAND"
    assert desk.seen(copy) == ("GRANTED", 1, "reserved")


def test_a_step_tried_again_after_its_copy_was_refused_makes_nothing(desk: Desk) -> None:
    copy = desk.granted()
    with desk.shop.database.writing() as session:
        document, made = session.get_one(Document, desk.document), session.get_one(Copy, copy)
        copies.give_up(session, made, document, Problem("RECORD_REVOKED", "x", "x"), world.CLERK, now())
    assert desk.run(copy) == "done"
    assert desk.seen(copy) == ("REFUSED", 1, "void")


def test_every_fault_of_a_key_is_waited_for_or_can_be_mended() -> None:
    named = {
        one for one in CODES if one.startswith(("KEY_", "NO_KEY", "CERTIFICATE_", "TOKEN_", "SIGNER_AWAY"))
    }
    assert named <= MENDABLE | WAITS and not MENDABLE & WAITS
    assert MENDABLE - {"TRUST_BROKEN"} <= set(CODES)
