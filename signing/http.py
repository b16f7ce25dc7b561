"""Asking other services over HTTP: limited in time and size, over pooled connections, TLS checked.

httpx2 bounds each single wait only: who sends a byte now and then keeps a caller for hours, in the headers too. So
every wait on a connection is cut to what is left of the question's time.
"""

from __future__ import annotations

import ssl
import time
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import httpx2

from signing.errors import NotSealed

MOST_BYTES = 32 << 20
"""No answer is longer: the largest are revocation lists."""


class TooLong(httpx2.HTTPError):
    """The answer has too many bytes."""


class TooSlow(httpx2.HTTPError):
    """The answer comes, but not to its end in time."""


_ends: ContextVar[float] = ContextVar("_ends")
"""When the question that this thread asks has to be answered (time.monotonic)."""


def _left(timeout: float | None) -> float:
    left = _ends.get() - time.monotonic()
    if left <= 0:
        raise TooSlow("an answer that does not come to its end in time")
    return left if timeout is None else min(timeout, left)


class _Line:
    """A connection (httpcore2.NetworkStream), or what makes them, whose waits end with the question's time."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def connect_tcp(self, *where: Any, timeout: float | None = None, **how: Any) -> _Line:
        return _Line(self._inner.connect_tcp(*where, timeout=_left(timeout), **how))

    def start_tls(self, *how: Any, timeout: float | None = None, **more: Any) -> _Line:
        return _Line(self._inner.start_tls(*how, timeout=_left(timeout), **more))

    def read(self, most: int, timeout: float | None = None) -> bytes:
        return bytes(self._inner.read(most, _left(timeout)))

    def write(self, data: bytes, timeout: float | None = None) -> None:
        self._inner.write(data, _left(timeout))


def client(seconds: float, ca_file: Path | None = None) -> httpx2.Client:
    """Give a client that threads share, to be asked by `whole` only. `seconds` bounds each wait for the other side;
    `ca_file` (PEM) replaces the system's authorities. No redirects, and no proxy or credentials out of the environment.

    Raises:
        NotSealed: KEY_UNREADABLE, the CA file cannot be used.
    """
    try:
        trusted = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    except (OSError, ssl.SSLError) as error:
        raise NotSealed("KEY_UNREADABLE", f"{ca_file}: {error}") from error
    line = httpx2.HTTPTransport(verify=trusted, trust_env=False)
    # httpx2 lets nobody say by what connections are made; a test sees that this still does
    pool: Any = line._pool
    pool._network_backend = _Line(pool._network_backend)
    return httpx2.Client(timeout=seconds, transport=line, trust_env=False, follow_redirects=False)


def whole(
    asked: httpx2.Client, request: httpx2.Request, seconds: float, most: int = MOST_BYTES
) -> httpx2.Response:
    """Give the answer with its body read. Raises httpx2.HTTPError: TooLong beyond `most` bytes, TooSlow when it is
    not whole after `seconds`, and what else may fail on the way."""
    before = _ends.set(time.monotonic() + seconds)
    try:
        return _read(asked.send(request, stream=True), most)
    finally:
        _ends.reset(before)


def _read(response: httpx2.Response, most: int) -> httpx2.Response:
    try:
        body = bytearray()
        for block in response.iter_bytes():
            body += block
            if len(body) > most:
                raise TooLong(f"an answer of more than {most} bytes")
            _left(None)  # also where much comes quickly, without end
    finally:
        response.close()
    return httpx2.Response(response.status_code, headers=_plain(response.headers), content=bytes(body))


def _plain(headers: httpx2.Headers) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers.items() if name != "content-encoding"]
