"""Capture (sao chụp) of papers taken in at the counter: scanned pages become one PDF/A of pictures with the officer's
mark and personal signature, before anything is read (TT 01/2023 Đ.8(1)). Runs in children.

How a page stands is told by the shape of its lines; no text is looked at.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

import cv2

from ingest.inspect import inspect
from ingest.inspection import Captured, Inspection, Limits, PageImage
from ingest.refusals import refused
from ocr import paper, pdfa, pixels
from ocr.page import likely_rotation
from ocr.values import PageReading
from signing.keyring import load_officer_key
from signing.mark import Mark, mark_size
from signing.seal import seal
from signing.templates import Templates, in_force
from workers.jobs.placing import place_on
from workers.jobs.seals import as_problems, trust_at

PRODUCER = "hoso"
REASON = "Sao chụp giấy tờ (khoản 1 Điều 8 Thông tư 01/2023/TT-VPCP)"

cv2.setNumThreads(1)


def capture(
    scan: Path, folder: Path, limits: Limits, keys: Path, agency_code: str, agency_name: str, officer: str,
    at: datetime, templates: Templates = (),
) -> Captured:  # fmt: skip
    """Look at a scan, write its page images and the signed capture into ``folder``. Raises Refused for a file that is
    no scan of one paper, Problem for what keeps any paper from being captured."""
    found = inspect(scan, folder, limits)
    _one_scanned_paper(found)
    readings = tuple(_unread(page) for page in found.pages)
    images = tuple(pdfa.PageImage(page.path.read_bytes(), page.dpi) for page in found.pages)
    scanned = hashlib.sha256(scan.read_bytes()).hexdigest()
    with as_problems():
        rule = in_force("P1", at, templates)
    size = mark_size(agency_name, signer=officer, template=rule)
    place = place_on(images[0], readings[0], size, rule)
    metadata = pdfa.Metadata(
        title="Bản sao chụp điện tử",
        identifier=f"SHA-256 {scanned}",
        created_at=at,
        producer=PRODUCER,
        fields={},
    )
    try:
        built = pdfa.build(images, readings, metadata, margin=pdfa.Margin(place.right, place.top))
    except pdfa.NotBuilt as error:
        raise refused("CAPTURE_FAILED", f"{error.code}: {error.en}") from error
    report = pdfa.check(built.pdf)
    if not report.ok:
        raise refused("CAPTURE_FAILED", "; ".join(report.findings)[:300])
    with as_problems():
        trust, timestamper = trust_at(keys, at)
        done = seal(
            built.pdf,
            key=load_officer_key(keys, agency_code, officer),
            timestamper=timestamper,
            trust=trust,
            mark=Mark(agency_name, at, place.box, signer=officer, template=rule, method=place.method),
            at=at,
            reason=REASON,
        )
    target = folder / "capture.pdf"
    target.write_bytes(done.pdf)
    details = {
        "officer": officer,
        "at": done.report.signing_time,
        "scan": scanned,
        "pages": len(images),
        "marks": [asdict(one) for one in done.report.marks],
    }
    return Captured(target, done.report.sha256, replace(found, signed_already=True), details)


def _one_scanned_paper(found: Inspection) -> None:
    """One file is one paper: as many captures as originals (TT 01/2023 Đ.8(2)), every page of each (Đ.8(3))."""
    if found.signed_already:
        raise refused("CAPTURE_SIGNED")
    if found.drawn:
        raise refused("CAPTURE_NOT_A_SCAN")
    if any(page.role.parts for page in found.pages):
        raise refused("CAPTURE_SHEETS")


def _unread(page: PageImage) -> PageReading:
    """The page without a word, upright as the shape of its lines tells."""
    picture, dpi = pixels.decoded_small(page.path.read_bytes(), page.dpi)
    if picture is None:
        raise refused("DAMAGED", page.path.name)
    facts = paper.look(picture, dpi)
    rotation = page.turned if facts.blank else likely_rotation(facts, page.turned)
    return PageReading(page.width, page.height, page.dpi, rotation, 0.0, facts.blank, "", (), ("look",), "")
