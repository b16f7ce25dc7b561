"""PDF files that mean harm, or were made by nobody sane: each is written here, byte by byte, when a test asks."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import cache

from tests.ingest import pdfs, pictures
from tests.ingest.zips import zipped

MIB = 1 << 20


def raw(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A file of these objects, numbered from 1; the first is the catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        trailer,
        start,
    )


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


CATALOGUE, TREE = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def one_page(resources: bytes, content: bytes, *more: bytes, entries: bytes = b"") -> bytes:
    """A page of A6; ``more`` are objects 5 and on."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 298 421]/Resources<<%s>>/Contents 4 0 R%s>>" % (
        resources,
        entries,
    )
    return raw(CATALOGUE, TREE, page, stream(content), *more)


def of_image(data: bytes, entries: bytes, size: tuple[int, int] = (827, 1169)) -> bytes:
    """A page that is one picture of these bytes."""
    head = b"/Type/XObject/Subtype/Image/Width %d/Height %d%s" % (*size, entries)
    return one_page(b"/XObject<</I 5 0 R>>", b"q 298 0 0 421 0 0 cm /I Do Q", stream(data, head))


def of_font(font: bytes, *more: bytes, text: bytes = b"(Quyet dinh so 12) Tj") -> bytes:
    """A page set in this font; ``more`` are objects 6 and on."""
    return one_page(b"/Font<</F 5 0 R>>", b"BT /F 20 Tf 30 300 Td %s ET" % text, font, *more)


@cache
def swelling(mib: int, times: int = 1) -> bytes:
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(MIB)) for _ in range(mib)) + packer.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def _lzw_bomb() -> bytes:
    """A run of one code: each time the table grows, so does what it stands for."""
    codes, width = [256, 0], 9
    bits = "".join(f"{code:09b}" for code in codes)
    code = 258
    for _ in range(3800):
        bits += f"{code:0{width}b}"
        code += 1
        width = 9 if code < 511 else 10 if code < 1023 else 11 if code < 2047 else 12
    bits += f"{257:0{width}b}"
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big") * 40


def _forms(count: int, each: int) -> bytes:
    """Forms that draw the next one ``each`` times: each**count drawings, as in the billion laughs."""
    made = []
    for number in range(count):
        inner = b"/N Do " * each if number < count - 1 else b"0 0 5 5 re f"
        next_one = b"/Resources<</XObject<</N %d 0 R>>>>" % (6 + number)
        made.append(stream(inner, b"/Type/XObject/Subtype/Form/BBox[0 0 300 430]" + next_one))
    return one_page(b"/XObject<</N 5 0 R>>", b"/N Do", *made)


def _deep(opening: bytes, closing: bytes, depth: int = 200_000) -> bytes:
    return one_page(b"", b"0 0 m 9 9 l S", entries=b"/PieceInfo " + opening * depth + closing * depth)


FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 300 430]"
BYTE = b"/BitsPerComponent 8/ColorSpace/DeviceGray"
TRUE_TYPE = (
    b"<</Type/Font/Subtype/TrueType/BaseFont/A/FirstChar 32/LastChar 126/Widths[%s]/FontDescriptor 6 0 R>>"
)
DESCRIPTOR = b"<</Type/FontDescriptor/FontName/A/Flags 4/FontBBox[0 0 1000 1000]/FontFile2 7 0 R>>"


def _to_unicode(body: bytes) -> bytes:
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"
    cmap = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n%s\nendcmap end end" % body
    return of_font(font, stream(zlib.compress(cmap), b"/Filter/FlateDecode"))


def _jpx(width: int, height: int) -> bytes:
    """The head of a JPEG 2000 code stream that claims this size, and nothing after it."""
    size = b"\xff\x51\x00\x29\x00\x00" + b"".join(
        edge.to_bytes(4, "big") for edge in (width, height, 0, 0, width, height, 0, 0)
    ) + b"\x00\x01\x07\x01\x01"  # fmt: skip
    return b"\xff\x4f" + size + b"\xff\x52\x00\x0c\x00\x00\x00\x01\x00\x05\x04\x04\x00\x01" + b"\xff\xd9"


