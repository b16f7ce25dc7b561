"""The servers as fixtures, one of each for a whole test run. A conftest takes them over by importing them.

A test that kills or stops a server starts it again before it ends.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers import ceph as ceph_server
from tests.servers import postgresql as postgresql_server
from tests.servers import rabbitmq as rabbitmq_server
from tests.servers import redis as redis_server
from tests.servers.ceph import RunningCeph
from tests.servers.postgresql import RunningPostgresql
from tests.servers.rabbitmq import RunningRabbitmq
from tests.servers.redis import RunningRedis


@pytest.fixture(scope="session")
def postgresql() -> Iterator[RunningPostgresql]:
    with postgresql_server.running() as server:
        yield server


@pytest.fixture(scope="session")
def redis() -> Iterator[RunningRedis]:
    with redis_server.running() as server:
        yield server


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RunningRabbitmq]:
    with rabbitmq_server.running() as server:
        yield server


@pytest.fixture(scope="session")
def ceph() -> Iterator[RunningCeph]:
    """In memory: quick, but not to be killed."""
    with ceph_server.running() as server:
        yield server


@pytest.fixture(scope="session")
def durable_ceph() -> Iterator[RunningCeph]:
    """On disk: may be killed."""
    with ceph_server.running(durable=True) as server:
        yield server
