"""Renewal: a file that proves itself today is carried on by a newer timestamp (PAdES B-LTA, EN 319 142-1 5.5).

Evidence for what the newest timestamp rests on (its chain and, for each certificate of it, a current revocation list
or OCSP answer; into the DSS, without VRI), then a document timestamp over all of it, in one revision behind the file,
which stays as it is byte for byte. Verified before, because pyHanko stamps what cannot be
proven any more without a word (measured), and after.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

from asn1crypto import crl, ocsp, x509
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import DocumentSecurityStore, EmbeddedPdfSignature

from signing.checks import form
from signing.checks.chain import CLOCK_TOLERANCE
from signing.checks.evidence import Relied, revoked_by
from signing.finish import finished
from signing.lasting import Evidence, chains_of, evidence_for, lasting, open_ends
from signing.outcome import Lasting, NotRenewed, Renewed, ends_at
from signing.report import SealReport, Status, Verdict
from signing.seal import RESERVED
from signing.timestamp import GuardedTimestamper
from signing.trust import Trust
from signing.verify import verify
from signing.writer import Writer

FIELD = "Renewal"


def renew(
    pdf: bytes, *, timestamper: TimeStamper, trust: Trust, at: datetime, margin: timedelta
) -> Renewed | NotRenewed:
    """Give what renews the file at `at` (aware), when it ends within `margin`; else why it was not renewed.

    Nothing is stamped over: a file that does not verify as VALID at `at` is left as it is. Raises
    TimestampUnavailable: no timestamp now; call again later.
    """
    found = lasting(pdf, trust)
    if found is not None and ends_at(found, trust.algorithms) > at + margin:
        return NotRenewed("early", "OK", lasting=found)
    before = verify(pdf, trust, at=at)
    if before.verdict is Verdict.INVALID:
        return NotRenewed("damaged", before.reason, _decided(before), lasting=found)
    if found is None:
        return NotRenewed(
            "unproven", before.reason if before.reason != "OK" else "NO_TIMESTAMP", _decided(before)
        )
    if before.verdict is not Verdict.VALID:
        since = _lost_since(pdf, found, trust, at)
        return NotRenewed(
            "waiting" if since is None else "lost", before.reason, _decided(before), since, found
        )
    return _renewed(pdf, before, found, timestamper, trust, at, margin)


def _renewed(
    pdf: bytes, before: SealReport, found: Lasting, timestamper: TimeStamper, trust: Trust, at: datetime,
    margin: timedelta,
) -> Renewed | NotRenewed:  # fmt: skip
    rest = open_ends(form.fields(form.open_strictly(pdf)).signed)
    chains = [chain for one in rest for chain in chains_of(one, trust)]
    evidence = evidence_for(chains, trust, at)
    if evidence is None:
        return NotRenewed("waiting", "REVOCATION_UNKNOWN", "no current list or answer", lasting=found)
    digest = trust.algorithms.digest(at + margin)
    whole = finished(_stamped(pdf, chains, evidence, GuardedTimestamper(timestamper), digest))
    if not whole.startswith(pdf):
        return NotRenewed("waiting", "RENEWAL_FAILED", "the file is not its beginning", lasting=found)
    now = lasting(whole, trust)
    if now is None:
        return NotRenewed("waiting", "RENEWAL_FAILED", "it cannot be read", lasting=found)
    if abs(now.stamped_at - at) > CLOCK_TOLERANCE:
        detail = f"{at.isoformat()} against {now.stamped_at.isoformat()}"
        return NotRenewed("waiting", "CLOCK_DISAGREES", detail, lasting=found)
    if ends_at(now, trust.algorithms) <= ends_at(found, trust.algorithms):
        return NotRenewed(
            "waiting", "RENEWAL_GAINS_NOTHING", f"ends {now.ends_at.isoformat()}", lasting=found
        )
    after = verify(whole, trust, at=at)
    if after.verdict is not Verdict.VALID:
        return NotRenewed("waiting", "RENEWAL_FAILED", _decided(after), lasting=found)
    if _warnings(after) - _warnings(before):
        return NotRenewed("waiting", "RENEWAL_FAILED", " ".join(_warnings(after)), lasting=found)
    return Renewed(whole[len(pdf) :], after, now)


async def _stamped(
    pdf: bytes, chains: list[list[x509.Certificate]], evidence: Evidence, timestamper: GuardedTimestamper, digest: str
) -> bytes:  # fmt: skip
    """Append chains and evidence, and the timestamp over them, in one revision."""
    writer = Writer(BytesIO(pdf))
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        sig_contents=None,  # no VRI, as in signing/seal.py
        certs=[each for chain in (*chains, evidence.responders) for each in chain if not each.self_issued],
        crls=[crl.CertificateList.load(der) for der in evidence.lists],
        ocsps=[ocsp.OCSPResponse.load(der) for der in evidence.answers],
        embed_roots=False,
    )
    stamper = PdfTimeStamper(
        timestamper, field_name=_free_name(pdf), readable_field_name="Dấu thời gian gia hạn"
    )
    output: BytesIO = await stamper.async_timestamp_pdf(
        writer, digest, bytes_reserved=RESERVED, output=BytesIO()
    )
    return output.getvalue()


def _free_name(pdf: bytes) -> str:
    found = form.fields(form.open_strictly(pdf))
    taken = {str(one.field_name) for one in found.signed} | set(found.empty_visible)
    return next(name for name in (f"{FIELD}{number}" for number in range(1, 10_000)) if name not in taken)


def _lost_since(pdf: bytes, found: Lasting, trust: Trust, at: datetime) -> datetime | None:
    """Give when the file ceased to be proven for good: a certificate ended, an algorithm was refused, an authority
    was revoked. None when nothing of that is so: then what is missing may come."""
    refused = trust.algorithms.refused_after(found.algorithms)
    ends = [one for one in (found.ends_at, refused) if one is not None and one <= at]
    for one in open_ends(form.fields(form.open_strictly(pdf)).signed):
        ends += [since for since in _revocations(one, trust, at) if since is not None]
    return min(ends, default=None)


def _revocations(one: EmbeddedPdfSignature, trust: Trust, at: datetime) -> list[datetime | None]:
    relied = Relied.on(trust)
    found = [revoked_by(chain[0], at, relied) for chain in chains_of(one, trust)]
    return [None if revoked is None else revoked.since for revoked in found]


def _decided(report: SealReport) -> str:
    return "; ".join(
        f"{one.name} {one.code} {one.detail}".strip()
        for one in report.checks
        if one.status in (Status.FAILED, Status.UNKNOWN)
    )


def _warnings(report: SealReport) -> set[str]:
    return {one.code for one in report.checks if one.status is Status.WARNING}
