"""A remote signer over real HTTP: it gets a digest and never a document, and is not believed but checked."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from signing.errors import NotSealed
from signing.keyring import load_key
from signing.memory import MemoryKey
from signing.report import Verdict
from signing.scheme import Scheme
from tests.signing import keys
from tests.signing.keys import CODE
from tests.signing.office import AGENCY, Office, now, open_office
from tests.signing.peers import Answer, Asked, Peer, peer

SECRET = "mã-thử-nghiệm".encode().hex()
RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())


def signs(key: keys.AgencyKey) -> Any:
    """The signer as the contract wants it."""

    def answer(asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {SECRET}":
            return Answer(b"who are you", 401)
        told = json.loads(asked.body)
        assert set(told) - {"salt_bytes"} == {"key_id", "algorithm", "digest_algorithm", "digest"}
        scheme = Scheme(told["algorithm"], told["digest_algorithm"])
        assert told.get("salt_bytes") in (None, scheme.salt_bytes)
        signature = MemoryKey(key).sign(base64.b64decode(told["digest"]), scheme)
        return says(signature, told["algorithm"])

    return answer


def says(signature: bytes, algorithm: str) -> Answer:
    body = {"algorithm": algorithm, "signature": base64.b64encode(signature).decode()}
    return Answer(json.dumps(body).encode(), kind="application/json")


@pytest.fixture
def signer() -> Iterator[Peer]:
    with peer(signs(RSA)) as running:
        yield running


@pytest.fixture
def own(tmp_path: Path, signer: Peer) -> Office:
    office = open_office(tmp_path / "pki")
    _told(office, signer.url, RSA)
    return office


def _told(office: Office, url: str, key: keys.AgencyKey, seconds: float = 30) -> None:
    seals = office.directory / "seals"
    chain = (office.directory / "intermediate.crt").read_bytes()
    made = keys.certify(office.directory, key.public_key(), AGENCY, now())
    keys.kept(seals / "certificate.pem", made + chain, 0o644)
    keys.kept(seals / "secret", SECRET)
    keys.settings(
        office.directory,
        f'kind = "remote"\nurl = "{url}/sign"\nkey_id = "dau-cq"\nsecret_file = "secret"\n'
        f'certificate = "certificate.pem"\nseconds = {seconds}\n',
    )


@pytest.mark.parametrize("key", [RSA, EC], ids=["rsa", "ec"])
def test_a_remote_signer_seals_and_sees_a_digest_only(own: Office, signer: Peer, key: keys.AgencyKey) -> None:
    signer.answers = signs(key)
    _told(own, signer.url, key)
    sealed = replace(own, key=load_key(own.directory, CODE)).sealed()
    assert own.verified(sealed).verdict is Verdict.VALID
    assert len(signer.asked) == 1 and len(signer.asked[0].body) < 300
    assert len(base64.b64decode(json.loads(signer.asked[0].body)["digest"])) == 32


def _refusal(office: Office) -> str:
    with pytest.raises(NotSealed) as caught:
        replace(office, key=load_key(office.directory, CODE)).sealed()
    return caught.value.code


def _pkcs1(asked: Asked) -> Answer:
    digest = base64.b64decode(json.loads(asked.body)["digest"])
    signature = RSA.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    return says(signature, "RSASSA-PSS")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda asked: Answer(b"busy", 503), "SIGNER_AWAY"),
        (lambda asked: Answer(b"oh", 500), "SIGNER_AWAY"),
        (lambda asked: Answer(b"no such key", 404), "SIGNER_REFUSED"),
        (lambda asked: Answer(b"<html>", kind="text/html"), "SIGNER_REFUSED"),
        (lambda asked: Answer(b"{}"), "SIGNER_REFUSED"),
        (lambda asked: Answer(b"[]"), "SIGNER_REFUSED"),
        (lambda asked: Answer(b'{"algorithm": "RSASSA-PSS", "signature": "?"}'), "SIGNER_REFUSED"),
        (lambda asked: Answer(b" " * 100_000), "SIGNER_REFUSED"),
        (lambda asked: Answer(b"[" * 60_000), "SIGNER_REFUSED"),
        (lambda asked: Answer(b"elsewhere", 302), "SIGNER_REFUSED"),
        (lambda asked: says(b"x" * 256, "RSASSA-PKCS1-v1_5"), "SIGNER_REFUSED"),
        (lambda asked: says(b"x" * 256, "RSASSA-PSS"), "KEY_MISMATCH"),
        (lambda asked: says(b"", "RSASSA-PSS"), "KEY_MISMATCH"),
        (_pkcs1, "KEY_MISMATCH"),
        (signs(rsa.generate_private_key(65537, 2048)), "KEY_MISMATCH"),
    ],
)
def test_a_signer_that_fails_errs_or_lies_seals_nothing(
    own: Office, signer: Peer, answer: Any, code: str
) -> None:
    signer.answers = answer
    assert _refusal(own) == code


def test_a_signer_that_keeps_us_waiting_is_away(own: Office, signer: Peer) -> None:
    signer.answers = signer.never
    _told(own, signer.url, RSA, 0.3)
    assert _refusal(own) == "SIGNER_AWAY"


def test_a_signer_that_refuses_the_connection_is_away(own: Office) -> None:
    with peer(signs(RSA)) as gone:
        _told(own, gone.url, RSA)
    assert _refusal(own) == "SIGNER_AWAY"


def test_a_signer_that_does_not_know_us_refuses(own: Office) -> None:
    keys.kept(own.directory / "seals" / "secret", "stolen")
    assert _refusal(own) == "SIGNER_REFUSED"


@pytest.mark.parametrize("secret", ["", "mật khẩu", "two\nlines"])
def test_a_secret_that_no_header_can_bear_is_told_and_not_taken_for_a_silent_signer(
    own: Office, secret: str
) -> None:
    keys.kept(own.directory / "seals" / "secret", secret)
    assert _refusal(own) == "KEY_UNREADABLE"


@pytest.mark.parametrize(
    "url",
    [
        "http://signer.example.vn/sign", "ftp://127.0.0.1/", "nowhere", "https://", "https://[::1",
        "https://signer.example.vn:port",
    ],
)  # fmt: skip
def test_a_secret_goes_over_tls_only(own: Office, url: str) -> None:
    _told(own, url.removesuffix("/sign"), RSA)
    assert _refusal(own) == "KEY_SETTINGS"
