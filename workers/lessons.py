"""Lessons between archive and reading: which one is in use for a document, and how one is made of approved records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive import lessons
from archive.lessons import Evidence, Lesson
from archive.store import HOLDINGS, WORK, Corrupt
from archive.tables import Agency, Document
from workers.jobs import LESSONS
from workers.jobs.values import Drafted, Made, Teaching
from workers.workshop import Workshop

RECORD_SECONDS = 0.2
"""What a record may take in making a lesson: 20 times what it took (measured), on top of the limit of a file."""


def lesson_in_use(shop: Workshop, document_id: str) -> Path | None:
    """The file with the lesson of the document's own agency that is in use now. Raises Corrupt when it is gone."""
    with shop.database.reading() as session:
        used = lessons.active(session, session.get_one(Document, document_id).agency_id)
    return None if used is None else shop.store.path(WORK, used.sha256)


def told(lesson: Path | None, drafted: Drafted) -> dict[str, Any]:
    """What the event of reading says of a lesson: its digest, and what the page says where it changed a value."""
    return {} if lesson is None else {"lesson": lesson.name, "taught": drafted.read}


def learn(shop: Workshop, agency: Agency, agent: str) -> tuple[Lesson | None, bool]:
    """Make the lesson of what the agency's people have approved; gives its version and whether it is new, None while
    they have approved nothing."""
    with shop.database.reading() as session:
        found = list(lessons.evidence(session, agency))
        if not found and not lessons.versions(session, agency):
            return None, False
    last = max((one.event for one in found), default=0)
    with TemporaryDirectory(dir=shop.scratch) as folder:
        target = Path(folder) / "lesson"
        made = _make(shop, found, target)
        sha256 = shop.store.put_file(WORK, target)
    with shop.database.writing() as session:
        own = session.get_one(Agency, agency.id)
        return lessons.add(session, own, sha256, made.papers, dict(made.counts), last, agent, shop.clock())


def _make(shop: Workshop, found: Sequence[Evidence], target: Path) -> Made:
    records = tuple(Teaching(one.values, one.before, one.suggested, _reading(shop, one)) for one in found)
    seconds = shop.settings.file_seconds + RECORD_SECONDS * len(records)
    made: Made = shop.children.run(seconds, LESSONS, "make", records, target)
    return made


def _reading(shop: Workshop, one: Evidence) -> Path | None:
    """The record's reading; without it (a working copy may have gone) the values teach all the same."""
    for area in (HOLDINGS, WORK) if one.held else (WORK,):
        try:
            return shop.store.path(area, one.reading_sha256)
        except Corrupt:
            shop.notice("reading is not there", document=one.document_id, area=area)
    return None
