"""Children cost little: whatever way the command was started, they load neither it nor the database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("typer", "sqlalchemy", "alembic")

PACKAGE = "if __name__ == '__main__':\n    import sqlalchemy, typer\n    from {folder}.asking import main\n    main()\n"
ASKING = """
import sys
from workers.children import Children
from workers.jobs import PAPERS, SEALS, WARM


def loaded() -> list[str]:
    import workers.jobs.papers, workers.jobs.seals
    return sorted(sys.modules)


def main() -> None:
    print(*Children(1, 2048, (PAPERS, SEALS, WARM)).run(60, "{folder}.asking", "loaded"))
"""


@pytest.mark.slow
def test_a_child_of_a_package_that_is_run_loads_no_command_and_no_database(tmp_path: Path) -> None:
    package = tmp_path / "asked"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(PACKAGE.format(folder="asked"))
    (package / "asking.py").write_text(ASKING.format(folder="asked"))
    done = subprocess.run(
        [sys.executable, "-m", "asked"], cwd=tmp_path, check=True, capture_output=True, text=True,
        env={"PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[2]}", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    modules = done.stdout.split()
    assert "ocr.page" in modules
    assert not {name for name in modules if name.split(".")[0] in HEAVY}


@pytest.mark.slow
def test_no_command_runs_a_main_module_that_children_would_load_anew() -> None:
    light = subprocess.run(
        [sys.executable, "-c", "import sys, workers.__main__; print(*sys.modules)"],
        check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert not {name for name in light.stdout.split() if name.split(".")[0] in HEAVY}
