"""What the fields of a form say and how they look, to be compared between two revisions (shadow attacks)."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.checks.form import BEYOND, MOST_FIELDS, TooComplex, value_of

Look = tuple[str, ...]
_FONT = re.compile(r"/([^\s/\[\]<>()]+)\s+[-+.\d]+\s+Tf")
_PAINTS_NOTHING = re.compile(rb"(?:\s|/Tx BMC\b|EMC\b|[qQ]\b)*")
_HIDDEN = 2  # bit of /F (ISO 32000-1 table 165)


def contents(reader: PdfFileReader) -> tuple[Look, ...]:
    """Give what stands in every field that is not for signatures, and how it looks; nothing when there is none.

    First how the form as a whole wants its fields drawn: a viewer told by /NeedAppearances draws every field anew from
    its value, in the form's fonts. pyHanko lets these change behind any signature (ACROFORM_EXEMPT_STRICT_COMPARISON),
    and takes /NeedAppearances out itself, so that counts only where some field may look otherwise by it. Type, name,
    value and looks come down from the field above. Raises TooComplex for more than MOST_FIELDS.
    """
    if "/AcroForm" not in reader.root:
        return ()
    form = reader.root["/AcroForm"]
    digests = _Digests()
    found: list[Look] = []
    anew = str(value_of(form, "/NeedAppearances", False))
    blank = True
    waiting = [(one, "", "", form) for one in value_of(form, "/Fields", ())]
    seen: set[int] = set()
    while waiting:
        field, kind, name, above = waiting.pop()
        field = field.get_object()
        if len(seen) > MOST_FIELDS:
            raise TooComplex(f"more than {MOST_FIELDS} fields")
        if id(field) in seen:
            continue
        seen.add(id(field))
        kind = str(value_of(field, "/FT", kind))
        name = f"{name}.{value_of(field, '/T', '')}"
        drawn = {
            key: value_of(field, key, value_of(above, key, ""))
            for key in ("/V", "/DA", "/Q", "/Ff")
            if (key, kind) != ("/V", "/Sig")  # signatures are read elsewhere
        }
        if kind not in ("", "/Sig"):
            told = [str(value_of(field, key, "")) for key in ("/AS", "/F")]
            looks = value_of(field, "/AP")
            normal = (
                looks.raw_get("/N") if isinstance(looks, generic.DictionaryObject) and "/N" in looks else None
            )
            blank = blank and (anew == "False" or (kind == "/Tx" and _blank(field, drawn["/V"], normal)))
            found.append(
                (
                    name,
                    kind,
                    *told,
                    *map(str, drawn.values()),
                    digests.of(normal),
                    _font(form, drawn["/DA"], digests),
                )
            )
        inherited = generic.DictionaryObject({key: value for key, value in drawn.items() if value != ""})
        waiting += [(kid, kind, name, inherited) for kid in value_of(field, "/Kids", ())]
    return (("False" if blank else anew,), *found) if found else ()


def unlike(then: tuple[Look, ...] | None, now: tuple[Look, ...]) -> str:
    """Say how the fields look otherwise than they did, None if that is not known; nothing when they do not."""
    if not now or then == now:
        return ""
    if then and then[1:] == now[1:]:
        return "viewers may draw the form's fields otherwise: /NeedAppearances was changed"
    return "fields were filled in, or are drawn otherwise"


def _blank(field: generic.DictionaryObject, value: Any, normal: Any) -> bool:
    """Say whether a text field shows nothing, be it drawn as stored or by a viewer from its value."""
    flags = value_of(field, "/F", 0)
    if isinstance(flags, int) and flags & _HIDDEN:
        return True
    if value != "" or value_of(field, "/MK"):
        return False
    look = None if normal is None else normal.get_object()
    return look is None or (
        isinstance(look, generic.StreamObject) and _PAINTS_NOTHING.fullmatch(look.data) is not None
    )


def _font(form: generic.DictionaryObject, drawn: Any, digests: _Digests) -> str:
    """Give a digest of the form's font that a field's /DA names; others may be added by whoever signs."""
    named = _FONT.search(drawn.decode("latin-1") if isinstance(drawn, bytes) else str(drawn))
    fonts = value_of(value_of(form, "/DR", generic.DictionaryObject()), "/Font", generic.DictionaryObject())
    key = f"/{named[1]}" if named else ""
    return digests.of(fonts.raw_get(key)) if key and key in fonts else ""


class _Digests:
    """Digests of objects with all that they lead to, each object read once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], str] = {}

    def of(self, one: Any) -> str:
        """Give the digest of an object or a reference to it; one that leads back to itself counts by its number."""
        if isinstance(one, generic.IndirectObject):
            key = (one.idnum, one.generation)
            if key not in self._known:
                self._known[key] = str(key)
                self._known[key] = self._read(one)
            return self._known[key]
        parts: list[str] = [type(one).__name__]
        if isinstance(one, generic.DictionaryObject):
            parts += [f"{key} {self.of(one.raw_get(key))}" for key in sorted(one)]
        elif isinstance(one, generic.ArrayObject):
            parts += [self.of(one.raw_get(number)) for number in range(len(one))]
        else:
            parts.append(repr(one))
        digest = hashlib.sha256("\n".join(parts).encode("utf-8", "backslashreplace"))
        if isinstance(one, generic.StreamObject):
            digest.update(one.encoded_data)
        return digest.hexdigest()

    def _read(self, reference: generic.IndirectObject) -> str:
        try:
            return self.of(reference.get_object())
        except BEYOND:
            raise
        except Exception as error:  # hostile input; honest files have references that lead nowhere, too
            return type(error).__name__
