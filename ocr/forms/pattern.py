r"""Shapes that an office may write: regular expressions small enough that no reading can make them run for long.

Allowed: letters, ``\d``, ``\w``, ``\s``, escaped signs, ``.``, classes ``[A-Z]``, groups ``( )`` with ``|``, ``?``, and
how often as ``{n}`` or ``{n,m}`` after one sign. Not allowed: ``*``, ``+``, ``{n,}``, repeated groups, looking around,
references. A matcher that tries every way then tries at most MOST_WAYS at each place, and a row has few places.
"""

from __future__ import annotations

import re

MOST_WAYS = 2000
"""Ways in which the repeats and choices of one shape can be combined. """

LONGEST_PATTERN = 200
LONGEST_TEXT = 300
"""Characters of a row that a shape is looked for in."""

_ATOM = re.compile(
    r"""\\[dws.\-/()\[\]{}?*+|\\^$]   # one escaped sign or class
      | \[\^?(?:\\[dws.\-/()\[\]{}?*+|\\^$]|[^\[\]\\])+\]  # a class
      | \.
      | [^\\\[\](){}?*+|^$.]          # a sign that stands for itself""",
    re.VERBOSE,
)
_TIMES = re.compile(r"\{(\d{1,3})(?:,(\d{1,3}))?\}")


class BadPattern(ValueError):
    """The shape is not allowed. ``vi`` and ``en`` say why."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi, self.en = vi, en


def compiled(pattern: str) -> re.Pattern[str]:
    """The shape, ready for use. Raises BadPattern."""
    if not pattern or len(pattern) > LONGEST_PATTERN:
        raise BadPattern(
            f"mẫu phải có từ 1 đến {LONGEST_PATTERN} ký tự",
            f"a pattern has 1 to {LONGEST_PATTERN} characters",
        )
    if ways(pattern) > MOST_WAYS:
        raise BadPattern(
            f"mẫu có quá nhiều cách khớp (tối đa {MOST_WAYS}); hãy thu hẹp {{n,m}}",
            f"the pattern can match in too many ways (at most {MOST_WAYS}); make {{n,m}} narrower",
        )
    try:
        found = re.compile(pattern)
    except re.error as error:
        raise BadPattern(f"mẫu không hợp lệ: {error}", f"not a pattern: {error}") from error
    if found.match(""):
        raise BadPattern("mẫu khớp cả khi không có gì", "the pattern matches nothing at all as well")
    return found


def ways(pattern: str) -> int:
    """In how many ways repeats and choices can be combined: the product of all of them. Raises BadPattern."""
    product, depth, i = 1, 0, 0
    while i < len(pattern):
        sign = pattern[i]
        if sign == "(":
            i += 3 if pattern.startswith("(?:", i) else 1
            depth += 1
            if pattern[i : i + 1] == "?":
                raise _not_allowed("(?")
        elif sign == ")":
            i, depth = i + 1, depth - 1
            if depth < 0:
                raise BadPattern("ngoặc ) thừa", "there is a ) too many")
            if pattern[i : i + 1] == "?":
                product, i = product * 2, i + 1
            elif pattern[i : i + 1] in ("{", "*", "+"):
                raise BadPattern(
                    "không lặp cả nhóm; chỉ lặp một ký tự hoặc [lớp]",
                    "a group is not repeated; only one sign or [class] is",
                )
        elif sign == "|":
            product, i = product * 2, i + 1
        elif atom := _ATOM.match(pattern, i):
            i = atom.end()
            if times := _TIMES.match(pattern, i):
                least, most = int(times[1]), int(times[2] or times[1])
                if most < least or most > 100:
                    raise BadPattern(f"{times[0]}: cần n ≤ m ≤ 100", f"{times[0]}: n ≤ m ≤ 100 is needed")
                product, i = product * (most - least + 1), times.end()
            elif pattern[i : i + 1] == "?":
                product, i = product * 2, i + 1
            if pattern[i : i + 1] in ("?", "+", "*", "{"):
                raise _not_allowed(pattern[i])
        else:
            raise _not_allowed(sign)
    if depth:
        raise BadPattern("thiếu ngoặc )", "a ) is missing")
    return product


def _not_allowed(sign: str) -> BadPattern:
    if sign in "*+{":
        return BadPattern(
            f"không dùng «{sign}»; hãy ghi số lần, ví dụ [0-9]{{1,6}}",
            f"{sign!r} is not allowed; say how often, such as [0-9]{{1,6}}",
        )
    return BadPattern(f"không dùng «{sign}» ở đây", f"{sign!r} is not allowed here")
