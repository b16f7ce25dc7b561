"""The workshop: everything that steps and commands need, opened once and passed on."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archive.clock import Clock, system_clock
from archive.copy_law import CopyLaw, load_law, shipped_law
from archive.database import Database, open_database
from archive.identifiers import Entropy
from archive.notices import Notice
from archive.settings import Settings
from archive.store import Store
from archive.storing import open_store
from ocr.forms import Forms, forms_in, shipped
from workers.children import Children
from workers.hands import Hands
from workers.jobs import PAPERS, RENEWALS, SEALS, WARM
from workers.marks import marks_of
from workers.renewal import table_of

Observed = Callable[[str, str, float], None]
"""Is told of every step that ended here: its name, its new state, seconds of work."""


def _unobserved(name: str, state: str, seconds: float) -> None:
    """Nobody counts."""


@dataclass(frozen=True)
class Workshop:
    """An open installation."""

    settings: Settings
    database: Database
    store: Store
    children: Children
    clock: Clock
    entropy: Entropy
    notice: Notice
    hands: Hands = field(default_factory=Hands)
    observed: Observed = _unobserved
    forms: Forms = field(default_factory=shipped)
    law: CopyLaw = field(default_factory=shipped_law)

    @property
    def scratch(self) -> Path:
        """Folder for files on their way; nothing in it counts."""
        folder = self.settings.home / "scratch"
        folder.mkdir(parents=True, exist_ok=True)
        return folder


EVERY_STEP = (PAPERS, SEALS, RENEWALS, WARM)
"""What children need for the steps of every kind."""


def open_workshop(
    settings: Settings, notice: Notice, hands: Hands | None = None, observed: Observed = _unobserved,
    preload: Sequence[str] = EVERY_STEP,
) -> Workshop:  # fmt: skip
    """Open what ``hoso init`` made. ``preload``: the jobs that this process is going to have done; loading those of
    every step takes 1.5 s of processor, of copies 0.8 s, of intake 0.6 s (measured). Raises Problem NOT_INITIALISED,
    BAD_ALGORITHMS, BAD_MARKS, and DatabaseAway.
    """
    table_of(settings)  # a wrong one would stop every seal half way
    marks_of(settings)
    database = open_database(settings.database)
    forms = told_forms(settings, notice)
    return Workshop(
        settings,
        database,
        open_store(settings),
        Children(settings.children, settings.child_memory_mib, preload),
        system_clock,
        os.urandom,
        notice,
        hands or Hands(),
        observed,
        forms,
        load_law(settings.law),
    )


def told_forms(settings: Settings, notice: Notice) -> Forms:
    """The forms in use; what is wrong with files of the office's own is told, the others work."""
    forms = forms_in(settings.forms)
    for fault in forms.faults:
        notice(fault.told())
    return forms
