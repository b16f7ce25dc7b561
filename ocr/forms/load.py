"""Forms from TOML files: those shipped beside this module, and an office's own that add to or replace them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ocr.forms.form import (
    CHECKS,
    FIRST_PAGE,
    GENERAL,
    GRAMMARS,
    LONGEST_NAME,
    ZONES,
    Fault,
    Form,
    FormField,
    Forms,
    Percent,
)
from ocr.forms.pattern import BadPattern, compiled
from ocr.values import FIELD_NAMES
from ocr.vietnamese import bare, nfc

HERE = Path(__file__).parent
MOST_BYTES = 256 * 1024
MOST_FIELDS = 60
_NAME = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
_FIELD_NAME = re.compile(r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")
_FORM_KEYS = {"name", "vi", "en", "types", "titled", "result", "requires", "checks", "fields"}
_FIELD_KEYS = {
    "name", "vi", "en", "labels", "zone", "grammar", "pattern", "multi_line", "required",
}  # fmt: skip


class BadForm(Exception):
    """A file that gives no form; ``faults`` are all that was found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.told() for fault in self.faults))


@cache
def shipped() -> Forms:
    """The forms that come with hoso. Raises BadForm if one of them is broken, which its tests do not let pass."""
    return Forms(tuple(form_of(path, shipped_with=True) for path in sorted(HERE.glob("*.toml"))))


def forms_in(folder: Path | None) -> Forms:
    """The forms shipped with the office's own from ``*.toml`` of ``folder``, by name. A broken file costs only itself:
    it stands in ``faults``, and where it would have replaced a shipped form that one stays."""
    if folder is None:
        return shipped()
    own: list[Form] = []
    faults: list[Fault] = []
    if not folder.is_dir():
        faults.append(
            Fault(
                "FORMS_FOLDER_MISSING", str(folder), "HOSO_FORMS", "không có thư mục này", "there is no such folder"
            )
        )  # fmt: skip
    for path in sorted(folder.glob("*.toml")):
        try:
            form = form_of(path)
        except BadForm as bad:
            faults += bad.faults
            continue
        clash = _clash(form, own)
        if clash is None:
            own.append(form)
        else:
            faults.append(clash)
    names = {form.name for form in own}
    return Forms((*own, *(form for form in shipped().forms if form.name not in names)), tuple(faults))


def form_of(path: Path, *, shipped_with: bool = False) -> Form:
    """The form in a file. Raises BadForm with everything that is wrong."""
    file = path.name
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadForm([Fault("FORM_TOO_LARGE", file, "1", "tệp quá 256 KiB", "the file is over 256 KiB")])
        told = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        why = error.strerror or str(error)
        raise BadForm(
            [Fault("FORM_UNREADABLE", file, "1", f"không đọc được: {why}", f"unreadable: {why}")]
        ) from error
    except UnicodeDecodeError as error:
        raise BadForm(
            [Fault("FORM_NOT_UTF8", file, "1", "tệp không phải UTF-8", "the file is not UTF-8")]
        ) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = re.search(r"line (\d+)", str(error))
        raise BadForm(
            [
                Fault(
                    "FORM_NOT_TOML", file, f"line {place[1]}" if place else "end of file",
                    f"không phải TOML: {error}", f"not TOML: {error}",
                )
            ]
        ) from error  # fmt: skip
    return _Reader(file).form(told, "" if shipped_with else str(path))


def _clash(form: Form, before: Iterable[Form]) -> Fault | None:
    for other in before:
        shared = sorted(set(map(bare, form.types)) & set(map(bare, other.types)))
        if other.name == form.name or shared:
            what = form.name if other.name == form.name else shared[0]
            return Fault(
                "FORM_TAKEN", Path(form.source).name, "name" if other.name == form.name else "types",
                f"«{what}» đã có trong {Path(other.source).name}", f"{what!r} is in {Path(other.source).name} already",
            )  # fmt: skip
    return None


