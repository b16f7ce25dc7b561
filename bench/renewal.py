"""What renewing a record costs beside sealing it: ms of processor time and bytes, for one page and for 2 MB.

Local authorities with EC keys. Files are renewed when the first authority is about to end, by the second one.
"""

from __future__ import annotations

import io
import os
import statistics
import time
from datetime import timedelta

import pikepdf

from signing.lasting import lasting
from signing.mark import Mark, mark_size
from signing.outcome import Renewed
from signing.renew import renew
from signing.seal import seal
from signing.verify import verify
from tests.signing.generations import START, YEAR, World
from tests.signing.office import AGENCY, PAGE, paper

TIMES = 9
DUE = START + 11.8 * YEAR
MARGIN = timedelta(days=180)


def measure() -> None:
    """Print it."""
    for name, pdf in (("one page", paper()), ("2 MB", _heavy(2 << 20))):
        _measure(name, pdf)


def _measure(name: str, pdf: bytes) -> None:
    world = World()
    trust, later = world.trust(START), world.trust(DUE)
    key = world.newest(START).seal_key(START)
    width, height = mark_size(AGENCY)
    box = (PAGE[0] - width - 10, PAGE[1] - height - 10, PAGE[0] - 10, PAGE[1] - 10)
    seals, renewals, looks, checks = [], [], [], []
    sealed, done = b"", None
    for _ in range(TIMES):
        began = time.process_time()
        sealed = seal(
            pdf, key=key, timestamper=world.timestamper(START), trust=trust, mark=Mark(AGENCY, START, box), at=START
        ).pdf  # fmt: skip
        seals.append(time.process_time() - began)
        began = time.process_time()
        lasting(sealed, later)
        looks.append(time.process_time() - began)
        began = time.process_time()
        done = renew(sealed, timestamper=world.timestamper(DUE), trust=later, at=DUE, margin=MARGIN)
        renewals.append(time.process_time() - began)
        assert isinstance(done, Renewed)
        began = time.process_time()
        verify(sealed + done.appended, later, at=DUE)
        checks.append(time.process_time() - began)
    assert isinstance(done, Renewed)
    sealing, renewing, looking, checking = (
        statistics.median(one) * 1000 for one in (seals, renewals, looks, checks)
    )
    grown, appended = len(sealed) - len(pdf), len(done.appended)
    print(
        f"{name} ({len(pdf) / 1e6:.2f} MB): seal and verify {sealing:.0f} ms, +{grown / 1e3:.0f} KB; "
        f"renew, verified before and after {renewing:.0f} ms ({renewing / sealing:.1f} of a seal), "
        f"+{appended / 1e3:.1f} KB; of it one verification {checking:.0f} ms; a look {looking:.0f} ms"
    )


def _heavy(size: int) -> bytes:
    """The page with an attachment-like stream nobody can pack."""
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        pdf.Root.HosoBench = pdf.make_stream(os.urandom(size))
        out = io.BytesIO()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, min_version="1.7")
    return out.getvalue()
