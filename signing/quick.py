"""Two functions of pyHanko and asn1crypto, replaced by equal ones that are quick. Imported for its effect.

They took half of a check's time (measured with pyHanko 0.38, asn1crypto 1.5): the room for a signature is some
20,000 hex digits, which pyHanko reads one by one, several times a check; and every comparison of two names takes them
apart and prepares their letters anew (RFC 4518). tests/signing/test_quick.py compares them with the originals.
"""

from __future__ import annotations

import binascii
from functools import lru_cache
from typing import Any, BinaryIO

from asn1crypto import x509
from pyhanko.pdf_utils import generic

NAMES = 4096
BLOCK_BYTES = 4096

slowly_read = generic.read_hex_string_from_stream
slowly_same = x509.Name.__eq__


def read_hex_string(stream: BinaryIO) -> Any:
    """Read a hex string as pyHanko does. What is not plain digits up to ``>`` is left to pyHanko itself."""
    start = stream.tell()
    if stream.read(1) == b"<":
        found = bytearray()
        while block := stream.read(BLOCK_BYTES):
            end = block.find(b">")
            found += block if end < 0 else block[:end]
            if end >= 0:
                try:
                    value = binascii.unhexlify(found)
                except binascii.Error:
                    break  # odd, with white space, or broken
                stream.seek(start + len(found) + 2)
                return generic.pdf_string(value)
    stream.seek(start)
    return slowly_read(stream)


@lru_cache(maxsize=NAMES)
def _canonical(der: bytes) -> Any:
    return x509.RDNSequence.load(der).hashable


def canonical(name: x509.Name) -> Any:
    """Give what two names have in common that are the same (RFC 5280 7.1), as asn1crypto does."""
    return _canonical(name.chosen.dump())


def same(name: x509.Name, other: object) -> bool:
    """Say whether two names are the same."""
    if not isinstance(other, x509.Name):
        return False
    # of the names alone: inside of others they bear tags
    ours, theirs = name.chosen.dump(), other.chosen.dump()
    return bool(ours == theirs or _canonical(ours) == _canonical(theirs))


generic.read_hex_string_from_stream = read_hex_string
x509.Name.__eq__ = same
x509.Name.hashable = property(canonical)
