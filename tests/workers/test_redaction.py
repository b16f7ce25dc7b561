"""What an extract leaves out is gone, wherever the original kept it; what it shows is the original's."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from archive.errors import Problem
from ocr import pdfa
from ocr.values import Box, PageReading, Word
from signing.extract import picture
from signing.mark import Mark, mark_size
from signing.report import Original
from signing.seal import seal
from signing.terms import CopyBasis, CopyTerms, OriginalSummary
from tests.ocr import pdfa_paper
from tests.sealed_files import Gathered
from tests.signing.office import ADDRESS, AGENCY, Office, open_office, paper
from tests.signing.tools import needs
from workers.jobs import extracts, seals
from workers.jobs.values import Chosen, Stated

SECRET = "TUYETMAT"
HIDE = "1:0,0.05,1,0.2"
"""Where `paper` has its line of text."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return open_office(tmp_path_factory.mktemp("redaction") / "pki")


def extracted(
    office: Office,
    original: bytes,
    folder: Path,
    show: tuple[str, ...],
    hide: tuple[str, ...],
    with_text: bool = False,
) -> bytes:
    """The extract that the job makes."""
    at = office.clock()
    summary = OriginalSummary(hashlib.sha256(original).hexdigest(), AGENCY, "2026-11-20T08:00:00+07:00")
    terms = CopyTerms(
        "3/2026",
        2026,
        CopyBasis.EXTRACT,
        AGENCY,
        "Ông A",
        "vay vốn",
        ADDRESS,
        "7Q2M-9KXW-4TZB-R8CD",
        at,
        summary,
    )
    source, made = folder / "original.pdf", folder / "extract.pdf"
    source.write_bytes(original)
    chosen = Chosen(show, hide, with_text)
    report = extracts.issue_extract(source, office.directory, "H01.02.03", terms, Stated(), chosen, at, made)
    assert report.verdict.value == "VALID"
    return made.read_bytes()


def judged(
    office: Office, extract: bytes, folder: Path, original: bytes | None, *renewed: bytes
) -> tuple[str, str]:
    """The verdict on an extract and the code of its own check, compared with `original` where that is given;
    `renewed`: what that became."""
    (folder / "judged.pdf").write_bytes(extract)
    digests = tuple(hashlib.sha256(one).hexdigest() for one in (original or b"", *renewed))
    if original is not None:
        (folder / "held.pdf").write_bytes(original)
    report = seals.check_file(
        folder / "judged.pdf",
        office.directory,
        office.clock(),
        None,
        original=None if original is None else Original(folder / "held.pdf", digests),
    )
    (found,) = [one.code for one in report.checks if one.name == "extract"]
    return report.verdict.value, found


def everything(pdf: bytes, folder: Path) -> bytes:
    """All bytes of a file, packed and unpacked, and its text as poppler and pdfium find it."""
    needs("pdftotext")
    (folder / "searched.pdf").write_bytes(pdf)
    parts = [
        pdf,
        subprocess.run(["pdftotext", folder / "searched.pdf", "-"], check=True, capture_output=True).stdout,
    ]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for each in opened.objects:
            if isinstance(each, pikepdf.Stream):
                parts.append(each.read_raw_bytes())
                if each.get("/Subtype") != Name.Image:  # pictures are looked at, not searched
                    parts.append(each.read_bytes())
            elif isinstance(each, pikepdf.Dictionary | pikepdf.Array):
                parts.append(each.unparse(resolved=False))
    document = pypdfium2.PdfDocument(pdf)
    parts += [page.get_textpage().get_text_bounded().encode() for page in document]
    return b"\n".join(parts)


def lacks(pdf: bytes, word: str, folder: Path) -> bool:
    told = everything(pdf, folder)
    return not any(word.encode(coding) in told for coding in ("utf-8", "utf-16-be", "utf-16-le"))


