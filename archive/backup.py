"""Backups: a folder with every object once, and snapshots of the database that name them.

A snapshot is taken first and its objects after: objects are stored before rows name them and never change, so what
the snapshot names is there. Backing up again adds a snapshot and only the objects that are new.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import snapshots
from archive.clock import VIETNAM
from archive.database import REVISION, Database
from archive.errors import Problem
from archive.evidence import Evidence
from archive.snapshots import damaged
from archive.store import HOLDINGS, WORK, Corrupt, FolderStore, Store, read_chunks
from archive.tables import Document

FORMAT = "hoso-backup/1"
DATABASE, DESCRIPTION = "database.jsonl.gz", "backup.json"
_NAME = re.compile(r"\d{8}T\d{6}")


@dataclass(frozen=True)
class Backup:
    """What a snapshot is: the tables' version, its moment, rows, objects by area, and objects that were not there."""

    format: str
    revision: str
    at: str
    rows: int
    database_sha256: str
    objects: dict[str, list[str]]
    missing: list[str]


def back_up(database: Database, store: Store, folder: Path, at: datetime) -> tuple[str, Backup]:
    """Take a snapshot into ``folder`` and bring the objects it names; gives its name. Objects that are lost here are
    listed as ``missing``: the rest is kept all the same."""
    name = at.astimezone(VIETNAM).strftime("%Y%m%dT%H%M%S")
    here = folder / "snapshots" / name
    coming = folder / "snapshots" / f".{name}"
    shutil.rmtree(coming, ignore_errors=True)
    coming.mkdir(parents=True)
    rows = 0
    with database.reading() as session, gzip.open(coming / DATABASE, "wt", encoding="utf-8") as out:
        for line in snapshots.lines(session):
            out.write(line)
            rows += line.startswith("[")
        named = _named(session)
        manifests = _manifests(session)
    kept = FolderStore(folder / "objects")
    objects: dict[str, list[str]] = {WORK: [], HOLDINGS: []}
    missing = []
    for area, sha256 in _all(store, named, manifests):
        try:
            _bring(store, area, sha256, kept)
            objects[area].append(sha256)
        except Corrupt:
            missing.append(f"{area}/{sha256}")
    backup = Backup(
        FORMAT, REVISION, at.isoformat(), rows, _digest(coming / DATABASE),
        {area: sorted(set(found)) for area, found in objects.items()}, sorted(set(missing)),
    )  # fmt: skip
    (coming / DESCRIPTION).write_text(json.dumps(asdict(backup), indent=1), "utf-8")
    coming.rename(here)
    return name, backup


def restore(
    database: Database, store: Store, folder: Path, name: str | None = None
) -> tuple[str, Backup, int]:
    """Bring a snapshot (the latest without ``name``) back into an empty installation of the same version: first all
    objects, each checked, then all rows in one commit. Gives its name, what it is, and how many rows.

    Raises Problem NO_BACKUP, BACKUP_OTHER_VERSION, BACKUP_DAMAGED, NOT_EMPTY; then no row was written.
    """
    name, backup = find(folder, name)
    here = folder / "snapshots" / name
    if _digest(here / DATABASE) != backup.database_sha256:
        raise damaged(DATABASE)
    kept = FolderStore(folder / "objects")
    for area, digests in backup.objects.items():
        for sha256 in digests:
            try:
                kept.check(area, sha256)
            except Corrupt:
                raise damaged(f"{area}/{sha256}") from None
    for area, digests in backup.objects.items():
        for sha256 in digests:
            if store.put_file(area, kept.path(area, sha256)) != sha256:
                raise damaged(f"{area}/{sha256}")
    with database.writing() as session, gzip.open(here / DATABASE, "rt", encoding="utf-8") as lines:
        rows = snapshots.fill(session, lines)
    return name, backup, rows


def find(folder: Path, name: str | None) -> tuple[str, Backup]:
    """The snapshot of this name, or the latest. Raises Problem NO_BACKUP, BACKUP_OTHER_VERSION."""
    known = sorted(
        one.name for one in (folder / "snapshots").glob("*")
        if _NAME.fullmatch(one.name) and (one / DESCRIPTION).is_file()
    )  # fmt: skip
    chosen = name or (known[-1] if known else "")
    if chosen not in known:
        raise Problem(
            "NO_BACKUP",
            f"Không có bản sao lưu {f'{name} ' if name else ''}trong {folder}",
            f"There is no backup {f'{name} ' if name else ''}in {folder}",
        )
    backup = Backup(**json.loads((folder / "snapshots" / chosen / DESCRIPTION).read_text("utf-8")))
    if (backup.format, backup.revision) != (FORMAT, REVISION):
        raise Problem(
            "BACKUP_OTHER_VERSION",
            f"Bản sao lưu của phiên bản {backup.revision}, phiên bản này là {REVISION}. Phục hồi bằng đúng phiên bản "
            "đã sao lưu, rồi nâng cấp.",
            f"The backup is of version {backup.revision}, this is {REVISION}. Restore with the version that made it, "
            "then upgrade.",
        )
    return chosen, backup


def _named(session: Session) -> set[str]:
    """Every digest that a row names."""
    found: set[str] = set()
    for table in snapshots.TABLES:
        for column in table.columns:
            if column.name == "sha256" or column.name.endswith("_sha256"):
                found |= {one for one in session.scalars(select(column).distinct()) if one}
    return found


def _manifests(session: Session) -> set[str]:
    """Manifests of holdings and of their evidence: each names the files that it is about."""
    columns = (Document.manifest_sha256, Evidence.manifest_sha256)
    return {one for column in columns for one in session.scalars(select(column).distinct()) if one}


def _all(store: Store, named: set[str], manifests: set[str]) -> Iterator[tuple[str, str]]:
    """Area and digest of each object: holdings by their manifests, what else a row names from where it is."""
    held: set[str] = set()
    for manifest in manifests:
        held.add(manifest)
        try:
            files = json.loads(store.get(HOLDINGS, manifest))["files"]
            held |= {str(one["sha256"]) for one in files}
        except Corrupt:  # it is told as missing; what it named is saved as far as rows name it too
            held |= {one for one in named if _is_there(store, HOLDINGS, one)}
    yield from ((HOLDINGS, one) for one in sorted(held))
    for one in sorted(named - manifests):
        if one not in held or _is_there(store, WORK, one):  # a working copy may go, the holding stays
            yield WORK, one


def _is_there(store: Store, area: str, sha256: str) -> bool:
    try:
        store.path(area, sha256)
    except Corrupt:
        return False
    return True


def _bring(store: Store, area: str, sha256: str, kept: FolderStore) -> None:
    try:
        kept.path(area, sha256)
        return  # brought before, under the digest of its bytes
    except Corrupt:
        pass
    store.check(area, sha256)
    if kept.put_file(area, store.path(area, sha256)) != sha256:
        raise Corrupt(
            "OBJECT_CORRUPT", f"Tệp {sha256} đã đổi khi sao lưu", f"Object {sha256} changed meanwhile"
        )


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        for chunk in read_chunks(path):
            digest.update(chunk)
    except FileNotFoundError:
        raise damaged(path.name) from None
    return digest.hexdigest()
