"""The servers under test."""

from tests.servers.fixtures import durable_ceph, postgresql, rabbitmq, redis

__all__ = ["durable_ceph", "postgresql", "rabbitmq", "redis"]
