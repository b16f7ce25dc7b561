"""A long kill test: ``python -m bench.soak [PAPERS] [KILLS] [BROKER]``; every part is SIGKILLed in turn meanwhile.

Prints how many papers came through, how often each part was killed, and how long it took. Any loss is an error.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.installed.installation import BROKERS, chaos, running
from tests.installed.passage import hand_in, nothing_is_lost_or_double, wait_until_through

PAPERS, KILLS = 200, 60


def measure(papers: int = PAPERS, kills: int = KILLS, brokers: tuple[str, ...] = tuple(BROKERS)) -> None:
    """Run it once with each broker."""
    for broker in brokers:
        seed = random.SystemRandom().randrange(10**6)
        chance = random.Random(seed)
        print(f"{broker}: {papers} papers, {kills} kills, seed {seed}", flush=True)
        with TemporaryDirectory() as folder, running(Path(folder), broker) as one:
            begun = time.monotonic()
            with chaos(one, chance, kills, 6, 3) as killed:
                intake = hand_in(one, Path(folder) / "papers", papers)
                wait_until_through(one)
                through = time.monotonic() - begun
            wait_until_through(one)
            counts = nothing_is_lost_or_double(one, intake)
            codes = one.stop()
        print(f"  {counts}, through after {through:.0f} s, whole and gapless")
        print(
            f"  killed: {dict(Counter(killed))}; exit codes when told to stop: {sorted(set(codes.values()))}"
        )


if __name__ == "__main__":
    given = sys.argv[1:]
    measure(*(int(number) for number in given[:2]), **({"brokers": (given[2],)} if len(given) > 2 else {}))
