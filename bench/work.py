"""Processor time of ``hoso work`` a page, all steps, against bare ``tesseract`` on the same prepared images."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2

from bench.processes import hoso, run
from ocr import pixels
from ocr.paper import look
from ocr.prepare import prepare
from tests.papers.generate import paper

DPI = 300
KINDS = ("qd", "gp", "cv", "kh", "gcn", "tb")
ROUNDS = 4
SEED = 41
GOAL = 1.5


def measure() -> None:
    """Print the ratio; both sides run in this one measurement, one page at a time on an idle machine or not."""
    with TemporaryDirectory() as folder:
        scans = _scans(Path(folder) / "scans")
        prepared = _prepared(scans, Path(folder))
        bare = _bare(prepared)
        home = Path(folder) / "home"
        hoso(home, "init", "--agency", "H99", "--name", "SỞ ĐO LƯỜNG")
        hoso(home, "receive", Path(folder) / "scans")
        reading = hoso(home, "work", "--until-idle")
        hoso(home, "review", "--approve-all", "--with-warnings", "--min-confidence", "0", "--as", "bench")
        sealing = hoso(home, "work", "--until-idle")
    pages = len(scans)
    ours = reading.cpu_seconds + sealing.cpu_seconds
    print(f"{pages} documents of one A4 page, {DPI} dpi, level scan")
    print(f"bare tesseract   {bare / pages:.2f} s of processor a page")
    print(f"hoso work        {ours / pages:.2f} s (reading {reading.cpu_seconds / pages:.2f},")
    print(f"                 sealing and holding {sealing.cpu_seconds / pages:.2f})")
    print(f"ratio            {ours / bare:.2f}   (goal <= {GOAL})")
    print(f"wall             {(reading.wall_seconds + sealing.wall_seconds) / pages:.2f} s a page")


def _scans(folder: Path) -> list[Path]:
    folder.mkdir()
    found = []
    for index in range(ROUNDS * len(KINDS)):
        page = paper(KINDS[index % len(KINDS)], "scan", SEED + index, DPI, max_pages=1).pages[0]
        found.append(folder / f"{index:02}.jpg")
        cv2.imwrite(str(found[-1]), page.image, [cv2.IMWRITE_JPEG_QUALITY, 75])
    return found


def _prepared(scans: list[Path], folder: Path) -> list[Path]:
    """The images as our own engine run gets them."""
    found = []
    for scan in scans:
        picture = pixels.decode(scan.read_bytes())
        assert picture is not None
        ready = prepare(picture, DPI, look(picture, DPI), 0)
        found.append(folder / f"{scan.stem}.pgm")
        cv2.imwrite(str(found[-1]), ready.pixels)
    return found


def _bare(pictures: list[Path]) -> float:
    """All pictures, as many engines at a time as hoso runs children: a core shared counts alike on both sides."""
    engine = "tesseract {} stdout -l vie --psm 3 --oem 1 tsv"
    listing = pictures[0].parent / "prepared.txt"
    listing.write_text("".join(f"{picture}\n" for picture in pictures))
    command = ["xargs", "-P", str(os.cpu_count() or 1), "-a", str(listing), "-I", "{}", *engine.split(" ")]
    return run(command, {**os.environ, "OMP_THREAD_LIMIT": "1"}).cpu_seconds