def rendered(pdf: bytes, page: int, folder: Path) -> list[np.ndarray[Any, Any]]:
    """A page by poppler and by pdfium, grey, 100 dpi."""
    needs("pdftoppm")
    (folder / "drawn.pdf").write_bytes(pdf)
    where = folder / "drawn"
    subprocess.run(
        [
            "pdftoppm",
            "-r",
            "100",
            "-f",
            str(page),
            "-l",
            str(page),
            "-gray",
            "-singlefile",
            folder / "drawn.pdf",
            where,
        ],
        check=True,
    )
    other = pypdfium2.PdfDocument(pdf)[page - 1].render(scale=100 / 72).to_pil().convert("L")
    return [np.asarray(Image.open(where.with_suffix(".pgm"))), np.asarray(other)]


def hostile() -> bytes:
    """A paper that keeps a secret in every place where a file can, most of them within what will be shown."""
    with pikepdf.open(io.BytesIO(paper(pages=2))) as pdf:
        page = pdf.pages[0]
        off = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=SECRET))
        pdf.Root.OCProperties = Dictionary(
            OCGs=Array([off]), D=Dictionary(OFF=Array([off]), Order=Array([off]))
        )
        page.obj.Resources.Properties = Dictionary(Hidden=off)
        helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.obj.Resources.Font["/Plain"] = helvetica
        form = Stream(
            pdf, f"BT /Plain 20 Tf 60 300 Td ({SECRET}) Tj ET".encode(), Type=Name.XObject, Subtype=Name.Form,
            BBox=Array([0, 0, 595, 842]), Resources=Dictionary(Font=Dictionary(Plain=helvetica)),
        )  # fmt: skip
        page.obj.Resources.XObject["/Under"] = form
        words = f"BT /Plain 20 Tf 60 400 Td ({SECRET}) Tj ET"
        page.contents_add(
            pdf.make_stream(
                f"/OC /Hidden BDC {words} EMC BT 3 Tr /Plain 9 Tf 60 500 Td ({SECRET}) Tj ET /Under Do "
                "q 1 1 1 rg 50 290 300 40 re f Q".encode()
            )
        )
        page.obj.Thumb = Stream(
            pdf,
            b"\0" * 12 + SECRET.encode(),
            Width=2,
            Height=2,
            BitsPerComponent=8,
            ColorSpace=Name.DeviceRGB,
        )
        page.obj.PieceInfo = Dictionary(Made=Dictionary(Private=SECRET))
        pdf.attachments["mat.txt"] = SECRET.encode()
        pdf.docinfo["/Subject"] = SECRET
        pdf.Root.Unused = Dictionary(Note=SECRET)
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem(SECRET, 0))
        note = Dictionary(
            Type=Name.Annot, Subtype=Name.Text, Rect=Array([60, 600, 80, 620]), Contents=SECRET, F=2
        )
        page.obj.Annots = Array([pdf.make_indirect(note)])
        out = io.BytesIO()
        pdf.save(out, min_version="1.7", object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return revised(out.getvalue())


def revised(pdf: bytes) -> bytes:
    """A second revision over one that says more: what page 2 said first is still in the file."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.pages[1].contents_add(opened.make_stream(f"BT /HosoMark 1 Tf ({SECRET}) Tj ET".encode()))
        first = io.BytesIO()
        opened.save(first, min_version="1.7", object_stream_mode=pikepdf.ObjectStreamMode.disable)
    writer = IncrementalPdfFileWriter(first)
    page = writer.root["/Pages"]["/Kids"][1]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 g 60 60 100 100 re f"))
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_hostile_original_leaks_nothing(office: Office, gathered: Gathered, tmp_path: Path) -> None:
    original = office.sealed(hostile())
    gathered.leave_out(original)
    assert not lacks(original, SECRET, tmp_path)
    made = extracted(office, original, tmp_path, (), (HIDE,))
    assert lacks(made, SECRET, tmp_path)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert set(pdf.Root.keys()).isdisjoint({"/OCProperties", "/Outlines", "/Unused", "/OpenAction"})
        assert list(pdf.attachments) == ["trich-sao.json"]
    assert judged(office, made, tmp_path, original) == ("VALID", "OK")


def test_a_region_of_a_born_digital_page_is_blank_in_every_renderer_and_its_text_gone(
    office: Office, tmp_path: Path
) -> None:
    original = office.sealed(paper(pages=3))
    made = extracted(office, original, tmp_path, ("2", "3"), ("2:0,0.05,1,0.2", "3:30,100,500,300pt"))
    told = everything(made, tmp_path).decode("utf-8", "ignore")
    assert "15/QĐ-UBND" not in told
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert len(pdf.pages) == 2
        width, height = (float(edge) for edge in pdf.pages[1].mediabox[2:])
    for pixels in rendered(made, 2, tmp_path):
        rows, columns = pixels.shape
        y0, y1, x0, x1 = (
            round(edge)
            for edge in (
                100 / height * rows,
                300 / height * rows,
                30 / width * columns,
                500 / width * columns,
            )
        )
        assert pixels[y0 + 4 : y1 - 4, x0 + 4 : x1 - 4].min() >= 250
        assert pixels[y1 + 20 :, :].min() < 200  # the rest of the picture is there
    assert judged(office, made, tmp_path, original) == ("VALID", "OK")


def test_show_only_leaves_the_rest_of_the_page_blank(office: Office, tmp_path: Path) -> None:
    made = extracted(office, office.sealed(paper(pages=2)), tmp_path, ("2:0.1,0.6,0.5,0.7",), ())
    for pixels in rendered(made, 1, tmp_path):
        page = pixels[-round(842 / 72 * 100) :]  # under the band
        rows, columns = page.shape
        shown = page[
            int(rows * 0.6) + 4 : int(rows * 0.7) - 4, int(columns * 0.1) + 4 : int(columns * 0.5) - 4
        ]
        assert shown.max() < 250
        assert page[int(rows * 0.72) :].min() >= 250 and page[:, int(columns * 0.52) :].min() >= 250


def test_regions_of_a_turned_page_lie_where_the_page_shows_them(office: Office, tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(paper(pages=2))) as pdf:
        pdf.pages[1].Rotate = 90
        out = io.BytesIO()
        pdf.save(out, min_version="1.7")
    original = office.sealed(out.getvalue())
    made = extracted(office, original, tmp_path, ("2",), ("2:0,0,0.5,1",))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert "/Rotate" not in pdf.pages[0]
        assert float(pdf.pages[0].mediabox[2]) == pytest.approx(842, abs=1)
    for pixels in rendered(made, 1, tmp_path):
        page = pixels[-round(595 / 72 * 100) :]
        columns = page.shape[1]
        assert page[:, 4 : columns // 2 - 4].min() >= 250
        assert page[:, columns // 2 + 8 :].min() < 200


def record(office: Office, pages: list[list[str]]) -> bytes:
    """A sealed record as hoso makes it of bi-tonal scans: words in a text layer over pictures of fax coding."""
    images, readings = [], []
    for lines in pages:
        sheet = Image.new("1", (1654, 2339), 1)
        words = []
        for line, said in enumerate(lines):
            left = 200
            for word in said.split():
                box = (left, 400 + 100 * line, left + 20 * len(word), 440 + 100 * line)
                sheet.paste(0, box)
                words.append(Word(word, 0.9, Box(*box), line))
                left = box[2] + 15
        data = io.BytesIO()
        sheet.save(data, "PNG")
        images.append(pdfa.PageImage(data.getvalue(), 200))
        readings.append(PageReading(1654, 2339, 200, 0, 0.0, False, "", tuple(words), (), "test"))
    told = pdfa.Metadata(
        f"Quyết định {SECRET}", "doc-1", datetime(2026, 1, 1, tzinfo=UTC), "hoso", {"holder_name": SECRET}
    )
    wide, tall = mark_size(AGENCY)
    draft = pdfa.build(images, readings, told, margin=pdfa.Margin(top=tall + 4))
    with pikepdf.open(io.BytesIO(draft.pdf)) as pdf:
        right, top = (float(number) for number in pdf.pages[0].mediabox[2:])
    return seal(
        draft.pdf, key=office.key, timestamper=office.timestamper, trust=office.trust,
        mark=Mark(AGENCY, office.clock(), (right - wide - 2, top - tall - 2, right - 2, top - 2)), at=office.clock(),
    ).pdf  # fmt: skip


def test_words_stay_but_for_those_of_which_anything_is_hidden(office: Office, tmp_path: Path) -> None:
    original = record(office, [["Trang đầu"], ["Điều công khai", f"Thu nhập {SECRET} đồng", "Điều cuối"]])
    across = (200 + 20 * 3 + 15 + 20 * 4 + 15 + 70) / 1654  # in the middle of the secret word
    made = extracted(
        office,
        original,
        tmp_path,
        ("2",),
        (f"2:{across:.4f},{480 / 2339:.4f},1,{560 / 2339:.4f}",),
        with_text=True,
    )
    said = subprocess.run(
        ["pdftotext", tmp_path / "extract.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout
    for word in ("công khai", "Thu nhập", "Điều cuối"):
        assert word in said, said
    assert lacks(made, SECRET, tmp_path) and "đồng" not in said and "Trang đầu" not in said
    with pikepdf.open(io.BytesIO(made)) as pdf:
        image = picture(pdf.pages[0])
        assert pdfa_paper.coding(image) == "/CCITTFaxDecode"  # one bit a pixel stays so
    assert judged(office, made, tmp_path, original) == ("VALID", "OK")


def test_a_page_left_out_is_nowhere_and_the_list_says_what_is_shown(office: Office, tmp_path: Path) -> None:
    original = record(office, [["Mở"], [SECRET]])
    made = extracted(office, original, tmp_path, ("1",), (), with_text=True)
    assert lacks(made, SECRET, tmp_path)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        told = json.loads(pdf.attachments["trich-sao.json"].get_file().read_bytes())
        assert pdf.docinfo["/Title"] == "TRÍCH SAO số 3/2026"
    assert told["original"] == {
        "sha256": hashlib.sha256(original).hexdigest(), "signer": AGENCY, "signed_at": "2026-11-20T08:00:00+07:00",
        "pages": 2,
    }  # fmt: skip
    (row,) = told["pages"]
    assert (row["page"], row["whole"], row["hide"]) == (1, True, [])


def test_an_extract_that_shows_another_figure_is_told_by_who_holds_the_original(
    office: Office, tmp_path: Path
) -> None:
    """The seal of a careless or bribed agency is true; only the held original tells."""
    original, other = record(office, [["Số tiền 100"], ["x"]]), record(office, [["Số tiền 1000"], ["x"]])
    made = extracted(office, original, tmp_path, ("1",), (), with_text=True)
    assert judged(office, made, tmp_path, None) == ("VALID", "EXTRACT_NOT_COMPARED")
    assert judged(office, made, tmp_path, other) == ("INVALID", "EXTRACT_DIFFERS")
    with pikepdf.open(io.BytesIO(made)) as pdf:
        row = json.loads(pdf.attachments["trich-sao.json"].get_file().read_bytes())
        row["original"]["sha256"] = hashlib.sha256(other).hexdigest()
        spec = pikepdf.AttachedFileSpec(pdf, json.dumps(row).encode(), filename="trich-sao.json")
        pdf.attachments["trich-sao.json"] = spec
        out = io.BytesIO()
        pdf.save(out)
    verdict, code = judged(office, out.getvalue(), tmp_path, other)
    assert (verdict != "VALID", code) == (True, "EXTRACT_DIFFERS")


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"{}",
        b" " * (6 << 20) + b"{}",
        b'{"format": "hoso-extract-1", "pages": [], "original": {"sha256": "0"}}',
    ],
)
def test_an_extract_without_its_list_is_broken(office: Office, tmp_path: Path, wrong: bytes) -> None:
    with pikepdf.open(io.BytesIO(office.sealed())) as pdf:
        pdf.attachments["trich-sao.json"] = wrong
        out = io.BytesIO()
        pdf.save(out)
    assert judged(office, out.getvalue(), tmp_path, None)[1] == "EXTRACT_BROKEN"


def test_only_a_valid_original_is_extracted_and_never_nothing_of_it(office: Office, tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        extracted(office, paper(pages=2), tmp_path, ("1",), ())
    assert caught.value.code == "ORIGINAL_NOT_VALID"
    with pytest.raises(Problem) as caught:
        extracted(office, office.sealed(), tmp_path, (), ("1:0,0,1,1",))
    assert caught.value.code == "EXTRACT_NOTHING"
    with pytest.raises(Problem) as caught:
        extracted(office, b"%PDF-1.7", tmp_path, ("1",), ())
    assert caught.value.code == "FORMAT_FAILURE"