def _jbig2(width: int, height: int) -> bytes:
    """A page segment that claims this size, and a region of rubbish."""
    page = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes(8) + b"\x00\x00\x00"
    return b"\x00\x00\x00\x00\x30\x00\x01" + len(page).to_bytes(4, "big") + page + b"\x00\x00\x00\x01\x26\x00\x01" + (
        b"\xff\xff\xff\xff" + b"\x5a" * 200
    )  # fmt: skip


def endless() -> bytes:
    """Twelve to the twelfth power of drawings."""
    return _forms(12, 12)


def _many_pages(count: int) -> bytes:
    kids = b" ".join([b"3 0 R"] * count)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 298 421]/Contents 4 0 R>>"
    tree = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count)
    return raw(CATALOGUE, tree, page, stream(b"0 0 m 9 9 l S"))


def _boxed(box: bytes, more: bytes = b"") -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]%s/Contents 4 0 R>>" % (box, more)
    return raw(CATALOGUE, TREE, page, stream(b"0 0 m 9 9 l S"))


def _tiled() -> bytes:
    """A pattern repeated every thousandth of a point."""
    tile = b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep .001/YStep .001/Resources<<>>"
    content = b"/Pattern cs /P scn 0 0 298 421 re f"
    return one_page(b"/Pattern<</P 5 0 R>>", content, stream(b"0 0 1 1 re f", tile))


def _type3(glyph: bytes) -> bytes:
    font = (
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 6 0 R>>/Encoding"
        b"<</Differences[81/a]>>/FirstChar 81/LastChar 81/Widths[1]/Resources<</Font<</F 5 0 R>>>>>>"
    )
    return of_font(font, stream(glyph))


def _annotated() -> bytes:
    annotation = (
        b"<</Type/Annot/Subtype/Stamp/Rect[0 0 200 200]/F 4/AP<</N 6 0 R>>/Parent 5 0 R/Popup 5 0 R>>"
    )
    form = stream(b"/N Do", FORM + b"/Resources<</XObject<</N 6 0 R>>>>")
    return one_page(b"", b"0 0 m 9 9 l S", annotation, form, entries=b"/Annots[5 0 R 5 0 R 3 0 R 99 0 R]")


def _fields() -> bytes:
    catalogue = (
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/XFA(x)>>/OpenAction<</S/JavaScript/JS(app)>>>>"
    )
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 298 421]/Contents 4 0 R>>"
    field = b"<</T(a)/FT/Sig/Kids[5 0 R 5 0 R]/Parent 5 0 R>>"
    return raw(catalogue, TREE, page, stream(b"0 0 m 9 9 l S"), field)


def _object_stream() -> bytes:
    packed = stream(swelling(300), b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 298 421]/Contents 4 0 R>>"
    head = raw(CATALOGUE, TREE, page, packed)
    return head.replace(b"xref\n0", b"xrfe\n0")  # so that whoever repairs it must open everything


TAKEN = frozenset({""})
BAD = frozenset({"DAMAGED", "TRUNCATED", "NO_PAGES", "NOT_AN_IMAGE"})
HEAVY = frozenset({"DECOMPRESSION_BOMB", "TOO_MANY_PIXELS", "INSPECTION_TIME_LIMIT", "INSPECTION_FAILED"})
ANY = TAKEN | BAD | HEAVY

Made = Callable[[], bytes]

