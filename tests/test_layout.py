"""The tree keeps its own rules: import directions, file lengths, names."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from archive.settings import Settings
from tests.servers.missing import absent

ROOT = Path(__file__).parent.parent
MOST_LINES = 400
BANNED = {"utils", "helpers", "common", "core", "manager", "managers", "service", "services"}


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).exists()]


def test_imports_go_one_way() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_file_is_longer_than_a_reader_bears() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in _tracked("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_no_file_is_named_after_nothing() -> None:
    assert [path for path in _tracked("*.py") if path.stem in BANNED or BANNED & set(path.parts)] == []


def test_locks_hold_hashes_and_no_addresses() -> None:
    for path in _tracked("*.lock"):
        text = path.read_text("utf-8")
        assert "://" not in text
        pins = [line for line in text.splitlines() if re.match(r"[a-z0-9]", line)]
        assert pins and all(re.match(r"[a-z0-9._\[\],-]+==", pin) for pin in pins)
        assert text.count("--hash=sha256:") >= len(pins)


def test_the_console_script_that_run_writes_starts() -> None:
    script = Path(sys.executable).parent / "hoso"
    done = subprocess.run([script, "--help"], capture_output=True, text=True, check=True)
    assert "receive" in done.stdout


def test_compose_sets_only_settings_that_exist() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    named = {name.removesuffix("_FILE") for name in re.findall(r"^ +(HOSO_[A-Z_]+):", text, re.MULTILINE)}
    assert named and named <= {f"HOSO_{field.upper()}" for field in Settings.model_fields}


def test_the_dockerfile_has_nothing_that_a_linter_finds() -> None:
    linter = Path(sys.executable).parent / "hadolint"
    if not linter.exists():
        absent("hadolint", "none; from PyPI, for Linux on x86-64 only")
    done = subprocess.run([linter, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_compose_file_is_one_by_its_specification_and_by_docker_where_it_is() -> None:
    checker = Path(sys.executable).parent / "check-jsonschema"
    compose = ROOT / "docker-compose.yml"
    done = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", compose],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    docker = shutil.which("docker")
    plugin = docker and subprocess.run([docker, "compose", "version"], capture_output=True, check=False)
    if docker and plugin and plugin.returncode == 0:  # elsewhere the specification has to do
        told = subprocess.run(
            [docker, "compose", "-f", compose, "config", "--quiet"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 0, told.stderr
