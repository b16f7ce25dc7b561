"""Jobs that need keys or judge signatures: sealing, copying, verifying. They run in children.

Sealing and copying run several at a time in children that stay (workers/resident.py), which keep the keys they opened.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from math import ceil
from pathlib import Path

from pyhanko.sign.timestamps import TimeStamper

from archive.errors import Problem
from signing import anchors, certification, extract_check, pki, revocation, statement_keys, verify
from signing import copy as copying
from signing.authorities import load_timestamper
from signing.band import under
from signing.errors import NotSealed, TimestampUnavailable, TrustBroken
from signing.key import SealKey
from signing.keyring import enrol, load_key, load_officer_key
from signing.mark import Mark
from signing.report import Known, Original, SealReport
from signing.revision import revision
from signing.seal import seal
from signing.statement import Form, Statement, sign
from signing.templates import Templates, in_force
from signing.terms import CertificationDraft, CertificationTerms, Certifier, CopyDraft, CopyTerms
from signing.trust import Trust
from workers.jobs.bounds import bound
from workers.jobs.values import Stated

# What pyHanko logs as errors are findings about a file; they stand in the report, with their reasons.
for name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(name).setLevel(logging.CRITICAL)


def seal_draft(
    pdf: Path, keys: Path, agency_code: str, agency_name: str, box: tuple[float, float, float, float], at: datetime,
    sealed: Path, method: str = "", form: str = "", templates: Templates = (),
) -> SealReport:  # fmt: skip
    """Seal the draft with the agency's key, verify it, write it to ``sealed``. Gives the verification's report.
    ``method``: how the mark's place was found. ``templates``: of the marks; empty: those shipped.

    Raises Problem NOT_ENTITLED when the list of agencies says that this one may not seal this form now."""
    with as_problems():
        trust, timestamper = trust_at(keys, at)
        for one in trust.agencies:
            if one.code == agency_code and (why := one.why_not(form, at)):
                raise NotSealed("NOT_ENTITLED", why)
        key = load_key(keys, agency_code)
        done = seal(
            pdf.read_bytes(),
            key=key,
            timestamper=timestamper,
            trust=trust,
            mark=Mark(agency_name, at, box, template=in_force("P2", at, templates), method=method),
            at=at,
        )
    sealed.write_bytes(done.pdf)
    return done.report


def issue_copy(
    original: Path, keys: Path, agency_code: str, terms: CopyTerms, what: Stated, at: datetime, copy: Path
) -> SealReport:
    """Build the certified copy of a sealed record, seal and verify it, write it to ``copy``. Where the paper original
    was compared, who certifies signs it first, in person (P5: NĐ 45/2020 Đ.10)."""
    data = original.read_bytes()
    with as_problems():
        key = load_key(keys, agency_code)
        person = None if terms.certifier is None else _personal(keys, agency_code, terms, terms.certifier, at)
        terms = replace(
            terms, statement=stated(keys, agency_code, terms, what, at, copying.first_width(data))
        )
        trust, timestamper = trust_at(keys, at)
        built: CopyDraft | CertificationDraft
        if terms.certifier is None or person is None:
            built = copying.build(data, terms)
            done = copying.certify(built, key=key, timestamper=timestamper, trust=trust, at=at)
        else:
            built = certification.build(data, _certified(terms, terms.certifier))
            done = certification.certify(
                built, certifier=person, agency=key, timestamper=timestamper, trust=trust, at=at
            )
        # After certify, which refuses an original that is not valid: that says more than a format's fault.
        faults = "; ".join(copying.pdfa_findings(built))[:500]
        if faults:
            raise Problem(
                "NOT_PDFA", f"Bản sao không đạt PDF/A-3b: {faults}", f"The copy is not PDF/A-3b: {faults}"
            )
        if copying.attached_original(done.pdf) != data:
            raise Problem("ORIGINAL_NOT_ATTACHED", "Bản gốc đính kèm bị sai", "The attached original differs")
    copy.write_bytes(done.pdf)
    return done.report


def _personal(keys: Path, agency_code: str, terms: CopyTerms, by: Certifier, at: datetime) -> SealKey:
    enrol(keys, agency_code, terms.agency_name, by.name, at)
    return load_officer_key(keys, agency_code, by.name)


def _certified(terms: CopyTerms, by: Certifier) -> CertificationTerms:
    return CertificationTerms(
        by.number,
        by.volume,
        terms.year,
        by.name,
        by.title,
        terms.agency_name,
        by.pages,
        terms.issued_at,
        copy=terms,
        templates=terms.templates,
    )


def check_file(
    pdf: Path, keys: Path | None, at: datetime, known: Known | None, chosen: datetime | None = None,
    original: Original | None = None,
) -> SealReport:  # fmt: skip
    """The verdict on any file, also at a ``chosen`` time. Without ``keys`` nobody is trusted, and only the file
    itself is judged; in no more time and memory than its size warrants. ``original``: the sealed record that an
    extract of ours is of, to compare with. Raises Problem TRUST_BROKEN."""
    bound(pdf.stat().st_size)
    with as_problems():
        trust = Trust(()) if keys is None else relied_on(keys, at)
    data = pdf.read_bytes()
    report = verify.verify(data, trust, at=at, known=known, chosen=chosen)
    return extract_check.judged(report, data, original)


def stated(keys: Path, agency_code: str, terms: CopyTerms, what: Stated, at: datetime, width: float) -> str:
    """The text of the copy's second code square, signed with the agency's statement key. ``width``: of the first page,
    in pt."""
    try:
        key = statement_keys.load(keys, agency_code, terms.agency_name, at)
    except statement_keys.NoSuchKey as error:
        raise Problem(
            "NO_STATEMENT_KEY",
            f"Cơ quan {agency_code} chưa có khóa ký mã xác nhận; cài bằng hoso statement-keys --install",
            f"Agency {agency_code} has no key for statements; install one with hoso statement-keys --install",
        ) from error
    said = Statement(
        agency_code, terms.number, Form[terms.basis.value], what.document_code, at.replace(microsecond=0), what.holder,
        terms.original.sha256, what.valid_until, 0,
    )  # fmt: skip
    # The statement says where its band ends, and the band is as high as the statement's square makes it.
    while True:
        text = sign(said, key.private, key.key_id)
        end = ceil(under(replace(terms, statement=text), width))
        if end <= said.under:
            return text
        said = replace(said, under=end)


def as_signed(pdf: Path, field: str, at: datetime, target: Path) -> None:
    """Write the file as it was when the signature in ``field`` was made. Raises Problem with the reason why not."""
    with as_problems():
        target.write_bytes(revision(pdf.read_bytes(), field, at))


def trust_at(keys: Path, at: datetime) -> tuple[Trust, TimeStamper]:
    """Whom we trust and the timestamp authority, with lists that are fresh at that time."""
    pki.refresh_crls(keys, at)
    return relied_on(keys, at), load_timestamper(keys, lambda: at)


def relied_on(keys: Path, at: datetime) -> Trust:
    """The trust of this installation with the revocation data of its cache that holds at ``at``."""
    _, answers = revocation.fresh(keys, at)  # the lists come with the trust
    return replace(anchors.load_trust(keys, at), ocsps=answers)


@contextmanager
def as_problems() -> Iterator[None]:
    """Errors of sealing as Problems, so that code and sentences travel back whole."""
    try:
        yield
    except TimestampUnavailable as error:
        raise Problem(
            "TIMESTAMP_UNAVAILABLE",
            f"Máy chủ cấp dấu thời gian không trả lời: {error}",
            f"No timestamp authority answers: {error}",
        ) from error
    except TrustBroken as error:
        raise Problem(
            "TRUST_BROKEN",
            f"Kho tin cậy bị hỏng hoặc bị sửa: {error}",
            f"The trust store is damaged or was changed: {error}",
        ) from error
    except NotSealed as error:
        detail = f" ({error.detail})" if error.detail else ""
        raise Problem(error.code, error.vi + detail, error.en + detail) from error
