"""Sealed files of which one object is broken: within what is signed, or by an update behind it. Found by changing
files at random, some ten thousand of them; each stands for many that broke the checker in the same place."""

from __future__ import annotations

import re
from collections.abc import Callable

Make = Callable[[bytes], bytes]
INVALID, UNKNOWN = "INVALID", "INDETERMINATE"


def behind(*objects: tuple[str, bytes]) -> Make:
    """An update that puts other objects in the place of those which the catalogue (or the DSS) names."""

    def make(sealed: bytes) -> bytes:
        out, places = sealed, {}
        for name, value in objects:
            number = int(re.findall(rb"/%s \[? ?(\d+) 0 R" % name.encode(), sealed)[-1])
            places[number] = len(out)
            out += b"%d 0 obj\n%s\nendobj\n" % (number, value.replace(b"SELF", b"%d 0 R" % number))
        size, root = re.findall(rb"/Size (\d+)", sealed)[-1], re.findall(rb"/Root (\d+) 0 R", sealed)[-1]
        before = int(sealed[sealed.rindex(b"startxref") + 9 :].split()[0])
        rows = b"".join(b"%d 1\n%010d 00000 n \n" % row for row in sorted(places.items()))
        told = b"xref\n%strailer\n<</Size %s/Root %s 0 R/Prev %d>>\n" % (rows, size, root, before)
        return out + told + b"startxref\n%d\n%%%%EOF\n" % len(out)

    return make


def within(old: bytes, new: bytes, *, last: bool = False) -> Make:
    """As many bytes changed in what is signed."""
    assert len(old) == len(new)

    def make(sealed: bytes) -> bytes:
        at = sealed.rindex(old) if last else sealed.index(old)
        return sealed[:at] + new + sealed[at + len(old) :]

    return make


UNREADABLE, FORBIDDEN, ALTERED = (
    (UNKNOWN, "FORMAT_FAILURE"),
    (INVALID, "FORBIDDEN_MODIFICATION"),
    (INVALID, "HASH_FAILURE"),
)
RING = b"<</Fields[SELF]/T(a)/FT/Sig/Kids[SELF]>>"

CASES: dict[str, tuple[Make, tuple[str, str]]] = {
    "no form": (behind(("AcroForm", b"7")), UNREADABLE),
    "a list for a form": (behind(("AcroForm", b"[1 2 3]")), UNREADABLE),
    "fields in a ring": (behind(("AcroForm", RING)), UNREADABLE),
    "no tree of pages": (behind(("Pages", b"[SELF]")), UNREADABLE),
    "pages in a ring": (behind(("Pages", b"<</Type/Pages/Kids[SELF]/Count 1>>")), FORBIDDEN),
    "no evidence": (behind(("DSS", b"null")), FORBIDDEN),
    "evidence that is its own list": (behind(("DSS", b"<</CRLs[SELF]/Certs[SELF]>>")), FORBIDDEN),
    "lists that are none": (behind(("CRLs", b"<</Length 3>>stream\nabc\nendstream")), FORBIDDEN),
    "a description that is none": (behind(("Metadata", b"<</Type/Metadata>>")), FORBIDDEN),
    "signed: a stream without end": (within(b"endstream", b"endstraem"), ALTERED),
    "signed: an object without end": (within(b"endobj", b"endxbj"), ALTERED),
    "signed: a length that is none": (within(b"/Length", b"/Lengxh"), ALTERED),
    "signed: a list that is none": (within(b"/CRLs", b"/Crls", last=True), ALTERED),
    "signed: evidence without end": (within(b"endstream", b"endstraem", last=True), ALTERED),
}
