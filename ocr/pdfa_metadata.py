"""What the file says about itself, in the two places where PDF keeps that: the XMP packet and /Info.

The record's fields stand in dc:subject, one item each, as ``hoso:name=value``; docs/pdfa.md says why not in
properties of their own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from ocr.pdfa_values import Metadata, NotBuilt

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}


def packet(metadata: Metadata) -> bytes:
    """Return the XMP packet. Raises NotBuilt ("created-at-without-zone").

    ISO 19005-2: the packet header carries neither bytes nor encoding (6.6.2.1); only predefined properties
    are used, so no extension schema is needed (6.6.2.3); part and conformance are declared (6.6.4).
    """
    spaces = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
    tags = "".join(f"<rdf:li>{_xml(tag)}</rdf:li>" for tag in _tags(metadata.fields))
    title = f'<rdf:li xml:lang="x-default">{_xml(metadata.title)}</rdf:li>'
    # Short, for it stands unpacked (qpdf packs no metadata; ISO 19005-2, 6.6.2.1 would permit it, part 1, 6.7.2 does
    # not): plain values as attributes (ISO 16684-1, 7.9.2.2). pyHanko asks for the x:xmpmeta around it.
    plain = {
        "pdfaid:part": "2",
        "pdfaid:conformance": "B",
        "xmp:CreateDate": f"{_moment(metadata.created_at):%Y-%m-%dT%H:%M:%SZ}",
        "pdf:Producer": metadata.producer,
    }
    return "".join(
        [
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
            '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
            f'<rdf:Description rdf:about=""{spaces}',
            *(f' {name}="{_xml(value)}"' for name, value in plain.items()),
            ">",
            f"<dc:title><rdf:Alt>{title}</rdf:Alt></dc:title>",
            f"<dc:identifier>{_xml(metadata.identifier)}</dc:identifier>",
            *([f"<dc:subject><rdf:Bag>{tags}</rdf:Bag></dc:subject>"] if tags else []),
            '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>',
        ]
    ).encode("utf-8")


def info(metadata: Metadata) -> dict[str, str]:
    """Return the /Info entries, each equal to its XMP counterpart."""
    return {
        "/Title": _clean(metadata.title),
        "/Producer": _clean(metadata.producer),
        "/CreationDate": f"{_moment(metadata.created_at):D:%Y%m%d%H%M%SZ}",
    }


def _tags(fields: Mapping[str, str | int | tuple[str, ...]]) -> Iterator[str]:
    """Write fields as machine tags. A bag has no order, so items of a list carry theirs: ``name[1]=``."""
    for name in sorted(fields):
        value = fields[name]
        if isinstance(value, tuple):
            yield from (f"hoso:{name}[{place}]={item}" for place, item in enumerate(value, 1))
        else:
            yield f"hoso:{name}={value}"


def _moment(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise NotBuilt("created-at-without-zone")
    return moment.astimezone(UTC)


def _clean(text: str) -> str:
    """NFC, without the characters XML 1.0 cannot carry."""
    return _NOT_XML.sub("", unicodedata.normalize("NFC", text))


def _xml(text: str) -> str:
    return escape(_clean(text), {"\r": "&#13;", "\n": "&#10;", "\t": "&#9;", '"': "&quot;"})
