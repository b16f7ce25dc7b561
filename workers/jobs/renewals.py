"""Jobs that look until when a file proves itself, and renew it. They run in children."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from archive.errors import Problem
from signing import pki, renew, revocation
from signing.algorithms import BadTable
from signing.lasting import lasting, vouched
from signing.outcome import Lasting, NotRenewed, Renewed
from workers.jobs.seals import as_problems, trust_at


def renew_file(pdf: Path, keys: Path, at: datetime, margin: timedelta) -> Renewed | NotRenewed:
    """Renew the file when it ends within ``margin``; what is appended comes back with the answer. Raises Problem
    TIMESTAMP_UNAVAILABLE, BAD_ALGORITHMS."""
    with as_problems():
        try:
            trust, timestamper = trust_at(keys, at)
        except BadTable as error:
            raise Problem(
                "BAD_ALGORITHMS",
                f"Bảng thuật toán sai: {error}",
                f"The table of algorithms is wrong: {error}",
            ) from error
        data = pdf.read_bytes()
        done = renew.renew(data, timestamper=timestamper, trust=trust, at=at, margin=margin)
    if isinstance(done, NotRenewed) and done.why == "waiting":
        # perhaps nobody asks for timestamps any more where this one came from: the next refresh asks about it
        revocation.watch(keys, vouched(data, trust))
    return done


def look_at(files: tuple[Path, ...], keys: Path) -> list[Lasting | None]:
    """Until when each file proves itself; None where nothing is timestamped. Nothing is verified."""
    trust = pki.load_trust(keys)
    return [lasting(one.read_bytes(), trust) for one in files]
