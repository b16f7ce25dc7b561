"""Every sealed file that the tests make is PDF/A, by veraPDF's word (ISO 19005-2, -3): asked once, at a session's end.

What is gathered: records, captures, copies, extracts, certifications and renewed files, each once by its SHA-256,
- that this process made: whatever the product gave out as ``Sealed``, and as ``Renewed`` of one of these;
- that commands, services and workers made: objects with our seal in the holdings of every folder store below the
  session's temporary folder, joined with their evidence as its manifest says. An object whose bytes are not its name
  was damaged on purpose, and is left out.

What is left out, by where it comes from: files without our seal (uploads that came in signed, foreign signers), files
that lie outside a store (corpora of attacks and of hostile files are changed there), and hostile originals that a test
seals by itself and names (``leave_out``). Files on S3 servers are the same product of the same code: they are not
fetched.

Without ``HOSO_TEST_VERAPDF`` (set by ``./run check``) the summary says "not checked". A broken rule fails the session.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from archive import evidence
from archive.errors import Problem
from archive.store import HOLDINGS
from signing.checks.named import SEAL_MAKER
from signing.outcome import Renewed
from signing.seal import Sealed
from workers.verapdf import Conformance, conformance

BATCH = 400
"""Files of one call: veraPDF's answer is held whole, and one bad file must not cost all answers."""
SECONDS_A_FILE = 10
SEAL = b"/" + SEAL_MAKER.replace(" ", "#20").encode()
"""As it stands in a signature's /Prop_Build."""
PARTS = ("PDF/A-2", "PDF/A-3")
FOLDER = "sealed-files"


@dataclass(frozen=True)
class Joint:
    """A renewal: what it appended, the digest of the whole file with it, and where it was made."""

    appended: bytes
    whole: str
    origin: str


@dataclass
class Gathered:
    """The files of a session, each by its digest, and where each comes from."""

    folder: Path
    origins: dict[str, str] = field(default_factory=dict)
    renewals: dict[str, Joint] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    answers: dict[str, Conformance] = field(default_factory=dict)
    trouble: str = ""
    """Why there are no answers, though veraPDF was asked."""
    begun: dict[str, Any] = field(default_factory=dict)
    """How far the digest of each file is, so that it goes on with what a renewal appended."""

    def add(self, data: bytes, origin: str) -> None:
        """Gather a sealed file, unless it is there."""
        begun = hashlib.sha256(data)
        sha256 = begun.hexdigest()
        if sha256 not in self.origins:
            self.path(sha256).write_bytes(data)
            self.origins[sha256], self.begun[sha256] = origin, begun

    def leave_out(self, sealed: bytes) -> None:
        """Do not ask about a file that a test has sealed over what is no PDF/A on purpose, and reading never makes."""
        self.left_out.add(hashlib.sha256(sealed).hexdigest())

    def renewed(self, appended: bytes, whole: str, origin: str) -> None:
        """Gather a renewal; ``join`` finds what it belongs to."""
        self.renewals.setdefault(whole, Joint(appended, whole, origin))

    def path(self, sha256: str) -> Path:
        """Where a gathered file lies until the session ends."""
        return self.folder / f"{sha256}.pdf"

    def from_stores(self, base: Path) -> None:
        """Gather what lies sealed in the holdings of the folder stores below ``base``, and its renewals."""
        for above, _, names in os.walk(base):
            if Path(above).parent.name == HOLDINGS:
                for name in names:
                    self._from_store(Path(above) / name, str(Path(above).relative_to(base)))

    def _from_store(self, path: Path, origin: str) -> None:
        if path.name in self.origins:
            return
        data = path.read_bytes()
        ours = data.startswith(b"%PDF-") and SEAL in data
        manifest = data.startswith(b"{") and evidence.FORMAT.encode() in data
        if not (ours or manifest) or hashlib.sha256(data).hexdigest() != path.name:
            return
        if ours:
            self.add(data, origin)
            return
        told = json.loads(data)
        piece = told["files"][0]["sha256"]
        delta = path.parent.parent / piece[:2] / piece
        if delta.is_file():
            self.renewed(delta.read_bytes(), told["whole"]["sha256"], origin)

    def join(self) -> None:
        """Add every renewed file whose beginning is gathered: it may itself be one that was renewed."""
        waiting = [one for one in self.renewals.values() if one.whole not in self.origins]
        grown = True
        while grown:
            grown = False
            for one in waiting:
                before = next((name for name in self.origins if self._joined(name, one) == one.whole), None)
                if before is not None:
                    self.add(self.path(before).read_bytes() + one.appended, f"{one.origin} (renewed)")
                    grown = True
            waiting = [one for one in waiting if one.whole not in self.origins]

    def _joined(self, before: str, renewal: Joint) -> str:
        going_on = self.begun[before].copy()
        going_on.update(renewal.appended)
        return str(going_on.hexdigest())

    def ask(self, verapdf: Path) -> None:
        """Have all of them judged, a batch in a call. Raises Problem VERAPDF_FAILED."""
        names = sorted(self.origins.keys() - self.left_out)
        for first in range(0, len(names), BATCH):
            some = names[first : first + BATCH]
            paths = [self.path(sha256) for sha256 in some]
            found = conformance(paths, verapdf, SECONDS_A_FILE * len(some) + 60)
            self.answers.update(zip(some, found, strict=True))

    def broken(self) -> list[str]:
        """A line for each file that is no PDF/A-2 or -3."""
        return [
            f"{self.origins[sha256]}: {one.verdict} {one.profile} {'; '.join(one.broken)} ({self.path(sha256)})"
            for sha256, one in self.answers.items()
            if one.verdict != "conforms" or not one.profile.startswith(PARTS)
        ]


