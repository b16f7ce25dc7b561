"""What every test of ingest may ask for: a place to look at files, and a desk that takes them in."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from PIL import Image

from archive.database import Database
from archive.store import FolderStore
from archive.tables import Agency
from ingest.gather import ArchiveLimits
from ingest.inspect import inspect
from ingest.inspection import Inspection, Limits
from ingest.receive import Desk, Receipt, receive
from ingest.refusals import Refused
from tests import world

# A machine under load is slow and still right.
settings.register_profile("hoso", deadline=None)
settings.load_profile("hoso")

LIMITS = Limits(least_dpi=150, wanted_dpi=200, most_pages=20, most_megapixels=30, most_mib=4)
ARCHIVE_LIMITS = ArchiveLimits(most_files=50, most_mib=8, most_ratio=200)


@dataclass
class Seen:
    """What an inspection found: refusal code, or pages as pictures."""

    code: str = ""
    why: str = ""
    found: Inspection = field(default_factory=lambda: Inspection(()))
    pages: list[Image.Image] = field(default_factory=list)
    bytes: list[bytes] = field(default_factory=list)

    @property
    def warnings(self) -> list[str]:
        return [warning.code for warning in self.found.warnings]


Look = Callable[..., Seen]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Inspect bytes as a file without a telling name."""

    def looked(data: bytes, limits: Limits = LIMITS) -> Seen:
        file, folder = tmp_path / "kept", tmp_path / f"pages-{os.urandom(4).hex()}"
        file.write_bytes(data)
        folder.mkdir()
        try:
            found = inspect(file, folder, limits)
        except Refused as refusal:
            assert refusal.vi and refusal.en
            return Seen(refusal.code, refusal.en)
        seen = Seen(found=found, bytes=[page.path.read_bytes() for page in found.pages])
        for page in found.pages:
            with Image.open(page.path) as image:
                assert image.format in ("JPEG", "PNG") and image.size == (page.width, page.height)
                image.load()
                seen.pages.append(image.copy())
        assert file.read_bytes() == data
        return seen

    return looked


@dataclass
class Office:
    """A desk with an agency behind it."""

    desk: Desk
    agency: Agency
    store: FolderStore

    def take(self, *paths: Path, told: Callable[[str], None] = lambda name: None, **how: Any) -> Receipt:
        return receive(self.desk, self.agency, list(paths), how.get("form", ""), "", world.CLERK, told)


@pytest.fixture
def office(tmp_path: Path, database: Database) -> Office:
    home = tmp_path / "home"
    home.mkdir()
    with database.writing() as session:
        agency = world.an_agency(session)
    store = FolderStore(home / "store")
    desk = Desk(
        database, store, inspect, LIMITS, ARCHIVE_LIMITS, home / "scratch", lambda: world.NOON, os.urandom
    )
    return Office(desk, agency, store)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the test puts the files to be handed in."""
    made = tmp_path / "giấy tờ"
    made.mkdir()
    return made
