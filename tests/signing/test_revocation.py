"""The cache of revocation data: what is fetched over real HTTP, what is taken, and what sealing does with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from signing import certificates, pki, revocation
from signing.errors import NotSealed
from signing.keyring import load_key
from signing.report import Verdict
from signing.trust import Trust
from signing.verify import verify
from tests.signing import keys
from tests.signing.keys import CODE
from tests.signing.office import AGENCY, Office, now, open_office
from tests.signing.peers import Answer, Asked, Peer, peer
from workers.jobs.keys import cached_revocation, refresh_revocation
from workers.jobs.seals import relied_on

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Place:
    """An office whose certificate says where to ask; the intermediate's list comes from there alone."""

    office: Office
    peer: Peer

    @property
    def certificate(self) -> x509.Certificate:
        return x509.load_der_x509_certificate(load_key(self.office.directory, CODE).certificate)

    def chain(self) -> list[bytes]:
        key, trust = load_key(self.office.directory, CODE), self.office.trust
        return [key.certificate, *key.chain, *trust.roots]

    def refresh(self, at: datetime | None = None) -> tuple[revocation.Outcome, ...]:
        return revocation.refresh(self.office.directory, self.chain(), at or now())

    def trust(self, at: datetime) -> Trust:
        lists, answers = revocation.fresh(self.office.directory, at)
        known = self.office.trust
        return Trust(known.roots, known.intermediates, (known.crls[0], *lists), answers)

    def ready(self, at: datetime | None = None) -> Office:
        return replace(self.office, key=load_key(self.office.directory, CODE), trust=self.trust(at or now()))


def the_list(directory: Path) -> Any:
    return lambda asked: Answer((directory / "intermediate.crl").read_bytes())


def the_answer(
    directory: Path, *, revoked: datetime | None = None, at: datetime | None = None, other: bool = False
) -> Any:
    """A responder with the intermediate's own key."""
    issuer, key = pki._load(directory, "intermediate")

    def answer(asked: Asked) -> Answer:
        begin = at or now() - timedelta(minutes=1)
        question = ocsp.load_der_ocsp_request(asked.body)
        certificate = x509.load_pem_x509_certificate((directory / "seals" / "certificate.pem").read_bytes())
        assert question.serial_number == certificate.serial_number
        if other:
            certificate = x509.load_pem_x509_certificate((directory / "timestamp.crt").read_bytes())
        status = ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD
        builder = ocsp.OCSPResponseBuilder().add_response(
            certificate, issuer, hashes.SHA1(), status, begin, begin + HOUR, revoked, None
        )
        response = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, issuer).sign(key, hashes.SHA256())
        return Answer(response.public_bytes(Encoding.DER))

    return answer


def _place(directory: Path, running: Peer, *, lists: bool = True, answers: bool = False) -> Place:
    office = open_office(directory)
    key, extensions = ec.generate_private_key(ec.SECP256R1()), list[x509.ExtensionType]()
    if lists:
        names = [x509.UniformResourceIdentifier(f"{running.url}/intermediate.crl")]
        extensions.append(x509.CRLDistributionPoints([x509.DistributionPoint(names, None, None, None)]))
    if answers:
        where = x509.UniformResourceIdentifier(f"{running.url}/ocsp")
        access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, where)
        extensions.append(x509.AuthorityInformationAccess([access]))
    made = keys.certify(directory, key.public_key(), AGENCY, now(), extensions=tuple(extensions))
    keys.in_pem_file(directory, key, made)
    return Place(office, running)


@pytest.fixture
def running() -> Iterator[Peer]:
    with peer(lambda asked: Answer(status=404)) as one:
        yield one


@pytest.fixture
def listed(tmp_path: Path, running: Peer) -> Place:
    place = _place(tmp_path / "pki", running)
    running.answers = the_list(place.office.directory)
    return place


@pytest.fixture
def answered(tmp_path: Path, running: Peer) -> Place:
    place = _place(tmp_path / "pki", running, lists=False, answers=True)
    running.answers = the_answer(place.office.directory)
    return place


def _refusal(office: Office) -> str:
    with pytest.raises(NotSealed) as caught:
        office.sealed()
    return caught.value.code


def test_without_the_cache_nothing_is_sealed_and_with_it_all_is(listed: Place) -> None:
    assert _refusal(listed.ready()) == "REVOCATION_UNKNOWN"
    (outcome,) = listed.refresh()
    assert (outcome.state, outcome.kind, outcome.why) == ("new", "crl", "")
    assert outcome.until is not None and outcome.until > now() + 29 * DAY
    office = listed.ready()
    assert office.verified(office.sealed()).verdict is Verdict.VALID
    assert [one.state for one in listed.refresh()] == ["kept"]


def test_what_is_not_known_about_the_timestamps_authority_is_waited_for(answered: Place) -> None:
    answered.refresh()
    assert _refusal(answered.ready()) == "REVOCATION_UNKNOWN"


