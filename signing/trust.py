"""What a checker relies on: roots with their terms, revocation lists, the list of agencies. Free of pyHanko."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from signing.algorithms import Algorithms, shipped

Purpose = Literal["sign", "timestamp"]
PURPOSES: tuple[Purpose, ...] = ("sign", "timestamp")


@dataclass(frozen=True)
class Anchor:
    """One trusted root and the terms on which it is trusted. All times are aware; None is no limit.

    `certificate` is DER. `kind` says whose root it is ("công vụ root", "public root (NEAC)", "TEST"). `until` is an
    orderly end: what was signed or stamped before it counts for ever. `distrusted` is a broken trust (a stolen key):
    only what is *proven* to be older counts, and a timestamp of that very root proves nothing any more.
    """

    certificate: bytes
    name: str
    kind: str
    purposes: tuple[Purpose, ...] = PURPOSES
    since: datetime | None = None
    until: datetime | None = None
    distrusted: datetime | None = None
    source: str = ""
    note: str = ""

    @property
    def sha256(self) -> str:
        """Give the certificate's digest, by which the anchor is named everywhere."""
        return hashlib.sha256(self.certificate).hexdigest()

    def accepts(self, purpose: Purpose, time: datetime, proven: datetime) -> bool:
        """Say whether it vouches for something made at `time` that is proven to have been there at `proven`."""
        return (
            purpose in self.purposes
            and (self.since is None or time >= self.since)
            and (self.until is None or time < self.until)
            and (self.distrusted is None or proven < self.distrusted)
        )


@dataclass(frozen=True)
class ListedAgency:
    """An agency whose seal is known: how its certificates are told, and what it may seal and when.

    A certificate is the agency's when its SHA-256 is among `certificates`; or, under the root `anchor` (SHA-256), when
    its subject's number is among `identifiers` or, where none are given, it bears the `name`: so only for a root whose
    authority gives such certificates to agencies alone. `place` (locality or province in the subject) tells namesakes
    apart. `forms` are codes of paper types; empty means all.
    """

    code: str
    name: str
    place: str = ""
    certificates: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    anchor: str = ""
    forms: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    source: str = ""

    def why_not(self, form: str, time: datetime) -> str:
        """Give why it may not seal a paper of this form (empty: unknown) at `time`, or nothing when it may."""
        if self.since is not None and time < self.since:
            return f"{self.code} from {self.since.isoformat()}"
        if self.until is not None and time >= self.until:
            return f"{self.code} until {self.until.isoformat()}"
        return f"{self.code} not for {form}" if form and self.forms and form not in self.forms else ""


@dataclass(frozen=True)
class Trust:
    """Trust roots, the intermediates under them, current CRLs and OCSP answers. Picklable: checks run in a child.

    A CRL past its nextUpdate makes verdicts INDETERMINATE (REVOCATION_UNKNOWN), never VALID: keep them fresh.
    A root that `anchors` does not name is trusted without terms. `version` and `digest` name the version of the
    store that this came from (signing/anchors.py); 0 and empty when it came from none.
    """

    roots: tuple[bytes, ...]
    intermediates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    agencies: tuple[ListedAgency, ...] = field(default=(), repr=False)
    version: int = 0
    digest: str = ""
    algorithms: Algorithms = field(default_factory=shipped)

    def __add__(self, other: Trust) -> Trust:
        """Give what both rely on together; it is no version of a store any more."""
        return Trust(
            self.roots + other.roots,
            self.intermediates + other.intermediates,
            self.crls + other.crls,
            self.ocsps + other.ocsps,
            self.anchors + other.anchors,
            self.agencies + other.agencies,
            algorithms=self.algorithms,
        )
