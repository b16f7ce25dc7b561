"""Image files as pages: JPEG and PNG as they are, TIFF page by page: the JPEG inside it, or PNG without loss."""

from __future__ import annotations

import struct
import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from ingest.inspection import Inspection, Limits, PageImage, check_page_count, check_pixels, check_resolution
from ingest.media import JPEG, PNG, TIFF
from ingest.refusals import refused
from ingest.resolution import effective_dpi
from ingest.tiff import is_cut
from ingest.tiff_jpeg import jpeg_inside

PLAIN_MODES = frozenset({"1", "L", "P", "RGB"})
"""PNG kinds that every later step takes as they are; others (alpha, 16 bit) become one of these."""

PNG_DEPTH = 24
"""Where the header chunk says how many bits a channel has."""

EXIF_ORIENTATION = 0x0112
TURNED_BY_ORIENTATION = {1: 0, 3: 180, 6: 270, 8: 90}
"""EXIF orientation to the degrees clockwise by which the stored pixels stand turned away from upright: value 6
says "turn 90 clockwise to show", so the picture stands turned by 270. Mirrored values are ignored."""


def inspect_picture(path: Path, media_type: str, folder: Path, limits: Limits) -> Inspection:
    """Look at an image file; page images that are not the file itself are written into ``folder``.

    Raises Refused. Every pixel is decoded once, so what passes here can be read later.
    """
    Image.MAX_IMAGE_PIXELS = None  # our own limit is checked from the header, before any decoding
    try:
        # Odd metadata is not the page's fault.
        with warnings.catch_warnings(action="ignore"), Image.open(path) as image:
            frames = int(getattr(image, "n_frames", 1)) if media_type not in (JPEG, PNG) else 1
            check_page_count(frames, limits)
            pages = tuple(
                _page(image, number, path, media_type, folder, limits) for number in range(1, frames + 1)
            )
    except UnidentifiedImageError:
        raise (
            refused("TRUNCATED", "TIFF")
            if media_type == TIFF and is_cut(path)
            else refused("DAMAGED", "header")
        ) from None
    except (
        OSError,
        SyntaxError,
        EOFError,
        ValueError,
        struct.error,
        KeyError,
        TypeError,
        IndexError,
    ) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's trouble, not the file's
        if media_type == TIFF and is_cut(path):
            raise refused("TRUNCATED", "TIFF") from error
        raise _fault(error) from error
    if media_type == JPEG and not _has_end(path):
        raise refused("TRUNCATED", "JPEG: no end marker")
    if media_type == TIFF and is_cut(path):
        # libtiff fills the rows it misses in fax and packed strips and says nothing
        raise refused("TRUNCATED", "TIFF")
    return Inspection(pages, warnings=check_resolution(pages, limits))


def _page(
    image: Image.Image, number: int, path: Path, media_type: str, folder: Path, limits: Limits
) -> PageImage:
    if number > 1:
        image.seek(number - 1)
    width, height = image.size
    check_pixels(width, height, limits, number)
    if width == 0 or height == 0:
        raise refused("DAMAGED", f"page {number}: {width} x {height}")
    inside = jpeg_inside(image, path) if media_type == TIFF else None
    image.load()
    claimed = image.info.get("dpi")
    dpi = effective_dpi(width, height, _pair(claimed))
    turned = _turned(image)
    if media_type == JPEG or (media_type == PNG and _is_plain(image, path)):
        return PageImage(path, width, height, dpi, turned)
    if inside is not None:
        target = folder / f"page-{number:05}.jpg"
        target.write_bytes(inside)
        return PageImage(target, width, height, dpi, turned)
    target = folder / f"page-{number:05}.png"
    plain(image).save(
        target, "PNG", compress_level=5
    )  # at 3 a grey page from a TIFF grows by up to 14 % (measured)
    return PageImage(target, width, height, dpi, turned)


def plain(image: Image.Image) -> Image.Image:
    """The picture in 1-bit, grey, palette or RGB, 8 bits a channel; transparency becomes white paper."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        alpha = image.convert("RGBA")
        paper = Image.new("RGBA", alpha.size, "white")
        return Image.alpha_composite(paper, alpha).convert("RGB")
    if image.mode.startswith("I") or image.mode == "F":
        # 16-bit and float grey: the brightest that is there becomes white, nothing is clipped
        grey = image.convert("F")
        low, high = (float(edge) for edge in grey.getextrema())  # type: ignore[arg-type]
        low = min(low, 0.0)
        scale = 255 / (high - low) if high > low else 0.0
        return grey.point(lambda value: value * scale + (0.5 - low * scale)).convert("L")
    return image if image.mode in PLAIN_MODES else image.convert("RGB")


def _is_plain(image: Image.Image, path: Path) -> bool:
    with path.open("rb") as file:
        depth = file.read(PNG_DEPTH + 1)[PNG_DEPTH]  # Pillow shows 16 bits of colour as 8
    return (
        depth <= 8
        and image.mode in PLAIN_MODES
        and "transparency" not in image.info
        and not image.info.get("interlace")
    )


def _pair(claimed: object) -> tuple[float, float] | None:
    if isinstance(claimed, tuple) and len(claimed) == 2:
        try:
            return float(claimed[0]), float(claimed[1])
        except (TypeError, ValueError, ZeroDivisionError):
            return None
    return None


def _has_end(path: Path) -> bool:
    """Whether a JPEG's own end marker is there, not that of a thumbnail inside; what cameras append is fine."""
    data, place = path.read_bytes(), 2
    while 0 <= (place := data.find(b"\xff", place)) < len(data) - 1:
        marker = data[place + 1]
        if marker == 0xD9:
            return True
        if marker == 0xFF:  # fill byte
            place += 1
        elif marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD7:  # inside a scan
            place += 2
        else:
            place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return False


def _turned(image: Image.Image) -> int:
    try:
        return TURNED_BY_ORIENTATION.get(image.getexif().get(EXIF_ORIENTATION, 1), 0)
    except Exception:
        return 0  # broken EXIF is not the page's fault, and the hint is only a hint


def _fault(error: Exception) -> Exception:
    text = str(error)
    if "truncated" in text.lower() or isinstance(error, EOFError):
        return refused("TRUNCATED", text)
    if "too large" in text or "Too much memory" in text:  # Pillow's limits for texts and profiles in a PNG
        return refused("DECOMPRESSION_BOMB", text)
    return refused("DAMAGED", text or type(error).__name__)
