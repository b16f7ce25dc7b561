"""Image files as pages: kept as they are where that can be read, otherwise changed without loss."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageChops

from tests.ingest import pictures
from tests.ingest.conftest import Look

RAMP = np.linspace(0, 1, pictures.A6_200[0] * pictures.A6_200[1]).reshape(pictures.A6_200[::-1])


def same(one: Image.Image, other: Image.Image) -> bool:
    return (
        one.size == other.size
        and ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox() is None
    )


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("how", [{}, {"progressive": True}], ids=["baseline", "progressive"])
def test_a_jpeg_is_its_own_page(look: Look, mode: str, how: dict) -> None:
    data = pictures.jpeg(mode, **how)
    assert look(data).bytes == [data]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_a_plain_png_is_its_own_page(look: Look, mode: str) -> None:
    data = pictures.png(mode)
    seen = look(data)
    assert seen.bytes == [data] and seen.pages[0].mode == mode


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_becomes_white_paper(look: Look, mode: str) -> None:
    image = Image.new(mode, pictures.A6_200)  # black, and invisible
    image.paste(pictures.page("L").convert(mode), (0, 500))
    (page,) = look(pictures.encoded(image, "PNG")).pages
    assert page.mode == "RGB" and page.getpixel((5, 5)) == (255, 255, 255)
    assert page.getpixel((400, 900)) == pictures.page("L").convert("RGB").getpixel((400, 400))


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize(
    "samples",
    [
        (RAMP * 65535).astype("uint16"),
        (RAMP * 4095).astype("uint16"),
        RAMP.astype("float32"),
        (RAMP * 9e4).astype("int32"),
    ],
    ids=["16 bit", "12 bit in 16", "float", "32 bit"],
)
def test_deep_grey_becomes_eight_bit_with_all_its_shades(look: Look, kind: str, samples: np.ndarray) -> None:
    if kind == "PNG" and samples.dtype != np.uint16:
        pytest.skip("PNG has no such pixels")
    (page,) = look(pictures.encoded(Image.fromarray(samples), kind)).pages
    assert page.mode == "L"
    assert np.abs(np.asarray(page) / 255 - RAMP).max() < 0.01


def test_sixteen_bit_white_paper_stays_white(look: Look) -> None:
    rng = np.random.default_rng(1)
    paper = rng.integers(64_000, 65_535, pictures.A6_200[::-1]).astype("uint16")
    (page,) = look(pictures.encoded(Image.fromarray(paper), "PNG")).pages
    assert np.asarray(page).min() > 240


def test_sixteen_bit_colour_becomes_eight_bit(look: Look) -> None:
    deep = np.asarray(pictures.page())[:, :, ::-1].astype("uint16") * 257
    data = bytes(cv2.imencode(".png", deep)[1])
    dpi = pictures.png_chunk(b"pHYs", (7874).to_bytes(4, "big") * 2 + b"\x01")
    (page,) = (seen := look(data[:33] + dpi + data[33:])).pages
    assert same(page, pictures.page())
    assert seen.bytes[0][24] == 8  # bit depth in the header


@pytest.mark.parametrize("compression", ["group4", "group3", "raw", "tiff_lzw", "packbits"])
def test_a_bitonal_tiff_stays_one_bit(look: Look, compression: str) -> None:
    (page,) = look(pictures.tiff(pictures.page("1"), compression=compression)).pages
    assert page.mode == "1" and same(page, pictures.page("1"))


@pytest.mark.parametrize(
    "how", [{}, {"compression": "tiff_lzw"}, {"compression": "tiff_adobe_deflate"}, {"big_tiff": True}]
)
@pytest.mark.parametrize("mode", ["L", "RGB", "P"])
def test_a_tiff_loses_nothing(look: Look, mode: str, how: dict) -> None:
    (page,) = look(pictures.tiff(pictures.page(mode), **how)).pages
    assert same(page, pictures.page(mode))


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_the_pages_of_a_tiff_come_in_order(look: Look, mode: str) -> None:
    seen = look(pictures.tiff(*pictures.numbered(7, mode)))
    assert [pictures.squares(page) for page in seen.pages] == [1, 2, 3, 4, 5, 6, 7]


def test_pages_of_one_tiff_may_differ(look: Look) -> None:
    first, second = pictures.page("1"), pictures.page("RGB", (1240, 1754)).rotate(90, expand=True)
    seen = look(pictures.tiff(first, second))
    assert [page.mode for page in seen.pages] == ["1", "RGB"]
    assert same(seen.pages[0], first) and same(seen.pages[1], second)


@pytest.mark.parametrize(
    ("orientation", "turned"), [(1, 0), (2, 0), (3, 180), (6, 270), (8, 90), (0, 0), (99, 0)]
)
def test_a_turned_jpeg_keeps_its_pixels_and_says_how_it_stands(
    look: Look, orientation: int, turned: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = pictures.jpeg(exif=exif)
    seen = look(data)
    assert (seen.bytes, seen.found.pages[0].turned) == ([data], turned)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_turned_tiff_comes_upright(look: Look, orientation: int) -> None:
    back = {1: 0, 3: 180, 6: 90, 8: 270}[orientation]
    stored = pictures.page().rotate(back, expand=True)
    seen = look(pictures.tiff(stored, tiffinfo={274: orientation}))
    assert same(seen.pages[0], pictures.page()) and seen.found.pages[0].turned == 0


@pytest.mark.parametrize(
    "rubbish", [b"garbage!" * 5, b"II*\x00" + b"\xff" * 36, b"", b"MM\x00*\x00\x00\x00\x08\xff\xff"]
)
def test_broken_exif_is_not_the_pages_fault(look: Look, rubbish: bytes) -> None:
    whole = pictures.jpeg()
    data = (
        whole[:2]
        + b"\xff\xe1"
        + (8 + len(rubbish)).to_bytes(2, "big")
        + b"Exif\x00\x00"
        + rubbish
        + whole[2:]
    )
    assert look(data).bytes == [data]


@pytest.mark.parametrize("trailer", [b"SEFH\xff\xda\x00 camera", b"\x00" * 5000, pictures.jpeg("L")])
def test_what_a_camera_appends_to_a_jpeg_is_fine(look: Look, trailer: bytes) -> None:
    data = pictures.jpeg() + trailer
    assert look(data).bytes == [data]


def test_a_thumbnail_inside_does_not_end_the_jpeg(look: Look) -> None:
    whole, thumbnail = pictures.jpeg(), pictures.jpeg("L", (160, 120))
    data = whole[:2] + b"\xff\xe2" + (2 + len(thumbnail)).to_bytes(2, "big") + thumbnail + whole[2:]
    assert look(data).bytes == [data]
    assert look(data[:-1000]).code == "TRUNCATED" == look(data[:-2]).code


@pytest.mark.parametrize(
    ("dpi", "code", "warnings"),
    [
        (300, "", []),
        (200, "", []),
        (199, "", ["RESOLUTION_LOW"]),
        (150, "", ["RESOLUTION_LOW"]),
        (149, "RESOLUTION_TOO_LOW", []),
        (72, "RESOLUTION_TOO_LOW", []),
    ],
)
def test_a_page_is_refused_below_150_dpi_and_warned_of_below_200(
    look: Look, dpi: int, code: str, warnings: list[str]
) -> None:
    size = (round(4.13 * dpi), round(5.83 * dpi))
    seen = look(pictures.jpeg("L", size, dpi=(dpi, dpi)))
    assert (seen.code, seen.warnings) == (code, warnings)


def test_the_page_with_the_lowest_resolution_decides(look: Look) -> None:
    seen = look(pictures.tiff(pictures.page(), pictures.page("RGB", (413, 583)), dpi=(200, 200)))
    assert seen.code == "RESOLUTION_TOO_LOW" and "page 2" in seen.why
