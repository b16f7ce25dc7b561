"""Images go into the draft as they are, or without loss."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from ocr.pdfa import PageImage, check
from tests.ocr import pdfa_paper as paper

SIZE = (300, 200)


def _drawing() -> Image.Image:
    image = Image.linear_gradient("L").resize(SIZE)
    return Image.merge("RGB", (image, ImageChops.invert(image), Image.new("L", SIZE, 77)))


def _srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _pdf(data: bytes, size: tuple[int, int] = SIZE) -> bytes:
    pdf = paper.draft((PageImage(data, 72.0), paper.reading(size=size))).pdf
    report = check(pdf)
    assert report.findings == ()
    return pdf


JPEGS = {
    "grey": lambda: paper.stored(_drawing().convert("L")),
    "colour": lambda: paper.stored(_drawing()),
    "progressive": lambda: paper.stored(_drawing(), progressive=True),
    "profile": lambda: paper.stored(_drawing(), icc_profile=_srgb()),
    "broken profile": lambda: paper.stored(_drawing(), icc_profile=b"not a profile" * 20),
}


@pytest.mark.parametrize("kind", JPEGS)
def test_jpeg_bytes_come_out_as_they_went_in(kind: str, tmp_path: Path) -> None:
    data = JPEGS[kind]()
    pdf = _pdf(data)
    paper.run("pdfimages", "-all", "@", tmp_path / "image", data=pdf, folder=tmp_path)
    (file,) = tmp_path.glob("image-*")
    assert file.suffix == ".jpg"
    assert file.read_bytes() == data
    assert (b"/ICCBased" in pdf) == (kind == "profile")


def test_of_a_phone_s_double_picture_the_first_is_shown(tmp_path: Path) -> None:
    data = paper.stored(_drawing(), "MPO", save_all=True, append_images=[Image.new("RGB", SIZE, "red")])
    seen = ImageStat.Stat(paper.rendered(_pdf(data), tmp_path, 72)).mean
    assert seen == pytest.approx(ImageStat.Stat(_drawing()).mean, abs=3.0)


def test_exif_orientation_turns_nothing(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    seen = paper.rendered(_pdf(paper.stored(_drawing(), exif=exif)), tmp_path, 72)
    assert seen.size == SIZE


def _palette() -> Image.Image:
    return _drawing().quantize(17)


def _black_on_white() -> Image.Image:
    return _drawing().convert("1")


def _see_through() -> Image.Image:
    image = _drawing().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(SIZE))
    return image


def _on_white(image: Image.Image) -> Image.Image:
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image.convert("RGBA"))
    return white.convert("RGB")


def _two_colours(*colours: int) -> Image.Image:
    image = Image.new("P", SIZE)
    image.putpalette(colours)
    image.paste(1, (50, 50, 250, 150))
    return image


PNGS = {
    "grey": (lambda: _drawing().convert("L"), {}, "/FlateDecode"),
    "colour": (_drawing, {}, "/FlateDecode"),
    "colour with profile": (_drawing, {"icc_profile": _srgb()}, "/FlateDecode"),
    "palette": (_palette, {}, "/FlateDecode"),
    "palette of 4 bits": (lambda: _drawing().quantize(9), {"bits": 4}, "/FlateDecode"),
    "one bit": (_black_on_white, {}, "/CCITTFaxDecode"),
    "one bit, palette black first": (
        lambda: _two_colours(0, 0, 0, 255, 255, 255),
        {"bits": 1},
        "/CCITTFaxDecode",
    ),
    "one bit, palette white first": (
        lambda: _two_colours(255, 255, 255, 0, 0, 0),
        {"bits": 1},
        "/CCITTFaxDecode",
    ),
    "one bit, palette in colour": (
        lambda: _two_colours(250, 240, 230, 9, 20, 99),
        {"bits": 1},
        "/FlateDecode",
    ),
    "alpha": (_see_through, {}, "/FlateDecode"),
    "grey with alpha": (lambda: _see_through().convert("LA"), {}, "/FlateDecode"),
    "palette with a clear colour": (_palette, {"transparency": 3}, "/FlateDecode"),
    "a clear colour": (_drawing, {"transparency": (0, 255, 77)}, "/FlateDecode"),
}


@pytest.mark.parametrize("kind", PNGS)
def test_png_is_kept_without_loss_and_transparency_lies_on_white(kind: str, tmp_path: Path) -> None:
    make, options, coding = PNGS[kind]
    data = paper.stored(make(), "PNG", **options)
    pdf = _pdf(data)
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert paper.coding(file.pages[0].Resources.XObject.Im) == coding
    with Image.open(io.BytesIO(data)) as image:
        expected = _on_white(image)
    with pikepdf.open(io.BytesIO(pdf)) as file:
        kept = pikepdf.PdfImage(file.pages[0].Resources.XObject.Im).as_pil_image().convert("RGB")
    assert ImageChops.difference(kept, expected).getbbox() is None
    # On a page the renderer smooths pixels, so that only the whole impression can be compared.
    seen = ImageStat.Stat(paper.rendered(pdf, tmp_path, 72)).mean
    assert seen == pytest.approx(ImageStat.Stat(expected).mean, abs=2.0)


def test_a_png_of_16_bits_keeps_them() -> None:
    grey = Image.new("I;16", SIZE, 40_000)
    pdf = _pdf(paper.stored(grey, "PNG"))
    with pikepdf.open(io.BytesIO(pdf)) as file:
        image = file.pages[0].Resources.XObject.Im
        assert int(image.BitsPerComponent) == 16


def test_an_interlaced_png_is_stored_again_for_pdf_knows_no_interlacing(tmp_path: Path) -> None:
    data = bytearray(
        paper.stored(Image.new("RGB", (1, 1), (9, 8, 7)), "PNG")
    )  # one pixel is the same either way
    data[28] = 1
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    pdf = paper.draft((PageImage(bytes(data), 10.0), paper.reading(size=(1, 1)))).pdf
    assert check(pdf).ok
    assert bytes(data[8:33]) not in pdf
    assert paper.rendered(pdf, tmp_path, 72).getpixel((3, 3)) == (9, 8, 7)


def test_the_compressed_rows_of_a_plain_png_are_passed_through() -> None:
    data = paper.stored(_drawing(), "PNG")
    with pikepdf.open(io.BytesIO(_pdf(data))) as file:
        assert file.pages[0].Resources.XObject.Im.read_raw_bytes() in data


@pytest.mark.parametrize("profile", [None, b"not a profile"])
def test_cmyk_jpeg_becomes_rgb(profile: bytes | None, tmp_path: Path) -> None:
    image = Image.new("CMYK", SIZE, (0, 255, 255, 0))  # Pillow writes it inverted with Adobe's marker
    options = {} if profile is None else {"icc_profile": profile}
    pdf = _pdf(paper.stored(image, quality=95, **options))
    with pikepdf.open(io.BytesIO(pdf)) as file:
        stored = file.pages[0].Resources.XObject.Im
        assert (stored.ColorSpace, stored.Filter) == ("/DeviceRGB", "/FlateDecode")
    red, green, blue = paper.rendered(pdf, tmp_path, 72).getpixel((20, 20))
    assert red > 240
    assert max(green, blue) < 15


def test_rgb_jpeg_that_does_not_say_so_is_stored_again() -> None:
    data = paper.stored(_drawing(), keep_rgb=True)
    start = data.index(b"\xff\xee") if b"\xff\xee" in data else None
    if start is not None:  # take Adobe's marker out, which would tell
        length = int.from_bytes(data[start + 2 : start + 4], "big")
        data = data[:start] + data[start + 2 + length :]
    assert b"JFIF" not in data
    with pikepdf.open(io.BytesIO(_pdf(data))) as file:
        assert file.pages[0].Resources.XObject.Im.Filter == "/FlateDecode"


def test_one_bit_pages_of_a_real_size_stay_one_strip(tmp_path: Path) -> None:
    size = (2480, 3508)
    page = Image.new("1", size, 1)
    page.paste(0, (500, 600, 1900, 700))
    seen = paper.rendered(_pdf(paper.stored(page, "PNG"), size), tmp_path, 72)
    assert seen.getpixel((1000, 650)) == (0, 0, 0)
    assert seen.getpixel((1000, 2900)) == (255, 255, 255)
