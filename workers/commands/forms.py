"""``hoso form list``, ``show`` and ``try``: an office's own kinds of papers, checked and tried before they count."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.table import Table

from archive.clock import VIETNAM, system_clock
from archive.errors import Problem
from archive.settings import Settings
from ocr.forms import BadForm, Form, Forms, form_of, forms_in
from workers.children import Children
from workers.commands.reading import pages_of
from workers.console import DONE, FAILED, PARTLY, Console
from workers.jobs import FORMS, PAPERS, WARM
from workers.tables import printed
from workers.workshop import told_forms


def list_forms(out: Console) -> None:
    """All forms in use, and what is wrong with files that gave none."""
    forms = forms_in(Settings().forms)
    answer = {
        "forms": [_as_dict(form) for form in forms.forms],
        "faults": [fault.as_dict() for fault in forms.faults],
    }
    out.answer(answer, lambda: _list_text(forms), PARTLY if forms.faults else DONE)


def show(out: Console, name: str) -> None:
    """One form in use."""
    settings = Settings()
    forms = told_forms(settings, out.notice)
    form = forms.named(name)
    if form is None:
        known = ", ".join(sorted(one.name for one in forms.forms))
        raise Problem(
            "UNKNOWN_FORM", f"Không có mẫu «{name}»: {known}", f"There is no form {name!r}: {known}"
        )
    out.answer(_as_dict(form), lambda: _form_text(form))


def try_form(out: Console, file: Path, papers: list[Path], snippets: Path | None) -> None:
    """Check the form; then what it finds on each paper. Exit 1 when a paper could not be read or a required value was
    not found, 2 when the form is broken."""
    settings = Settings()
    forms = told_forms(settings, out.notice)
    form = forms.named(str(file))
    if form is None:
        try:
            form = form_of(file)
        except BadForm as bad:
            faults = [fault.as_dict() for fault in bad.faults]
            told = "\n".join(fault.told() for fault in bad.faults)
            out.answer({"ok": False, "faults": faults}, lambda: told, FAILED)
            return
    if not papers:
        good = {"ok": True, "faults": [], "form": _as_dict(form)}
        out.answer(good, lambda: f"Mẫu đúng / the form is good\n{_form_text(form)}")
        return
    children = Children(settings.children, settings.child_memory_mib, (PAPERS, WARM, FORMS))
    tried = [_tried(out, file, paper, settings, children, snippets) for paper in papers]
    short = any(
        "error" in one or any(why["name"] in _required(form) for why in one["missed"]) for one in tried
    )
    out.answer(
        {"ok": True, "faults": [], "form": _as_dict(form), "papers": tried},
        lambda: "\n\n".join(_paper_text(one, form) for one in tried),
        PARTLY if short else DONE,
    )


def _tried(
    out: Console, file: Path, paper: Path, settings: Settings, children: Children, snippets: Path | None
) -> dict[str, Any]:
    out.notice(str(paper))
    named = file.resolve() if file.is_file() else file
    folder = settings.forms and settings.forms.resolve()
    try:
        with TemporaryDirectory() as place:
            pages = pages_of(paper, Path(place), settings, children)
            for _, reading in pages:
                if isinstance(reading, Problem):
                    raise reading
            readings = tuple(reading for _, reading in pages)
            today = system_clock().astimezone(VIETNAM).date()
            found: dict[str, Any] = children.run(
                settings.file_seconds, FORMS, "try_form", readings, named, folder, today
            )
            turned = found.pop("rotations")
            if snippets is not None:
                pictures = [(page.path, rotation) for (page, _), rotation in zip(pages, turned, strict=True)]
                _cut(found, pictures, snippets / paper.stem, settings, children)
    except Problem as problem:
        return {"path": str(paper), "error": problem.as_dict()}
    return {"path": str(paper), **found}


def _cut(
    found: dict[str, Any], pages: list[tuple[Path, int]], base: Path, settings: Settings, children: Children
) -> None:
    """Write the picture of every value that has a box: ``PAPER-field.png``."""
    base.parent.mkdir(parents=True, exist_ok=True)
    for name, field in found["fields"].items():
        if field["box"] is None:
            continue
        picture, rotation = pages[field["page"] - 1]
        data = children.run(settings.page_seconds, FORMS, "crop", picture, tuple(field["box"]), rotation)
        target = base.parent / f"{base.name}-{name}.png"
        target.write_bytes(data)
        field["snippet"] = str(target)


def _required(form: Form) -> set[str]:
    return {*form.requires, *(one.name for one in form.fields if one.required)}


def _as_dict(form: Form) -> dict[str, Any]:
    return {
        "name": form.name, "vi": form.vi, "en": form.en, "source": form.source or None,
        "types": {name: list(shorts) for name, shorts in form.types.items()}, "titled": form.titled,
        "result": form.result, "requires": list(form.requires), "checks": sorted(form.checks),
        "fields": [
            {
                "name": one.name, "vi": one.vi, "en": one.en, "labels": list(one.labels), "zone": list(one.zone),
                "first_page": one.first_page, "grammar": one.grammar or None,
                "pattern": None if one.pattern is None else one.pattern.pattern, "multi_line": one.multi_line,
                "required": one.required,
            }
            for one in form.fields
        ],
    }  # fmt: skip


def _list_text(forms: Forms) -> str:
    table = Table("tên / name", "mẫu / form", "loại / types", "trường riêng / own fields", "từ / from")
    for form in forms.forms:
        table.add_row(
            form.name, f"{form.vi} / {form.en}", ", ".join(form.types), ", ".join(one.name for one in form.fields),
            Path(form.source).name if form.source else "hoso",
        )  # fmt: skip
    return "\n".join([printed(table), *(f"LỖI / fault {fault.told()}" for fault in forms.faults)])


def _form_text(form: Form) -> str:
    types = "; ".join(f"{name} ({', '.join(shorts) or '–'})" for name, shorts in form.types.items())
    lines = [
        f"{form.name}: {form.vi} / {form.en}  ({form.source or 'hoso'})",
        f"loại / types: {types}",
        f"cần có / requires: {', '.join(form.requires) or '–'}",
        f"kiểm tra / checks: {', '.join(sorted(form.checks)) or '–'}",
    ]
    table = Table("trường / field", "tên / label", "nhãn / labels", "dạng / shape", "cần / required")
    for one in form.fields:
        shape = one.grammar or (one.pattern.pattern if one.pattern else "")
        table.add_row(
            one.name, f"{one.vi} / {one.en}", "; ".join(one.labels), shape, "✓" if one.required else ""
        )
    return "\n".join([*lines, printed(table)]) if form.fields else "\n".join(lines)


def _paper_text(tried: dict[str, Any], form: Form) -> str:
    if "error" in tried:
        return f"{tried['path']}: {tried['error']['code']}: {tried['error']['vi']} / {tried['error']['en']}"
    lines = [f"== {tried['path']}"]
    if tried["recognised"] != form.name:
        lines.append(f"hoso tự nhận ra mẫu / hoso itself takes the form: {tried['recognised']}")
    table = Table("trường / field", "giá trị / value", "tin cậy / conf.", "trang / page", "khung / box")
    for name, field in tried["fields"].items():
        value = "\n".join(field["value"]) if isinstance(field["value"], list) else str(field["value"])
        box = "" if field["box"] is None else " ".join(map(str, field["box"]))
        table.add_row(name, value, f"{field['confidence']:.2f}", str(field["page"] or ""), box)
    lines.append(printed(table))
    lines += [f"không thấy / not found {why['name']}: {why['vi']} / {why['en']}" for why in tried["missed"]]
    lines += [f"cảnh báo / warning {one['code']}: {one['vi']} / {one['en']}" for one in tried["findings"]]
    return "\n".join(lines)
