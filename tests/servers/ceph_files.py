"""What a Ceph of one node needs on disk: configuration and keys.

Measured on Debian's Ceph 16.2.15 (2026): one monitor, one OSD and one gateway are enough; a manager is not needed.
Without ``tcp_nodelay`` the gateway answers every small request 40 ms late (a locked put: 147 ms, with it 21 ms).
"""

from __future__ import annotations

import base64
import secrets
import struct
import time
from collections.abc import Mapping
from pathlib import Path

from tests.servers.ports import LOOPBACK

OSD_PORTS = 20
"""The OSD takes several ports; the first of them follows the monitor's."""

_CAPABILITIES: Mapping[str, Mapping[str, str]] = {
    "mon.": {"mon": "allow *"},
    "client.admin": {"mon": "allow *", "osd": "allow *", "mgr": "allow *"},
    "client.rgw": {"mon": "allow rwx", "osd": "allow rwx"},
    "osd.0": {"mon": "allow profile osd", "osd": "allow *"},
}

_CONFIGURATION = """\
[global]
fsid = {fsid}
mon_host = v2:{address}:{mon_port}/0
mon_initial_members = a
public_addr = {address}
cluster_addr = {address}
ms_bind_ipv6 = false
ms_bind_msgr1 = false
ms_bind_port_min = {osd_port}
ms_bind_port_max = {last_port}
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
keyring = {folder}/keyring
run_dir = {folder}/run
admin_socket = {folder}/run/$name.asok
log_file = {folder}/log/$name.log
mon_cluster_log_file = {folder}/log/cluster.log
crash_dir = {folder}/run
log_to_syslog = false
log_to_stderr = false
err_to_stderr = true
mon_allow_pool_size_one = true
mon_warn_on_pool_no_redundancy = false
mon_osd_full_ratio = .99
mon_osd_nearfull_ratio = .97
mon_osd_backfillfull_ratio = .98
mon_data_avail_warn = 1
mon_data_avail_crit = 0
mon_max_pg_per_osd = 1000
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
# A cluster of one agrees with itself: waiting for others would only slow the start.
paxos_propose_interval = 0.02
paxos_min_wait = 0.01
mon_tick_interval = 1
[mon]
mon_data = {folder}/mon
[osd]
osd_data = {folder}/osd
osd_objectstore = {store}
osd_class_update_on_start = false
memstore_device_bytes = {size_bytes}
bluestore_block_create = true
bluestore_block_size = {size_bytes}
bluestore_fsck_on_mount = false
osd_memory_target = 939524096
[client.rgw]
rgw_data = {folder}/run
rgw_frontends = beast endpoint={address}:{port} tcp_nodelay=1
rgw_thread_pool_size = 32
rgw_enable_usage_log = false
rgw_enable_ops_log = false
rgw_dynamic_resharding = false
"""


def write(folder: Path, fsid: str, store: str, size_bytes: int, ports: list[int]) -> Path:
    """Configuration and keyring in ``folder``. ``ports``: gateway, monitor, then those of the OSD."""
    for name in ("mon", "osd", "run", "log"):
        (folder / name).mkdir(exist_ok=True)
    configuration = folder / "ceph.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            folder=folder,
            fsid=fsid,
            address=LOOPBACK,
            store=store,
            size_bytes=size_bytes,
            port=ports[0],
            mon_port=ports[1],
            osd_port=ports[2],
            last_port=ports[-1],
        )
    )
    keyring = folder / "keyring"
    if not keyring.exists():
        keyring.write_text("".join(_entry(who, may) for who, may in _CAPABILITIES.items()))
    return configuration


def _entry(who: str, may: Mapping[str, str]) -> str:
    lines = [f"[{who}]", f"\tkey = {_key()}", *(f'\tcaps {on} = "{what}"' for on, what in may.items())]
    return "\n".join(lines) + "\n"


def _key() -> str:
    """A cephx secret as ceph-authtool prints it: type (1 = AES), time of making, length, 16 random bytes."""
    return base64.b64encode(
        struct.pack("<HIIH", 1, int(time.time()), 0, 16) + secrets.token_bytes(16)
    ).decode()
