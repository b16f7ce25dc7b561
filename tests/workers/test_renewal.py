"""Evidence is renewed before it ends, for decades; what ended before is told as lost, what was changed as damaged."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from archive import backup, catalogue, copies, evidence, ledger, proofs
from archive.consistency import disagreements
from archive.database import Database
from archive.evidence import Evidence
from archive.lifecycle import Act
from archive.store import HOLDINGS, WORK, FolderStore
from archive.tables import Copy, Document, Step
from signing.algorithms import Algorithm, Algorithms
from signing.copy import attached_original
from signing.report import Verdict
from tests import world
from tests.signing.generations import DAY, HANOI, START, YEAR, World
from tests.workers.decades import MONTHS, Archive, an_archive
from workers import renewal
from workers.commands.renewing import renew_all
from workers.jobs import seals
from workers.steps import STEPS
from workers.worker import run_step


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    return an_archive(world.a_database(tmp_path), tmp_path, monkeypatch)


def a_table() -> Algorithms:
    """P-256 is to be left in 2034, before the first authority's certificate ends, and refused from 2038 on."""
    left, refused = datetime(2035, 1, 1, tzinfo=HANOI), datetime(2038, 1, 1, tzinfo=HANOI)
    return Algorithms(date(2026, 1, 1), (Algorithm("ec", 256, 384, left, refused), Algorithm("ec", 384)))


def test_every_record_proves_itself_over_thirty_years_and_the_late_one_is_told_as_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = an_archive(
        world.a_database(tmp_path), tmp_path, monkeypatch, authorities=World(algorithms=a_table())
    )
    late_file = archive.authorities.sealed(START)
    sealed_in = [START + years * YEAR for years in (0, 4, 11, 19, 27)]
    found_again = START + 14 * YEAR
    records: dict[str, bytes] = {}
    late, decade = "", 1
    while archive.at < START + 30 * YEAR:
        if sealed_in and archive.at >= sealed_in[0]:
            sealed_in.pop(0)
            document = archive.sealed()
            records[document] = archive.file(document, tmp_path)
        if not late and archive.at >= found_again:
            late = archive.hold(late_file)
        assert renew_all(archive.shop)[1] is None
        if archive.at + MONTHS >= START + decade * 10 * YEAR:
            for document, original in records.items():
                now = archive.file(document, tmp_path)
                report = archive.verdict(now)
                assert report.verdict is Verdict.VALID, (archive.at, document, report.checks)
                assert now.startswith(original)
            decade += 1
        archive.at += MONTHS
    assert decade == 4 and len(records) == 5
    first, *_ = records
    assert [archive.proof(one).ordinal for one in records] == [2, 2, 1, 1, 0]
    assert archive.verdict(records[first]).verdict is Verdict.INDETERMINATE, (
        "the original alone proves nothing"
    )
    assert {one.state for one in map(archive.proof, records)} == {proofs.PROVEN}
    assert archive.authorities.asked < 40, "it asked the authority again and again for nothing"

    lost = archive.proof(late)
    assert (lost.state, lost.ordinal) == (proofs.LOST, 0)
    assert lost.since == datetime(2038, 1, 1, tzinfo=HANOI), "the day from which P-256 is refused"
    assert archive.acts(late) == [Act.LOSE_EVIDENCE], "told once, though looked at again and again"
    report = archive.verdict(archive.file(late, tmp_path))
    assert report.verdict is Verdict.INDETERMINATE
    assert lost.reason is not None and lost.reason["code"] in {one.code for one in report.checks}
    with archive.shop.database.reading() as session:
        assert [one.subject for one in proofs.not_proven(session)] == [late]
        for one in records:
            assert disagreements(session, session.get_one(Document, one)) == []
    assert archive.whole()


def test_a_renewed_file_is_the_same_record_and_the_original_bytes_are_its_beginning(
    archive: Archive, tmp_path: Path
) -> None:
    document = archive.sealed()
    original = archive.file(document, tmp_path)
    renew_all(archive.shop)
    assert archive.proof(document).ordinal == 0 and archive.authorities.asked == 2
    archive.at = START + 11.8 * YEAR
    renew_all(archive.shop)
    renewed = archive.file(document, tmp_path)
    assert renewed.startswith(original) and len(renewed) > len(original)
    assert renewed[len(original) :].count(b"%%EOF") == 1
    with archive.shop.database.reading() as session:
        (kept,) = evidence.of_document(session, document)
        for digest in (kept.original_sha256, kept.digest):
            found = catalogue.one_of_ours(session, digest, archive.at)
            assert found is not None and (found.kind, found.identifier) == ("record", document)
    assert archive.shop.store.get(HOLDINGS, kept.original_sha256) == original
    assert archive.shop.store.get(HOLDINGS, kept.delta_sha256) == renewed[len(original) :]
    assert evidence.check(archive.shop.store, kept) == []
    assert archive.acts(document) == [Act.RENEW] and archive.whole()
    assert archive.verdict(renewed).reason == "OK"


