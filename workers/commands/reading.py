"""``hoso read``: what files say, without storing anything."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive.errors import Problem
from archive.settings import Settings
from ingest.inspection import PageImage
from ingest.refusals import refused
from workers.children import Children
from workers.commands.intake import inspect_in_child, limits_of
from workers.console import DONE, PARTLY, Console
from workers.jobs import PAPERS, WARM
from workers.workshop import told_forms

LEAST_DPI = 50
"""Reading commits to nothing, so a picture too coarse for a record is still read."""


def read(out: Console, files: list[Path]) -> None:
    """Read every file; one that cannot be read says why, the others go on."""
    settings = Settings()
    children = Children(settings.children, settings.child_memory_mib, (PAPERS, WARM))
    told_forms(settings, out.notice)
    found = [_file(file, settings, children, out) for file in files]
    failed = any("error" in one or any("error" in page for page in one["pages"]) for one in found)
    out.answer({"files": found}, lambda: "\n\n".join(map(_text, found)), PARTLY if failed else DONE)


def _file(file: Path, settings: Settings, children: Children, out: Console) -> dict[str, Any]:
    out.notice(str(file))
    try:
        with TemporaryDirectory() as folder:
            pages = [reading for _, reading in pages_of(file, Path(folder), settings, children)]
    except Problem as problem:
        return {"path": str(file), "error": problem.as_dict(), "pages": [], "fields": {}}
    readings = tuple(page for page in pages if isinstance(page, bytes))
    forms = settings.forms and settings.forms.resolve()
    fields = children.run(settings.file_seconds, PAPERS, "read_fields", readings, forms) if readings else {}
    return {"path": str(file), "pages": [_as_dict(page) for page in pages], "fields": fields}


def pages_of(
    file: Path, folder: Path, settings: Settings, children: Children
) -> list[tuple[PageImage, bytes | Problem]]:
    """Every page's picture in ``folder`` with its reading (JSON) or why it has none. Raises Problem about the file."""
    if not file.is_file():
        raise refused("UNREADABLE_FILE", "no such file")
    if file.stat().st_size == 0:
        raise refused("EMPTY_FILE")
    limits = replace(limits_of(settings), least_dpi=LEAST_DPI)
    # An absolute path: the child's folder is not ours.
    found = inspect_in_child(children, settings.file_seconds, file.resolve(), folder, limits)
    with ThreadPoolExecutor(children.slots) as threads:
        readings = list(threads.map(lambda page: _page(page, settings, children), found.pages))
    return list(zip(found.pages, readings, strict=True))


def _page(page: PageImage, settings: Settings, children: Children) -> bytes | Problem:
    try:
        reading: bytes = children.run(
            settings.page_seconds,
            PAPERS,
            "read",
            page.path,
            page.dpi,
            page.turned,
            settings.tesseract,
            settings.page_seconds,
            page.text,
        )
        return reading
    except Problem as problem:
        return problem


def _as_dict(page: bytes | Problem) -> dict[str, Any]:
    if isinstance(page, Problem):
        return {"error": page.as_dict()}
    kept = json.loads(page)
    words = [{key: word[key] for key in ("text", "conf", "box")} for word in kept["words"]]
    return {**{key: kept[key] for key in ("width", "height", "rotation", "blank", "text")}, "words": words}


def _text(found: dict[str, Any]) -> str:
    if "error" in found:
        return f"{found['path']}: {found['error']['code']}: {found['error']['vi']}"
    lines = [f"== {found['path']}"]
    lines += [
        f"{name}: {field['value']} ({field['confidence']:.2f})" for name, field in found["fields"].items()
    ]
    lines += [
        page.get("text") or f"[{page.get('error', {'vi': 'trang trắng / blank'})['vi']}]"
        for page in found["pages"]
    ]
    return "\n".join(lines)
