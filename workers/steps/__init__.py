"""The steps, one file each, and the table that wires them. A step never calls the next."""

from __future__ import annotations

from workers.steps.hold import hold
from workers.steps.issue import give_up_copy, issue
from workers.steps.read import read
from workers.steps.renew import WAIT_SECONDS, renew
from workers.steps.seal import seal
from workers.worker import Job

STEPS: dict[str, Job] = {
    "read": Job(read),
    "seal": Job(seal, many=True),
    "hold": Job(hold),
    "issue": Job(issue, give_up=give_up_copy, many=True),
    "renew": Job(renew, wait_seconds=WAIT_SECONDS),
}
