"""The frozen table of reasons and the page that documents it say the same."""

from __future__ import annotations

import re
from pathlib import Path

from signing.codes import CODES
from signing.report import STATUS_OF, Status
from signing.verify import NAMES

PAGE = (Path(__file__).parents[2] / "docs" / "verification.md").read_text(encoding="utf-8")

# What was published once. Codes may join the table; none of these may leave it.
PUBLISHED = frozenset(
    [
        "OK",
        "NOT_REACHED",
        "NOT_APPLICABLE",
        "NOT_PDF",
        "FORMAT_FAILURE",
        "ENCRYPTED",
        "HYBRID_XREF",
        "XFA_FORM",
        "TRAILING_DATA",
        "NO_SIGNATURE",
        "BROKEN_SIGNATURE",
        "UNSUPPORTED_SIGNATURE",
        "HASH_FAILURE",
        "SIG_CRYPTO_FAILURE",
        "COVERAGE_INCOMPLETE",
        "FORBIDDEN_MODIFICATION",
        "DOCMDP_VIOLATION",
        "WEAK_ALGORITHM",
        "METADATA_CHANGED",
        "NO_CERTIFICATE_CHAIN_FOUND",
        "CHAIN_CONSTRAINTS_FAILURE",
        "KEY_USAGE",
        "CERTIFICATE_EXPIRED",
        "CERTIFICATE_NOT_YET_VALID",
        "REVOKED",
        "REVOKED_NO_POE",
        "OUT_OF_BOUNDS_NO_POE",
        "REVOCATION_UNKNOWN",
        "NOT_PROVEN",
        "NO_TIMESTAMP",
        "TIMESTAMP_BROKEN",
        "TIMESTAMP_UNTRUSTED",
        "TIMESTAMP_IN_FUTURE",
        "LONG_TERM_MISSING",
        "LONG_TERM_STRIPPED",
        "STANDING_REVOKED",
        "STANDING_EXPIRED",
        "STANDING_REPLACED",
        "STANDING_DISPUTED",
        "NOT_OURS",
        "VALIDATOR_FAILURE",
        "ALREADY_SIGNED",
        "BAD_MARK",
        "PAGE_ROTATED",
        "CLOCK_DISAGREES",
        "SEALING_FAILED",
        "ORIGINAL_DIFFERS",
        "ORIGINAL_NOT_VALID",
        "NO_ORIGINAL",
        "NO_KEY",
        "KEY_SETTINGS",
        "KEY_UNREADABLE",
        "KEY_FILE_OPEN",
        "KEY_PASSPHRASE",
        "KEY_MISMATCH",
        "KEY_TOO_WEAK",
        "TOKEN_AWAY",
        "SIGNER_AWAY",
        "SIGNER_REFUSED",
    ]
)


def test_the_page_lists_exactly_the_codes_of_the_table() -> None:
    rows = re.findall(r"^\| `([A-Z_0-9]+)` \| ([A-Z]+) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
    assert [
        (code, decides, vi, en) for code, decides, vi, en in rows if code not in ("VALID", "INVALID")
    ] == [(each.code, each.decides, each.vi, each.en) for each in CODES.values()]


def test_the_page_lists_the_checks_in_their_order() -> None:
    section = PAGE.split("### Named checks")[1].split("## 3.")[0]
    assert tuple(re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE)) == NAMES


def test_no_published_code_was_taken_away() -> None:
    assert set(CODES) >= PUBLISHED


def test_every_code_speaks_both_languages_and_decides_something() -> None:
    for code in CODES.values():
        assert code.vi.endswith(".") and code.en.endswith(".")
        assert code.decides in {*STATUS_OF, "REFUSED"}
    assert set(STATUS_OF.values()) == set(Status)
