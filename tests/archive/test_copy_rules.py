"""Who may ask and what is refused (NĐ 23/2015/NĐ-CP Đ.16, Đ.22)."""

from __future__ import annotations

from datetime import date

import pytest

from archive.copy_rules import (
    GROUNDS,
    Capacity,
    Certification,
    CopyBasis,
    Relation,
    Requester,
    certifiable,
    entitled,
    refusal,
)
from archive.errors import Problem

NAME, NUMBER = "Trần Văn Bình", "001099012345"
HEIR = {
    "relation": Relation.CHILD,
    "relation_proof": "Giấy khai sinh 12",
    "death_proof": "Trích lục khai tử 3",
}


def refused(
    capacity: Capacity, name: str = NAME, basis: CopyBasis = CopyBasis.REGISTER, **more: object
) -> str:
    told = entitled(Requester(capacity, name, **more), basis, NAME, [NUMBER])  # type: ignore[arg-type]
    return "" if told is None else told.code


@pytest.mark.parametrize(
    ("identity", "name", "code"),
    [
        ("", NAME, ""),
        ("CCCD 001099012345", NAME, ""),
        ("CCCD 001 099 012 345", "TRAN VAN BINH", ""),
        ("CCCD 001099012345", "Trần Văn Bình (tên cũ)", ""),  # the number says who it is
        ("CCCD 079085000001", NAME, "REQUESTER_NOT_HOLDER"),
        ("", "Lê Thị Khác", "REQUESTER_NOT_HOLDER"),
    ],
)
def test_the_holder_is_told_by_number_or_else_by_name(identity: str, name: str, code: str) -> None:
    assert refused(Capacity.HOLDER, name, identity=identity) == code


def test_a_representative_names_the_power_and_a_bearer_of_papers_has_no_claim_on_the_register() -> None:
    assert refused(Capacity.REPRESENTATIVE, "Lê An") == "POWER_MISSING"
    assert refused(Capacity.REPRESENTATIVE, "Lê An", power="Giấy ủy quyền 5/2026") == ""
    assert refused(Capacity.BEARER, "Lê An") == "REQUESTER_NOT_ENTITLED"
    assert refused(Capacity.BEARER, "Lê An", CopyBasis.ORIGINAL) == ""


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ("relation", "RELATION_MISSING"),
        ("relation_proof", "RELATION_UNPROVED"),
        ("death_proof", "DEATH_UNPROVED"),
    ],
)
def test_an_heir_proves_relation_and_death(missing: str, code: str) -> None:
    assert refused(Capacity.HEIR, "Trần An", **HEIR) == ""
    assert (
        refused(Capacity.HEIR, "Trần An", **{name: value for name, value in HEIR.items() if name != missing})
        == code
    )


def test_an_original_that_nobody_presented_or_nobody_signs_for_is_not_certified() -> None:
    day = date(2026, 11, 27)
    assert certifiable(Certification(day, "Lê Văn Chứng", "Chủ tịch"), day) is None
    for told, code in (
        (Certification(None, "Lê Văn Chứng", "Chủ tịch"), "PAPER_NOT_PRESENTED"),
        (Certification(date(2026, 11, 28), "Lê Văn Chứng", "Chủ tịch"), "PAPER_NOT_PRESENTED"),
        (Certification(day, "", "Chủ tịch"), "CERTIFIER_MISSING"),
        (Certification(day, "Lê Văn Chứng", " "), "CERTIFIER_MISSING"),
    ):
        found = certifiable(told, day)
        assert found is not None and found.code == code


@pytest.mark.parametrize("ground", GROUNDS)
def test_every_ground_of_the_law_refuses_with_its_own_code(ground: str) -> None:
    day = date(2026, 11, 27)
    found = certifiable(Certification(day, "A", "B", (ground,)), day)
    assert found is not None and found.code == ground and GROUNDS[ground][0] in found.vi


def test_grounds_are_a_closed_list() -> None:
    for wrong in (["BECAUSE"], [], ["ORIGINAL_SECRET", "because"]):
        with pytest.raises(Problem) as unknown:
            refusal(wrong)
        assert unknown.value.code == "UNKNOWN_GROUND"
    both = refusal(["ORIGINAL_SECRET", "ORIGINAL_DAMAGED"], "Mời mang bản khác")
    assert (
        both.code == "ORIGINAL_DAMAGED" and GROUNDS["ORIGINAL_SECRET"][0] in both.vi and "bản khác" in both.vi
    )
