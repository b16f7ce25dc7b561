"""What happens when a server's program is not installed: locally its tests are skipped, in CI they fail."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import NoReturn

import pytest


def program(name: str, package: str, folders: str = "") -> str:
    """The path of a program: from PATH, or from the newest of the ``folders`` (a pattern).

    ``package`` is the Debian package that has it. Skips the test when it is missing; fails it when CI=true.
    """
    if folders:
        found = sorted(Path("/").glob(f"{folders.strip('/')}/{name}"), key=_version)
        return str(found[-1]) if found else absent(name, package)
    # Debian keeps servers in sbin, which is not on everybody's PATH.
    search = os.pathsep.join((*os.get_exec_path(), "/usr/sbin"))
    return shutil.which(name, path=search) or absent(name, package)


def absent(name: str, package: str) -> NoReturn:
    """Give up the test for want of a program: a skip for a person, a failure in CI."""
    reason = f"{name} is not installed (Debian package {package})"
    if os.environ.get("CI", "").lower() in ("true", "1"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _version(path: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(path))]