class _Reader:
    """Reads one file's table and gathers what is wrong with it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def form(self, told: Mapping[str, Any], source: str) -> Form:
        self._keys(told, _FORM_KEYS, "")
        types = self._types(told.get("types", {}))
        form = Form(
            name=self._name(told, "", _NAME, "quyet-dinh"), vi=self._text(told, "vi", ""),
            en=self._text(told, "en", ""), types=types, titled=self._flag(told, "titled", "", True),
            result=self._flag(told, "result", "", False), requires=self._choices(told, "requires", FIELD_NAMES, ()),
            checks=frozenset(self._choices(told, "checks", CHECKS, CHECKS)), fields=self._fields(told), source=source,
        )  # fmt: skip
        if not types and form.name != GENERAL:
            self._wrong("FORM_MISSING", "types", "cần ít nhất một tên loại", "at least one type is needed")
        if self.faults:
            raise BadForm(self.faults)
        return form

    def _fields(self, told: Mapping[str, Any]) -> tuple[FormField, ...]:
        rows = told.get("fields", [])
        if (
            not isinstance(rows, list)
            or len(rows) > MOST_FIELDS
            or not all(isinstance(r, dict) for r in rows)
        ):
            self._wrong("FORM_BAD_VALUE", "fields", f"cần [[fields]], tối đa {MOST_FIELDS}",
                        f"[[fields]] is needed, at most {MOST_FIELDS}")  # fmt: skip
            return ()
        found = [self._field(row, f"fields[{i}]") for i, row in enumerate(rows, 1)]
        names = [one.name for one in found if one.name]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._wrong("FORM_BAD_VALUE", f"fields.{name}", "tên trùng", "the name stands twice")
        return tuple(found)

    def _field(self, row: Mapping[str, Any], place: str) -> FormField:
        self._keys(row, _FIELD_KEYS, place)
        name = self._name(row, place, _FIELD_NAME, "serial_number")
        if name in FIELD_NAMES:
            self._wrong("FORM_BAD_VALUE", f"{place}.name", f"«{name}» là trường có sẵn của mọi hồ sơ",
                        f"{name!r} is a field of every record already")  # fmt: skip
        labels = self._texts(row, "labels", place)
        zone, first = self._zone(row, place)
        grammar, pattern = self._shape(row, place)
        if not labels and (pattern is None and grammar in ("text", "person", "place", "number")):
            self._wrong("FORM_MISSING", f"{place}.labels", "cần labels, hoặc một mẫu riêng",
                        "labels are needed, or a pattern that tells the value by itself")  # fmt: skip
        return FormField(
            name, self._text(row, "vi", place), self._text(row, "en", place), tuple(map(bare, labels)), zone, first,
            grammar, pattern, self._flag(row, "multi_line", place, False), self._flag(row, "required", place, False),
        )  # fmt: skip

    def _shape(self, row: Mapping[str, Any], place: str) -> tuple[str, re.Pattern[str] | None]:
        if "pattern" not in row:
            grammar = row.get("grammar", "text")
            if grammar not in GRAMMARS:
                self._wrong("FORM_BAD_VALUE", f"{place}.grammar", f"phải là một trong: {', '.join(GRAMMARS)}",
                            f"must be one of: {', '.join(GRAMMARS)}")  # fmt: skip
                return "text", None
            return str(grammar), None
        if "grammar" in row:
            self._wrong("FORM_BAD_VALUE", f"{place}.pattern", "chỉ dùng grammar hoặc pattern",
                        "either grammar or pattern, not both")  # fmt: skip
        try:
            return "", compiled(nfc(str(row["pattern"])))
        except BadPattern as bad:
            self._wrong("FORM_PATTERN", f"{place}.pattern", bad.vi, bad.en)
            return "", None

    def _zone(self, row: Mapping[str, Any], place: str) -> tuple[Percent, bool]:
        zone = row.get("zone", "any")
        if isinstance(zone, str) and zone in ZONES:
            return ZONES[zone], zone in FIRST_PAGE
        numbers = isinstance(zone, list) and len(zone) == 4 and all(type(n) in (int, float) for n in zone)
        if numbers and -10 <= zone[0] < zone[2] <= 110 and -10 <= zone[1] < zone[3] <= 110:
            return (zone[0], zone[1], zone[2], zone[3]), False
        names = ", ".join(ZONES)
        self._wrong("FORM_BAD_VALUE", f"{place}.zone", f"phải là một trong {names}, hoặc [x0, y0, x1, y1] phần trăm",
                    f"must be one of {names}, or [x0, y0, x1, y1] in percent")  # fmt: skip
        return ZONES["any"], False

    def _types(self, told: Any) -> dict[str, tuple[str, ...]]:
        good = isinstance(told, dict) and all(
            isinstance(shorts, list) and all(isinstance(short, str) for short in shorts)
            for shorts in told.values()
        )
        if not good:
            self._wrong(
                "FORM_BAD_VALUE",
                "types",
                'cần bảng "Tên loại" = ["VT"]',
                'a table "Name" = ["ABBR"] is needed',
            )
            return {}
        return {nfc(name): tuple(map(nfc, shorts)) for name, shorts in told.items() if nfc(name)}

    def _name(self, row: Mapping[str, Any], place: str, shape: re.Pattern[str], example: str) -> str:
        name = row.get("name")
        if isinstance(name, str) and shape.match(name) and len(name) <= LONGEST_NAME:
            return name
        self._wrong("FORM_BAD_VALUE", f"{place}.name".lstrip("."),
                    f"cần tên như «{example}», tối đa {LONGEST_NAME} ký tự",
                    f"a name such as {example!r} is needed, at most {LONGEST_NAME} characters")  # fmt: skip
        return ""

    def _text(self, row: Mapping[str, Any], key: str, place: str) -> str:
        text = row.get(key)
        if isinstance(text, str) and 0 < len(nfc(text)) <= 100:
            return nfc(text)
        self._wrong("FORM_MISSING", f"{place}.{key}".lstrip("."), "cần một tên để hiển thị (1 đến 100 ký tự)",
                    "a name to show is needed (1 to 100 characters)")  # fmt: skip
        return ""

    def _texts(self, row: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
        texts = row.get(key, [])
        if isinstance(texts, list) and all(isinstance(t, str) and 1 < len(nfc(t)) <= 80 for t in texts):
            return tuple(map(nfc, texts))
        self._wrong("FORM_BAD_VALUE", f"{place}.{key}", "cần danh sách chữ, mỗi mục 2 đến 80 ký tự",
                    "a list of texts of 2 to 80 characters is needed")  # fmt: skip
        return ()

    def _choices(
        self, told: Mapping[str, Any], key: str, known: tuple[str, ...], default: tuple[str, ...]
    ) -> tuple[str, ...]:
        chosen = told.get(key, list(default))
        if isinstance(chosen, list) and all(isinstance(one, str) and one in known for one in chosen):
            return tuple(chosen)
        self._wrong(
            "FORM_BAD_VALUE", key, f"chỉ gồm: {', '.join(known)}", f"may hold only: {', '.join(known)}"
        )
        return ()

    def _flag(self, row: Mapping[str, Any], key: str, place: str, default: bool) -> bool:
        flag = row.get(key, default)
        if isinstance(flag, bool):
            return flag
        self._wrong(
            "FORM_BAD_VALUE", f"{place}.{key}".lstrip("."), "phải là true hoặc false", "must be true or false"
        )
        return default

    def _keys(self, row: Mapping[str, Any], known: set[str], place: str) -> None:
        for key in sorted(set(row) - known):
            self._wrong("FORM_UNKNOWN_KEY", f"{place}.{key}".lstrip("."),
                        f"không có khóa này; các khóa: {', '.join(sorted(known))}",
                        f"there is no such key; keys: {', '.join(sorted(known))}")  # fmt: skip

    def _wrong(self, code: str, place: str, vi: str, en: str) -> None:
        self.faults.append(Fault(code, self.file, place, vi, en))
