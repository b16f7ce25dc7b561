"""The provider once for all tests here, and an office whose holders sign in at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.identity import CALLBACK
from api.settings import ApiSettings
from tests import world
from tests.api.desk import HERE, Desk
from tests.identity.provider import Provider, running, settings

Opened = Callable[..., Desk]


@pytest.fixture(scope="session")
def started() -> Iterator[Provider]:
    """One process for all."""
    with running(HERE + CALLBACK) as provider:
        yield provider


@pytest.fixture
def provider(started: Provider) -> Iterator[Provider]:
    """An honest one, whatever the test before made of it."""
    started.lie = None
    yield started
    started.lie = None


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, provider: Provider, tmp_path: Path) -> Iterator[Opened]:
    """Opens the office with settings of the test's own, once on each kind of database."""

    def on(database: object) -> Opened:
        def make(**more: object) -> Desk:
            told = {"sign_in_per_minute": 100_000, **settings(provider.issuer), **more}
            return Desk(tmp_path, database, ApiSettings.model_validate(told))  # type: ignore[arg-type]

        return make

    if request.param == "postgresql":
        with world.a_served_database(request.getfixturevalue("postgresql")) as served:
            yield on(served)
        return
    database = world.a_database(tmp_path)
    yield on(database)
    database.close()
