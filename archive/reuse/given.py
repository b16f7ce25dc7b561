"""Procedures as a file gives them, line by line: each value checked, all errors collected. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from archive.copy_rules import WHOLE
from archive.errors import Problem
from archive.official_codes import procedure as procedure_code
from archive.reuse.papers import ANY_BASIS

MOST_TOLD = 20
"""Errors told at once."""

PROCEDURE_COLUMNS = ("code", "name", "agency", "source", "invented")
PAPER_COLUMNS = ("form", "title", "result_of", "quantity", "basis", "mandatory", "note")
NEEDED = ("code", "name", "form", "title")
LONGEST = {"code": 40, "form": 40, "title": 200, "invented": 40, "result_of": 40}
"""Characters; 2000 of everything else."""

_BASES = (ANY_BASIS, *sorted((basis.value for basis in WHOLE), reverse=True))
_YES = {
    "yes": True,
    "true": True,
    "1": True,
    "có": True,
    "no": False,
    "false": False,
    "0": False,
    "không": False,
}
_FORM = re.compile(r"[a-zA-Z0-9]+(?:-[a-zA-Z0-9]+)*", re.ASCII)


@dataclass(frozen=True)
class GivenPaper:
    """A required paper as the file has it."""

    form: str
    title: str
    result_of: str
    quantity: int
    basis: str
    mandatory: bool
    note: str


@dataclass(frozen=True)
class GivenProcedure:
    """A procedure as the file has it; ``line`` is where it begins."""

    line: int
    code: str
    name: str
    agency: str
    source: str
    invented: str
    papers: tuple[GivenPaper, ...]


@dataclass
class Errors:
    """What is wrong with a file, by line."""

    lines: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, line: int, vi: str, en: str) -> None:
        """One more."""
        self.lines.append((line, vi, en))

    def problem(self) -> Problem:
        """All of them, the first MOST_TOLD in words."""
        told = sorted(self.lines)[:MOST_TOLD]
        more = len(self.lines) - len(told)
        vi = "; ".join(f"dòng {line}: {text}" for line, text, _ in told) + (
            f"; và {more} lỗi khác" if more else ""
        )
        en = "; ".join(f"line {line}: {text}" for line, _, text in told) + (
            f"; and {more} more" if more else ""
        )
        return Problem("BAD_CATALOGUE", f"Danh mục không được nhập. {vi}", f"Nothing was imported. {en}")


def check_names(names: list[str], line: int, errors: Errors) -> None:
    """No unknown column, none twice."""
    for name in names:
        if name not in PROCEDURE_COLUMNS + PAPER_COLUMNS or names.count(name) > 1:
            errors.add(line, f"cột lạ hoặc lặp «{name[:40]}»", f"unknown or repeated column {name[:40]!r}")


def grouped(rows: Iterable[tuple[int, Mapping[str, str]]], errors: Errors) -> list[GivenProcedure]:
    """The procedures in the order they came, each with its papers; faulty lines go to ``errors``."""
    found: dict[str, GivenProcedure] = {}
    for line, row in rows:
        values = {name: " ".join(row.get(name, "").split()) for name in PROCEDURE_COLUMNS + PAPER_COLUMNS}
        wrong = len(errors.lines)
        for name, value in values.items():
            if len(value) > LONGEST.get(name, 2000):
                errors.add(line, f"«{name}» quá dài", f"{name!r} is too long")
        one = _procedure(line, values, errors)
        paper = _paper(line, values, errors) if values["form"] or values["title"] else None
        if len(errors.lines) > wrong:
            continue
        known = found.setdefault(one.code, one)
        if replace(known, line=0, papers=()) != replace(one, line=0):
            errors.add(
                line,
                f"thủ tục {one.code} khác với dòng {known.line}",
                f"procedure {one.code} differs from line {known.line}",
            )
        elif paper is not None and any((paper.form, paper.title) == (p.form, p.title) for p in known.papers):
            errors.add(line, f"giấy tờ lặp «{paper.title}»", f"paper {paper.title!r} stands twice")
        elif paper is not None:
            found[one.code] = replace(known, papers=(*known.papers, paper))
    return list(found.values())


def _procedure(line: int, values: Mapping[str, str], errors: Errors) -> GivenProcedure:
    code = _code(line, values["code"], errors)
    if not values["name"]:
        errors.add(line, "thiếu tên thủ tục", "the procedure's name is missing")
    return GivenProcedure(
        line, code, values["name"], values["agency"], values["source"], values["invented"], ()
    )


def _paper(line: int, values: Mapping[str, str], errors: Errors) -> GivenPaper:
    if not _FORM.fullmatch(values["form"]):
        errors.add(
            line, f"mã loại giấy tờ «{values['form']}» không đúng", f"{values['form']!r} is no form code"
        )
    if not values["title"]:
        errors.add(line, "thiếu tên giấy tờ", "the paper's title is missing")
    quantity = values["quantity"] or "1"
    if not re.fullmatch(r"[1-9]\d{0,2}", quantity, re.ASCII):
        errors.add(
            line, f"số lượng «{quantity}» phải từ 1 đến 999", f"quantity {quantity!r} must be 1 to 999"
        )
        quantity = "1"
    basis = values["basis"].lower() or ANY_BASIS
    if basis not in _BASES:
        errors.add(line, f"«basis» là một trong {', '.join(_BASES)}", f"basis is one of {', '.join(_BASES)}")
    mandatory = _YES.get(values["mandatory"].lower() or "yes")
    if mandatory is None:
        errors.add(line, "«mandatory» là yes hoặc no", "mandatory is yes or no")
    result_of = _code(line, values["result_of"], errors) if values["result_of"] else ""
    return GivenPaper(
        values["form"], values["title"], result_of, int(quantity), basis, bool(mandatory), values["note"]
    )


def _code(line: int, written: str, errors: Errors) -> str:
    try:
        return procedure_code(written).key
    except Problem as wrong:
        errors.add(line, wrong.vi, wrong.en)
        return ""
