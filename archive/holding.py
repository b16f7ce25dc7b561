"""Holdings: a record and everything needed to understand it without the database, kept write-once.

A holding is a manifest (JSON) that names every file with its role, SHA-256 and size, and carries what the
catalogue knows: the values, the register number, the history so far. The catalogue can be rebuilt from the
manifests alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.store import HOLDINGS, WORK, Corrupt, Store

MANIFEST_FORMAT = "hoso-manifest/1"


@dataclass(frozen=True)
class HeldFile:
    """A file of a holding. ``role``: record, original, reading or report."""

    role: str
    sha256: str
    size: int
    media_type: str


def keep(store: Store, role: str, sha256: str, media_type: str) -> HeldFile:
    """Bring an object of the work area into the holdings and read it back. Raises Corrupt."""
    kept = store.put_file(HOLDINGS, store.path(WORK, sha256))
    if kept != sha256:
        raise Corrupt(
            "OBJECT_CORRUPT",
            f"Tệp {sha256} trong vùng work đã bị thay đổi",
            f"Object {sha256} in area work has changed",
        )
    return HeldFile(role, sha256, store.check(HOLDINGS, sha256), media_type)


def keep_manifest(store: Store, catalogue: Mapping[str, Any], files: Sequence[HeldFile]) -> str:
    """Write the manifest of a holding and read it back. Gives its digest; the same content gives the same."""
    manifest = {
        "format": MANIFEST_FORMAT,
        **catalogue,
        "files": [
            {"role": file.role, "sha256": file.sha256, "size": file.size, "media_type": file.media_type}
            for file in files
        ],
    }
    data = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode()
    sha256 = store.put(HOLDINGS, data)
    store.check(HOLDINGS, sha256)
    return sha256


def check(store: Store, manifest_sha256: str) -> list[Corrupt]:
    """Read a whole holding and compare every digest (fixity); what is wrong, empty when all is well."""
    try:
        manifest = json.loads(store.get(HOLDINGS, manifest_sha256))
    except Corrupt as lost:
        return [lost]
    wrong = []
    for file in manifest["files"]:
        try:
            store.check(HOLDINGS, file["sha256"])
        except Corrupt as lost:
            wrong.append(lost)
    return wrong
