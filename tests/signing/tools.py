"""Other people's programs: missing ones skip a test here and fail it on the build machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def needs(program: str) -> None:
    if shutil.which(program) is None:
        if os.environ.get("CI") in ("true", "1"):
            pytest.fail(f"{program} is missing on the build machine")
        pytest.skip(f"{program} is not installed")


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    needs(command[0])
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
