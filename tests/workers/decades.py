"""An archive whose clock moves: records sealed by three generations of authorities, renewed by the real steps."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select

from archive import evidence, history, holding, ledger
from archive.database import Database
from archive.holding import HeldFile
from archive.lifecycle import Act, State
from archive.proofs import Proof, subject
from archive.settings import Settings
from archive.store import HOLDINGS, FolderStore, Store
from archive.tables import Agency, Event
from signing.report import SealReport
from signing.verify import verify
from tests import world
from tests.signing.generations import START, World
from workers.children import Children
from workers.jobs import renewals
from workers.workshop import Workshop


class Here:
    """Runs jobs in this process: what they load can be told about the moving clock."""

    @property
    def resident(self) -> Here:
        """The same: nothing is kept between jobs here."""
        return self

    slots = 2

    def run(self, seconds: float, module: str, name: str, *arguments: Any) -> Any:
        return getattr(importlib.import_module(module), name)(*arguments)


@dataclass
class Archive:
    """A workshop with authorities, and a clock that tests set."""

    shop: Workshop
    authorities: World
    at: datetime = START

    def hold(self, pdf: bytes, signed_already: bool = False) -> str:
        """A held record with these bytes; gives its document."""
        report = self.shop.store.put(HOLDINGS, b'{"signer": null, "signing_time": null}')
        sha256 = self.shop.store.put(HOLDINGS, pdf)
        manifest = holding.keep_manifest(
            self.shop.store, {}, [HeldFile("record", sha256, len(pdf), "application/pdf")]
        )
        with self.shop.database.writing() as session:
            agency = world.an_agency(session)
            document = world.a_document(session, agency, State.APPROVED, at=self.at)
            document.signed_already = signed_already
            ledger.record(
                session, document, Act.SEAL, world.CLERK, self.at, {"sealed": sha256}, sealed_sha256=sha256,
                report_sha256=report,
            )  # fmt: skip
            told = {"manifest": manifest}
            ledger.record(session, document, Act.HOLD, world.CLERK, self.at, told, manifest_sha256=manifest)
            session.query(world.Step).delete()
            return document.id

    def sealed(self) -> str:
        """A record sealed and held now."""
        return self.hold(self.authorities.sealed(self.at))

    def file(self, document: str, folder: Path) -> bytes:
        """The record with its newest evidence, joined."""
        with self.shop.database.reading() as session:
            whole = subject(session, document, self.at).file
        return evidence.assemble(self.shop.store, whole, folder / "whole.pdf").read_bytes()

    def verdict(self, pdf: bytes) -> SealReport:
        return verify(pdf, self.authorities.trust(self.at), at=self.at)

    def proof(self, document: str) -> Proof:
        with self.shop.database.reading() as session:
            return session.get_one(Proof, document)

    def acts(self, document: str) -> list[str]:
        """What was done to the record since it was held."""
        with self.shop.database.reading() as session:
            query = select(Event.act).where(Event.subject == document).order_by(Event.number)
            found = list(session.scalars(query))
        return found[found.index("hold") + 1 :]

    def whole(self) -> bool:
        """Whether the history proves itself."""
        with self.shop.database.reading() as session:
            return all(history.prove(session, one).whole for one in session.scalars(select(Agency)))

    def rival(self) -> Workshop:
        """Another worker on the same archive."""
        return open_shop(self.shop.database, self.shop.store, self.shop.settings.home, lambda: self.at)


def open_shop(database: Database, store: Store, home: Path, clock: Callable[[], datetime]) -> Workshop:
    settings = Settings(home=home, renew_days=180, backoff_seconds=0, most_attempts=3)
    return Workshop(
        settings, database, store, cast(Children, Here()), clock, os.urandom, lambda event, /, **values: None
    )


def an_archive(
    database: Database, home: Path, monkeypatch: pytest.MonkeyPatch, store: Store | None = None,
    authorities: World | None = None,
) -> Archive:  # fmt: skip
    """An archive at the day of START."""
    known = authorities or World()
    made = Archive(cast(Workshop, None), known)
    monkeypatch.setattr(renewals, "trust_at", lambda keys, at: (known.trust(at), known.timestamper(at)))
    made.shop = open_shop(database, store or FolderStore(home / "store"), home, lambda: made.at)
    return made


MONTHS = timedelta(days=120)
