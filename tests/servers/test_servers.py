"""The test servers themselves: they answer, die when killed, come back with their data, and leave nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pika  # type: ignore[import-untyped]
import psycopg
import pytest
from minio import Minio
from redis import Redis
from redis.exceptions import ConnectionError as RedisAway

from tests.servers import missing
from tests.servers import postgresql as postgresql_server
from tests.servers import redis as redis_server
from tests.servers.ceph import RunningCeph
from tests.servers.ports import answers, free_ports
from tests.servers.postgresql import RunningPostgresql
from tests.servers.rabbitmq import RunningRabbitmq
from tests.servers.redis import RunningRedis


def one(url: str, statement: str) -> object:
    with psycopg.connect(url, connect_timeout=5, autocommit=True) as connection:
        for part in statement.split(";"):
            answer = connection.execute(part)
        row = answer.fetchone()
        return row[0] if row else None


def test_postgresql_answers_and_gives_empty_databases(postgresql: RunningPostgresql) -> None:
    assert one(postgresql.url, "select 1") == 1
    own = postgresql.database("own")
    assert one(own.url, "select current_database()") == "own"
    assert one(own.url, "select count(*) from pg_tables where schemaname = 'public'") == 0
    assert own.sqlalchemy_url.startswith("postgresql+psycopg://")


def test_postgresql_killed_with_open_connections_comes_back_with_its_data(
    postgresql: RunningPostgresql,
) -> None:
    assert one(postgresql.url, "create table kept as select 7 as n; select n from kept") == 7
    with psycopg.connect(postgresql.url) as open_connection:
        open_connection.execute("insert into kept values (8)")
        postgresql.kill()
        assert not answers(postgresql.port)
        postgresql.start()
        with pytest.raises(psycopg.OperationalError):
            open_connection.execute("select 1")
    assert one(postgresql.url, "select sum(n) from kept") == 7


def test_redis_answers_and_keeps_what_it_wrote_to_its_file(redis: RunningRedis) -> None:
    client = Redis.from_url(redis.url)
    assert client.ping() and client.set("kept", "7")
    redis.stop()
    with pytest.raises(RedisAway):
        client.ping()
    redis.start()
    assert client.get("kept") == b"7"
    redis.kill()
    redis.start()
    assert client.ping()


def test_rabbitmq_killed_comes_back_and_takes_messages(rabbitmq: RunningRabbitmq) -> None:
    """Not that it kept what it had: killed at once it may lose even a durable queue (seen); nothing relies on it."""
    persistent = pika.BasicProperties(delivery_mode=2)
    with pika.BlockingConnection(pika.URLParameters(rabbitmq.url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare("kept", durable=True)
        channel.basic_publish("", "kept", b"7", persistent)
    rabbitmq.kill()
    assert not answers(rabbitmq.port)
    rabbitmq.start()
    with pika.BlockingConnection(pika.URLParameters(rabbitmq.url)) as connection:
        channel = connection.channel()
        channel.queue_declare("kept", durable=True)
        channel.basic_publish("", "kept", b"8", persistent)
        while (taken := channel.basic_get("kept", auto_ack=True)[2]) != b"8":
            assert taken in (b"7", None)


def test_ceph_stopped_and_started_answers_again(durable_ceph: RunningCeph) -> None:
    client = Minio(
        durable_ceph.url.removeprefix("http://"),
        durable_ceph.access_key,
        durable_ceph.secret_key,
        secure=False,
    )
    client.make_bucket("kept")
    durable_ceph.stop()
    assert not answers(durable_ceph.port)
    durable_ceph.start()
    assert client.bucket_exists("kept")


def test_two_of_a_kind_run_at_once_and_leave_no_process_and_no_file() -> None:
    with redis_server.running() as first, redis_server.running() as second:
        assert Redis.from_url(first.url).ping() and Redis.from_url(second.url).ping()
        folders, pids = [first.daemon.folder, second.daemon.folder], [first.daemon.pid, second.daemon.pid]
    assert not any(folder.exists() for folder in folders)
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


@pytest.mark.skipif(os.geteuid() != 0, reason="others are unprivileged anyway")
def test_servers_do_not_run_as_root() -> None:
    with postgresql_server.running() as server:
        assert Path(f"/proc/{server.daemon.pid}").stat().st_uid != 0


def test_ports_are_free_neighbours_below_those_of_outgoing_connections() -> None:
    found = free_ports(3)
    assert found == list(range(found[0], found[0] + 3)) and found[-1] < 32768
    assert not any(answers(port) for port in found)


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("PATH", str(tmp_path))
    yield


@pytest.mark.usefixtures("nowhere")
def test_a_missing_server_skips_for_a_person_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Debian package nosuch"):
        missing.program("no-such-server", "nosuch")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="Debian package nosuch"):
        missing.program("no-such-server", "nosuch")
