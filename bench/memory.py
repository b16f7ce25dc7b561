"""Peak memory of a page job on a full page, and of the parent over a batch of 500 pages."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import cv2

from bench.processes import Usage, hoso
from tests.office import small_paper
from tests.papers.generate import paper

PAGES, PAGES_A_FILE = 500, 25


def measure() -> None:
    """Print peaks by role. A child's figure holds what it shares with the server that it was forked from."""
    with TemporaryDirectory() as folder:
        scans = Path(folder) / "scans"
        scans.mkdir()
        for index, kind in enumerate(("qd", "kh", "gp", "tb")):
            for level in ("scan", "phone"):
                page = paper(kind, level, 60 + index, 300, max_pages=1).pages[0]
                cv2.imwrite(str(scans / f"{kind}-{level}.jpg"), page.image, [cv2.IMWRITE_JPEG_QUALITY, 75])
        usage = _work(Path(folder) / "home", scans)
        job = usage.peak_mib.get("child", 0) + usage.peak_mib.get("tesseract", 0)
        print(
            f"page job, A4 300 dpi colour: child {usage.peak_mib.get('child', 0):.0f} MiB"
            f" + tesseract {usage.peak_mib.get('tesseract', 0):.0f} MiB = {job:.0f} MiB   (goal <= 512)"
        )
        print(f"fork server {usage.peak_mib.get('server', 0):.0f} MiB")
    with TemporaryDirectory() as folder:
        scans = Path(folder) / "scans"
        scans.mkdir()
        for number in range(PAGES // PAGES_A_FILE):
            pages = [small_paper(number * PAGES_A_FILE + page) for page in range(PAGES_A_FILE)]
            pages[0].save(scans / f"{number:03}.tif", save_all=True, append_images=pages[1:], dpi=(200, 200))
        usage = _work(Path(folder) / "home", scans)
        print(
            f"parent over {PAGES} pages in {PAGES // PAGES_A_FILE} files: "
            f"{usage.peak_mib['command']:.0f} MiB   (goal <= 300), {usage.wall_seconds / PAGES:.2f} s a page"
        )


def _work(home: Path, scans: Path) -> Usage:
    hoso(home, "init", "--agency", "H99", "--name", "SỞ ĐO LƯỜNG")
    hoso(home, "receive", scans)
    reading = hoso(home, "work", "--until-idle", sample=True)
    hoso(home, "review", "--approve-all", "--with-warnings", "--min-confidence", "0", "--as", "bench")
    sealing = hoso(home, "work", "--until-idle", sample=True)
    for role, peak in sealing.peak_mib.items():
        reading.peak_mib[role] = max(reading.peak_mib.get(role, 0), peak)
    reading.wall_seconds += sealing.wall_seconds
    return reading
