"""What this process has in its hands, so that it can be given back when it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from archive.steps import Claimed


class Hands:
    """The steps that threads of this process hold. ``stop`` is set once, when no new ones are to be begun."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self._held: dict[int, Claimed] = {}

    @contextmanager
    def holding(self, held: Claimed) -> Iterator[None]:
        """The step is in our hands while the block runs."""
        self._held[held.id] = held
        try:
            yield
        finally:
            self._held.pop(held.id, None)

    def full_of(self) -> list[Claimed]:
        """What is held now."""
        return list(self._held.values())
