"""What renewing a file gives. Free of pyHanko, so that light processes can use it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from signing.algorithms import Algorithms
from signing.codes import CODES
from signing.report import SealReport


@dataclass(frozen=True)
class Lasting:
    """What a file rests on now. ``stamped_at``: its newest timestamp's time. ``ends_at``: the first end of a
    certificate that this timestamp (and what lies behind it) needs. ``algorithms``: as signing/algorithms.py writes
    them."""

    stamped_at: datetime
    ends_at: datetime
    algorithms: str


Why = Literal["early", "lost", "damaged", "unproven", "waiting"]
"""Why a file was not renewed.

early     it lasts longer than the margin: nothing to do
lost      what its newest timestamp rests on had ended, or was revoked: nothing proves it any more
damaged   it is INVALID: the bytes are not what was signed
unproven  it never proved itself: no timestamp, or one that nobody here trusts
waiting   not now: no current revocation data, or an authority that lasts no longer than the one before
"""


@dataclass(frozen=True)
class Renewed:
    """What is appended to the file, what verifying the whole found (VALID), and until when it lasts now."""

    appended: bytes
    report: SealReport
    lasting: Lasting


@dataclass(frozen=True)
class NotRenewed:
    """Nothing was appended. ``code`` is one of signing/codes.py; ``since``: when a lost file ceased to be proven."""

    why: Why
    code: str
    detail: str = ""
    since: datetime | None = None
    lasting: Lasting | None = None

    @property
    def vi(self) -> str:
        """The reason in Vietnamese."""
        return CODES[self.code].vi

    @property
    def en(self) -> str:
        """The reason in English."""
        return CODES[self.code].en


def ends_at(found: Lasting, table: Algorithms) -> datetime:
    """Give by when the file is to be renewed: a certificate's end, or that of its algorithms."""
    by = (found.ends_at, table.renew_by(found.algorithms), table.refused_after(found.algorithms))
    return min(one for one in by if one is not None)
