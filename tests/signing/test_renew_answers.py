"""Renewal where an authority gives OCSP answers only: what is taken, what is embedded, and that it lasts."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest

from signing.lasting import vouched
from signing.outcome import NotRenewed, Renewed
from signing.renew import renew
from signing.report import Status, Verdict
from signing.verify import verify
from tests.signing.answering import Answering, By, appointed
from tests.signing.generations import START, YEAR, World
from tests.signing.test_renew import DUE, MARGIN, renewed


@pytest.mark.parametrize("by", ["the issuer", "a responder", "a responder to be checked"])
def test_what_rests_on_answers_alone_is_renewed_for_thirty_years(by: By) -> None:
    world = Answering(by=by)
    pdf = world.sealed(START)
    for due in (DUE, START + 21.8 * YEAR):
        done = renewed(world, pdf, due)
        assert isinstance(done, Renewed), done
        assert not [one for one in done.report.checks if one.status is Status.WARNING]
        with pikepdf.open(io.BytesIO(pdf)) as before, pikepdf.open(io.BytesIO(pdf + done.appended)) as after:
            more = 1 if by != "a responder to be checked" else 2
            assert len(after.Root.DSS.OCSPs) == len(before.Root.DSS.OCSPs) + more
        pdf += done.appended
    for years in (13, 20, 30):
        later = START + years * YEAR
        report = verify(pdf if years > 21.8 else pdf[: -len(done.appended)], world.trust(later), at=later)
        assert report.verdict is Verdict.VALID, (years, report.checks)


def test_a_revoked_answer_is_told_as_lost_and_nothing_is_stamped_over() -> None:
    world = Answering()
    pdf, since = world.sealed(START), (DUE - timedelta(days=400)).replace(microsecond=0)
    world.revoked = {1: since}
    asked = world.asked
    done = renewed(world, pdf)
    assert isinstance(done, NotRenewed) and (done.why, done.since) == ("lost", since)
    assert world.asked == asked


@pytest.mark.parametrize(
    "change",
    [
        {"by": "nobody appointed"},
        {"by": "a responder nobody answers for"},
        {"weak": True},
        {"late": timedelta(hours=2)},
        {"late": -timedelta(hours=2)},
    ],
    ids=["nobody appointed", "responder unchecked", "SHA-1", "stale", "to come"],
)
def test_an_answer_that_is_no_good_is_waited_over(change: dict[str, object]) -> None:
    world = Answering()
    pdf = world.sealed(START)
    for name, value in change.items():
        setattr(world, name, value)
    asked = world.asked
    done = renewed(world, pdf)
    assert isinstance(done, NotRenewed) and (done.why, done.since) == ("waiting", None)
    assert world.asked == asked


def test_an_answer_about_another_certificate_is_not_taken() -> None:
    world, other = Answering(), Answering()
    pdf = world.sealed(START)
    trust = replace(world.trust(DUE), ocsps=other.trust(DUE).ocsps)
    done = renew(pdf, timestamper=world.timestamper(DUE), trust=trust, at=DUE, margin=MARGIN)
    assert isinstance(done, NotRenewed) and done.why == "waiting"


def test_addresses_are_taken_from_certificates_of_our_roots_only() -> None:
    world = Answering()
    pdf = world.sealed(START)
    first = world.generations[0]
    assert set(vouched(pdf, world.trust(START))) == {first.timestamp.der, first.intermediate.der}
    assert vouched(pdf, World().trust(START)) == ()
    assert vouched(b"%PDF-1.7 no file", world.trust(START)) == ()
    assert appointed(first.intermediate, START, unchecked=True).lives(START)
