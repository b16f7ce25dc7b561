"""Stored page images as PDF image objects, their pixels untouched.

JPEG goes in byte for byte; PNG keeps its compressed data; one bit a pixel becomes CCITT G4, which is lossless
and smaller. What a PDF/A reader could not show the same way everywhere is decoded and stored again without loss:

- JPEG in CMYK (also with Adobe's inverted values) is turned into RGB, through its own profile if it has one;
- JPEG that is neither baseline nor progressive (arithmetic, say), or RGB without a marker saying so;
- PNG that is interlaced; PNG with transparency is laid on white.

JPEG of 12 bits a sample cannot be decoded here and is refused. An orientation in EXIF turns nothing: what
turns the page is the reading. A colour profile in the image is kept (ICCBased) if ISO 19005-2 allows it.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageCms, UnidentifiedImageError

from ocr.pdfa_colour import Colours

_PNG = b"\x89PNG\r\n\x1a\n"
_GREY, _COLOUR, _PALETTE = 0, 2, 3  # PNG colour types without an alpha channel
_PLAIN_JPEG = (0xC0, 0xC1, 0xC2)  # baseline, extended sequential, progressive: all that DCTDecode promises


class Undecodable(Exception):
    """The bytes are not an image that can be decoded."""


def embed(pdf: pikepdf.Pdf, data: bytes, profiles: dict[bytes, pikepdf.Object]) -> pikepdf.Object:
    """Add the image to ``pdf`` and return it.

    ``profiles`` keeps the colour profiles so that each is stored once. Pixels are decoded only where the
    data cannot go in as they are. Raises :class:`Undecodable`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit on size is set at intake
        try:
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
                return _embed(pdf, data, image, profiles)
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
            raise Undecodable(str(error)) from error
        except (struct.error, IndexError, zlib.error, Image.DecompressionBombError) as error:
            raise Undecodable(str(error)) from error


def _embed(
    pdf: pikepdf.Pdf, data: bytes, image: Image.Image, profiles: dict[bytes, pikepdf.Object]
) -> pikepdf.Object:
    profile = image.info.get("icc_profile")
    if data.startswith(_PNG):
        depth, colour_type, _, _, interlaced = data[24:29]
        if _black_and_white(image, depth, colour_type):
            return _bilevel(pdf, image)
        if colour_type in (_GREY, _COLOUR, _PALETTE) and not interlaced and "transparency" not in image.info:
            return _png(pdf, data, image.size, Colours(pdf, profile, profiles))
    elif components := _plain_jpeg(data):
        space = Colours(pdf, profile, profiles).space(components)
        return _object(pdf, data, image.size, space, 8, Name.DCTDecode)
    again = _stored_again(image)
    with Image.open(io.BytesIO(again), formats=("PNG",)) as plain:
        return _png(pdf, again, plain.size, Colours(pdf, plain.info.get("icc_profile"), profiles))


def _object(
    pdf: pikepdf.Pdf,
    data: bytes,
    size: tuple[int, int],
    space: pikepdf.Object,
    depth: int,
    coding: pikepdf.Name,
    parameters: pikepdf.Dictionary | None = None,
) -> pikepdf.Object:
    # No /Interpolate, /Alternates, /OPI: ISO 19005-2, 6.2.8.
    image = pdf.make_stream(data, Type=Name.XObject, Subtype=Name.Image, Filter=coding)
    image.Width, image.Height = size
    image.ColorSpace = space
    image.BitsPerComponent = depth
    if parameters is not None:
        image.DecodeParms = parameters
    return image


def _plain_jpeg(data: bytes) -> int:
    """Return 1 (grey) or 3 (colour) if every PDF reader shows this JPEG alike, else 0."""
    adobe = jfif = False
    for marker, segment in _jpeg_segments(data):
        adobe = adobe or (marker == 0xEE and segment.startswith(b"Adobe"))
        jfif = jfif or (marker == 0xE0 and segment.startswith(b"JFIF"))
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            precision, components = segment[0], segment[5]
            names = segment[6 : 6 + 3 * components : 3]
            told_apart = adobe or jfif or names != b"RGB"
            return (
                components
                if marker in _PLAIN_JPEG and precision == 8 and components in (1, 3) and told_apart
                else 0
            )
    return 0


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Walk the marker segments before the first scan."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if marker == 0xDA:
            return
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        yield marker, data[at + 4 : at + 2 + length]
        at += 2 + length


