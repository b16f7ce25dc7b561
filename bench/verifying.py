"""Verification: a 20 MB file with five signatures, its parts, and what hostile files cost before they are refused."""

from __future__ import annotations

import hashlib
import io
import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf

from signing.checks import digests, form
from signing.checks.integrity import integrity
from signing.verify import verify
from tests.signing import hostile, revisions, weighing
from tests.signing.office import Office, open_office, paper
from tests.signing.signers import approved
from workers.children import ChildFailed, Children
from workers.jobs import PAPERS, SEALS, WARM

MIB = 1 << 20
SIZE_MIB, PAGES, TIMES = 20, 20, 9


def measure() -> None:
    """Print medians in milliseconds, and memory as the child's VmHWM with all that it was forked with."""
    children = Children(1, 2048, (PAPERS, SEALS, WARM, weighing.__name__))
    children.start()
    with TemporaryDirectory() as folder:
        office = open_office(Path(folder) / "pki")
        scan = _scan()
        files = {"five approvals": _five(office, scan), "a seal, renewed three times": _renewed(office, scan)}
        for name, pdf in files.items():
            print(f"{name}, {len(pdf) / MIB:.1f} MiB")
            _whole(office, pdf)
            _parts(pdf)
            file = Path(folder) / "file.pdf"
            file.write_bytes(pdf)
            _, mib, _ = children.run(
                60, weighing.__name__, "weighed", file, office.directory, datetime.now(UTC)
            )
            print(f"  memory of the child {mib:.0f} MiB   (goal <= {2 * len(pdf) / MIB + 150:.0f})")
        _hostile(children, Path(folder))


def _whole(office: Office, pdf: bytes) -> None:
    assert office.verified(pdf).verdict.value == "VALID"
    clock, processor = _median(lambda: verify(pdf, office.trust, at=datetime.now(UTC)))
    print(f"  verify {clock:.0f} ms by the clock, {processor:.0f} ms of processor   (goal <= 300)")


def _parts(pdf: bytes) -> None:
    print(f"  SHA-256 of the file, bare {_median(lambda: hashlib.sha256(pdf).digest())[1]:.0f} ms")
    print(f"  form of the file {_median(lambda: form.file_form(pdf))[1]:.0f} ms")
    fields = form.fields(form.open_strictly(pdf))
    stream = fields.signed[0].reader.stream
    print(f"  reading the fields {_median(lambda: form.fields(form.open_strictly(pdf)))[1]:.0f} ms, ", end="")
    print(f"of it digests {_median(lambda: digests.compute(stream, fields.signed))[1]:.0f} ms")

    def compared() -> None:
        for one in form.fields(form.open_strictly(pdf)).signed:
            integrity(one)

    print(
        f"  fields and what was changed since {_median(compared)[1]:.0f} ms; the rest is chains and timestamps"
    )


def _median(work: Callable[[], object]) -> tuple[float, float]:
    clocks, processors = [], []
    for _ in range(TIMES):
        began, used = time.perf_counter(), time.process_time()
        work()
        clocks.append(time.perf_counter() - began)
        processors.append(time.process_time() - used)
    return 1000 * statistics.median(clocks), 1000 * statistics.median(processors)


def _hostile(children: Children, folder: Path) -> None:
    print(
        "hostile files: size, seconds by the clock and of processor, memory of the child   (goal <= 2 s, <= 300 MiB)"
    )
    file = folder / "hostile.pdf"
    for name, (make, _) in hostile.FILES.items():
        file.write_bytes(make())
        began = time.perf_counter()
        try:
            report, mib, seconds = children.run(
                60, weighing.__name__, "weighed", file, None, datetime.now(UTC)
            )
            said, cost = report.reason, f"{seconds:5.2f} s {mib:4.0f} MiB"
        except ChildFailed as failed:
            said, cost = f"TOO_COMPLEX ({failed.code})", "stopped by its limit"
        size = file.stat().st_size / MIB
        print(f"  {name:40} {size:6.2f} MiB {time.perf_counter() - began:6.2f} s  {cost:21} {said}")


def _scan() -> bytes:
    with pikepdf.open(io.BytesIO(paper(pages=PAGES))) as pdf:
        for page in pdf.pages:
            page.Resources.XObject.Im.write(
                os.urandom(SIZE_MIB * MIB // PAGES), filter=pikepdf.Name.DCTDecode
            )
        out = io.BytesIO()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def _five(office: Office, pdf: bytes) -> bytes:
    for number in range(5):
        pdf = approved(office, pdf, field=f"S{number}", box=(50, 50 + 60 * number, 250, 100 + 60 * number))
    return pdf


def _renewed(office: Office, pdf: bytes) -> bytes:
    pdf = office.sealed(pdf)
    for number in range(3):
        pdf = revisions.timestamped(office, f"R{number}")(pdf)
    return pdf
