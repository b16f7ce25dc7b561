"""An HTTP server on loopback that stands before a real S3 server and passes on what it likes, changed as it likes."""

from __future__ import annotations

import http.client
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

HOP = ("connection", "transfer-encoding", "content-length", "keep-alive", "date", "server")
XML = (("Content-Type", "application/xml"),)


@dataclass(frozen=True)
class Asked:
    """A request of the store. ``about``: names in the query, as ``retention`` or ``partNumber``."""

    method: str
    path: str
    about: frozenset[str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """An answer. ``drip_seconds`` is a pause before each byte; ``endless`` repeats the body until nobody listens."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    drip_seconds: float = 0
    endless: bool = False


Before = Callable[[Asked], Answer | None]
After = Callable[[Asked, Answer], Answer]


@dataclass
class Liar:
    """What is lied about; tests set it. ``before`` answers instead of the server, ``after`` changes its answer."""

    url: str
    before: Before = field(default=lambda asked: None)
    after: After = field(default=lambda asked, answer: answer)
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def lying(true_url: str, certificate: Path | None = None) -> Iterator[Liar]:
    """A liar before the server at ``true_url``; honest until told otherwise. ``certificate``: PEM with key, for TLS."""
    liar = Liar("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *arguments: Any) -> None:
            pass

        def any_method(self) -> None:
            place = urlsplit(self.path)
            asked = Asked(
                self.command,
                place.path,
                frozenset(parse_qs(place.query, keep_blank_values=True)),
                dict(self.headers),
                self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            )
            liar.asked.append(asked)
            try:
                answer = liar.before(asked) or liar.after(asked, _forward(true_url, self.path, asked))
            except (OSError, http.client.HTTPException):
                self.close_connection = True  # the true server is away: so are we
                return
            with suppress(OSError):
                self._answer(answer)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = any_method

        def _answer(self, answer: Answer) -> None:
            self.send_response_only(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            if answer.endless:
                self.close_connection = True
            elif answer.status != 204 and not any(
                name.lower() == "content-length" for name, _ in answer.headers
            ):
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command == "HEAD":
                return
            if answer.drip_seconds:
                for byte in answer.body:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    time.sleep(answer.drip_seconds)
                return
            self.wfile.write(answer.body)
            while answer.endless:
                self.wfile.write(answer.body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    liar.url = f"http://127.0.0.1:{server.server_address[1]}"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        liar.url = liar.url.replace("http", "https")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        server.server_close()


def _forward(true_url: str, path: str, asked: Asked) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(true_url).netloc, timeout=60)
    try:
        # With the Host that was asked for: the signature covers it.
        connection.request(asked.method, path, asked.body, asked.headers)
        response = connection.getresponse()
        body = response.read()
        kept = [(name, value) for name, value in response.getheaders() if name.lower() not in HOP]
        if asked.method == "HEAD" and (length := response.getheader("Content-Length")):
            kept.append(("Content-Length", length))
        return Answer(response.status, tuple(kept), body)
    finally:
        connection.close()
