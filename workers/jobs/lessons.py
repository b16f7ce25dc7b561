"""Jobs of learning: a lesson made from readings and values, loaded, shown. They run in children."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from archive.errors import Problem
from ocr import transcript
from ocr.lessons import file
from ocr.lessons.learn import learned
from ocr.lessons.values import Approved, Lesson
from ocr.values import Box
from workers.jobs.values import Made, Teaching


def make(records: Sequence[Teaching], target: Path) -> Made:
    """Write the lesson of these records, in the order of approval, to ``target``."""
    lesson = learned(_approved(records))
    target.write_bytes(file.to_bytes(lesson))
    return Made(lesson.papers, _counts(lesson))


def show(lesson: Path) -> dict[str, Any]:
    """What a lesson holds, for people to look through. Raises Problem LESSON_UNREADABLE."""
    return file.as_dict(_loaded(lesson).lesson)


def lesson_at(path: Path | None) -> file.Taught | None:
    """The lesson in a file of the store, which is named by its digest; None without one.

    Raises Problem LESSON_UNREADABLE.
    """
    return None if path is None else _loaded(path)


def _loaded(path: Path) -> file.Taught:
    try:
        lesson = file.load(path)
        if lesson.sha256 != path.name:
            raise file.BadLesson("its bytes are others than its name says")
        return lesson
    except file.BadLesson as error:
        raise Problem(
            "LESSON_UNREADABLE",
            f"Không đọc được bài học {path.name[:12]} ({error}). Hãy chạy: hoso learn --off",
            f"Lesson {path.name[:12]} cannot be read ({error}). Run: hoso learn --off",
        ) from error


def _approved(records: Sequence[Teaching]) -> Iterator[Approved]:
    for one in records:
        kept = (
            json.loads(one.reading.read_bytes()) if one.reading is not None else {"pages": [], "fields": {}}
        )
        boxes = {
            name: (field["page"], Box(*field["box"]))
            for name, field in kept["fields"].items()
            if field["page"] is not None and field["box"] is not None
        }
        pages = tuple(transcript.page_from_dict(page) for page in kept["pages"])
        yield Approved(one.values, one.before, boxes, pages, frozenset(one.suggested))


def _counts(lesson: Lesson) -> dict[str, int]:
    return {
        "issuers": len(lesson.issuers),
        "signers": sum(len(one.signers) for one in lesson.issuers.values()),
        "notations": sum(len(one.notations) for one in lesson.issuers.values()),
        "phrases": sum(len(one) for one in lesson.phrases.values()),
        "confusions": len(lesson.confusions),
        "words": len(lesson.counts.words),
        "sequences": len(lesson.counts.pairs.keys) + len(lesson.counts.triples.keys),
    }
