"""Names given by the archive: short, sortable by nothing, unguessable where that matters."""

from __future__ import annotations

from collections.abc import Callable

Entropy = Callable[[int], bytes]
"""Gives n random bytes (``os.urandom``)."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32 without i, l, o, u: read aloud and typed from paper without doubt."""


def _base32(data: bytes, length: int) -> str:
    number = int.from_bytes(data, "big")
    return "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in range(length))


def new_id(kind: str, entropy: Entropy) -> str:
    """An identifier such as ``doc-4k7…``: 60 random bits behind a word for its kind."""
    return f"{kind}-{_base32(entropy(8), 12)}"


def verification_code(entropy: Entropy) -> str:
    """130 random bits in groups of five letters and digits; knowing one says nothing of another."""
    letters = _base32(entropy(17), 26)
    return "-".join(letters[start : start + 5] for start in range(0, 26, 5))
