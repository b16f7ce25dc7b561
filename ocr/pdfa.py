"""Page images and their readings become one PDF/A-2b with text that can be searched and copied.

The picture is what was scanned: upright, not straightened, its compressed bytes untouched where PDF allows.
The text is invisible. The same input gives the same bytes. Nothing here signs; page 1 grows by a white margin where a
mark needs one.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from itertools import zip_longest

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode
from pikepdf import pdfa as checker

from ocr import pdfa_image, pdfa_metadata
from ocr.glyphless import Alphabet
from ocr.pdfa_colour import srgb_profile
from ocr.pdfa_geometry import Sheet, numbers
from ocr.pdfa_text import text_layer
from ocr.pdfa_values import NO_MARGIN, Draft, Margin, Metadata, NotBuilt, PageImage, PdfaReport
from ocr.values import PageReading

__all__ = [
    "NO_MARGIN",
    "Draft",
    "Margin",
    "Metadata",
    "NotBuilt",
    "PageImage",
    "PdfaReport",
    "build",
    "check",
]

FLAVOUR = "2b"
_SMALLEST, _LARGEST = 3.0, 14400.0  # points; ISO 19005-2, 6.1.13


def build(
    pages: Iterable[PageImage],
    readings: Sequence[PageReading],
    metadata: Metadata,
    *,
    margin: Margin = NO_MARGIN,
) -> Draft:
    """Return the PDF/A-2b of a document, one page an image, in order.

    ``pages`` is walked once, so it may load images as it goes; only compressed bytes are held. ``margin``:
    white by which page 1 grows, for a mark that found no place on it. Raises :class:`NotBuilt`.
    """
    with pikepdf.new() as pdf:
        _declare(pdf, metadata)
        alphabet = Alphabet.of(word.text.strip() for reading in readings for word in reading.words)
        writer = _Writer(pdf, alphabet)
        for page, (image, reading) in enumerate(zip_longest(pages, readings), 1):
            if image is None or reading is None:
                raise NotBuilt("page-count-mismatch", readings=len(readings))
            sheet = _sheet(image, reading, page)
            writer.add(image.data, reading, sheet, margin if page == 1 else NO_MARGIN, page)
        if not readings:
            raise NotBuilt("no-pages")
        out = io.BytesIO()
        # Settings the checker's promise rests on; object streams, which part 2 permits (6.1.4 with
        # ISO 32000-1, 7.5.7 and 7.5.8) and which halve what describes the file; and an /ID (ISO 19005-2,
        # 6.1.3 wants one) made from the content instead of from clock and chance.
        settings = checker.resolve_save_kwargs(
            FLAVOUR, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate, min_version="1.7"
        )
        pdf.save(out, **settings)
    return Draft(out.getvalue(), len(readings))


def check(pdf: bytes) -> PdfaReport:
    """Judge an unsealed PDF by PDF/A-2b with an allowlist checker: it approves only what it knows to conform.

    It never raises for a bad file. A sealed file comes back as "not_checked", for the checker knows no forms.
    """
    report = checker.validate_written(io.BytesIO(pdf), FLAVOUR)
    findings = tuple(str(finding) for finding in report.findings)
    return PdfaReport(report.passed, report.verdict, findings, f"pikepdf {pikepdf.__version__}")


def _declare(pdf: pikepdf.Pdf, metadata: Metadata) -> None:
    packet = pdfa_metadata.packet(metadata)
    pdf.Root.Metadata = pdf.make_stream(packet, Type=Name.Metadata, Subtype=Name.XML)
    for key, value in pdfa_metadata.info(metadata).items():
        pdf.docinfo[key] = value
    pdf.Root.Lang = pikepdf.String("vi")
    # ISO 19005-2, 6.2.3 and 6.2.4.3: device colours mean nothing without an output intent.
    profile = srgb_profile()
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=pikepdf.String("sRGB"),
        Info=pikepdf.String("sRGB IEC61966-2.1"),
        DestOutputProfile=pdf.make_stream(profile, N=3),
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])


def _sheet(image: PageImage, reading: PageReading, page: int) -> Sheet:
    if reading.rotation not in (0, 90, 180, 270):
        raise NotBuilt("rotation-unknown", page=page, rotation=reading.rotation)
    if not 0 < image.dpi < float("inf"):
        raise NotBuilt("page-size-out-of-range", page=page, dpi=image.dpi)
    return Sheet.of(reading, image.dpi)


class _Writer:
    """Adds pages to a PDF; keeps what they share, the font and the colour profiles."""

    def __init__(self, pdf: pikepdf.Pdf, alphabet: Alphabet) -> None:
        self._pdf, self._alphabet = pdf, alphabet
        self._fonts = Dictionary({f"/F{n}": face.add_to(pdf) for n, face in enumerate(alphabet.faces)})
        self._profiles: dict[bytes, pikepdf.Object] = {}

    def add(self, data: bytes, reading: PageReading, sheet: Sheet, margin: Margin, page: int) -> None:
        width, height = sheet.size
        whole = (width + margin.right, height + margin.top)
        if min(width, height) < _SMALLEST or max(whole) > _LARGEST:
            raise NotBuilt("page-size-out-of-range", page=page, dpi=sheet.dpi)
        try:
            image = pdfa_image.embed(self._pdf, data, self._profiles)
        except pdfa_image.Undecodable as error:
            raise NotBuilt("image-undecodable", page=page) from error
        found = (int(image.Width), int(image.Height))
        if found != (sheet.width, sheet.height):
            expected = f"{sheet.width} x {sheet.height}"
            raise NotBuilt(
                "image-size-mismatch", page=page, found=f"{found[0]} x {found[1]}", expected=expected
            )
        text = text_layer(reading.words, sheet, reading.skew, self._alphabet)
        resources = Dictionary(XObject=Dictionary(Im=image))
        if text:
            resources.Font = self._fonts
        # The margin's white is painted, not left to what the reader takes for paper.
        above, beside = (0, height, whole[0], margin.top), (width, 0, margin.right, height)
        paper = "".join(f"{numbers(one)} re " for one in (above, beside) if min(one[2:]) > 0)
        paper = f"q 1 g {paper}f Q\n" if paper else ""
        picture = f"{paper}q {numbers(sheet.image_matrix())} cm /Im Do Q\n".encode("ascii")
        box = Array([0, 0, *(round(side, 3) for side in whole)])
        # /Rotate is 0 by its absence. Resources stand on the page itself: ISO 19005-2, 6.2.2.
        dictionary = Dictionary(
            Type=Name.Page,
            MediaBox=box,
            Resources=resources,
            Contents=self._pdf.make_stream(picture + text),
        )
        self._pdf.pages.append(pikepdf.Page(dictionary))
