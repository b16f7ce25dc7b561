"""A paper whose pages programs show differently is told to the person who approves it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf

from tests.office import Office
from tests.papers.born_digital import text_paper
from tests.signing.tools import needs


def test_a_born_digital_paper_that_programs_show_differently_is_for_a_person(
    office: Office, tmp_path: Path
) -> None:
    needs("pdftoppm")
    good, odd = tmp_path / "good.pdf", tmp_path / "odd.pdf"
    good.write_bytes(text_paper("qd", seed=3, max_pages=1).pdf)
    with pikepdf.open(io.BytesIO(text_paper("qd", seed=4, max_pages=1).pdf)) as pdf:
        pdf.pages[0].contents_add(pdf.make_stream(b"BT /Nowhere 24 Tf 100 400 Td (500.000.000) Tj ET"))
        pdf.save(odd)
    documents = {file: office.json("receive", file)["files"][0]["document"] for file in (good, odd)}
    office.run("work", "--until-idle")
    assert "R-01" not in _found(office.json("show", documents[good]))
    assert "R-01" in _found(office.json("show", documents[odd]))
    _, told, _ = office.run(
        "review", "--approve-all", "--min-confidence", "0", "--as", "Lê Thị Duyệt", code=1
    )
    assert documents[odd] in told and "R-01" in told


def _found(shown: dict[str, Any]) -> list[str]:
    found: list[str] = next(event for event in shown["history"] if event["act"] == "read")["details"][
        "findings"
    ]
    return found
