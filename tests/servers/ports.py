"""Free ports of loopback: below the range the kernel gives to outgoing connections, so a restart finds them free."""

from __future__ import annotations

import random
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

LOOPBACK = "127.0.0.1"
_LEAST = 10_000
_CHOICE = random.SystemRandom()

Started = TypeVar("Started")


class NotStarted(Exception):
    """A server ended or did not answer in time. The message ends with its last words."""


def free_ports(count: int = 1) -> list[int]:
    """That many neighbouring ports that the kernel lets us bind now."""
    most = _first_outgoing() - count
    for _ in range(1000):
        first = _CHOICE.randrange(_LEAST, most)
        if all(_is_free(first + more) for more in range(count)):
            return list(range(first, first + count))
    raise NotStarted(f"no {count} free ports from {_LEAST} to {most}")


def on_free_ports(start: Callable[[list[int]], Started], count: int = 1, tries: int = 4) -> Started:
    """Start something on free ports; on others when somebody took one in between. Raises NotStarted."""
    while True:
        tries -= 1
        try:
            return start(free_ports(count))
        except NotStarted:
            if tries <= 0:
                raise


def answers(port: int) -> bool:
    """Whether something accepts connections on the port."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what lingers in TIME_WAIT is no owner
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _first_outgoing() -> int:
    try:
        return int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except OSError:
        return 32768
