"""What a checker relies on: authorities and their revocation lists, as plain DER bytes. Free of pyHanko."""

from __future__ import annotations

from dataclasses import dataclass, field

from signing.algorithms import Algorithms, shipped


@dataclass(frozen=True)
class Trust:
    """Trust roots, the intermediates under them, and current CRLs. Picklable: checks run in a child process.

    A CRL past its nextUpdate makes verdicts INDETERMINATE (REVOCATION_UNKNOWN), never VALID: keep them fresh.
    Both Vietnamese roots (công vụ and public) belong here in production, versioned (NĐ 68/2024, NĐ 23/2025).
    """

    roots: tuple[bytes, ...]
    intermediates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    algorithms: Algorithms = field(default_factory=shipped)

    def __add__(self, other: Trust) -> Trust:
        """Give what both rely on together."""
        return Trust(
            self.roots + other.roots,
            self.intermediates + other.intermediates,
            self.crls + other.crls,
            self.algorithms,
        )
