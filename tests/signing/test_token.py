"""Keys on a PKCS#11 token: real SoftHSM2, sessions that get lost, PINs that are wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signing.errors import NotSealed
from signing.key import SealKey
from signing.keyring import load_key
from signing.report import Verdict
from tests.signing import keys
from tests.signing.keys import CODE
from tests.signing.office import AGENCY, Office, now, open_office
from tests.signing.softhsm import PIN, Tokens, tokens

TOKEN = "hoso-test"
IDENTIFIERS = {"rsa": "01", "ec": "02"}


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tokens]:
    made = tokens(tmp_path_factory.mktemp("softhsm"))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SOFTHSM2_CONF", str(made.configuration))
        made.make(TOKEN)
        for name, key in KEYS.items():
            made.put(TOKEN, key, name, IDENTIFIERS[name])
        import pkcs11

        yield made
        pkcs11.unload(str(made.module))


KEYS: dict[str, keys.AgencyKey] = {
    "rsa": rsa.generate_private_key(65537, 3072),
    "ec": ec.generate_private_key(ec.SECP256R1()),
}


@pytest.fixture
def own(tmp_path: Path) -> Office:
    return open_office(tmp_path / "pki")


def _told(
    office: Office, token: Tokens, kind: str, *, pin: str = PIN, more: str = "", label: str = TOKEN
) -> None:
    seals = office.directory / "seals"
    chain = (office.directory / "intermediate.crt").read_bytes()
    made = keys.certify(office.directory, KEYS[kind].public_key(), AGENCY, now())
    keys.kept(seals / "certificate.pem", made + chain, 0o644)
    keys.kept(seals / "pin", pin + "\n")
    keys.settings(
        office.directory,
        f'kind = "pkcs11"\nmodule = "{token.module}"\ntoken_label = "{label}"\npin_file = "pin"\n'
        f'certificate = "certificate.pem"\n{more or f"key_label = {kind!r}"}\n',
    )


def _verdict(office: Office, key: SealKey) -> Verdict:
    return office.verified(replace(office, key=key).sealed()).verdict


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_key_on_a_token_seals(own: Office, token: Tokens, kind: str) -> None:
    _told(own, token, kind)
    key = load_key(own.directory, CODE)
    assert load_key(own.directory, CODE) is key
    assert _verdict(own, key) is Verdict.VALID


def test_a_key_is_found_by_its_id(own: Office, token: Tokens) -> None:
    _told(own, token, "ec", more='key_id = "02"')
    load_key(own.directory, CODE).sign(b"something")


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_lost_session_is_opened_again(own: Office, token: Tokens, kind: str) -> None:
    _told(own, token, kind)
    key = load_key(own.directory, CODE)
    key.private_key._session.close()  # type: ignore[attr-defined]
    key.sign(b"something")
    assert _verdict(own, key) is Verdict.VALID


def test_a_module_that_was_started_anew_is_logged_into_again(own: Office, token: Tokens) -> None:
    import pkcs11

    _told(own, token, "rsa")
    key = load_key(own.directory, CODE)
    pkcs11.lib(str(token.module)).reinitialize()
    key.sign(b"something")


def test_two_keys_of_one_token_do_not_log_each_other_out_for_good(
    own: Office, token: Tokens, tmp_path: Path
) -> None:
    other = open_office(tmp_path / "other")
    _told(own, token, "rsa")
    _told(other, token, "ec")
    first, second = load_key(own.directory, CODE), load_key(other.directory, CODE)
    first.sign(b"something")
    first.private_key._session.close()  # type: ignore[attr-defined]
    second.sign(b"something")
    first.sign(b"something")


def test_threads_share_one_session(own: Office, token: Tokens) -> None:
    _told(own, token, "rsa")
    key, made = load_key(own.directory, CODE), list[bytes]()
    threads = [threading.Thread(target=lambda: made.append(key.sign(b"something"))) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(made) == 8


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with each try to log in."""
    from signing.token import TokenKey

    found: list[int] = []
    opened = TokenKey._logged_in
    monkeypatch.setattr(TokenKey, "_logged_in", lambda self, one: (found.append(1), opened(self, one))[1])
    return found


def test_a_wrong_pin_is_tried_once_and_not_again_until_it_is_changed(
    own: Office, token: Tokens, tried: list[int]
) -> None:
    import pkcs11

    pkcs11.lib(str(token.module)).reinitialize()  # nobody is logged in
    _told(own, token, "rsa", pin="0000")
    for _ in range(3):
        with pytest.raises(NotSealed) as caught:
            load_key(own.directory, CODE)
        assert caught.value.code == "KEY_PASSPHRASE"
    assert len(tried) == 1
    _told(own, token, "rsa")
    load_key(own.directory, CODE).sign(b"something")
    assert not (own.directory / "seals" / f"{CODE}.refused").exists()


def test_a_pin_that_was_changed_under_a_running_worker_is_tried_once_too(
    own: Office, token: Tokens, tried: list[int]
) -> None:
    import pkcs11

    _told(own, token, "ec")
    key = load_key(own.directory, CODE)
    tried.clear()
    key.private_key._pin = "0000"  # type: ignore[attr-defined]  # what the file said is no longer the token's PIN
    pkcs11.lib(str(token.module)).reinitialize()  # nobody is logged in
    for _ in range(3):
        with pytest.raises(NotSealed) as caught:
            key.sign(b"something")
        assert caught.value.code == "KEY_PASSPHRASE"
    assert len(tried) == 1
    _told(own, token, "ec")
    load_key(own.directory, CODE).sign(b"something")


def test_a_token_that_is_not_there_is_waited_for(own: Office, token: Tokens) -> None:
    _told(own, token, "rsa", label="pulled out")
    with pytest.raises(NotSealed) as caught:
        load_key(own.directory, CODE)
    assert caught.value.code == "TOKEN_AWAY"


def test_a_token_without_the_key_says_so(own: Office, token: Tokens) -> None:
    _told(own, token, "rsa", more='key_label = "nobody"')
    with pytest.raises(NotSealed) as caught:
        load_key(own.directory, CODE)
    assert caught.value.code == "NO_KEY"


def test_a_token_with_another_key_is_noticed(own: Office, token: Tokens) -> None:
    _told(own, token, "rsa", more='key_label = "ec"')
    with pytest.raises(NotSealed) as caught:
        load_key(own.directory, CODE)
    assert caught.value.code == "KEY_MISMATCH"


def test_a_file_that_is_no_module_is_told_and_not_waited_for(own: Office, token: Tokens) -> None:
    no_module = keys.kept(own.directory / "seals" / "module.so", b"no library")
    _told(own, replace(token, module=no_module), "rsa")
    with pytest.raises(NotSealed) as caught:
        load_key(own.directory, CODE)
    assert caught.value.code == "KEY_UNREADABLE" and "module.so" in caught.value.detail


def test_a_missing_module_is_named(own: Office, token: Tokens) -> None:
    _told(own, replace(token, module=Path("/nowhere/lib.so")), "rsa")
    with pytest.raises(NotSealed) as caught:
        load_key(own.directory, CODE)
    assert caught.value.code == "KEY_UNREADABLE"
