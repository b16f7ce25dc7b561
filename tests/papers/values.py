"""The values of a synthetic paper as the record must hold them, and when a reading is the same value."""

from __future__ import annotations

from typing import Any

from ocr.vietnamese import nfc, one_style


def expected(meta: dict[str, Any]) -> dict[str, object]:
    """What the record must hold, by field; fields that the paper does not have are left out."""
    holder = meta.get("holder") or {}
    values = {
        "doc_type": meta["doc_type"], "number": meta["number"], "notation": meta["symbol"],
        "code": meta["number_symbol"], "issued_on": meta["issue_date"], "issuer": meta["issuing_agency"],
        "parent_issuer": meta["parent_agency"], "place": meta["place"], "subject": meta["title"],
        "signer_name": meta["signer_name"], "signer_title": meta["signer_title"],
        "signer_capacity": meta["capacity"], "recipients": tuple(meta["recipients"]),
        "legal_bases": tuple(meta["legal_bases"]), "holder_name": holder.get("name"),
        "holder_id": holder.get("cccd"), "holder_tax_code": holder.get("mst"), "valid_from": meta["valid_from"],
        "valid_until": meta["valid_to"], "procedure_code": meta["procedure_code"], "page_count": meta["page_count"],
    }  # fmt: skip
    return {name: value for name, value in values.items() if value}


def same(a: object, b: object) -> bool:
    """Whether two values are one: both places of the tone mark are right, and the stop at the end is no part."""

    def plain(value: object) -> object:
        if isinstance(value, tuple):
            return tuple(plain(v) for v in value)
        return one_style(nfc(value)).rstrip(";.,") if isinstance(value, str) else value

    return plain(a) == plain(b)
