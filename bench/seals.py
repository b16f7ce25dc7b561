"""Sealing: a B-LTA seal of a 2 MB record beside SHA-256 and a bare RSA signature, documents a second, a copy.

Timings of a busy machine say little: every one is printed as median and minimum, and as a multiple of what SHA-256 of
the same bytes and one bare RSA-3072 signature took in the same minute.
"""

from __future__ import annotations

import hashlib
import io
import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pikepdf
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from PIL import Image

from bench.processes import descendants
from signing import copy as copying
from signing import pki
from signing.finish import finished
from signing.fitness import fit_to_seal, fresh_context, path_in_force
from signing.keyring import load_key
from signing.seal import seal
from signing.verify import verify
from tests.signing import keys
from tests.signing.office import AGENCY, Office, now, open_office, paper
from workers.children import Children
from workers.jobs import SEALS

ROUNDS, COPIES, DOCUMENTS = 24, 12, 60
LATENCY_SECONDS = 0.1
SEAL_MS, COPY_MS, A_SECOND = 80, 250, 15


@dataclass(frozen=True)
class Took:
    """Milliseconds of each round: on the clock, and of the processor."""

    wall: list[float]
    processor: list[float]

    def line(self, name: str, floor: float, goal: str = "") -> str:
        """One row."""
        middle, least = statistics.median(self.wall), min(self.wall)
        used = statistics.median(self.processor)
        return f"{name:34} {middle:6.1f} ms (min {least:6.1f}), processor {used:6.1f}, {used / floor:6.1f} x  {goal}"


def measure() -> None:
    """Print all of it."""
    with TemporaryDirectory() as folder:
        office = _office(Path(folder) / "pki")
        pdf = record()
        floor = _seal(office, pdf)
        _copy(office, pdf, floor)
        for latency in (0.0, LATENCY_SECONDS):
            (office.directory / pki.SLOWNESS).write_text(str(latency))
            _throughput(office, pdf, Path(folder), latency)


def record() -> bytes:
    """A record of one page with a picture of 2 MB."""
    grain = np.random.default_rng(1).integers(0, 256, (2050, 1450, 3), np.uint8)
    picture = io.BytesIO()
    Image.fromarray(grain).save(picture, "JPEG", quality=80)
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        image = pdf.pages[0].Resources.XObject.Im
        image.write(picture.getvalue(), filter=pikepdf.Name.DCTDecode)
        image.Width, image.Height = 1450, 2050
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def _office(directory: Path) -> Office:
    office = open_office(directory)
    key = rsa.generate_private_key(65537, 3072)
    keys.in_pem_file(directory, key, keys.certify(directory, key.public_key(), AGENCY, now()))
    return Office(directory, load_key(directory, keys.CODE), office.timestamper, office.trust, now)


def _took(act: Callable[[], object], rounds: int) -> Took:
    act()  # what is read once a process is read now
    wall, processor = [], []
    for _ in range(rounds):
        begin, used = time.perf_counter(), time.process_time()
        act()
        wall.append((time.perf_counter() - begin) * 1000)
        processor.append((time.process_time() - used) * 1000)
    return Took(wall, processor)


def _seal(office: Office, pdf: bytes) -> float:
    """Gives the floor in milliseconds."""
    bare, key, trust = rsa.generate_private_key(65537, 3072), office.key, office.trust
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    digest = _took(lambda: hashlib.sha256(pdf).digest(), ROUNDS)
    signature = _took(lambda: bare.sign(b"", pss, hashes.SHA256()), ROUNDS)
    floor = statistics.median(digest.processor) + statistics.median(signature.processor)
    sealed = office.sealed(pdf)
    sizes = f"record of {len(pdf) / 1e6:.2f} MB, sealed {len(sealed) / 1e6:.2f} MB"
    print(f"{sizes}, RSA-3072, TSA in this process, n={ROUNDS}")
    print(digest.line("SHA-256 of the record", floor))
    print(signature.line("one bare RSA-3072 signature", floor))

    def one() -> None:
        seal(pdf, key=key, timestamper=office.timestamper, trust=trust, mark=office.mark(), at=now())

    print(_took(one, ROUNDS).line("seal B-LTA, verified", floor, f"(goal <= {SEAL_MS} ms)"))
    print(_took(lambda: fit_to_seal(pdf, office.mark()), ROUNDS).line("  fit to be sealed", floor))

    def path() -> None:
        finished(path_in_force(key.certificate, key.chain, fresh_context(trust, now()), now()))

    print(_took(path, ROUNDS).line("  certificate in force", floor))
    print(
        _took(lambda: verify(sealed, trust, at=now()), ROUNDS).line(
            "  verification of what was sealed", floor
        )
    )
    return floor


def _copy(office: Office, pdf: bytes, floor: float) -> None:
    sealed = office.sealed(pdf)

    def one() -> None:
        draft = office.draft(sealed)
        made = office.certified(draft)
        assert not copying.pdfa_findings(draft) and copying.attached_original(made) == sealed

    print(_took(one, COPIES).line("copy issued and verified", floor, f"(goal <= {COPY_MS} ms)"))


def _throughput(office: Office, pdf: bytes, folder: Path, latency: float) -> None:
    """Documents a second through the job, in two resident children."""
    source = folder / "record.pdf"
    source.write_bytes(pdf)
    resident = Children(2, 2048, (SEALS,)).resident

    def one(number: int) -> None:
        resident.run(
            300, SEALS, "seal_draft", source, office.directory, keys.CODE, AGENCY, office.box(), now(),
            folder / f"sealed-{number % resident.places}.pdf",
        )  # fmt: skip

    with ThreadPoolExecutor(resident.places) as threads:
        list(threads.map(one, range(resident.places * 2)))  # children start, keys are opened
        begin, used = time.perf_counter(), _children_seconds()
        list(threads.map(one, range(DOCUMENTS)))
        rate = DOCUMENTS / (time.perf_counter() - begin)
        each = (_children_seconds() - used) / DOCUMENTS
    print(
        f"{'pipelined, 2 children':34} {rate:6.1f} documents/s with {latency * 1000:.0f} ms to the TSA "
        f"(goal >= {A_SECOND}); processor {each * 1000:.0f} ms a document, so two cores alone do {2 / each:.1f}"
    )


def _children_seconds() -> float:
    """Processor seconds of this process's living descendants."""
    found = 0.0
    for pid, depth, _ in descendants(os.getpid()):
        if depth:
            with suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                found += sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
    return found
