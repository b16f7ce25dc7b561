"""The marks of the law as data: the template in force on the day of the act, and no template that cannot be one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from signing.errors import NotSealed
from signing.mark import Mark, lay_out
from signing.templates import BadTemplate, NoTemplate, in_force, of_form, read, shipped
from signing.terms import CopyBasis
from tests.signing.office import AGENCY, Office, paper

AT = datetime(2026, 11, 20, tzinfo=UTC)
NEW_RULE = datetime(2025, 6, 30, 17, 0, tzinfo=UTC)
"""Midnight of 1 July 2025 in Hanoi: Thông tư 05/2025/TT-BNV counts from here."""

GOOD = """
name = "P9"
title = "Bản sao lưu trữ"
[[version]]
from = 2026-01-01
law = "Thông tư 05/2025/TT-BNV"
page = "first"
corner = "top-right"
lines = ["BẢN SAO", "{agency}"]
size_pt = 10.0
smallest_pt = 5.0
colour = [0.0, 0.0, 0.0]
image = "none"
width_pt = 200.0
height_pt = 36.0
across = 0.5
reach = 0.15
"""


def test_every_mark_of_the_law_is_in_force_today() -> None:
    names = {one.name for one in shipped()}
    assert names >= {
        "P1", "P2", "P4", "SAO_Y", "SAO_LUC", "TRICH_SAO", "COPY", "P5_WORDING", "P5_CERTIFIER", "P5_AGENCY",
    }  # fmt: skip
    for name in names:
        rule = in_force(name, AT)
        assert (
            rule.law and rule.size_pt >= 10 and rule.colour == (0, 0, 0) and rule.image in ("none", "hidden")
        )
    assert (in_force("P1", AT).corner, in_force("P1", AT).lines) == ("top-left", ("{signer}", "{time}"))
    assert (in_force("P2", AT).corner, in_force("P2", AT).lines) == ("top-right", ("{agency}", "{time}"))
    assert in_force("P5_WORDING", AT).page == "last"


def test_the_day_in_vietnam_chooses_the_version() -> None:
    assert in_force("P2", NEW_RULE).version == "2025-07-01"
    assert in_force("P2", NEW_RULE - timedelta(seconds=1)).version == "2020-03-05"
    with pytest.raises(NoTemplate):
        in_force("P1", datetime(2023, 5, 24, tzinfo=UTC))
    with pytest.raises(NotSealed, match="NO_MARK_TEMPLATE"):
        lay_out(Mark(AGENCY, datetime(2019, 1, 1, tzinfo=UTC), (0, 0, 200, 36)))


@pytest.mark.parametrize(
    ("form", "name"),
    [("SAO Y", "SAO_Y"), ("SAO LỤC", "SAO_LUC"), ("TRÍCH SAO", "TRICH_SAO"), ("BẢN SAO TỪ SỔ GỐC", "P4")],
)
def test_a_form_of_copy_has_its_template_and_other_names_have_one_too(form: str, name: str) -> None:
    assert of_form(form, AT).name == name
    assert of_form("BẢN SAO ĐIỆN TỬ", AT).name == "COPY"
    lines = lay_out(Mark(AGENCY, AT, (0, 0, 200, 48), "BẢN SAO ĐIỆN TỬ"))
    assert [line.text for line in lines] == ["BẢN SAO ĐIỆN TỬ", AGENCY, "2026-11-20T07:00:00+07:00"]


def test_what_sealing_set_is_told_with_name_and_version(office: Office) -> None:
    from signing.seal import seal

    report = seal(
        paper(), key=office.key, timestamper=office.timestamper, trust=office.trust, mark=office.mark(),
        at=office.clock(),
    ).report  # fmt: skip
    (mark,) = report.marks
    assert (mark.template, mark.version, mark.page) == ("P2", "2025-07-01", 1)
    assert mark.box == office.box()
    assert report.to_dict()["marks"][0]["template"] == "P2"


def test_every_form_a_basis_gives_has_a_template_of_its_own() -> None:
    assert {of_form(basis.form, AT).name for basis in CopyBasis}.isdisjoint({"COPY"})


def test_a_template_file_is_read() -> None:
    (one,) = read(GOOD, "p9.toml")
    assert (one.name, one.version, one.until) == ("P9", "2026-01-01", None)
    assert one.texts({"agency": " "}) == ("BẢN SAO",)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('corner = "top-right"', 'corner = "middle"', "corner"),
        ('page = "first"', 'page = "third"', "page"),
        ('image = "none"', 'image = "seal.png"', "image"),
        ("{agency}", "{agency.__class__}", "placeholders"),
        ("{agency}", "{who}", "placeholders"),
        ("{agency}", "{agency:>999999999}", "braces"),
        ("{agency}", "{agency!r}", "braces"),
        ("{agency}", "{agency}\\u0007", "seen"),
        ("size_pt = 10.0", "size_pt = inf", "at most"),
        ("size_pt = 10.0", "size_pt = 0.0", "sizes"),
        ("smallest_pt = 5.0", "smallest_pt = 11.0", "sizes"),
        ("reach = 0.15", "reach = 1.5", "shares"),
        ("colour = [0.0, 0.0, 0.0]", "colour = [0.0, 2.0, 0.0]", "colour"),
        ("colour = [0.0, 0.0, 0.0]", "colour = [0.0]", "values"),
        ("from = 2026-01-01", 'from = "2026"', "days"),
        ("from = 2026-01-01", "from = 2026-01-01T00:00:00", "days"),
        ('law = "Thông tư 05/2025/TT-BNV"', "", "law"),
        ("[[version]]", "[[version", "p9.toml"),
        ("", GOOD[GOOD.index("[[version]]") :], "at once"),
    ],
)
def test_what_cannot_be_a_template_is_refused_by_name(old: str, new: str, why: str) -> None:
    text = GOOD + new if not old else GOOD.replace(old, new)
    with pytest.raises(BadTemplate, match=why) as caught:
        read(text, "p9.toml")
    assert "p9.toml" in str(caught.value)
