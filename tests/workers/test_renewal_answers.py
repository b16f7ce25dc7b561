"""Renewal where an authority gives no list and answers by OCSP only."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from archive import proofs
from signing import revocation
from signing.report import Verdict
from tests import world
from tests.signing.answering import Answering
from tests.signing.generations import START, YEAR
from tests.workers.decades import an_archive
from workers.commands.renewing import renew_all


def test_what_an_authority_says_no_list_about_waits_is_noted_and_renewed_by_its_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world_ = Answering()
    archive = an_archive(world.a_database(tmp_path), tmp_path, monkeypatch, authorities=world_)
    document, first = archive.sealed(), world_.generations[0]
    archive.at, world_.by = START + 11.8 * YEAR, "nobody appointed"
    renew_all(archive.shop)
    assert archive.proof(document).state == proofs.WAITING
    noted = revocation.watched(archive.shop.settings.keys, archive.at)
    assert set(noted) == {first.timestamp.der, first.intermediate.der}
    archive.at, world_.by = archive.at + timedelta(days=40), "a responder"
    renew_all(archive.shop)
    assert (archive.proof(document).state, archive.proof(document).ordinal) == (proofs.PROVEN, 1)
    archive.at = START + 20 * YEAR
    assert archive.verdict(archive.file(document, tmp_path)).verdict is Verdict.VALID
