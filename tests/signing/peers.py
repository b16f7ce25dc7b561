"""Real HTTP peers on loopback: a remote signer, timestamp authorities, and who gives out revocation data."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    body: bytes = b""
    status: int = 200
    kind: str = "application/octet-stream"


Serve = Callable[[Asked], Answer]


@dataclass
class Peer:
    """A running peer: where it is, and what it was asked. ``answers`` may be exchanged while it runs."""

    url: str
    answers: Serve
    asked: list[Asked] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)
    """Set when those who keep their callers waiting shall stop."""

    def never(self, _: Asked) -> Answer:
        """Keep the caller waiting until the test is over."""
        self.hold.wait(30)
        return Answer(status=500)


@contextmanager
def peer(answers: Serve) -> Iterator[Peer]:
    """A server that answers so, on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            running.asked.append(asked)
            answer = running.answers(asked)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            return None

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            return None  # a caller who has given up

    server = Quiet(("127.0.0.1", 0), Handler)
    running = Peer(f"http://127.0.0.1:{server.server_address[1]}", answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        running.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()
