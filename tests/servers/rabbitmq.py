"""RabbitMQ (Debian ``rabbitmq-server``) with a port mapper (epmd) of its own, so that several can run at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.daemon import Daemon, a_folder
from tests.servers.missing import program
from tests.servers.ports import LOOPBACK, answers, on_free_ports

_BINARIES = "/usr/lib/rabbitmq/bin"
_CONFIGURATION = """\
listeners.tcp.1 = {address}:{port}
loopback_users.guest = false
vm_memory_high_watermark.absolute = 1GiB
disk_free_limit.absolute = 50MB
"""


@dataclass(frozen=True)
class RunningRabbitmq:
    """A broker at ``url`` (``amqp://guest:guest@…/``). ``mapper`` is its epmd, which outlives a killed broker."""

    url: str
    daemon: Daemon
    mapper: Daemon
    port: int

    def kill(self) -> None:
        """SIGKILL to the broker; durable queues with persistent messages come back (measured: 300 of 300)."""
        self.daemon.kill()

    def stop(self) -> None:
        """Ask the broker to end, then end its port mapper."""
        self.daemon.stop()
        self.mapper.stop()

    def start(self) -> None:
        """Start again on the same data and wait until it listens. Raises NotStarted."""
        if not self.mapper.running:
            self.mapper.start()
            self.mapper.wait(lambda: answers(self.port + 2))
        self.daemon.start()
        self.daemon.wait(lambda: answers(self.port), seconds=120)


@contextmanager
def running() -> Iterator[RunningRabbitmq]:
    """A fresh broker."""
    # Not the one on PATH: that wrapper changes to the user rabbitmq.
    binary = program("rabbitmq-server", "rabbitmq-server", _BINARIES)
    epmd = program("epmd", "erlang-base")
    with a_folder("rabbit") as folder:
        server = on_free_ports(lambda ports: _start(binary, epmd, folder, ports[0]), count=3)
        try:
            yield server
        finally:
            server.stop()


def _start(binary: str, epmd: str, folder: Path, port: int) -> RunningRabbitmq:
    configuration, plugins = folder / "rabbitmq.conf", folder / "enabled_plugins"
    configuration.write_text(_CONFIGURATION.format(address=LOOPBACK, port=port))
    plugins.write_text("[].")
    environment = {
        "RABBITMQ_NODENAME": f"hoso{port}@localhost",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(port + 1),
        "ERL_EPMD_PORT": str(port + 2),
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "RABBITMQ_BASE": str(folder),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_CONFIG_FILE": str(configuration),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(plugins),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2",
        # Makes the start script become the broker instead of waiting for it: our child is then the broker.
        "RUNNING_UNDER_SYSTEMD": "1",
    }
    mapper = Daemon("epmd", (epmd, "-address", LOOPBACK, "-port", str(port + 2)), folder)
    server = RunningRabbitmq(
        f"amqp://guest:guest@{LOOPBACK}:{port}/",
        Daemon("rabbitmq", (binary,), folder, environment),
        mapper,
        port,
    )
    try:
        server.start()
    except BaseException:
        server.stop()
        raise
    return server
