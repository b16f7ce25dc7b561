"""Keys as an office meets them: a token, a timestamp authority and revocation lists far away, and what is told."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.office import Office, small_papers
from tests.signing import keys
from tests.signing.office import now, open_office
from tests.signing.peers import Answer, Asked, peer
from tests.signing.softhsm import PIN, tokens
from tests.signing.test_authorities import answers
from workers.children import Children
from workers.chores import refresh_once

CODE, NAME = "H01.010", "SỞ XÂY DỰNG TỈNH MẪU"
SECONDS = 200.0


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(1)


def test_the_commands_about_keys_answer_for_test_keys(office: Office) -> None:
    (row,) = office.json("key", "list")["keys"]
    assert (row["kind"], row["opens"], row["fault"]) == ("test", None, None)
    assert row["certificate"]["days_left"] > 1000
    assert office.json("key", "check", row["agency"])["opens"] is True
    assert "TEST" in office.run("key", "show", row["agency"])[1]
    assert office.json("revocation", "refresh") == {"sources": []}
    assert office.json("revocation", "show") == {"cache": []}
    assert office.json("key", "show", "H77", code=2)["error"]["code"]


def test_what_is_wrong_with_a_key_is_told_and_is_the_exit_code(tmp_path: Path) -> None:
    office = Office(tmp_path / "home", {})
    office.run("init", "--agency", CODE, "--name", NAME)
    keys.settings(office.home / "test-pki", 'kind = "pem"\nkey = "k"\npassphrase_file = "p"\n', CODE)
    row = office.json("key", "check", CODE, code=1)
    assert (row["kind"], row["fault"]["code"]) == ("pem", "KEY_UNREADABLE")
    assert "KEY_UNREADABLE" in office.run("key", "list", code=1)[1]


def test_a_refresh_that_fails_is_told_and_tried_again_sooner(tmp_path: Path) -> None:
    told: list[tuple[str, object]] = []
    home = tmp_path / "keys"
    open_office(home)
    shop: Any = SimpleNamespace(
        settings=SimpleNamespace(keys=home, file_seconds=SECONDS),
        children=Children(1, 1024, ()),
        clock=now,
        notice=lambda event, /, **values: told.append((event, values)),
    )
    assert refresh_once(shop) and not told  # TEST keys only: nothing to ask
    with peer(lambda asked: Answer(status=503)) as running:
        (home / "timestamps.toml").write_text(f'[[authority]]\nurl = "{running.url}/"\n')
        assert not refresh_once(shop)
        assert told and len(running.asked) == 1


@pytest.mark.slow
def test_an_office_with_a_token_waits_for_its_timestamps_and_then_seals(tmp_path: Path) -> None:
    made = tokens(tmp_path / "hsm")
    secret = rsa.generate_private_key(65537, 3072)
    settings = {"SOFTHSM2_CONF": str(made.configuration), "HOSO_WAIT_SECONDS": "1", "HOSO_CHILDREN": "1"}
    office = Office(tmp_path / "home", settings)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SOFTHSM2_CONF", str(made.configuration))
        made.make("seals")
        made.put("seals", secret, "seal", "01")
    office.run("init", "--agency", CODE, "--name", NAME)
    pki = office.home / "test-pki"
    authority = answers(open_office(pki))

    def away(asked: Asked) -> Answer:
        return (
            Answer((pki / "intermediate.crl").read_bytes()) if asked.method == "GET" else Answer(status=503)
        )

    def back(asked: Asked) -> Answer:
        return away(asked) if asked.method == "GET" else authority(asked)

    with peer(away) as running:
        names = [x509.UniformResourceIdentifier(f"{running.url}/list.crl")]
        points = x509.CRLDistributionPoints([x509.DistributionPoint(names, None, None, None)])
        chain = (pki / "intermediate.crt").read_bytes()
        certificate = keys.certify(pki, secret.public_key(), NAME, now(), extensions=(points,))
        keys.kept(pki / "seals" / "seal.crt", certificate + chain, 0o644)
        keys.kept(pki / "seals" / "pin", PIN)
        keys.settings(
            pki,
            f'kind = "pkcs11"\nmodule = "{made.module}"\ntoken_label = "seals"\nkey_label = "seal"\n'
            'pin_file = "pin"\ncertificate = "seal.crt"\n',
            CODE,
        )
        (pki / "timestamps.toml").write_text(
            f'pause_seconds = 0.1\n[[authority]]\nname = "xa"\nurl = "{running.url}/tsa"\nseconds = 30\n'
        )
        row = office.json("key", "check", CODE)
        assert (row["kind"], row["opens"], row["certificate"]["algorithm"]) == (
            "pkcs11",
            True,
            "RSASSA-PSS 3072",
        )

        office.run("receive", small_papers(tmp_path / "papers", 3))
        office.run("work", "--until-idle")
        office.run(
            "review", "--approve-all", "--with-warnings", "--min-confidence", "0", "--as", "Lê Thị Duyệt"
        )
        worker = office.start("work", log=tmp_path / "work.log")
        try:
            waiting: list[Any] = []  # as one look showed it: they are tried again all the time

            def three_wait() -> bool:
                waiting[:] = office.json("status")["waiting"]
                return len(waiting) == 3

            until(three_wait)
            error = waiting[0]["error"]
            assert error["code"] == "TIMESTAMP_UNAVAILABLE" and "xa" in error["en"]
            assert "SEALED" not in office.states().values()
            running.answers = back
            until(lambda: set(office.states().values()) == {"HELD"})
        finally:
            worker.send_signal(signal.SIGINT)
            worker.wait(60)
        # the worker itself has fetched the list
        (row,) = office.json("revocation", "show")["cache"]
        assert row["kind"] == "crl" and row["fresh"]
        assert any(asked.method == "GET" for asked in running.asked)
        shown = office.json("show", next(iter(office.states())))
        assert office.json("verify", shown["files"]["sealed"])["verdict"] == "VALID"
