"""Evidence that a file brings along: whose word about a certificate counts, and whose does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from cryptography import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.report import SealReport
from signing.verify import verify
from tests.signing.answering import HOUR, Answering, answer, appointed
from tests.signing.generations import DAY, START, Authority
from tests.signing.hostile import updated
from tests.signing.office import paper
from tests.signing.signers import signed


@dataclass(frozen=True)
class Signed:
    """A file whose signer's and timestamp's authority gives answers only, and who may give them."""

    pdf: bytes
    world: Answering
    signer: x509.Certificate
    mate: x509.Certificate
    issuer: Authority
    stranger: Authority
    """Another authority of the same name."""

    def judged(self, *answers: bytes) -> SealReport:
        stamper = self.world.generations[0].timestamp.certificate
        known = (*answers, answer(stamper, self.issuer, self.issuer, START))

        def change(writer: IncrementalPdfFileWriter) -> None:
            streams = [writer.add_object(generic.StreamObject(stream_data=one)) for one in known]
            store = generic.DictionaryObject({pdf_name("/OCSPs"): generic.ArrayObject(streams)})
            writer.root["/DSS"] = writer.add_object(store)
            writer.update_root()

        return verify(updated(self.pdf, change), replace(self.world.trust(START), ocsps=()), at=START)


@pytest.fixture(scope="module")
def file() -> Signed:
    world = Answering()
    key = world.seal_key(START)
    world.seal_key(START)
    (signer, _), (mate, _) = world._seals
    pdf = signed(paper(), key.signer(), world.timestamper(START))
    issuer, stranger = (one.generations[0].intermediate for one in (world, Answering()))
    return Signed(pdf, world, signer, mate, issuer, stranger)


Answers = Callable[[Signed], list[bytes]]


def _by(by: Callable[[Signed], Authority], later: timedelta = timedelta(), *, weak: bool = False) -> Answers:
    return lambda file: [answer(file.signer, file.issuer, by(file), START + later, weak=weak)]


def _issuer(file: Signed) -> Authority:
    return file.issuer


CASES: dict[str, tuple[Answers, str]] = {
    "of its authority": (_by(_issuer), "OK"),
    "of a responder": (_by(lambda file: appointed(file.issuer, START, unchecked=True)), "OK"),
    "none": (lambda file: [], "REVOCATION_UNKNOWN"),
    "about another": (lambda file: [answer(file.mate, file.issuer, file.issuer, START)], "REVOCATION_UNKNOWN"),
    "of another authority": (_by(lambda file: file.stranger), "REVOCATION_UNKNOWN"),
    "of another authority about its own": (
        lambda file: [answer(file.signer, file.stranger, file.stranger, START)], "REVOCATION_UNKNOWN",
    ),
    "of the root": (_by(lambda file: file.world.generations[0].root), "REVOCATION_UNKNOWN"),
    "of the timestamp authority": (_by(lambda file: file.world.generations[0].timestamp), "REVOCATION_UNKNOWN"),
    "of another authority's responder": (
        _by(lambda file: appointed(file.stranger, START, unchecked=True)), "REVOCATION_UNKNOWN",
    ),
    "of nobody appointed": (
        _by(lambda file: appointed(file.issuer, START, unchecked=True, purpose=False)), "REVOCATION_UNKNOWN",
    ),
    "stale": (_by(_issuer, -DAY), "REVOCATION_UNKNOWN"),
    "to come": (_by(_issuer, DAY), "REVOCATION_UNKNOWN"),
    "signed with SHA-1": (_by(_issuer, weak=True), "REVOCATION_UNKNOWN"),
    "revoked": (
        lambda file: [answer(file.signer, file.issuer, file.issuer, START, revoked=START - HOUR)], "REVOKED",
    ),
    "revoked by another authority": (
        lambda file: [
            answer(file.signer, file.issuer, file.issuer, START),
            answer(file.signer, file.issuer, file.stranger, START, revoked=START - HOUR),
        ],
        "OK",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_an_answer_counts_only_from_who_may_give_it(file: Signed, name: str) -> None:
    answers, reason = CASES[name]
    report = file.judged(*answers(file))
    assert report.reason == reason, report.checks
