"""Digests of what several signatures of one file cover, with the bytes they have in common read once.

Every later signature of a file covers all that an earlier one does (ISO 32000-1 12.8.1), so five signatures over a
20 MB scan need some 20 MB of hashing, not 100.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from cryptography.hazmat.primitives.hashes import Hash
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

CHUNK = 1 << 20


def compute(file: IO[bytes], signatures: Sequence[EmbeddedPdfSignature]) -> None:
    """Compute each signature's digest, where pyHanko keeps it. Their byte ranges are two, the first from byte 0 on."""
    for algorithm in {one.external_md_algorithm for one in signatures}:
        beginning, read = Hash(get_pyca_cryptography_hash(algorithm)), 0
        these = [one for one in signatures if one.external_md_algorithm == algorithm]
        for one in sorted(these, key=lambda each: int(each.byte_range[1])):
            _, first, start, length = (int(number) for number in one.byte_range)
            _feed(beginning, file, read, first - read)
            read = first
            own = beginning.copy()
            _feed(own, file, start, length)
            one.external_digests[algorithm] = own.finalize()


def _feed(digest: Hash, file: IO[bytes], start: int, length: int) -> None:
    file.seek(start)
    while length > 0:
        data = file.read(min(CHUNK, length))
        if not data:
            return  # a range that reaches behind the file's end: its digest is that of another file
        digest.update(data)
        length -= len(data)