def test_what_is_not_due_is_looked_into_once_and_never_opened_again(archive: Archive) -> None:
    document = archive.sealed()
    assert renew_all(archive.shop) == (1, None)
    assert archive.proof(document).ends_at == START - DAY + timedelta(days=round(12 * 365.25))
    archive.at += 5 * YEAR
    assert renew_all(archive.shop) == (0, None)


def test_evidence_that_ended_is_not_stamped_over(archive: Archive, tmp_path: Path) -> None:
    document = archive.sealed()
    original = archive.file(document, tmp_path)
    archive.at = START + 12.5 * YEAR
    asked = archive.authorities.asked
    renew_all(archive.shop)
    proof = archive.proof(document)
    assert (proof.state, proof.since) == (proofs.LOST, proof.ends_at)
    assert archive.authorities.asked == asked and archive.file(document, tmp_path) == original
    assert archive.acts(document) == [Act.LOSE_EVIDENCE]


def test_a_clock_that_was_wrong_loses_nothing(archive: Archive) -> None:
    """What a machine with a wrong clock called lost is looked at again and found well."""
    document = archive.sealed()
    archive.at = START + 25 * YEAR
    renew_all(archive.shop)
    assert archive.proof(document).state == proofs.LOST
    archive.at = START + 26 * YEAR
    renew_all(archive.shop)
    archive.at = START + YEAR
    renew_all(archive.shop)
    assert archive.proof(document).state == proofs.PROVEN
    assert archive.acts(document) == [Act.LOSE_EVIDENCE, Act.FIND_WHOLE]


def test_what_waits_is_looked_at_in_time_after_a_clock_that_was_months_ahead(archive: Archive) -> None:
    document = archive.sealed()
    at = archive.at = START + 11.8 * YEAR
    with archive.shop.database.writing() as session:
        of = proofs.subject(session, document, at)
        proofs.note(session, of, proofs.WAITING, None, "máy", at, look_at=at + 60 * DAY)
    renew_all(archive.shop)
    assert (archive.proof(document).state, archive.proof(document).ordinal) == (proofs.PROVEN, 1)


@pytest.mark.parametrize("how", ["changed in the store", "changed before it was held"])
def test_a_changed_original_is_not_renewed_but_told(archive: Archive, tmp_path: Path, how: str) -> None:
    if how == "changed in the store":
        document = archive.sealed()
        sha256 = catalogue_digest(archive, document)
        path = archive.shop.store.path(HOLDINGS, sha256)
        data = path.read_bytes()
        path.chmod(0o600)
        path.write_bytes(data[:3000] + b"?" + data[3001:])
    else:
        data = archive.authorities.sealed(archive.at)
        document = archive.hold(data[:3000] + b"?" + data[3001:])
    archive.at = START + 11.8 * YEAR
    asked = archive.authorities.asked
    renew_all(archive.shop)
    proof = archive.proof(document)
    assert (proof.state, proof.ordinal, archive.authorities.asked) == (proofs.DAMAGED, 0, asked)
    assert archive.acts(document) == [Act.FIND_DAMAGED]
    if how == "changed in the store":
        path.write_bytes(data)  # as from a backup
        archive.at += 2 * DAY
        renew_all(archive.shop)
        assert archive.proof(document).state == proofs.PROVEN
        assert archive.acts(document) == [Act.FIND_DAMAGED, Act.FIND_WHOLE, Act.RENEW]


def catalogue_digest(archive: Archive, document: str) -> str:
    with archive.shop.database.reading() as session:
        return catalogue.document(session, document).sealed_sha256 or ""


