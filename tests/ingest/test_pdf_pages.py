"""Pages of PDF files: the scan itself where the page is one, otherwise the page as a reader sees it."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image, ImageChops, ImageStat

from tests.ingest import pdfs, pictures
from tests.ingest.conftest import Look

WIDTH, HEIGHT = pictures.A6_200
GREY, COLOUR, BITS = (pictures.page(mode).tobytes() for mode in ("L", "RGB", "1"))
INVERTED = Array([1, 0])
Build = Callable[[pikepdf.Pdf], Stream]


def as_drawn(data: bytes) -> Image.Image:
    with pypdfium2.PdfDocument(data) as pdf:
        return pdf[0].render(scale=200 / 72).to_pil().convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of what the eye sees, 0..255."""
    small = [image.convert("L").resize((80, 110), Image.Resampling.BOX) for image in (one, other)]
    return ImageStat.Stat(ImageChops.difference(*small)).mean[0]


def fax(pdf: pikepdf.Pdf, kind: str = "g4", **entries: Any) -> Stream:
    """The page as CCITT group 4, or the same data in a JBIG2 region."""
    tiff = pictures.tiff(pictures.page("1"), compression="group4", tiffinfo={278: HEIGHT})
    with Image.open(io.BytesIO(tiff)) as image:
        data = tiff[image.tag_v2[273][0] :][: image.tag_v2[279][0]]  # type: ignore[attr-defined]
    common = {
        "Type": Name.XObject,
        "Subtype": Name.Image,
        "Width": WIDTH,
        "Height": HEIGHT,
        "BitsPerComponent": 1,
    }
    if kind == "g4":
        parameters = Dictionary(K=-1, Columns=WIDTH, Rows=HEIGHT)
        return Stream(
            pdf,
            data,
            Filter=Name.CCITTFaxDecode,
            DecodeParms=parameters,
            ColorSpace=Name.DeviceGray,
            **common,
            **entries,
        )
    page = struct.pack(">IIIIBH", WIDTH, HEIGHT, 0, 0, 0, 0)
    region = struct.pack(">IIIIB", WIDTH, HEIGHT, 0, 0, 0) + b"\x01" + data
    segments = [
        struct.pack(">IBBBI", number, kind_of, 0, 1, len(part)) + part
        for number, (kind_of, part) in enumerate([(48, page), (38, region)])
    ]
    return Stream(
        pdf, b"".join(segments), Filter=Name.JBIG2Decode, ColorSpace=Name.DeviceGray, **common, **entries
    )


def flate(data: bytes, bits: int, space: Any, **entries: Any) -> Build:
    return lambda pdf: pdfs.flate_image(pdf, data, (WIDTH, HEIGHT), bits, space, **entries)


def jpeg(mode: str, space: Any, **entries: Any) -> Build:
    def build(pdf: pikepdf.Pdf) -> Stream:
        image = pdfs.jpeg_image(pdf, pictures.jpeg(mode), **entries)
        image.ColorSpace = space
        return image

    return build


def masked(pdf: pikepdf.Pdf, key: str) -> Stream:
    image = flate(COLOUR, 8, Name.DeviceRGB)(pdf)
    bits = 8 if key == "/SMask" else 1
    half = (b"\x00" if key == "/SMask" else b"\xff") * (len(GREY if bits == 8 else BITS) // 2)
    mask = half.ljust(len(GREY if bits == 8 else BITS), b"\xff" if key == "/SMask" else b"\x00")
    entries = {} if key == "/SMask" else {"ImageMask": True}
    image[key] = flate(mask, bits, Name.DeviceGray if key == "/SMask" else None, **entries)(pdf)
    return image


INK = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1]), C1=Array([0]), N=1)
SEPARATION = Array([Name.Separation, Name.Black, Name.DeviceGray, INK])
NEGATIVE = Array([Name.Indexed, Name.DeviceGray, 255, String(bytes(range(255, -1, -1)))])
TWO_COLOURS = Array([Name.Indexed, Name.DeviceRGB, 1, String(b"\xff\xff\xf0\x00\x00\x80")])

