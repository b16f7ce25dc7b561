"""An office as tests use it: a home of its own, small papers, and the real console script in real processes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from tests.starter import starter

ROOT = Path(__file__).parent.parent
FONT = next((ROOT / "signing" / "fonts").glob("*.ttf"))
LONGEST_SECONDS = 300


@dataclass(frozen=True)
class Office:
    """A HOSO_HOME and the commands run in it."""

    home: Path
    settings: dict[str, str]

    def start(self, *arguments: str | Path, log: Path | None = None) -> subprocess.Popen[str]:
        """Begin a command and let it run; what it says goes into ``log``, if given, or waits to be read."""
        with nullcontext(subprocess.PIPE) if log is None else log.open("a") as into:
            return subprocess.Popen(
                [sys.executable, "-m", "workers", *map(str, arguments)],
                env=self.environment(),
                cwd=self.home.parent,
                text=True,
                stdout=into,
                stderr=into,
            )

    def run(self, *arguments: str | Path, code: int | None = 0) -> tuple[int, str, str]:
        """A command to its end; fails when its exit code is another than ``code`` (None: any)."""
        found, out, err = self._ended(*map(str, arguments))
        if code is not None:
            assert found == code, f"{arguments}: exit {found}\n{out}\n{err}"
        return found, out, err

    def _ended(self, *arguments: str) -> tuple[int, str, str]:
        if all(name.startswith("HOSO_") for name in self.settings):
            return starter().run(arguments, self.environment(), self.home.parent, LONGEST_SECONDS)
        process = self.start(*arguments)  # what the libraries or Python may look at when they are loaded
        out, err = process.communicate(timeout=LONGEST_SECONDS)
        return process.returncode, out, err

    def environment(self) -> dict[str, str]:
        """All variables of a command."""
        return {**os.environ, **self.settings, "HOSO_HOME": str(self.home), "PYTHONPATH": str(ROOT)}

    def json(self, *arguments: str | Path, code: int | None = 0) -> Any:
        """A command's JSON answer: the whole of its standard output."""
        return json.loads(self.run(*arguments, "--json", code=code)[1])

    def killed(self, seconds: float, *arguments: str | Path) -> bool:
        """Begin a command and SIGKILL it after ``seconds``; False when it had ended by then."""
        process = self.start(*arguments)
        time.sleep(seconds)
        return kill(process)

    def states(self) -> dict[str, str]:
        """State by document."""
        return {one["id"]: one["state"] for one in self.json("status")["documents"]}


def kill(process: subprocess.Popen[str]) -> bool:
    """SIGKILL it; False when it had ended by then."""
    alive = process.poll() is None
    if alive:
        process.send_signal(signal.SIGKILL)
    process.communicate()
    return alive


def small_paper(number: int, size: tuple[int, int] = (1170, 826), year: int = 2024) -> Image.Image:
    """An A6 decision at 200 dpi, lying: enough for the engine, quick to read. Different for every number."""
    site = random.Random(number).randint(1, 999)
    return small_decision(
        f"Số: {number + 100}/QĐ-SXD", (620, f"An Giang, ngày 15 tháng 6 năm {year}"),
        f"Điều 1. Cấp phép cho công trình số {site} tại phường Mỹ Bình.", size,
    )  # fmt: skip


def small_decision(
    number: str, dated: tuple[int, str], article: str, size: tuple[int, int] = (1170, 826)
) -> Image.Image:
    """Such a decision with these lines; ``dated``: where the place and date begin, and what they say."""
    picture = Image.new("L", size, 255)
    draw = ImageDraw.Draw(picture)
    lines = [
        (60, 90, 26, "SỞ XÂY DỰNG"),
        (620, 90, 26, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        (60, 140, 26, number),
        (dated[0], 140, 26, dated[1]),
        (480, 230, 32, "QUYẾT ĐỊNH"),
        (330, 290, 30, "Về việc cấp giấy phép xây dựng"),
        (60, 380, 28, article),
        (60, 440, 28, "Điều 2. Quyết định này có hiệu lực kể từ ngày ký."),
        (760, 560, 28, "GIÁM ĐỐC"),
        (720, 700, 28, "Nguyễn Văn Hùng"),
    ]
    for x, y, height, text in lines:
        draw.text((x, y), text, font=ImageFont.truetype(str(FONT), height), fill=20)
    return picture


def small_papers(folder: Path, count: int, first: int = 0) -> Path:
    """A folder with that many papers as PNG at 200 dpi."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + count):
        small_paper(number).save(folder / f"paper-{number:03}.png", dpi=(200, 200))
    return folder
