"""``hoso renew`` in real processes: says what is due, renews it, and is killed without leaving anything half."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from sqlalchemy.orm import Session

from archive import evidence, proofs
from archive.consistency import disagreements
from archive.database import open_database
from archive.lifecycle import Act
from archive.store import HOLDINGS, WORK, FolderStore
from archive.tables import Agency
from signing import certificates, pki
from signing.mark import Mark, mark_size
from signing.seal import seal
from tests import world
from tests.office import Office, kill
from tests.signing.office import PAGE, paper

AGENCY, NAME = "H01.010", "SỞ XÂY DỰNG TỈNH MẪU"
RECORDS = 3


@pytest.fixture
def old(tmp_path: Path) -> Office:
    """An office whose timestamp authority ends in 100 days, with records sealed by it."""
    now = datetime.now(UTC)
    home = tmp_path / "home"
    pki.make(home / "test-pki", now - timedelta(days=pki.TIMESTAMP_DAYS - 100))
    office = Office(home, {"HOSO_WAIT_SECONDS": "0.1", "HOSO_CHILDREN": "1"})
    office.run("init", "--agency", AGENCY, "--name", NAME)
    now = datetime.now(UTC)  # the seal's certificate begins when it is issued
    pki.refresh_crls(home / "test-pki", now)
    width, height = mark_size(NAME)
    box = (PAGE[0] - width - 10, PAGE[1] - height - 10, PAGE[0] - 10, PAGE[1] - 10)
    store = FolderStore(home / "store")
    database = open_database(f"sqlite:///{home / 'hoso.sqlite3'}")
    with database.writing() as session:
        agency = world.an_agency(session, AGENCY, NAME)
        for _ in range(RECORDS):
            pdf = seal(
                paper(), key=pki.load_seal(home / "test-pki", AGENCY), trust=pki.load_trust(home / "test-pki"),
                timestamper=pki.load_timestamper(home / "test-pki", lambda: now), mark=Mark(NAME, now, box), at=now,
            ).pdf  # fmt: skip
            _hold(session, agency, store, pdf, now)
        session.query(world.Step).delete()
    database.close()
    return office


def _hold(session: Session, agency: Agency, store: FolderStore, pdf: bytes, now: datetime) -> None:
    """A held record all of whose objects are there."""
    scan = store.put(WORK, os.urandom(16))
    new = world.a_file(
        scan_sha256=scan, pages=(world.NewPage(scan, 826, 1170, 200.0, 0),), media_type="image/png"
    )
    world.ledger.receive(session, agency, world.a_batch(session, agency), new, world.CLERK, now)
    document = session.get_one(world.Document, new.id)
    draft, sealed, manifest = (
        store.put(WORK, b"draft"),
        store.put(HOLDINGS, pdf),
        store.put(HOLDINGS, b'{"files":[]}'),
    )
    for act, changes in (
        (Act.READ, {"draft_sha256": draft}), (Act.APPROVE, {}), (Act.SEAL, {"sealed_sha256": sealed}),
        (Act.HOLD, {"manifest_sha256": manifest}),
    ):  # fmt: skip
        details = {key.removesuffix("_sha256"): value for key, value in changes.items()}
        world.ledger.record(session, document, act, world.CLERK, now, details, **changes)


def succeed(home: Path) -> None:
    """A new timestamp authority takes over, under the same intermediate."""
    directory, key = home / "test-pki", ec.generate_private_key(ec.SECP256R1())
    issuer, issuer_key = pki._load(directory, "intermediate")
    made = certificates.leaf(
        certificates.subject("hoso TEST Timestamp 2"), key, issuer, issuer_key, datetime.now(UTC) - timedelta(days=1),
        1000, commitment=False, purpose=ExtendedKeyUsageOID.TIME_STAMPING,
    )  # fmt: skip
    (directory / "timestamp.key").write_bytes(certificates.pem_key(key))
    (directory / "timestamp.crt").write_bytes(made.public_bytes(Encoding.PEM))


def test_what_is_due_is_listed_then_renewed_and_checks_as_the_same_record(
    old: Office, tmp_path: Path
) -> None:
    due = old.json("renew", "--dry-run")["due"]
    assert len(due) == RECORDS and {one["why"] for one in due} == {"certificate"}
    waits = old.json("renew", code=1)
    assert waits["renewed"] == [] and waits["files"] == {"waiting": RECORDS}
    assert {one["reason"]["code"] for one in waits["not_proven"]} == {"RENEWAL_GAINS_NOTHING"}

    succeed(old.home)
    done = old.json("renew")
    assert len(done["renewed"]) == RECORDS and done["not_proven"] == []

    one = done["renewed"][0]
    shown = old.json("show", one["document"])
    joined = tmp_path / "joined.pdf"
    with joined.open("wb") as out:  # what docs/operations.md says: cat is enough
        for piece in (shown["files"]["sealed"], shown["evidence"][0]["file"]):
            out.write(Path(piece).read_bytes())
    assert hashlib.sha256(joined.read_bytes()).hexdigest() == one["sha256"]
    report = old.json("verify", joined)
    assert report["known"]["identifier"] == one["document"]
    assert (report["verdict"], report["reason"], report["ours"]) == ("VALID", "OK", True)
    lost = FolderStore(old.home / "store").path(HOLDINGS, one["evidence"])
    lost.unlink()
    audit = old.json("audit", code=1)
    assert audit["differences"] == [] and all(each["whole"] for each in audit["chains"])
    assert [each["document"] for each in audit["holdings"]["wrong"]] == [one["document"]]


def test_a_renewal_that_is_killed_leaves_nothing_half(old: Office) -> None:
    succeed(old.home)
    kept = old.home / "store" / "holdings"
    before = _objects(kept)
    kills = 0
    for more in (1, 4):  # a renewal keeps two objects: killed between them, or after them
        process = old.start("renew", "--json")
        while process.poll() is None and _objects(kept) < before + more:
            time.sleep(0.005)
        kills += kill(process)
    assert kills, "it was never killed while it had work"
    shutil.rmtree(old.home / "store" / "incoming", ignore_errors=True)
    database = open_database(f"sqlite:///{old.home / 'hoso.sqlite3'}")
    with database.writing() as session:  # as when the lease has run out
        for step in session.query(world.Step):
            step.offer_at = min(step.offer_at, datetime.now(UTC))
    old.json("renew")
    with database.reading() as session:
        documents = session.query(world.Document).all()
        assert len(documents) == RECORDS
        for one in documents:
            assert disagreements(session, one) == []
            assert [each.ordinal for each in evidence.of_document(session, one.id)] == [1]
            assert session.get_one(proofs.Proof, one.id).state == proofs.PROVEN


def _objects(folder: Path) -> int:
    return sum(1 for one in folder.rglob("*") if one.is_file())


def test_a_wrong_table_of_algorithms_is_told_before_anything_begins(office: Office) -> None:
    (office.home / "test-pki" / "algorithms.toml").write_text("effective = 1", "utf-8")
    for command in (("renew",), ("work", "--until-idle")):
        told = office.json(*command, code=2)["error"]
        assert told["code"] == "BAD_ALGORITHMS" and "algorithms.toml" in told["vi"]