KINDS: dict[str, tuple[Build, str | None]] = {
    "one bit": (flate(BITS, 1, Name.DeviceGray), "1"),
    "one bit inverted": (flate(BITS, 1, Name.DeviceGray, Decode=INVERTED), "1"),
    "one bit in two colours": (flate(BITS, 1, TWO_COLOURS), "P"),
    "one bit in two colours inverted": (flate(BITS, 1, TWO_COLOURS, Decode=INVERTED), None),
    "stencil": (flate(BITS, 1, None, ImageMask=True), "1"),
    "stencil inverted": (flate(BITS, 1, None, ImageMask=True, Decode=INVERTED), "1"),
    "grey": (flate(GREY, 8, Name.DeviceGray), "L"),
    "grey inverted": (flate(GREY, 8, Name.DeviceGray, Decode=INVERTED), "L"),
    "grey of 16 bit": (flate(b"".join(bytes((shade, shade)) for shade in GREY), 16, Name.DeviceGray), None),
    "grey palette": (flate(GREY, 8, NEGATIVE), None),
    "colour": (flate(COLOUR, 8, Name.DeviceRGB), "RGB"),
    "ink": (flate(GREY, 8, SEPARATION), None),
    "cmyk": (flate(pictures.page("CMYK").tobytes(), 8, Name.DeviceCMYK), None),
    "colour key": (flate(GREY, 8, Name.DeviceGray, Mask=Array([0, 100])), None),
    "soft mask": (lambda pdf: masked(pdf, "/SMask"), None),
    "mask": (lambda pdf: masked(pdf, "/Mask"), None),
    "jpeg": (jpeg("RGB", Name.DeviceRGB), "RGB"),
    "grey jpeg": (jpeg("L", Name.DeviceGray), "L"),
    "grey jpeg inverted": (jpeg("L", Name.DeviceGray, Decode=INVERTED), None),
    "ink jpeg": (jpeg("L", SEPARATION), None),
    "palette jpeg": (jpeg("L", NEGATIVE), None),
    "cmyk jpeg": (jpeg("CMYK", Name.DeviceCMYK, Decode=Array([1, 0] * 4)), None),
    "fax": (fax, "1"),
    "fax inverted": (lambda pdf: fax(pdf, Decode=INVERTED), "1"),
    "jbig2": (lambda pdf: fax(pdf, "jbig2"), None),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_scan_looks_as_readers_draw_it(look: Look, name: str) -> None:
    build, mode = KINDS[name]
    pdf = pdfs.empty()
    pdfs.add_scan(pdf, build(pdf))
    data = pdfs.saved(pdf)
    seen = look(data)
    assert (seen.code, seen.warnings) == ("", [])
    assert difference(seen.pages[0], as_drawn(data)) < 3
    if mode is not None:
        assert seen.pages[0].mode == mode and seen.pages[0].size == pictures.A6_200


def test_jpeg_pages_come_out_byte_for_byte(look: Look) -> None:
    data = pictures.jpeg(quality=71)
    seen = look(pdfs.scan(data, pages=3))
    assert seen.bytes == [data] * 3 and seen.warnings == []


def test_a_jpeg_packed_once_more_has_the_same_pixels(look: Look) -> None:
    pdf = pdfs.empty()
    image = pdfs.jpeg_image(pdf, zlib.compress(pictures.jpeg()))
    image.Filter = Array([Name.FlateDecode, Name.DCTDecode])
    pdfs.add_scan(pdf, image)
    (page,) = look(pdfs.saved(pdf)).pages
    with Image.open(io.BytesIO(pictures.jpeg())) as expected:
        assert ImageChops.difference(page, expected).getbbox() is None


LAYER = b"BT 3 Tr /F1 10 Tf 50 50 Td (Quyet dinh) Tj ET"


@pytest.mark.parametrize(
    "how",
    [
        {"after": LAYER},
        {"before": LAYER},
        {"before": b"/Artifact BMC EMC 0 0 297.72 420.84 re W n"},
        {"before": b"0 0 297.72 420.84 re W* n 0.99 g"},
        {"box": (-4, -5, 306, 431)},
        {"box": (3, 3, 291, 414)},
    ],
    ids=[
        "text layer",
        "text layer before",
        "clipped to the page",
        "clipped, a colour set",
        "bleeding",
        "margin",
    ],
)
def test_a_scan_with_what_does_not_show_is_taken_as_picture(look: Look, how: dict) -> None:
    data = pictures.jpeg()
    assert look(pdfs.scan(data, **how)).bytes == [data]


@pytest.mark.parametrize(
    "how",
    [
        {"after": LAYER.replace(b"3 Tr", b"0 Tr")},
        {"after": b"1 0 0 RG 0 0 m 200 200 l S"},
        {"after": b"q 50 0 0 50 0 0 cm /Im0 Do Q"},
        {"before": b"0 0 297 200 re W n"},
        {"before": b"0 0 m 297 0 l 0 420 l h W n"},
        {"CropBox": Array([0, 0, 297.72, 210])},
        {"box": (0, 0, 595.44, 420.84)},
        {"box": (-150, 0, 297.72, 420.84)},
        {"box": (50, 50, 200, 280)},
        {"before": b"-1 0 0 1 297.72 0 cm"},
        {"before": b"0 1 -1 0 297.72 0 cm"},
    ],
    ids=["text", "line", "twice", "clipped", "clipped by a triangle", "cropped", "half of a double page", "shifted",
         "a photo on a page", "mirrored", "turned"],
)  # fmt: skip
def test_a_page_that_shows_more_or_less_than_its_picture_is_drawn(look: Look, how: dict) -> None:
    data = pdfs.scan(**how)
    seen = look(data)
    assert seen.warnings[-1:] == ["RENDERED"]
    assert difference(seen.pages[0], as_drawn(data)) < 3


def test_a_stencil_in_colour_is_drawn_in_its_colour(look: Look) -> None:
    pdf = pdfs.empty()
    pdfs.add_scan(pdf, flate(b"\x00" * len(BITS), 1, None, ImageMask=True)(pdf), before=b"1 0 0 rg")
    (page,) = look(pdfs.saved(pdf)).pages
    assert page.getpixel((400, 400)) == (255, 0, 0)


@pytest.mark.parametrize("before", [b"0 g", b"0 0 0 rg", b"0 0 0 1 k"])
def test_a_stencil_in_black_is_taken_as_picture(look: Look, before: bytes) -> None:
    pdf = pdfs.empty()
    pdfs.add_scan(pdf, flate(BITS, 1, None, ImageMask=True)(pdf), before=before)
    assert [page.mode for page in look(pdfs.saved(pdf)).pages] == ["1"]


@pytest.mark.parametrize(
    ("rotate", "turned"), [(0, 0), (90, 270), (180, 180), (270, 90), (-90, 90), (450, 270), (45, 0)]
)
@pytest.mark.parametrize("inherited", [False, True])
def test_a_turned_scan_keeps_its_pixels_and_says_how_it_stands(
    look: Look, rotate: int, turned: int, inherited: bool
) -> None:
    def move(pdf: pikepdf.Pdf) -> None:
        if inherited:
            del pdf.pages[0].obj["/Rotate"]
            pdf.Root.Pages.Rotate = rotate

    data = pictures.jpeg()
    seen = look(pdfs.scan(data, move, Rotate=rotate))
    assert (seen.bytes, seen.found.pages[0].turned) == ([data], turned)


@pytest.mark.parametrize(("rotate", "size"), [(0, (2481, 3508)), (90, (3508, 2481)), (180, (2481, 3508))])
def test_a_born_digital_page_is_drawn_upright_at_300_dpi(
    look: Look, rotate: int, size: tuple[int, int]
) -> None:
    seen = look(pdfs.drawn(Rotate=rotate))
    (page,) = seen.found.pages
    assert seen.warnings == ["RENDERED"] and page.turned == 0 and page.dpi == pytest.approx(300)
    assert seen.pages[0].size == pytest.approx(size, abs=1)
    assert seen.pages[0].convert("L").getextrema()[0] < 50


@pytest.mark.parametrize("points", [(144, 216), (216, 360), (842, 1191), (300, 1000)])
def test_a_drawn_page_has_300_dpi_whatever_its_size(look: Look, points: tuple[float, float]) -> None:
    (page,) = look(pdfs.drawn(points)).found.pages
    assert page.dpi == 300 and page.width == pytest.approx(points[0] / 72 * 300, abs=1)


def test_a_scan_on_a_page_of_72_dpi_is_judged_by_its_pixels(look: Look) -> None:
    size = (1654, 2339)
    image = pictures.jpeg("L", size)
    pdf = pdfs.empty()
    pdfs.add_scan(pdf, pdfs.jpeg_image(pdf, image, "/DeviceGray", size=size), points=size)
    seen = look(pdfs.saved(pdf))
    assert seen.bytes == [image] and seen.found.pages[0].dpi == pytest.approx(200, abs=1)


def test_a_scan_of_few_pixels_is_refused_whatever_its_page_claims(look: Look) -> None:
    pdf = pdfs.empty()
    image = pdfs.jpeg_image(pdf, pictures.jpeg("L", (413, 583)), "/DeviceGray", size=(413, 583))
    pdfs.add_scan(pdf, image)
    assert look(pdfs.saved(pdf)).code == "RESOLUTION_TOO_LOW"
