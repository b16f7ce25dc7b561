"""The JPEG inside a TIFF is kept as the scanner coded it, wherever that loses nothing."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageCms

from tests.ingest import pictures, strips
from tests.ingest.conftest import Look

SIZE = pictures.A6_200


def decoded(data: bytes) -> np.ndarray:
    """The page's pixels as libtiff or libjpeg see them."""
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image)


def coded(jpeg: bytes) -> bytes:
    """What was coded, from the first scan on."""
    return jpeg[jpeg.index(b"\xff\xda") :]


@pytest.mark.parametrize(("mode", "photometric"), [("L", strips.GREY), ("RGB", strips.YCBCR)])
@pytest.mark.parametrize("quality", [30, 92])
def test_one_strip_is_the_scanner_s_jpeg_with_its_tables_put_back(
    look: Look, mode: str, photometric: int, quality: int
) -> None:
    (jpeg,) = strips.bands(strips.page(mode), SIZE[1], quality=quality)
    tables, rest = strips.apart(jpeg)
    (kept,) = look(strips.tiff([rest], SIZE, SIZE[1], photometric, tables)).bytes
    assert coded(kept) == coded(jpeg)
    assert np.array_equal(decoded(kept), decoded(jpeg))
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.format, image.info["dpi"]) == ("JPEG", (200, 200))


@pytest.mark.parametrize("rows", [8, 64, 1160])
@pytest.mark.parametrize(("mode", "photometric"), [("L", strips.GREY), ("RGB", strips.YCBCR)])
def test_strips_that_end_on_coded_rows_become_one_jpeg(
    look: Look, mode: str, photometric: int, rows: int
) -> None:
    made = [strips.apart(band) for band in strips.bands(strips.page(mode), rows, subsampling=0)]
    data = strips.tiff([rest for _, rest in made], SIZE, rows, photometric, made[0][0])
    if photometric == strips.YCBCR:  # not subsampled
        data = data.replace(b"\x12\x02\x03\x00\x02\x00\x00\x00\x02\x00\x02\x00",
                            b"\x12\x02\x03\x00\x02\x00\x00\x00\x01\x00\x01\x00")  # fmt: skip
    (kept,) = look(data).bytes
    assert kept.startswith(b"\xff\xd8") and len(kept) < len(data)
    assert np.array_equal(decoded(kept), decoded(data))


def test_strips_with_colour_at_half_the_rows_differ_at_their_seams_only(look: Look) -> None:
    made = [strips.apart(band) for band in strips.bands(strips.page(), 128, subsampling=2)]
    data = strips.tiff([rest for _, rest in made], SIZE, 128, tables=made[0][0])
    (kept,) = look(data).bytes
    assert kept.startswith(b"\xff\xd8")
    rows = np.flatnonzero((decoded(kept) != decoded(data)).reshape(SIZE[1], -1).any(axis=1))
    assert set((rows + 1) % 128) <= {0, 1}


def test_restart_markers_of_the_scanner_are_numbered_through(look: Look) -> None:
    bands = strips.bands(strips.page("L"), 64, restart_marker_rows=1)
    data = strips.tiff(bands, SIZE, 64, strips.GREY)
    (kept,) = look(data).bytes
    assert kept.startswith(b"\xff\xd8") and np.array_equal(decoded(kept), decoded(data))


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_every_page_of_libtiff_s_own_jpeg_tiffs_is_kept(look: Look, mode: str) -> None:
    data = pictures.tiff(*pictures.numbered(3, mode), compression="jpeg")
    seen = look(data)
    assert all(kept.startswith(b"\xff\xd8") for kept in seen.bytes)
    assert [pictures.squares(page) for page in seen.pages] == [1, 2, 3]
    assert [page.mode for page in seen.pages] == [mode] * 3
    assert sum(map(len, seen.bytes)) < len(data)


def test_colours_coded_as_rgb_come_out_as_they_are(look: Look) -> None:
    data = pictures.tiff(compression="jpeg")
    (kept,) = look(data).bytes
    assert b"Adobe\x00\x64\x00\x00\x00\x00\x00" in kept and b"JFIF" not in kept
    assert np.array_equal(decoded(kept), decoded(data))


def test_a_colour_profile_goes_along(look: Look) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    (kept,) = look(pictures.tiff(compression="jpeg", icc_profile=profile)).bytes
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.format, image.info["icc_profile"]) == ("JPEG", profile)


def _cut_inside_a_block() -> bytes:
    bands = strips.bands(strips.page("L"), 20)  # not a multiple of 8
    return strips.tiff(bands, SIZE, 20, strips.GREY)


def _tables_differ() -> bytes:
    bands = strips.bands(strips.page("L"), 64)
    other = strips.bands(strips.page("L"), 64, quality=20)
    return strips.tiff([*bands[:5], *other[5:]], SIZE, 64, strips.GREY)


def _white_is_zero() -> bytes:
    return strips.tiff(strips.bands(strips.page("L"), SIZE[1]), SIZE, SIZE[1], photometric=0)


def _turned() -> bytes:
    return strips.tiff(
        strips.bands(strips.page("L"), SIZE[1]), SIZE, SIZE[1], strips.GREY, more=[(274, 3, 1, 3)]
    )


def _ends_early() -> bytes:
    (jpeg,) = strips.bands(strips.page("L"), SIZE[1])
    return strips.tiff([jpeg[: len(jpeg) // 2]], SIZE, SIZE[1], strips.GREY)


@pytest.mark.parametrize("make", [_cut_inside_a_block, _tables_differ, _white_is_zero, _turned, _ends_early])
def test_what_cannot_be_joined_is_kept_without_loss_as_png(look: Look, make: Callable[[], bytes]) -> None:
    data = make()
    (kept,) = look(data).bytes
    assert kept.startswith(b"\x89PNG")
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert np.array_equal(decoded(kept), np.asarray(image))
