"""Timestamps over real HTTP: authorities that fail in every way, and the one that answers instead."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing import pki
from signing.authorities import Breaker, load_timestamper
from signing.certificates import leaf, subject
from signing.errors import NotSealed, TimestampUnavailable
from signing.finish import finished
from signing.report import Verdict
from signing.timestamp import LocalTimestamper
from tests.signing.keys import kept
from tests.signing.office import Office, now, open_office
from tests.signing.peers import Answer, Asked, Peer, Serve, peer

REPLY = "application/timestamp-reply"


class Clock:
    """Time that the test moves."""

    def __init__(self) -> None:
        self.at = now()

    def __call__(self) -> datetime:
        return self.at


def answers(office: Office, clock: Callable[[], datetime] = now) -> Serve:
    """An authority of the office's PKI."""
    inner = pki.load_timestamper(office.directory, clock)

    def answer(asked: Asked) -> Answer:
        request = tsp.TimeStampReq.load(asked.body)
        return Answer(finished(inner.async_request_tsa_response(request)).dump(), kind=REPLY)

    return answer


@pytest.fixture
def own(tmp_path: Path) -> Office:
    return open_office(tmp_path / "pki")


@pytest.fixture
def good(own: Office) -> Iterator[Peer]:
    with peer(answers(own)) as running:
        yield running


@pytest.fixture
def first(own: Office) -> Iterator[Peer]:
    with peer(answers(own)) as running:
        yield running


def _told(office: Office, *urls: str, more: str = "", head: str = "", patience: float = 30) -> None:
    """A list of authorities; ``patience`` in seconds is that with the first one."""
    rows = "".join(
        f'[[authority]]\nname = "TSA {n}"\nurl = "{url}"\nseconds = {30 if n else patience}\n'
        for n, url in enumerate(urls)
    )
    (office.directory / "timestamps.toml").write_text(head + rows + more)


def _stamped(office: Office, clock: Callable[[], datetime] = now) -> Office:
    return replace(office, timestamper=load_timestamper(office.directory, clock))


def test_without_a_list_the_test_authority_answers(own: Office) -> None:
    assert _stamped(own).sealed()


def test_a_listed_authority_stamps(own: Office, good: Peer) -> None:
    _told(own, good.url)
    assert own.verified(_stamped(own).sealed()).verdict is Verdict.VALID
    assert len(good.asked) == 2
    assert good.asked[0].headers["content-type"] == "application/timestamp-query"


def _other_nonce(asked: Asked, office: Office) -> Answer:
    request = tsp.TimeStampReq.load(asked.body)
    request["nonce"] = request["nonce"].native + 1
    return answers(office)(replace(asked, body=request.dump(force=True)))


def _other_imprint(asked: Asked, office: Office) -> Answer:
    request = tsp.TimeStampReq.load(asked.body)
    request["message_imprint"]["hashed_message"] = b"another message, of 32 bytes long"[:32]
    return answers(office)(replace(asked, body=request.dump(force=True)))


def _rejected(asked: Asked, office: Office) -> Answer:
    status = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {"bad_alg"}, "status_string": ["no"]})
    return Answer(tsp.TimeStampResp({"status": status}).dump(), kind=REPLY)


def _by(signs: LocalTimestamper, asked: Asked) -> Answer:
    request = tsp.TimeStampReq.load(asked.body)
    return Answer(finished(signs.async_request_tsa_response(request)).dump(), kind=REPLY)


def _expired(asked: Asked, office: Office) -> Answer:
    issuer, issuer_key = pki._load(office.directory, "intermediate")
    key, then = ec.generate_private_key(ec.SECP256R1()), now() - timedelta(days=9)
    own = leaf(
        subject("TEST TSA"), key, issuer, issuer_key, then, 8, commitment=False,
        purpose=ExtendedKeyUsageOID.TIME_STAMPING,
    )  # fmt: skip
    return _by(LocalTimestamper(own.public_bytes(Encoding.DER), (), key, now), asked)


def _another_key(asked: Asked, office: Office) -> Answer:
    certificate, _ = pki._load(office.directory, "timestamp")
    stranger = ec.generate_private_key(ec.SECP256R1())
    return _by(LocalTimestamper(certificate.public_bytes(Encoding.DER), (), stranger, now), asked)


def _with_sha1(asked: Asked, office: Office) -> Answer:
    """A token whose signer names SHA-1, for the content and for the signature."""
    response = tsp.TimeStampResp.load(answers(office)(asked).body)
    signer = response["time_stamp_token"]["content"]["signer_infos"][0]
    signer["digest_algorithm"] = {"algorithm": "sha1"}
    signer["signature_algorithm"] = {"algorithm": "sha1_ecdsa"}
    return Answer(response.dump(force=True), kind=REPLY)