def _png(pdf: pikepdf.Pdf, data: bytes, size: tuple[int, int], colours: Colours) -> pikepdf.Object:
    """Pass a PNG's compressed rows through: PDF knows their predictors (ISO 32000-1, 7.4.4.4)."""
    depth, colour_type = data[24], data[25]
    chunks = list(_png_chunks(data))
    components = 3 if colour_type == _COLOUR else 1
    if colour_type == _PALETTE:
        palette = next(chunk for kind, chunk in chunks if kind == b"PLTE")
        space: pikepdf.Object = Array(
            [Name.Indexed, colours.space(3), len(palette) // 3 - 1, pikepdf.String(palette)]
        )
    else:
        space = colours.space(components)
    rows = b"".join(chunk for kind, chunk in chunks if kind == b"IDAT")
    shape = Dictionary(Predictor=15, Colors=components, BitsPerComponent=depth, Columns=size[0])
    return _object(pdf, rows, size, space, depth, Name.FlateDecode, shape)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += length + 12


def _black_and_white(image: Image.Image, depth: int, colour_type: int) -> bool:
    if depth != 1 or "transparency" in image.info:
        return False
    palette = image.getpalette("RGB") if colour_type == _PALETTE else [0, 0, 0, 255, 255, 255]
    return palette in ([0, 0, 0, 255, 255, 255], [255, 255, 255, 0, 0, 0])


def _bilevel(pdf: pikepdf.Pdf, image: Image.Image) -> pikepdf.Object:
    bits = image.convert("L").convert("1", dither=Image.Dither.NONE)
    file = io.BytesIO()
    # PDF takes one strip only; Pillow cuts strips of 64 KB unless told otherwise.
    bits.save(file, format="TIFF", compression="group4", strip_size=(bits.width + 7) // 8 * bits.height)
    with Image.open(io.BytesIO(file.getvalue()), formats=("TIFF",)) as tiff:
        tags = tiff.tag_v2  # type: ignore[attr-defined]
        (offset,), (length,) = tags[273], tags[279]  # StripOffsets, StripByteCounts
    # The TIFF writer codes set bits (white, for Pillow) as black runs; BlackIs1 reads them back as set bits.
    shape = Dictionary(K=-1, Columns=bits.width, Rows=bits.height, BlackIs1=True)
    coded = file.getvalue()[offset : offset + length]
    made = _object(pdf, coded, bits.size, Name.DeviceGray, 1, Name.CCITTFaxDecode, shape)
    packed = zlib.compress(coded, 9)
    if len(packed) < len(coded):
        # Fax codes do not learn from what stood above; packed once more a page is 4 to 8 % smaller (measured), which
        # pays for its text. A chain of filters: ISO 32000-1, 7.4.1.
        made.write(
            packed,
            filter=Array([Name.FlateDecode, Name.CCITTFaxDecode]),
            decode_parms=Array([None, shape]),
        )
    return made


def _stored_again(image: Image.Image) -> bytes:
    """Decode, bring to grey or RGB, and store as PNG."""
    grey = image.mode in ("1", "L", "LA")
    profile = image.info.get("icc_profile")
    if image.mode == "CMYK":
        plain, profile = _from_cmyk(image, profile), None
    elif image.mode in ("LA", "RGBA", "PA") or "transparency" in image.info:
        over = image.convert("RGBA")
        plain = Image.new("RGBA", over.size, "white")
        plain.alpha_composite(over)
        plain = plain.convert("L" if grey else "RGB")
    else:
        # Pillow keeps 16-bit grey apart as "I;16"; its rows go through as they are.
        plain = image if image.mode.startswith("I;16") else image.convert("L" if grey else "RGB")
    out = io.BytesIO()
    plain.save(out, format="PNG", compress_level=1, icc_profile=profile)
    return out.getvalue()


def _from_cmyk(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            srgb = ImageCms.createProfile("sRGB")
            turned = ImageCms.profileToProfile(image, io.BytesIO(profile), srgb, outputMode="RGB")
        except (OSError, ImageCms.PyCMSError):
            turned = None
        if turned is not None:
            return turned
    return image.convert("RGB")