def test_while_no_authority_answers_it_waits_and_says_so(archive: Archive, tmp_path: Path) -> None:
    document = archive.sealed()
    renew_all(archive.shop)
    archive.at = START + 11.8 * YEAR
    archive.authorities.silent = True
    original = archive.file(document, tmp_path)
    for _ in range(archive.shop.settings.most_attempts + 2):
        _, away = renew_all(archive.shop)
        assert away is not None and away.code == "TIMESTAMP_UNAVAILABLE"
        archive.at += timedelta(minutes=20)
    assert archive.file(document, tmp_path) == original and archive.acts(document) == []
    archive.authorities.silent = False
    assert renew_all(archive.shop)[1] is None
    assert archive.proof(document).ordinal == 1


def test_an_authority_that_lasts_no_longer_is_not_asked_every_day(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(World, "newest", lambda self, at: self.generations[0])
    document = archive.sealed()
    archive.at = START + 11.6 * YEAR
    before = archive.authorities.asked
    for _ in range(20):
        renew_all(archive.shop)
        archive.at += DAY
    proof = archive.proof(document)
    assert proof.state == proofs.WAITING and archive.authorities.asked - before <= 3
    assert proof.reason is not None and proof.reason["code"] == "RENEWAL_GAINS_NOTHING"
    monkeypatch.undo()


def test_two_workers_at_once_renew_once(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = an_archive(database, tmp_path, monkeypatch)
    documents = [archive.sealed() for _ in range(2)]
    archive.at = START + 11.8 * YEAR
    asked = archive.authorities.asked
    rivals = [threading.Thread(target=renew_all, args=(archive.rival(),)) for _ in range(2)]
    for one in rivals:
        one.start()
    for one in rivals:
        one.join()
    renew_all(archive.shop)
    assert archive.authorities.asked == asked + len(documents)
    for document in documents:
        assert archive.acts(document) == [Act.RENEW] and archive.proof(document).ordinal == 1
    assert archive.whole()


def test_a_renewal_recorded_twice_counts_once(archive: Archive) -> None:
    """A worker that was slow finds that another one has renewed meanwhile: its own evidence is thrown away."""
    document = archive.sealed()
    archive.at = START + 11.8 * YEAR
    with archive.shop.database.writing() as session:
        (first,) = renewal.make_due(session, archive.shop.settings, archive.at)
    slow = STEPS["renew"].work(archive.shop, _claimed(archive, first))
    assert run_step(archive.shop, STEPS, first) == "done"
    with (
        pytest.raises(Exception, match="CHANGED_MEANWHILE"),
        archive.shop.database.writing() as session,
    ):
        slow(session, archive.at)
    assert archive.acts(document) == [Act.RENEW] and archive.whole()


def _claimed(archive: Archive, step_id: int):  # type: ignore[no-untyped-def]
    from archive.steps import Claimed

    with archive.shop.database.reading() as session:
        step = session.get_one(Step, step_id)
        return Claimed(step.id, step.document_id, step.name, step.input, step.attempt)


def test_services_look_once_a_day_and_a_bad_table_keeps_nobody_from_working(
    archive: Archive, tmp_path: Path
) -> None:
    told: list[str] = []
    document = archive.sealed()

    def look() -> None:
        renewal.looking(
            archive.shop.database,
            archive.shop.settings,
            archive.shop.clock,
            lambda event, /, **_: told.append(event),
        )()

    def open_steps() -> int:
        with archive.shop.database.reading() as session:
            return len(session.scalars(select(Step)).all())

    look()
    assert open_steps() == 1 and len(told) == 1
    archive.sealed()
    look()
    assert open_steps() == 0, "sealed() clears the steps, and it is not time yet"
    archive.at += DAY
    look()
    assert open_steps() == 2
    archive.shop.settings.keys.mkdir()
    (archive.shop.settings.keys / "algorithms.toml").write_text("effective = 'never'", "utf-8")
    archive.at += DAY
    look()
    assert told[-1] == "not looked for what is to be renewed" and document


def test_copies_are_renewed_while_they_may_be_used(archive: Archive, tmp_path: Path) -> None:
    document = archive.sealed()
    made = []
    with archive.shop.database.writing() as session:
        of = session.get_one(Document, document)
        for _ in range(2):
            copy = world.a_copy_of(session, of, archive.at)
            file = archive.shop.store.put("work", archive.authorities.sealed(archive.at))
            copies.issued(session, copy, of, file, file, world.CLERK, archive.at)
            made.append((copy.id, file))
        session.query(Step).delete()
    renew_all(archive.shop)
    (used, file), (revoked, _) = made
    with archive.shop.database.writing() as session:
        of, copy = session.get_one(Document, document), session.get_one(Copy, revoked)
        copies.act(session, copy, of, Act.REVOKE_COPY, world.CLERK, archive.at, {"reason": "sai"})
    archive.at = START + 11.8 * YEAR
    renew_all(archive.shop)
    assert (archive.proof(used).ordinal, archive.proof(revoked).ordinal) == (1, 0)
    with archive.shop.database.reading() as session:
        renewed = session.scalars(select(Evidence).where(Evidence.subject == used)).one()
        found = catalogue.one_of_ours(session, renewed.digest, archive.at)
    assert found is not None and (found.kind, found.identifier) == ("copy", used)
    assert archive.verdict(archive.file(used, tmp_path)).verdict is Verdict.VALID
    with archive.shop.database.writing() as session:
        ledger.revoke(session, session.get_one(Document, document), world.CLERK, archive.at, "hủy")
    archive.at = START + 21.8 * YEAR
    renew_all(archive.shop)
    assert archive.proof(document).ordinal == 2, "a revoked record is kept and has to stay provable"
    assert (archive.proof(used).state, archive.proof(used).ordinal) == (proofs.UNUSED, 1)


def test_evidence_is_in_backups_and_comes_back(archive: Archive, tmp_path: Path) -> None:
    document = archive.sealed()
    archive.at = START + 11.8 * YEAR
    renew_all(archive.shop)
    with archive.shop.database.reading() as session:
        (kept,) = evidence.of_document(session, document)
    _, made = backup.back_up(archive.shop.database, archive.shop.store, tmp_path / "backup", archive.at)
    assert {kept.delta_sha256, kept.manifest_sha256, kept.original_sha256} <= set(made.objects[HOLDINGS])
    assert not any(one.startswith("holdings/") for one in made.missing)
    (tmp_path / "other").mkdir()
    database, store = world.a_database(tmp_path / "other"), FolderStore(tmp_path / "other" / "store")
    backup.restore(database, store, tmp_path / "backup")
    with database.reading() as session:
        whole = proofs.subject(session, document, archive.at).file
    restored = evidence.assemble(store, whole, tmp_path / "restored.pdf").read_bytes()
    assert restored == archive.file(document, tmp_path)
    database.close()


def test_a_new_copy_carries_the_record_with_its_newest_evidence(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The original alone would not be VALID any more, and no copy of it be certified."""
    world_of = archive.authorities
    monkeypatch.setattr(seals, "trust_at", lambda keys, at: (world_of.trust(at), world_of.timestamper(at)))
    monkeypatch.setattr(
        seals, "load_key", lambda keys, code: world_of.newest(archive.at).seal_key(archive.at)
    )
    monkeypatch.setattr(seals, "stated", lambda *asked: "")  # this world has no key for statements
    document = archive.sealed()
    archive.at = START + 11.8 * YEAR
    renew_all(archive.shop)
    archive.at = START + 15 * YEAR
    with archive.shop.database.writing() as session:
        copy = world.a_copy_of(session, session.get_one(Document, document), archive.at).id
    with archive.shop.database.reading() as session:
        step = session.scalars(select(Step.id).where(Step.name == "issue")).one()
    assert run_step(archive.shop, STEPS, step) == "done"
    with archive.shop.database.reading() as session:
        made = session.get_one(Copy, copy)
    attached = attached_original(archive.shop.store.get(WORK, made.file_sha256 or ""))
    assert attached == archive.file(document, tmp_path)
    assert archive.verdict(attached).verdict is Verdict.VALID


@pytest.mark.parametrize("fault", ["altered", "ended long ago", "nothing"])
def test_a_paper_that_came_signed_is_not_called_lost_or_damaged_for_what_it_was_before(
    archive: Archive, fault: str
) -> None:
    pdf = archive.authorities.sealed(archive.at)
    if fault == "altered":
        pdf = pdf[:3000] + b"?" + pdf[3001:]
    if fault == "ended long ago":
        archive.at = START + 15 * YEAR
    document = archive.hold(pdf, signed_already=True)
    archive.at += 11.8 * YEAR
    renew_all(archive.shop)
    proof = archive.proof(document)
    wanted = (proofs.PROVEN, 1) if fault == "nothing" else (proofs.UNPROVEN, 0)
    assert (proof.state, proof.ordinal) == wanted
    assert archive.acts(document) == ([Act.RENEW] if fault == "nothing" else [])