def test_an_answer_about_the_certificate_does_in_place_of_a_list(answered: Place, tmp_path: Path) -> None:
    assert [one.state for one in answered.refresh()] == ["new"]
    office = answered.ready()
    # the authority of the timestamps is on the intermediate's list, which only the local PKI has
    office = replace(office, trust=office.trust + Trust((), (), office.retrusted().trust.crls[1:]))
    sealed = office.sealed()
    assert office.verified(sealed).verdict is Verdict.VALID
    with pikepdf.open((tmp_path / "sealed.pdf").write_bytes(sealed) and tmp_path / "sealed.pdf") as pdf:
        assert len(pdf.Root.DSS.OCSPs) == 1


@pytest.mark.parametrize("when", ["before sealing", "later, dated back"])
def test_a_revocation_that_only_an_answer_tells_counts(answered: Place, when: str) -> None:
    lists = Trust((), (), answered.office.trust.crls[1:])
    directory = answered.office.directory
    if when == "before sealing":
        answered.peer.answers = the_answer(directory, revoked=now() - HOUR)
        answered.refresh()
        office = answered.ready()
        assert _refusal(replace(office, trust=office.trust + lists)) == "REVOKED"
        return
    answered.refresh()
    office = answered.ready()
    sealed = replace(office, trust=office.trust + lists).sealed()
    answered.peer.answers = the_answer(directory, revoked=now() - HOUR, at=now())
    answered.refresh()
    report = verify(sealed, answered.trust(now()) + lists, at=now())
    assert (report.verdict, report.reason) == (Verdict.INVALID, "REVOKED")


def test_a_revoked_certificate_seals_no_more_after_the_next_refresh(listed: Place) -> None:
    listed.refresh()
    pki.revoke(
        listed.office.directory,
        listed.certificate.serial_number,
        now() - HOUR,
        now=now() + timedelta(seconds=1),
    )
    assert [one.state for one in listed.refresh()] == ["new"]
    assert _refusal(listed.ready()) == "REVOKED"


def _by_another(directory: Path) -> bytes:
    """A list in the issuer's name, signed by somebody else."""
    issuer = x509.load_pem_x509_certificate((directory / "intermediate.crt").read_bytes())
    stranger = ec.generate_private_key(ec.SECP256R1())
    return certificates.crl(issuer, stranger, now(), 30, 9, ()).public_bytes(Encoding.DER)


def _dated(directory: Path, at: datetime) -> bytes:
    issuer, key = pki._load(directory, "intermediate")
    return certificates.crl(issuer, key, at, 30, 9, ()).public_bytes(Encoding.DER)


def _with_sha224(directory: Path) -> bytes:
    issuer, key = pki._load(directory, "intermediate")
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(now())
        .next_update(now() + 30 * DAY)
        .sign(key, hashes.SHA224())
        .public_bytes(Encoding.DER)
    )


BAD_LISTS: dict[str, Any] = {
    "500": lambda directory: lambda asked: Answer(status=500),
    "HTML": lambda directory: lambda asked: Answer(b"<html>", kind="text/html"),
    "empty": lambda directory: lambda asked: Answer(b""),
    "forged": lambda directory: lambda asked: Answer(_by_another(directory)),
    "signed with SHA-224": lambda directory: lambda asked: Answer(_with_sha224(directory)),
    "of the root": lambda directory: lambda asked: Answer((directory / "root.crl").read_bytes()),
    "stale": lambda directory: lambda asked: Answer(_dated(directory, now() - 31 * DAY)),
    "to come": lambda directory: lambda asked: Answer(_dated(directory, now() + DAY)),
}


@pytest.mark.parametrize("fault", BAD_LISTS)
def test_what_is_no_good_list_is_told_and_the_one_at_hand_stays(listed: Place, fault: str) -> None:
    listed.refresh()
    before = revocation.fresh(listed.office.directory, now())
    listed.peer.answers = BAD_LISTS[fault](listed.office.directory)
    (outcome,) = listed.refresh()
    assert outcome.state == "failed" and outcome.why and outcome.until is not None
    assert revocation.fresh(listed.office.directory, now()) == before


def test_an_older_list_does_not_replace_a_newer_one(listed: Place) -> None:
    listed.refresh()
    before = revocation.fresh(listed.office.directory, now())
    listed.peer.answers = lambda asked: Answer(_dated(listed.office.directory, now() - DAY))
    assert [one.state for one in listed.refresh()] == ["kept"]
    assert revocation.fresh(listed.office.directory, now()) == before


def test_lists_in_pem_are_read(listed: Place) -> None:
    made = x509.load_der_x509_crl((listed.office.directory / "intermediate.crl").read_bytes())
    listed.peer.answers = lambda asked: Answer(made.public_bytes(Encoding.PEM))
    assert [one.state for one in listed.refresh()] == ["new"]


