"""SIGKILL to every part in turn, servers included: papers come through late, but once, and nothing is missing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.installed.installation import BROKERS, chaos, environment_number, running
from tests.installed.passage import hand_in, nothing_is_lost_or_double, wait_until_through

PAPERS = {"rabbitmq": environment_number("HOSO_TEST_PAPERS", 200), "redis": 40}
KILLS = environment_number("HOSO_TEST_KILLS", 12)
"""Papers by broker: the whole number once, a handful over the other, for a build has half an hour."""


@pytest.mark.slow
@pytest.mark.parametrize("broker", list(BROKERS))
def test_papers_pass_while_every_part_is_killed_in_turn(tmp_path: Path, broker: str) -> None:
    chance = random.Random()
    seed = chance.randrange(10**6)
    print(f"seed {seed}")
    chance.seed(seed)
    with running(tmp_path, broker) as one:
        with chaos(one, chance, KILLS, 5, 2) as killed:
            intake = hand_in(one, tmp_path / "papers", PAPERS[broker])
            wait_until_through(one)
        wait_until_through(one)
        assert {*one.servers} <= set(killed), killed
        counts = nothing_is_lost_or_double(one, intake)
        assert one.stop() == dict.fromkeys(one.programs, 0)
    assert counts["held"] + counts["parked"] == PAPERS[broker]
