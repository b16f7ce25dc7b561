"""What an agency seals with, as data: ``seals/<agency code>.toml`` in the folder of keys (docs/operations.md); and what
an officer signs with in person: ``officers/<agency code>/<any name>.toml``, which names the officer.

Paths are absolute or relative to that file. Secrets stand in files of their own, never here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from signing.errors import NotSealed
from signing.rows import Rows, rows_of

KINDS = ("pkcs11", "pkcs12", "pem", "remote")
TEST = "test"
"""The kind of a key without settings, made by pki.py."""
ALGORITHMS = ("rsassa-pss", "ecdsa")
SECONDS = 10.0
"""How long a remote signer may take to answer, unless the file says otherwise."""

COMMON = {"kind", "algorithm", "digest", "certificate", "chain", "officer"}
OF_KIND = {
    "pem": {"key", "passphrase_file"},
    "pkcs12": {"key", "passphrase_file"},
    "pkcs11": {"module", "token_label", "token_serial", "key_label", "key_id", "pin_file"},
    "remote": {"url", "key_id", "secret_file", "ca_file", "seconds"},
}


@dataclass(frozen=True)
class InFile:
    """A PEM or PKCS#12 file under a passphrase."""

    key: Path
    passphrase_file: Path
    pkcs12: bool


@dataclass(frozen=True)
class OnToken:
    """A key on a PKCS#11 token or HSM; token and key are named by label, serial or id (hex), as far as needed."""

    module: Path
    pin_file: Path
    token_label: str | None
    token_serial: str | None
    key_label: str | None
    key_id: bytes | None


@dataclass(frozen=True)
class AtSigner:
    """A key that a remote signer keeps (docs/remote-signer.md)."""

    url: str
    key_id: str
    secret_file: Path
    ca_file: Path | None
    seconds: float


@dataclass(frozen=True)
class KeyFile:
    """The settings of one agency, or of one officer. `certificate` is None where the PKCS#12 file brings it along;
    `officer` is empty for an agency's."""

    place: InFile | OnToken | AtSigner
    kind: str
    digest: str
    algorithm: str | None
    certificate: Path | None
    chain: Path | None
    officer: str = ""

    def files(self) -> tuple[Path, ...]:
        """Give every file that what is opened depends on."""
        place = self.place
        named: tuple[Path | None, ...] = (self.certificate, self.chain)
        if isinstance(place, InFile):
            named += (place.key, place.passphrase_file)
        elif isinstance(place, OnToken):
            named += (place.module, place.pin_file)
        else:
            named += (place.secret_file, place.ca_file)
        return tuple(path for path in named if path is not None)


def read(path: Path) -> KeyFile:
    """Give the settings of `path`.

    Raises:
        NotSealed: KEY_SETTINGS, with what is wrong; KEY_TOO_WEAK, it asks for an algorithm that is not permitted.
    """
    rows = rows_of(path)
    kind = rows.text("kind")
    if kind not in KINDS:
        raise NotSealed("KEY_SETTINGS", f"{path.name}: kind {kind!r} is none of {', '.join(KINDS)}")
    rows.only(COMMON | OF_KIND[kind])
    algorithm = rows.maybe("algorithm")
    if algorithm is not None and algorithm.lower() not in ALGORITHMS:
        # PKCS#1 v1.5, DSA and whatever else: not a slip of the pen but something that must not be had
        raise NotSealed("KEY_TOO_WEAK", f"{path.name}: algorithm {algorithm}")
    certificate = rows.file("certificate", needed=kind in ("pkcs11", "remote"))
    return KeyFile(
        _place(kind, rows),
        kind,
        (rows.maybe("digest") or "sha256").lower().replace("-", ""),
        None if algorithm is None else algorithm.upper(),
        certificate,
        rows.file("chain", needed=False),
        " ".join((rows.maybe("officer") or "").split()),
    )


def _place(kind: str, rows: Rows) -> InFile | OnToken | AtSigner:
    if kind in ("pem", "pkcs12"):
        return InFile(rows.path("key"), rows.path("passphrase_file"), kind == "pkcs12")
    if kind == "pkcs11":
        token = OnToken(
            rows.path("module"), rows.path("pin_file"), rows.maybe("token_label"), rows.maybe("token_serial"),
            rows.maybe("key_label"), rows.hexadecimal("key_id"),
        )  # fmt: skip
        if token.token_label is None and token.token_serial is None:
            raise rows.wrong("token_label or token_serial is needed")
        if token.key_label is None and token.key_id is None:
            raise rows.wrong("key_label or key_id is needed")
        return token
    return AtSigner(
        rows.url("url"), rows.text("key_id"), rows.path("secret_file"), rows.file("ca_file", needed=False),
        rows.seconds("seconds", SECONDS),
    )  # fmt: skip
