"""The broker, RabbitMQ or Redis by its URL: it wakes workers and knows nothing else.

A message carries the id of a step. Lost, doubled or late it changes nothing but when the step is run (ADR 0008).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from dramatiq import Actor, Broker, Message
from dramatiq.errors import BrokerError

from archive.errors import Problem
from archive.steps import Offered

READING, SEALING, HOUSEKEEPING = "reading", "sealing", "housekeeping"

QUEUE_OF = {"read": READING, "seal": SEALING, "issue": SEALING, "renew": SEALING, "hold": HOUSEKEEPING}
"""The queue of every step: processors are scarce for reading, keys for sealing."""

PRIORITY_OF = {SEALING: 0, HOUSEKEEPING: 1, READING: 2}
"""Lower goes first in a worker that has messages of several queues: what was begun is brought to its end."""

REDIS_HEARTBEAT_MS = 60_000
REDIS_MAINTENANCE = 1_000_000
"""Of a million commands all look for dead workers; with dramatiq's default they are found in minutes to hours."""

SILENCE_SECONDS = 30
_AMQP = "heartbeat=60&blocked_connection_timeout=30&socket_timeout=10&stack_timeout=15&connection_attempts=1"

Run = Callable[[int], None]


class BrokerAway(Problem):
    """The broker does not take messages now. Worth trying again."""


def open_broker(url: str) -> Broker:
    """The broker; nothing is sent yet. Raises Problem BROKER_URL.

    No middleware: dramatiq's own would try again (the step table does), and cut off by time (children are limited).
    """
    scheme = urlsplit(url).scheme
    if scheme in ("amqp", "amqps"):
        from dramatiq.brokers.rabbitmq import RabbitmqBroker

        logging.getLogger("pika").setLevel(logging.CRITICAL)  # dramatiq says the same in one line
        given = url if urlsplit(url).query else f"{url}?{_AMQP}"
        return RabbitmqBroker(url=given, confirm_delivery=True, middleware=[])
    if scheme in ("redis", "rediss"):
        from dramatiq.brokers.redis import RedisBroker
        from redis import Redis

        client = Redis.from_url(url, socket_timeout=SILENCE_SECONDS, socket_connect_timeout=5)
        return RedisBroker(  # type: ignore[no-untyped-call]
            client=client,
            middleware=[],
            namespace="hoso",
            heartbeat_timeout=REDIS_HEARTBEAT_MS,
            maintenance_chance=REDIS_MAINTENANCE,
        )
    raise Problem(
        "BROKER_URL",
        "Cần HOSO_BROKER_URL dạng amqp://… hoặc redis://…; không có thì dùng hoso work",
        "HOSO_BROKER_URL must be amqp://… or redis://…; without one, use hoso work",
    )


def tell(broker: Broker, step: Offered) -> None:
    """Put the step's id into its queue. Raises BrokerAway; the message may be there all the same."""
    queue = QUEUE_OF[step.name]
    with _told():
        broker.declare_queue(full(queue))
        broker.enqueue(
            Message(queue_name=full(queue), actor_name=queue, args=(step.id,), kwargs={}, options={})
        )


def listen(broker: Broker, queues: frozenset[str], run: Run) -> None:
    """Have ``run`` called with the id of every step that comes through these queues."""
    for queue in sorted(queues):
        Actor(
            run,
            broker=broker,
            actor_name=queue,
            queue_name=full(queue),
            priority=PRIORITY_OF[queue],
            options={},
        )


def full(queue: str) -> str:
    """The queue's name in the broker."""
    return f"hoso-{queue}"


@contextmanager
def _told() -> Iterator[None]:
    from pika.exceptions import AMQPError  # type: ignore[import-untyped]
    from redis.exceptions import RedisError

    try:
        yield
    except (BrokerError, AMQPError, RedisError, OSError) as error:
        why = f"{type(error).__name__}: {error}".split("\n")[0][:200]
        raise BrokerAway(
            "BROKER_AWAY",
            f"Hàng đợi chưa dùng được ({why}). Việc sẽ được thử lại.",
            f"The broker cannot be used now ({why}). It will be tried again.",
        ) from error
