"""A draft as ocr builds it, with object streams, takes the seal and stays what it was."""

from __future__ import annotations

import io

import pikepdf

from signing.report import Verdict
from tests.ocr import pdfa_paper
from tests.signing.office import Office


def test_a_draft_with_packed_objects_is_sealed_verified_and_copied(office: Office) -> None:
    draft = pdfa_paper.draft(pdfa_paper.page(), pdfa_paper.page(90))
    assert b"/ObjStm" in draft.pdf
    sealed = office.sealed(draft.pdf)
    assert sealed.startswith(draft.pdf)
    report = office.verified(sealed)
    assert (report.verdict, report.reason) == (Verdict.VALID, "OK")
    assert office.verified(office.certified(office.draft(sealed))).verdict is Verdict.VALID
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        assert len(pdf.pages) == 2
