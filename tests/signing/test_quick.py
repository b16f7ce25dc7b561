"""The quick functions do what those they replace do."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.misc import PdfStreamError

from signing import quick


@given(st.binary(max_size=9000), st.booleans())
def test_hex_strings_are_read_alike(data: bytes, upper: bool) -> None:
    text = b"<" + (data.hex().upper() if upper else data.hex()).encode() + b"> /Next"
    ours, theirs = BytesIO(text), BytesIO(text)
    assert quick.read_hex_string(ours) == quick.slowly_read(theirs)
    assert ours.tell() == theirs.tell()


@pytest.mark.parametrize("text", [b"<>", b"<4>", b"<48 65\n6C>", b"<486>x", b"<" + b"00" * 5000 + b">", b"<feff1ea4>"])
def test_odd_hex_strings_are_read_alike(text: bytes) -> None:
    ours, theirs = BytesIO(text), BytesIO(text)
    assert quick.read_hex_string(ours) == quick.slowly_read(theirs)
    assert ours.tell() == theirs.tell()


@pytest.mark.parametrize("text", [b"<4g>", b"<<41>>", b"<4\x0041>"])
def test_broken_hex_strings_are_refused_alike(text: bytes) -> None:
    def outcome(read: object) -> str:
        try:
            return repr(read(BytesIO(text)))  # type: ignore[operator]
        except PdfStreamError as error:
            return str(error)

    assert outcome(quick.read_hex_string) == outcome(quick.slowly_read)


@given(st.text(max_size=80))
def test_names_are_prepared_alike(text: str) -> None:
    def outcome(prepare: object) -> str:
        try:
            return str(prepare(None, text))  # type: ignore[operator]
        except ValueError as error:
            return str(error)

    assert outcome(quick.prepared) == outcome(quick.slowly_prepared)