GATHERED = pytest.StashKey[Gathered]()


@pytest.fixture(scope="session")
def gathered(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Gathered:
    """What this session has sealed so far."""
    made = pytestconfig.stash[GATHERED] = Gathered(tmp_path_factory.mktemp(FOLDER, numbered=False))
    return made


@pytest.fixture(scope="session", autouse=True)
def _gathering(gathered: Gathered) -> Iterator[None]:
    """From now on what the product gives out is gathered as it is given out."""
    seal, renew = Sealed.__init__, Renewed.__init__

    def sealed(self: Sealed, *values: Any, **named: Any) -> None:
        seal(self, *values, **named)
        gathered.add(self.pdf, _running())

    def renewed(self: Renewed, *values: Any, **named: Any) -> None:
        renew(self, *values, **named)
        gathered.renewed(self.appended, self.report.sha256, _running())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sealed, "__init__", sealed)
        patch.setattr(Renewed, "__init__", renewed)
        yield


def _running() -> str:
    return os.environ.get("PYTEST_CURRENT_TEST", "").rsplit(" (", 1)[0]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Have everything judged while it still lies there."""
    gathered = session.config.stash.get(GATHERED, None)
    if gathered is None or exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return
    gathered.from_stores(gathered.folder.parent)
    gathered.join()
    verapdf = os.environ.get("HOSO_TEST_VERAPDF", "")
    if not verapdf:
        return
    try:
        gathered.ask(Path(verapdf))
    except Problem as problem:
        gathered.trouble = problem.en
    if gathered.trouble or gathered.broken():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many files were judged, and which are no PDF/A."""
    gathered = config.stash.get(GATHERED, None)
    if gathered is None or not gathered.origins:
        return
    terminalreporter.section("PDF/A after sealing")
    if gathered.trouble:
        terminalreporter.line(gathered.trouble)
        return
    if not gathered.answers:
        terminalreporter.line(f"not checked: no veraPDF ({len(gathered.origins)} files)")
        return
    for line in gathered.broken():
        terminalreporter.line(line)
    terminalreporter.line(
        f"{len(gathered.answers)} of {len(gathered.origins)} sealed files checked by veraPDF, "
        f"{len(gathered.left_out)} left out by their tests, {len(gathered.broken())} are no PDF/A"
    )
