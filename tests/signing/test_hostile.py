"""Files made to hurt the checker: each is answered within the limits of the child, by a code, and never believed."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from archive.settings import Settings
from signing.codes import CODES
from signing.report import Known, Verdict
from tests.ingest import hostile_pdfs
from tests.signing import hostile, weighing
from tests.signing.office import Office, paper
from workers.children import ChildFailed, Children
from workers.jobs import PAPERS, SEALS
from workers.judging import BEYOND, judged

MOST_MIB = 300
"""For a hostile file, with all that a child is forked with (issue 5)."""

ROOM_MIB = 150
"""What an honest file may take besides twice its own size (issue 5)."""

SECONDS = 60
"""By the clock, for a busy machine; what limits the child is processor time."""

AT = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.fixture(scope="module")
def children() -> Children:
    started = Children(1, 2048, (PAPERS, SEALS, weighing.__name__))
    started.start()
    return started


def weighed(children: Children, file: Path, data: bytes, keys: Path | None = None) -> tuple[str, str, float]:
    """Verdict, reason, and the most memory the child held; a child stopped by its limit held less than that allows."""
    file.write_bytes(data)
    try:
        report, mib, _ = children.run(SECONDS, weighing.__name__, "weighed", file, keys, AT)
    except ChildFailed as failed:
        assert failed.code in BEYOND, failed
        return Verdict.INDETERMINATE.value, "TOO_COMPLEX", 0
    return report.verdict.value, report.reason, mib


@pytest.mark.parametrize("name", hostile.FILES)
def test_a_file_made_to_hurt_is_refused_by_its_code(children: Children, name: str, tmp_path: Path) -> None:
    make, codes = hostile.FILES[name]
    verdict, reason, mib = weighed(children, tmp_path / "file.pdf", make())
    assert verdict != "VALID" and reason in codes
    assert mib <= MOST_MIB


def test_every_broken_file_that_intake_knows_is_answered(children: Children, tmp_path: Path) -> None:
    for name, (make, _) in hostile_pdfs.FILES.items():
        verdict, reason, mib = weighed(children, tmp_path / "file.pdf", make())
        assert verdict in ("INDETERMINATE", "INVALID"), name
        assert CODES[reason].decides == verdict and mib <= MOST_MIB, (name, reason, mib)


def test_a_big_honest_file_is_judged_in_twice_its_size(
    children: Children, office: Office, tmp_path: Path
) -> None:
    sealed = office.sealed(_of_size(64))
    file = tmp_path / "big.pdf"
    file.write_bytes(sealed)
    report, mib, _ = children.run(
        SECONDS, weighing.__name__, "weighed", file, office.directory, datetime.now(UTC)
    )
    assert report.verdict is Verdict.VALID, report.checks
    assert mib <= 2 * len(sealed) / weighing.MIB + ROOM_MIB


def test_a_child_that_breaks_its_limit_is_an_answer_with_the_standing_of_the_file(
    children: Children, tmp_path: Path
) -> None:
    file = tmp_path / "file.pdf"
    file.write_bytes(hostile.doubling_paths())
    settings = Settings(home=tmp_path / "home")
    report = judged(children, settings, file, Known("record", "HS-1", "valid"), AT)
    assert (report.verdict, report.reason) == (Verdict.INDETERMINATE, "TOO_COMPLEX")
    assert (report.ours, report.standing, report.vi) == (True, "valid", CODES["TOO_COMPLEX"].vi)
    file.write_bytes(paper())
    assert judged(children, settings, file, None, AT).reason == "NO_SIGNATURE"


def _of_size(mib: int) -> bytes:
    """A scan of 16 pages: pictures that do not pack."""
    noise = bytes(range(256)) * 4096
    with pikepdf.open(io.BytesIO(paper(pages=16))) as pdf:
        for number, page in enumerate(pdf.pages):
            page.Resources.XObject.Im.write(
                number.to_bytes(4, "big") + noise * (mib // 16), filter=pikepdf.Name.DCTDecode
            )
        out = io.BytesIO()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()
