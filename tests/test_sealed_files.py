"""What tests seal is held against PDF/A when a session ends (tests/sealed_files.py): it is found, and can fail."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
import pytest

from archive import evidence
from archive.store import HOLDINGS, WORK, FolderStore
from tests.office import ROOT
from tests.sealed_files import Gathered
from tests.signing.office import now, open_office

SESSION = """
from pathlib import Path
from signing.seal import Sealed

def test_seals(tmp_path):
    Sealed(Path({file!r}).read_bytes(), None)
"""


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return open_office(tmp_path_factory.mktemp("signing") / "pki").sealed()


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder that this session does not look through: what lies there is no PDF/A."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


def session(folder: Path, pdf: bytes, verapdf: str) -> tuple[int, str]:
    """Run a session of one test that seals the file; its exit code, and what it says."""
    file, test = folder / "file.pdf", folder / "test_one.py"
    file.write_bytes(pdf)
    test.write_text(SESSION.format(file=str(file)), "utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.sealed_files",
        "-c",
        os.devnull,
        "--rootdir",
        str(folder),
    ]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "--basetemp", str(folder / "base"), str(test)],
        env={**os.environ, "HOSO_TEST_VERAPDF": verapdf, "PYTHONPATH": str(ROOT)},
        cwd=folder, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_a_sealed_file_that_is_no_pdfa_fails_the_session_and_is_named(sealed: bytes, tmp_path: Path) -> None:
    verapdf = os.environ.get("HOSO_TEST_VERAPDF", "")
    if not verapdf:
        pytest.skip("HOSO_TEST_VERAPDF names no veraPDF: PDF/A after sealing is not checked")
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("1"))
        pdf.save(out)
    code, said = session(tmp_path, out.getvalue(), verapdf)
    assert code == pytest.ExitCode.TESTS_FAILED and "1 passed" in said, said
    assert "test_one.py::test_seals: violates PDF/A-2B" in said and "6.5.1-1" in said
    assert "1 of 1 sealed files checked by veraPDF, 0 left out by their tests, 1 are no PDF/A" in said


def test_what_a_test_leaves_out_is_counted_and_not_asked_about(sealed: bytes, elsewhere: Path) -> None:
    found = Gathered(elsewhere)
    found.add(sealed, "here")
    found.leave_out(sealed)
    found.ask(elsewhere / "no-such-launcher")
    assert (len(found.origins), found.left_out, found.answers) == (1, set(found.origins), {})


def test_without_verapdf_the_session_says_that_nothing_was_checked(sealed: bytes, tmp_path: Path) -> None:
    code, said = session(tmp_path, sealed, "")
    assert code == pytest.ExitCode.OK and "not checked: no veraPDF (1 files)" in said, said


def test_a_verapdf_that_gives_no_report_fails_the_session(sealed: bytes, tmp_path: Path) -> None:
    code, said = session(tmp_path, sealed, str(tmp_path / "no-such-launcher"))
    assert code == pytest.ExitCode.TESTS_FAILED and "veraPDF gives no report" in said, said


def test_what_lies_sealed_in_stores_is_found_with_its_renewals_and_nothing_else(
    sealed: bytes, elsewhere: Path
) -> None:
    store = FolderStore(elsewhere / "a test" / "home" / "store")
    first, second = b"% renewed once", b"% renewed twice"
    kept = store.put(HOLDINGS, sealed)
    rests = evidence.Rests(now(), now(), "")
    before = evidence.Whole(HOLDINGS, kept, (), kept)
    once = evidence.keep(store, "doc-1", 1, before, first, rests, now())
    before = evidence.Whole(HOLDINGS, kept, (once.delta_sha256,), once.digest)
    evidence.keep(store, "doc-1", 2, before, second, rests, now())
    store.put(HOLDINGS, b"%PDF-1.7 signed elsewhere")
    store.put(HOLDINGS, json.dumps({"verdict": "VALID"}).encode())
    store.put(WORK, sealed + b"% came in")
    (elsewhere / "attack.pdf").write_bytes(sealed + b"% changed")
    damaged = store.path(HOLDINGS, store.put(HOLDINGS, sealed + b"% whole"))
    damaged.chmod(0o600)
    damaged.write_bytes(sealed + b"% damaged")
    found = Gathered(elsewhere / "gathered")
    found.folder.mkdir()
    found.from_stores(elsewhere)
    found.join()
    whole = (sealed, sealed + first, sealed + first + second)
    assert set(found.origins) == {sha256(one).hexdigest() for one in whole}
    assert all("a test" in origin for origin in found.origins.values())