def test_a_list_laid_there_by_hand_may_be_pem_and_rubbish_is_told(listed: Place) -> None:
    directory = listed.office.directory
    listed.refresh()
    for path in (directory / "revocation").glob("*.crl"):
        path.unlink()
    made = x509.load_der_x509_crl((directory / "intermediate.crl").read_bytes())
    (directory / "intermediate.crl").unlink()
    (directory / "revocation" / "theirs.crl").write_bytes(made.public_bytes(Encoding.PEM))
    (directory / "revocation" / "rubbish.crl").write_bytes(b"<html>")
    (directory / "revocation" / "folder.crl").mkdir()
    office = replace(listed.office, key=load_key(directory, CODE), trust=relied_on(directory, now()))
    assert office.verified(office.sealed()).verdict is Verdict.VALID
    told = {row["about"].partition(":")[0]: row["fresh"] for row in cached_revocation(directory, now())}
    assert told == {made.issuer.rfc4514_string(): True, "rubbish.crl": False, "folder.crl": False}


def test_sealing_goes_on_while_the_cache_is_fresh_and_waits_when_it_is_stale(listed: Place) -> None:
    listed.refresh()
    assert revocation.fresh(listed.office.directory, now() + 29 * DAY)[0]
    assert revocation.fresh(listed.office.directory, now() + 31 * DAY) == ((), ())


@pytest.mark.parametrize("bad", ["another certificate", "stale", "forged", "unknown", "HTML"])
def test_answers_that_are_no_good_are_told(answered: Place, bad: str, tmp_path: Path) -> None:
    directory = answered.office.directory
    stranger = open_office(tmp_path / "stranger").directory
    responses: dict[str, Any] = {
        "another certificate": the_answer(directory, other=True),
        "stale": the_answer(directory, at=now() - DAY),
        "forged": lambda asked: _forged(directory, stranger, asked),
        "unknown": lambda asked: Answer(
            ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED).public_bytes(
                Encoding.DER
            )
        ),
        "HTML": lambda asked: Answer(b"<html>"),
    }
    answered.peer.answers = responses[bad]
    (outcome,) = answered.refresh()
    assert (outcome.state, outcome.until) == ("failed", None) and outcome.why


def _forged(directory: Path, stranger: Path, asked: Asked) -> Answer:
    certificate = x509.load_pem_x509_certificate((directory / "seals" / "certificate.pem").read_bytes())
    issuer = x509.load_pem_x509_certificate((directory / "intermediate.crt").read_bytes())
    _, key = pki._load(stranger, "intermediate")
    response = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            certificate, issuer, hashes.SHA1(), ocsp.OCSPCertStatus.GOOD, now(), now() + HOUR, None, None
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, issuer)
        .sign(key, hashes.SHA256())
    )
    return Answer(response.public_bytes(Encoding.DER))


def test_a_certificate_whose_issuer_is_missing_is_told(listed: Place) -> None:
    (outcome,) = revocation.refresh(listed.office.directory, listed.chain()[:1], now())
    assert outcome.state == "failed" and "issuer" in outcome.why


def test_a_certificate_that_cannot_be_read_stops_no_other(listed: Place) -> None:
    outcomes = revocation.refresh(listed.office.directory, [b"\x30\x00", *listed.chain()], now())
    assert sorted(one.state for one in outcomes) == ["failed", "new"]


def test_rubbish_in_the_cache_is_as_good_as_nothing(listed: Place) -> None:
    listed.refresh()
    for path in (listed.office.directory / "revocation").glob("*.crl"):
        path.write_bytes(path.read_bytes()[:100])
    assert revocation.cached(listed.office.directory) == ()
    assert [one.state for one in listed.refresh()] == ["new"]


def test_a_note_that_is_no_certificate_stops_no_refresh(listed: Place) -> None:
    revocation.watch(listed.office.directory, [])
    (listed.office.directory / "revocation" / "rubbish.cer").write_bytes(b"<html>")
    assert [row["state"] for row in refresh_revocation(listed.office.directory, now())] == ["new"]


def test_an_authority_that_nobody_asks_any_more_is_asked_about_until_its_certificate_ends(
    answered: Place,
) -> None:
    directory, chain = answered.office.directory, answered.chain()
    (directory / "seals" / f"{CODE}.toml").unlink()
    assert refresh_revocation(directory, now()) == []
    revocation.watch(directory, chain)
    leaf = x509.load_der_x509_certificate(chain[0])
    assert set(revocation.watched(directory, now())) == set(chain[:-1]), "the root is not revoked by lists"
    assert revocation.watched(directory, leaf.not_valid_after_utc + 20 * 365 * DAY) == ()
    rows = refresh_revocation(directory, now())
    assert [(row["kind"], row["state"]) for row in rows] == [("ocsp", "new")]