FAULTS: dict[str, Callable[[Asked, Office], Answer]] = {
    "500": lambda asked, office: Answer(b"oh", 500, REPLY),
    "HTML": lambda asked, office: Answer(b"<html>log in</html>", kind="text/html"),
    "HTML that says it is a reply": lambda asked, office: Answer(b"<html>", kind=REPLY),
    "rejection": _rejected,
    "empty": lambda asked, office: Answer(b"", kind=REPLY),
    "endless": lambda asked, office: Answer(bytes(2 << 20), kind=REPLY),
    "another nonce": _other_nonce,
    "another imprint": _other_imprint,
    "a certificate that has ended": _expired,
    "signed by another key": _another_key,
    "signed with SHA-1": _with_sha1,
    "wrong clock": lambda asked, office: answers(office, lambda: now() + timedelta(hours=1))(asked),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_an_authority_that_fails_is_passed_over(own: Office, first: Peer, good: Peer, fault: str) -> None:
    first.answers = lambda asked: FAULTS[fault](asked, own)
    _told(own, first.url, good.url)
    finished(load_timestamper(own.directory, now).async_timestamp(bytes(32), "sha256"))
    assert len(first.asked) == 1 and len(good.asked) == 1


def test_a_slow_authority_is_not_waited_for(own: Office, first: Peer, good: Peer) -> None:
    first.answers = first.never
    _told(own, first.url, good.url, head="failures = 1\n", patience=0.3)
    finished(load_timestamper(own.directory, now).async_timestamp(bytes(32), "sha256"))
    assert len(first.asked) == 1 and len(good.asked) == 1


def test_when_all_are_down_nothing_is_sealed_and_each_is_named(own: Office, first: Peer) -> None:
    first.answers = lambda asked: Answer(b"oh", 503)
    with peer(answers(own)) as gone:
        pass
    _told(own, first.url, gone.url)
    with pytest.raises(TimestampUnavailable, match=r"TSA 0: .*503.*TSA 1: ConnectError"):
        _stamped(own).sealed()


def test_an_authority_that_dies_between_the_two_timestamps_is_replaced(
    own: Office, first: Peer, good: Peer
) -> None:
    whole = answers(own)
    first.answers = lambda asked: whole(asked) if len(first.asked) == 1 else Answer(b"", 500)
    _told(own, first.url, good.url)
    assert own.verified(_stamped(own).sealed()).verdict is Verdict.VALID
    assert (len(first.asked), len(good.asked)) == (2, 1)


def test_a_dead_authority_is_left_out_and_tried_again_after_a_pause(
    own: Office, first: Peer, good: Peer
) -> None:
    clock = Clock()
    first.answers = lambda asked: Answer(b"", 500)
    _told(own, first.url, good.url, head="failures = 2\npause_seconds = 60\n")

    def stamp() -> None:
        finished(load_timestamper(own.directory, clock).async_timestamp(bytes(32), "sha256"))

    for _ in range(4):
        stamp()
    assert len(first.asked) == 2  # open after two failures in a row
    clock.at += timedelta(seconds=61)
    stamp()
    stamp()
    assert len(first.asked) == 3  # half open: one try, open again
    first.answers = answers(own)
    clock.at += timedelta(seconds=61)
    stamp()
    stamp()
    assert len(first.asked) == 5 and len(good.asked) == 6  # closed


def test_authorities_that_are_left_out_are_told_with_what_they_did_and_come_back(
    own: Office, first: Peer
) -> None:
    clock = Clock()
    first.answers = lambda asked: Answer(b"", 503)
    _told(own, first.url, head="failures = 1\npause_seconds = 60\n")

    def stamp() -> None:
        finished(load_timestamper(own.directory, clock).async_timestamp(bytes(32), "sha256"))

    with pytest.raises(TimestampUnavailable, match="503"):
        stamp()
    with pytest.raises(TimestampUnavailable, match=r"left out .*503"):
        stamp()
    first.answers = answers(own)
    clock.at += timedelta(seconds=61)
    stamp()
    assert len(first.asked) == 2


def test_half_open_lets_one_caller_through(own: Office) -> None:
    breaker, begin = Breaker(1, timedelta(seconds=10)), now()
    breaker.failed(begin)
    later = begin + timedelta(seconds=10)
    assert [breaker.permits(begin), breaker.permits(later), breaker.permits(later)] == [False, True, False]
    breaker.succeeded()
    assert breaker.permits(begin)


def test_a_password_comes_from_a_secret_file(own: Office, good: Peer) -> None:
    kept(own.directory / "tsa-password", "mở ra\n")
    _told(own, good.url, more='user = "hoso"\npassword_file = "tsa-password"\n')
    assert _stamped(own).sealed()
    expected = base64.b64encode("hoso:mở ra".encode()).decode()
    assert good.asked[0].headers["authorization"] == f"Basic {expected}"
    kept(own.directory / "tsa-password", "vừng ơi\n")
    assert _stamped(own).sealed()
    expected = base64.b64encode("hoso:vừng ơi".encode()).decode()
    assert good.asked[-1].headers["authorization"] == f"Basic {expected}", "a new password needs no restart"
    (own.directory / "tsa-password").chmod(0o644)
    _told(own, good.url, more='user = "hoso"\npassword_file = "tsa-password"\n# changed\n')
    with pytest.raises(NotSealed, match="KEY_FILE_OPEN"):
        _stamped(own)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "failures = 0\n",
        "[[authority]]\n",
        '[[authority]]\nurl = "ftp://x"\n',
        '[[authority]]\nurl = "http://127.0.0.1/"\nsecond = 3\n',
        '[[authority]]\nurl = "http://tsa.example.vn/"\nuser = "u"\npassword_file = "p"\n',
        "authority = 3\n",
    ],
)
def test_a_broken_list_is_told(own: Office, text: str) -> None:
    (own.directory / "timestamps.toml").write_text(text)
    with pytest.raises(NotSealed, match="KEY_SETTINGS"):
        _stamped(own)
