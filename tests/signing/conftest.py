from __future__ import annotations

import logging

import pytest

from tests.signing.office import Office, open_office

# As where files are judged (workers/jobs/seals.py): what pyHanko logs as errors are findings, and stand in the report.
for name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(name).setLevel(logging.CRITICAL)


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return open_office(tmp_path_factory.mktemp("signing") / "pki")


@pytest.fixture(scope="session")
def sealed(office: Office) -> bytes:
    return office.sealed()


@pytest.fixture(scope="session")
def copied(office: Office, sealed: bytes) -> bytes:
    return office.certified(office.draft(sealed))
