"""How often one address may ask: a bucket an address, refilled evenly. Counts in this process only."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Callable

MOST_ADDRESSES = 10_000
"""Buckets kept; the one unused longest goes first."""


class Rate:
    """At most ``per_minute`` from one address, all of them at once if it was quiet before."""

    def __init__(self, per_minute: int, ticks: Callable[[], float]) -> None:
        self._most, self._ticks = float(per_minute), ticks
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, address: str, count: int = 1) -> float:
        """Take ``count``, or all that there can be where that is less; gives 0 when they were there, else the seconds
        until they will be."""
        wanted = min(float(count), self._most)
        name = _network(address)
        with self._lock:
            now = self._ticks()
            left, at = self._buckets.pop(name, (self._most, now))
            left = min(self._most, left + (now - at) * self._most / 60)
            taken = left >= wanted
            self._buckets[name] = (left - wanted if taken else left, now)
            while len(self._buckets) > MOST_ADDRESSES:
                self._buckets.popitem(last=False)
            return 0.0 if taken else (wanted - left) * 60 / self._most


def _network(address: str) -> str:
    """One customer: an IPv4 address, or the /64 that an IPv6 customer has whole."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))
