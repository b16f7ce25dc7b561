"""The catalogue of procedures as a file, CSV or JSON: read whole, every error told with its line, or nothing taken.

CSV: UTF-8, comma or semicolon, one line a required paper, the procedure's columns repeated; a procedure without
papers has one line with an empty ``form``. JSON: a list of procedures, each with a list ``requirements``; the names
are those of the CSV's columns. Pure: what becomes of it is in ``archive.reuse.listing``.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping

from archive.reuse.given import NEEDED, Errors, GivenProcedure, check_names, grouped

MOST_BYTES = 20_000_000


def parse(data: bytes) -> list[GivenProcedure]:
    """The procedures of a file; JSON when it begins with a bracket. Raises Problem BAD_CATALOGUE with all errors."""
    errors = Errors()
    try:
        text = data.decode("utf-8-sig") if len(data) <= MOST_BYTES else None
    except UnicodeDecodeError as wrong:
        text = None
        errors.add(data.count(b"\n", 0, wrong.start) + 1, "không phải UTF-8", "not UTF-8")
    if text is None:
        if not errors.lines:
            errors.add(1, f"tệp lớn hơn {MOST_BYTES} byte", f"the file is larger than {MOST_BYTES} bytes")
        raise errors.problem()
    rows = _json(text, errors) if text.lstrip()[:1] in ("[", "{") else _csv(text, errors)
    found = grouped(rows, errors)
    if errors.lines:
        raise errors.problem()
    return found


def _csv(text: str, errors: Errors) -> Iterator[tuple[int, Mapping[str, str]]]:
    head = text.split("\n", 1)[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""),
        delimiter=";" if head.count(";") > head.count(",") else ",",
        strict=True,
    )
    try:
        columns = [name.strip() for name in reader.fieldnames or []]
        check_names(columns, 1, errors)
        for name in NEEDED:
            if name not in columns:
                errors.add(1, f"thiếu cột «{name}»", f"column {name!r} is missing")
        if errors.lines:
            return
        reader.fieldnames = columns
        for row in reader:
            if None in row or None in row.values():
                errors.add(reader.line_num, "số ô khác dòng đầu", "not as many cells as the first line")
                continue
            if any(row.values()):
                yield reader.line_num, row
    except csv.Error as wrong:
        errors.add(reader.reader.line_num, f"không phải CSV ({wrong})", f"not CSV ({wrong})")


def _json(text: str, errors: Errors) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The same rows as of a CSV; the line of all papers of a procedure is where the procedure begins."""
    decoder, place = json.JSONDecoder(), text.find("[")
    try:
        if place < 0 or text[:place].strip():
            raise json.JSONDecodeError("a list of procedures is expected", text, 0)
        json.loads(text)
        place = _past(text, place + 1)
        while text[place] != "]":
            one, end = decoder.raw_decode(text, place)
            line = text.count("\n", 0, place) + 1
            place = _past(text, end)
            place = _past(text, place + 1) if text[place] == "," else place
            yield from _rows_of(one, line, errors)
    except json.JSONDecodeError as wrong:
        errors.add(wrong.lineno, f"không phải JSON ({wrong.msg})", f"not JSON ({wrong.msg})")
    except RecursionError:
        errors.add(1, "lồng quá sâu", "nested too deeply")


def _rows_of(one: object, line: int, errors: Errors) -> Iterator[tuple[int, Mapping[str, str]]]:
    papers = one.get("requirements", []) if isinstance(one, dict) else None
    if (
        not isinstance(one, dict)
        or not isinstance(papers, list)
        or not all(isinstance(p, dict) for p in papers)
    ):
        errors.add(line, "cần một thủ tục với «requirements»", "a procedure with 'requirements' is expected")
        return
    own = {name: value for name, value in one.items() if name != "requirements"}
    for paper in papers or [{}]:
        row = {"form": "", "title": "", **own, **paper}
        if any(isinstance(value, (dict, list)) or value is None for value in row.values()):
            errors.add(line, "giá trị phải là chữ hoặc số", "values must be text or numbers")
            continue
        check_names(list(row), line, errors)
        yield line, {name: str(value) for name, value in row.items()}


def _past(text: str, place: int) -> int:
    while text[place] in " \t\r\n":
        place += 1
    return place
