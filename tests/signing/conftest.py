from __future__ import annotations

import pytest

from tests.signing.office import Office, open_office


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return open_office(tmp_path_factory.mktemp("signing") / "pki")


@pytest.fixture(scope="session")
def sealed(office: Office) -> bytes:
    return office.sealed()


@pytest.fixture(scope="session")
def copied(office: Office, sealed: bytes) -> bytes:
    return office.certified(office.draft(sealed))