FILES: dict[str, tuple[Made, frozenset[str]]] = {
    "page tree that is its own child": (
        lambda: raw(CATALOGUE, b"<</Type/Pages/Kids[2 0 R]/Count 1>>"), BAD,
    ),
    "page tree of two that hold each other": (
        lambda: raw(CATALOGUE, TREE, b"<</Type/Pages/Kids[2 0 R]/Parent 2 0 R/Count 9>>"), BAD,
    ),
    "page tree that lies about its count": (
        lambda: raw(
            CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 2000000000>>", b"<</Type/Page/MediaBox[0 0 298 421]>>"
        ),
        TAKEN | BAD,
    ),
    "page that is null": (lambda: raw(CATALOGUE, TREE, b"null"), BAD),
    "catalogue that is its own page tree": (lambda: raw(b"<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>"), BAD),
    "no objects": (lambda: b"%PDF-1.7\nstartxref\n0\n%%EOF\n", BAD),
    "reference table that goes back to itself": (
        lambda: one_page(b"", b"S").replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev 9"), ANY,
    ),
    "reference table of billions": (
        lambda: one_page(b"", b"0 0 m 9 9 l S").replace(b"xref\n0 5", b"xref\n0 4000000000"), ANY,
    ),
    "numbers of objects beyond all": (
        lambda: one_page(b"/XObject<</I 2147483647 0 R>>", b"/I Do 0 0 m 9 9 l S"), TAKEN | BAD,
    ),
    "resources that are their own": (
        lambda: one_page(b"/XObject<</N 5 0 R>>", b"/N Do", stream(b"/N Do", FORM + b"/Resources 6 0 R"),
                         b"<</XObject<</N 5 0 R>>/Parent 6 0 R>>"),
        TAKEN | BAD,
    ),
    "form that draws itself": (
        lambda: one_page(
            b"/XObject<</N 5 0 R>>", b"/N Do", stream(b"/N Do /N Do", FORM + b"/Resources<</XObject<</N 5 0 R>>>>")
        ),
        TAKEN | BAD,
    ),
    "forms that multiply": (lambda: _forms(12, 12), ANY),
    "arrays without end": (lambda: _deep(b"[", b"]"), ANY),
    "dictionaries without end": (lambda: _deep(b"<</A", b">>"), ANY),
    "states saved a million times": (lambda: one_page(b"", b"q " * 1_000_000), ANY),
    "a name of a million letters": (lambda: one_page(b"", b"/" + b"A" * 1_000_000 + b" gs 0 0 m 9 9 l S"), ANY),
    "Flate within Flate within Flate": (
        lambda: of_image(swelling(300, 3), BYTE + b"/Filter[/FlateDecode/FlateDecode/FlateDecode]"), HEAVY | BAD,
    ),
    "LZW that swells": (lambda: of_image(_lzw_bomb(), BYTE + b"/Filter/LZWDecode", (9000, 9000)), ANY),
    "RunLength that swells": (
        lambda: of_image(zlib.compress(b"\x81\x00" * 4_000_000), BYTE + b"/Filter[/FlateDecode/RunLengthDecode]"), ANY,
    ),
    "hexadecimal within hexadecimal": (
        lambda: of_image(b"30" * 100_000, BYTE + b"/Filter[%s]" % (b"/ASCIIHexDecode" * 2000)), ANY,
    ),
    "content that swells": (
        lambda: raw(CATALOGUE, TREE, b"<</Type/Page/MediaBox[0 0 298 421]/Contents 4 0 R>>",
                    stream(swelling(300), b"/Filter/FlateDecode")),
        ANY,
    ),
    "objects that swell": (_object_stream, ANY),
    "a picture of 60,000 x 60,000": (
        lambda: of_image(b"x", BYTE, (60_000, 60_000)), frozenset({"TOO_MANY_PIXELS"}),
    ),
    "a picture of a negative size": (lambda: of_image(b"x", BYTE, (-5, 1169)), ANY),
    "a picture without size": (lambda: of_image(b"x", BYTE, (0, 0)), ANY),
    "a picture of two billion columns": (lambda: of_image(b"x", BYTE, (2_000_000_000, 1)), ANY - TAKEN),
    "JPEG 2000 of 60,000 x 60,000 under a small name": (
        lambda: of_image(_jpx(60_000, 60_000), b"/Filter/JPXDecode"), ANY,
    ),
    "JPEG 2000 of rubbish": (lambda: of_image(_jpx(827, 1169)[:40] + b"\x5a" * 500, b"/Filter/JPXDecode"), ANY),
    "JBIG2 of 60,000 x 60,000 under a small name": (
        lambda: of_image(_jbig2(60_000, 60_000), b"/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/JBIG2Decode"), ANY,
    ),
    "JBIG2 of rubbish": (
        lambda: of_image(_jbig2(827, 1169), b"/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/JBIG2Decode"), ANY,
    ),
    "fax of a billion columns": (
        lambda: of_image(b"\x5a" * 300, b"/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode/DecodeParms"
                         b"<</K -1/Columns 1000000000/Rows 1000000000>>"),
        ANY,
    ),
    "fax narrower than it says": (
        lambda: of_image(b"\x5a" * 300, b"/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode/DecodeParms"
                         b"<</K 0/Columns 3/Rows -7>>"),
        ANY,
    ),
    "JPEG of another size than it says": (
        lambda: of_image(pictures.jpeg("L", (90, 70)), BYTE + b"/Filter/DCTDecode"), ANY,
    ),
    "a mask that is its own": (
        lambda: of_image(zlib.compress(bytes(827 * 1169)), BYTE + b"/Filter/FlateDecode/SMask 5 0 R"), ANY,
    ),
    "a palette on a palette on itself": (
        lambda: one_page(b"/XObject<</I 5 0 R>>", b"q 298 0 0 421 0 0 cm /I Do Q",
                         stream(b"x", b"/Subtype/Image/Width 9/Height 9/BitsPerComponent 8/ColorSpace 6 0 R"),
                         b"[/Indexed 6 0 R 255 6 0 R]"),
        ANY,
    ),
    "a picture in line without end": (
        lambda: one_page(b"", b"BI /W 827 /H 1169 /CS /G /BPC 8 ID " + b"\x00" * 2000), ANY,
    ),
    "a font of rubbish": (
        lambda: of_font(TRUE_TYPE % (b"500 " * 95), DESCRIPTOR, stream(b"\x00\x01\x00\x00" + b"\x5a" * 4000)), ANY,
    ),
    "a font with tables beyond its end": (
        lambda: of_font(TRUE_TYPE % b"", DESCRIPTOR, stream(
            b"\x00\x01\x00\x00\xff\xff\x00\x80\x00\x03\x00\x70"
            + b"glyf\x00\x00\x00\x00\xff\xff\xff\x00\xff\xff\xff\xff" * 999
        )),
        ANY,
    ),
    "a font within itself": (
        lambda: of_font(b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[5 0 R]>>"), ANY,
    ),
    "a letter that writes itself": (lambda: _type3(b"1 0 d0 BT /F 1 Tf (Q) Tj ET"), ANY),
    "letters that mean any letter, a hundred thousand times": (
        lambda: _to_unicode(b"1 beginbfrange <0000> <FFFF> <0000> endbfrange\n" * 100_000), ANY,
    ),
    "a letter that means a novel": (
        lambda: _to_unicode(b"1 beginbfchar <51> <%s> endbfchar" % (b"0041" * 500_000)), ANY,
    ),
    "a table of letters that uses itself": (lambda: _to_unicode(b"/Identity-H usecmap " * 100_000), ANY),
    "a pattern of billions of tiles": (_tiled, ANY),
    "a function that never ends": (
        lambda: one_page(b"/ColorSpace<</C[/Separation/A/DeviceGray 5 0 R]>>", b"/C cs 1 scn 0 0 298 421 re f",
                         stream(b"{" * 100_000, b"/FunctionType 4/Domain[0 1]/Range[0 1]")),
        ANY,
    ),
    "stamps that hold each other": (_annotated, ANY),
    "form fields that are their own children": (_fields, ANY),
    "ten thousand pages": (lambda: _many_pages(10_000), frozenset({"TOO_MANY_PAGES"})),
    "a page without area": (lambda: _boxed(b"0 0 0 0"), ANY),
    "a page of a light year": (lambda: _boxed(b"0 0 1e38 1e38"), ANY),
    "a page of no numbers": (lambda: _boxed(b"/A(b)null[]"), ANY),
    "a page of a billion units": (lambda: _boxed(b"0 0 298 421", b"/UserUnit 1000000000/Rotate 45"), ANY),
    "encrypted by nobody knows what": (
        lambda: one_page(b"", b"S").replace(b"/Root 1 0 R", b"/Encrypt<</Filter/Nobody/V 9>>/Root 1 0 R"), ANY - TAKEN,
    ),
    "locked": (lambda: pdfs.locked("mở", "chủ"), frozenset({"ENCRYPTED"})),
    "a PDF that is a ZIP too": (lambda: one_page(b"", b"0 0 m 9 9 l S") + zipped({"a.jpg": b"x"}), ANY),
    "a ZIP before a PDF": (lambda: zipped({"a.jpg": b"x"}) + one_page(b"", b"S"), frozenset({"NOT_AN_IMAGE"})),
    "a page of the web before a PDF": (
        lambda: b"<html><script>alert(1)</script>" + one_page(b"", b"0 0 m 9 9 l S"), ANY,
    ),
}  # fmt: skip
