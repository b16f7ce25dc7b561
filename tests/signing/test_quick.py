"""The quick functions do what those they replace do."""

from __future__ import annotations

from io import BytesIO

import pytest
from asn1crypto import x509
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


@pytest.mark.parametrize(
    "text", [b"<>", b"<4>", b"<48 65\n6C>", b"<486>x", b"<" + b"00" * 5000 + b">", b"<feff1ea4>"]
)
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


WORDS = st.sampled_from(
    ["Sở Tư pháp", "sở  tư pháp", "SỞ TƯ PHÁP", "Sở Xây dựng", "VN", "vn", " VN ", "a\u00adb", "ab"]
)
PARTS = st.fixed_dictionaries(
    {"organization_name": WORDS},
    optional={"common_name": WORDS, "country_name": st.sampled_from(["VN", "vn"])},
)


@given(PARTS, PARTS, st.booleans())
def test_names_are_compared_alike(one: dict[str, str], other: dict[str, str], turned: bool) -> None:
    first = x509.Name.build(one)
    second = x509.Name.build(dict(reversed(other.items())) if turned else other)
    if turned:  # as it stands in a GeneralName
        second = x509.GeneralName.load(x509.GeneralName("directory_name", second).dump()).chosen
    assert (first == second) is quick.slowly_same(first, second)
    assert (first != second) is not quick.slowly_same(first, second)
    assert (first.hashable == second.hashable) is quick.slowly_same(first, second)
    assert first.hashable == first.chosen.hashable
    assert first != "a name"
