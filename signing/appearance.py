"""The mark as a signature appearance: an opaque-free form with an embedded font, as PDF/A wants it.

No background and so no transparency (pyHanko's own stamp style brings both and leaves Courier unembedded, measured);
only /N in /AP; DeviceRGB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils import generic, layout
from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStampStyle
from pyhanko.stamp.base import BaseStamp

from signing.mark import FONT, Mark, drawn, lay_out
from signing.sheet import Sheet
from signing.typeface import FLAGS, STEM_V, marks


@dataclass(frozen=True)
class MarkStyle(BaseStampStyle):
    """pyHanko's hook for the look of a signature, giving our mark."""

    mark: Mark | None = None

    def create_stamp(
        self, writer: BasePdfFileWriter, box: layout.BoxConstraints, text_params: dict[str, Any]
    ) -> BaseStamp | None:
        """Give the appearance."""
        return None if self.mark is None else _MarkStamp(writer, self, box, self.mark)


class _MarkStamp(BaseStamp):
    """The mark drawn on a writer's objects; the size of the box is the mark's own."""

    def __init__(
        self, writer: BasePdfFileWriter, style: BaseStampStyle, box: layout.BoxConstraints, mark: Mark
    ) -> None:
        super().__init__(writer, style, box)
        self._mark = mark
        self.set_resource(ResourceType.FONT, pdf_name("/" + FONT), _font(writer))

    def render(self) -> bytes:
        return drawn(lay_out(self._mark), self._mark.rule.colour)

    def as_form_xobject(self) -> generic.StreamObject:
        """Give the form turned back by /Matrix: pyHanko does not turn it with the page (measured). Viewers fit the
        turned /BBox into the field's /Rect (ISO 32000-1 12.5.5)."""
        width, height = self._mark.size
        self.box = layout.BoxConstraints(width=width, height=height)
        form = super().as_form_xobject()
        if self._mark.turn:
            x0, y0, x1, y1 = self._mark.box
            matrix = Sheet((0, 0, x1 - x0, y1 - y0), self._mark.turn).matrix
            form[pdf_name("/Matrix")] = generic.ArrayObject(map(generic.FloatObject, matrix))
        return form


def _stream(data: bytes, encoded: bytes | None = None, **entries: int) -> generic.StreamObject:
    pairs: dict[Any, Any] = {
        pdf_name("/" + key): generic.NumberObject(value) for key, value in entries.items()
    }
    if encoded is None:
        return generic.StreamObject(pairs, stream_data=data)
    pairs[pdf_name("/Filter")] = pdf_name("/FlateDecode")
    return generic.StreamObject(pairs, encoded_data=encoded)


def _numbers(values: tuple[int, ...]) -> generic.ArrayObject:
    return generic.ArrayObject(generic.NumberObject(value) for value in values)


def _font(writer: BasePdfFileWriter) -> generic.IndirectObject:
    """Give a Type 0 font over the whole typeface (ISO 32000-1 9.7; PDF/A-2 6.2.11: embedded, widths agree)."""
    face = marks()
    name = pdf_name("/" + face.name)
    program = writer.add_object(_stream(b"", face.compressed, Length1=face.length))
    descriptor = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/FontDescriptor"),
                pdf_name("/FontName"): name,
                pdf_name("/Flags"): generic.NumberObject(FLAGS),
                pdf_name("/FontBBox"): _numbers(face.box),
                pdf_name("/ItalicAngle"): generic.NumberObject(0),
                pdf_name("/Ascent"): generic.NumberObject(face.ascent),
                pdf_name("/Descent"): generic.NumberObject(face.descent),
                pdf_name("/CapHeight"): generic.NumberObject(face.cap_height),
                pdf_name("/StemV"): generic.NumberObject(STEM_V),
                pdf_name("/FontFile2"): program,
            }
        )
    )
    system = {
        pdf_name("/Registry"): generic.TextStringObject("Adobe"),
        pdf_name("/Ordering"): generic.TextStringObject("Identity"),
        pdf_name("/Supplement"): generic.NumberObject(0),
    }
    descendant = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Font"),
                pdf_name("/Subtype"): pdf_name("/CIDFontType2"),
                pdf_name("/BaseFont"): name,
                pdf_name("/CIDSystemInfo"): generic.DictionaryObject(system),
                pdf_name("/CIDToGIDMap"): pdf_name("/Identity"),
                pdf_name("/FontDescriptor"): descriptor,
                pdf_name("/W"): generic.ArrayObject([generic.NumberObject(0), _numbers(face.widths)]),
            }
        )
    )
    return writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Font"),
                pdf_name("/Subtype"): pdf_name("/Type0"),
                pdf_name("/BaseFont"): name,
                pdf_name("/Encoding"): pdf_name("/Identity-H"),
                pdf_name("/DescendantFonts"): generic.ArrayObject([descendant]),
                pdf_name("/ToUnicode"): writer.add_object(_stream(face.to_unicode)),
            }
        )
    )
