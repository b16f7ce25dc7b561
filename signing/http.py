"""Asking other services over HTTP: limited in time and size, over pooled connections, TLS checked."""

from __future__ import annotations

import ssl
import time
from pathlib import Path

import httpx2

from signing.errors import NotSealed

MOST_BYTES = 32 << 20
"""No answer is longer: the largest are revocation lists."""


class TooLong(httpx2.HTTPError):
    """The answer has too many bytes."""


class TooSlow(httpx2.HTTPError):
    """The answer comes, but not to its end in time."""


def client(seconds: float, ca_file: Path | None = None) -> httpx2.Client:
    """Give a client that threads share. `seconds` bounds each wait for the other side; `ca_file` (PEM) replaces the
    system's authorities. No redirects, and no proxy or credentials out of the environment.

    Raises:
        NotSealed: KEY_UNREADABLE, the CA file cannot be used.
    """
    try:
        trusted = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    except (OSError, ssl.SSLError) as error:
        raise NotSealed("KEY_UNREADABLE", f"{ca_file}: {error}") from error
    return httpx2.Client(timeout=seconds, verify=trusted, trust_env=False, follow_redirects=False)


def whole(
    asked: httpx2.Client, request: httpx2.Request, seconds: float, most: int = MOST_BYTES
) -> httpx2.Response:
    """Give the answer with its body read. Raises httpx2.HTTPError: TooLong beyond `most` bytes, TooSlow when it is
    not whole after `seconds` (the client's own limit holds for every single wait)."""
    ends = time.monotonic() + seconds
    response = asked.send(request, stream=True)
    try:
        body = bytearray()
        for block in response.iter_bytes():
            body += block
            if len(body) > most:
                raise TooLong(f"an answer of more than {most} bytes")
            if time.monotonic() > ends:
                raise TooSlow(f"an answer that takes longer than {seconds:g} s")
    finally:
        response.close()
    return httpx2.Response(response.status_code, headers=_plain(response.headers), content=bytes(body))


def _plain(headers: httpx2.Headers) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers.items() if name != "content-encoding"]
