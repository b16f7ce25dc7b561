"""Real tokens for tests: SoftHSM2 (Debian ``softhsm2``), made fresh in a folder of the test's."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.servers.missing import absent, program
from tests.signing.keys import AgencyKey

PIN, SO_PIN = "4711", "0815-0815"
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")


@dataclass(frozen=True)
class Tokens:
    """Where SoftHSM2 keeps its tokens. The environment names its configuration for the whole process."""

    module: Path
    configuration: Path
    tool: str

    def make(self, label: str) -> None:
        """An empty token."""
        self._run("--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", SO_PIN)

    def put(self, label: str, key: AgencyKey, name: str, identifier: str) -> None:
        """A key on the token."""
        file = self.configuration.parent / "import.pem"
        file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        self._run("--import", str(file), "--token", label, "--label", name, "--id", identifier, "--pin", PIN)
        file.unlink()

    def _run(self, *words: str) -> None:
        subprocess.run(
            [self.tool, "--module", str(self.module), *words],
            check=True, capture_output=True, timeout=60,
            env={**os.environ, "SOFTHSM2_CONF": str(self.configuration)},
        )  # fmt: skip


def tokens(folder: Path) -> Tokens:
    """A place for tokens; the caller sets SOFTHSM2_CONF to ``configuration``. Skips without SoftHSM2, fails in CI."""
    tool = program("softhsm2-util", "softhsm2")
    module = next((Path(one) for one in MODULES if Path(one).exists()), None)
    if module is None:
        absent("libsofthsm2.so", "softhsm2")
    (folder / "tokens").mkdir(parents=True)
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    return Tokens(module, configuration, tool)
