"""Ceph's object gateway (Debian ``ceph-mon ceph-osd radosgw``): S3 with versions and object lock that really locks.

With ``durable`` the OSD writes to disk (bluestore) and what was kept outlives a SIGKILL; without, all is in memory
(memstore) and gone with it.
"""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import ceph_files
from tests.servers.daemon import Daemon, a_folder, give_to_server, run
from tests.servers.missing import program
from tests.servers.ports import LOOPBACK, answers, on_free_ports

_SIZE_BYTES = 4 << 30
"""Of the OSD; a sparse file with bluestore."""

_PROGRAMS = {
    "ceph-mon": "ceph-mon",
    "ceph-osd": "ceph-osd",
    "radosgw": "radosgw",
    "radosgw-admin": "radosgw",
    "ceph": "ceph-common",
    "monmaptool": "ceph-common",
}


@dataclass(frozen=True)
class RunningCeph:
    """A gateway at ``url`` (``http://…``) and a user of it. ``parts``: monitor, OSD, gateway, in order of starting."""

    url: str
    access_key: str
    secret_key: str = field(repr=False)
    parts: tuple[Daemon, ...]
    port: int
    durable: bool

    def kill(self) -> None:
        """SIGKILL to gateway, OSD and monitor. In memory (not ``durable``) all objects are gone."""
        for part in reversed(self.parts):
            part.kill()

    def stop(self) -> None:
        """End the gateway (it holds no state, and takes 5 s to end politely), then OSD and monitor politely."""
        self.parts[2].kill()
        self.parts[1].stop()
        self.parts[0].stop()

    def start(self) -> None:
        """Start again on the same data and wait until S3 answers. Raises NotStarted."""
        monitor, osd, gateway = self.parts
        boots = self._boots()
        monitor.start()
        osd.start()
        # A gateway that meets the dead OSD's address in the monitor's old map loses some 7 s on it (measured).
        osd.wait(lambda: self._boots() > boots)
        gateway.start()
        gateway.wait(lambda: answers(self.port), seconds=120)

    def _boots(self) -> int:
        """How often the OSD has reported itself to the monitor."""
        log = self.parts[0].folder / "log" / "cluster.log"
        return len(re.findall(r"osd\.0 \S+ boot", log.read_text(errors="replace")))


@contextmanager
def running(*, durable: bool = False) -> Iterator[RunningCeph]:
    """A fresh cluster of one with one S3 user."""
    found = {name: program(name, package) for name, package in _PROGRAMS.items()}
    with a_folder("ceph") as folder:

        def start(ports: list[int]) -> RunningCeph:
            inner = folder / uuid.uuid4().hex[:8]  # half-made data of a failed try is of no use to the next
            inner.mkdir()
            give_to_server(inner)
            return _start(found, inner, ports, durable)

        server = on_free_ports(start, count=2 + ceph_files.OSD_PORTS)
        try:
            yield server
        finally:
            server.kill()  # what it holds is thrown away anyway


def _start(found: dict[str, str], folder: Path, ports: list[int], durable: bool) -> RunningCeph:
    fsid, store = str(uuid.uuid4()), "bluestore" if durable else "memstore"
    configuration = ceph_files.write(folder, fsid, store, _SIZE_BYTES, ports)
    give_to_server(folder)
    parts = tuple(
        Daemon(name, (found[name], "-c", str(configuration), *who, "-f"), folder)
        for name, *who in (("ceph-mon", "-i", "a"), ("ceph-osd", "-i", "0"), ("radosgw", "-n", "client.rgw"))
    )
    server = RunningCeph(
        f"http://{LOOPBACK}:{ports[0]}",
        "hoso",
        secrets.token_hex(16),
        parts,
        ports[0],
        durable,
    )
    try:
        _make(found, folder, configuration, fsid, ports[1], server)
    except BaseException:
        server.kill()
        raise
    return server


def _make(
    found: dict[str, str], folder: Path, configuration: Path, fsid: str, mon_port: int, server: RunningCeph
) -> None:
    """First start: the monitor's map, the OSD's number, the S3 user."""
    of = ("-c", str(configuration))
    monitor, osd, gateway = server.parts
    keyring, monmap = str(folder / "keyring"), str(folder / "monmap")
    address = f"[v2:{LOOPBACK}:{mon_port}]"
    run(found["monmaptool"], "--create", "--fsid", fsid, "--addv", "a", address, monmap, folder=folder)
    run(
        *(found["ceph-mon"], *of, "-i", "a", "--mkfs", "--monmap", monmap, "--keyring", keyring),
        folder=folder,
    )
    monitor.start()
    monitor.wait(lambda: answers(mon_port))
    number = str(uuid.uuid4())
    run(found["ceph"], *of, "--connect-timeout", "20", "osd", "new", number, folder=folder)
    mkfs = ("-i", "0", "--mkfs", "--osd-uuid", number, "--no-mon-config")
    run(found["ceph-osd"], *of, *mkfs, folder=folder)
    osd.start()
    gateway.start()
    run(
        *(found["radosgw-admin"], *of, "-n", "client.rgw", "user", "create", "--uid=hoso"),
        *("--display-name=hoso", f"--access-key={server.access_key}", f"--secret-key={server.secret_key}"),
        folder=folder,
    )
    gateway.wait(lambda: answers(server.port), seconds=120)
