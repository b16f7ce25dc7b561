"""The sub-indications of ETSI EN 319 102-1 (tables 5 and 6) that go with our reason codes.

Our codes say more than the standard's and never change; this says the same in its words. `CUSTOM` is the standard's
own word for every other reason.
"""

from __future__ import annotations

from types import MappingProxyType

from signing.codes import CODES

CUSTOM = "CUSTOM"

# What the standard knows; a sub-indication outside of it would be none.
STANDARD = frozenset(
    [
        "FORMAT_FAILURE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE", "REVOKED", "EXPIRED", "NOT_YET_VALID",
        "SIG_CONSTRAINTS_FAILURE", "CHAIN_CONSTRAINTS_FAILURE", "CERTIFICATE_CHAIN_GENERAL_FAILURE",
        "CRYPTO_CONSTRAINTS_FAILURE", "POLICY_PROCESSING_ERROR", "SIGNATURE_POLICY_NOT_AVAILABLE",
        "TIMESTAMP_ORDER_FAILURE", "NO_SIGNING_CERTIFICATE_FOUND", "NO_CERTIFICATE_CHAIN_FOUND", "REVOKED_NO_POE",
        "REVOKED_CA_NO_POE", "OUT_OF_BOUNDS_NO_POE", "OUT_OF_BOUNDS_NOT_REVOKED", "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
        "NO_POE", "TRY_LATER", "SIGNED_DATA_NOT_FOUND", CUSTOM,
    ]
)  # fmt: skip

_NAMES = MappingProxyType(
    {
        # the file gives no signed data to check
        "NOT_PDF": "SIGNED_DATA_NOT_FOUND",
        "FORMAT_FAILURE": "SIGNED_DATA_NOT_FOUND",
        "ENCRYPTED": "SIGNED_DATA_NOT_FOUND",
        "NO_SIGNATURE": "SIGNED_DATA_NOT_FOUND",
        # form
        "HYBRID_XREF": "FORMAT_FAILURE",
        "XFA_FORM": "FORMAT_FAILURE",
        "TRAILING_DATA": "FORMAT_FAILURE",
        "BROKEN_SIGNATURE": "FORMAT_FAILURE",
        "SIGNATURE_MISSING": "SIG_CONSTRAINTS_FAILURE",
        "SIGNING_CERTIFICATE_UNBOUND": "SIG_CONSTRAINTS_FAILURE",
        "COVERAGE_INCOMPLETE": "FORMAT_FAILURE",
        # content
        "HASH_FAILURE": "HASH_FAILURE",
        "SIG_CRYPTO_FAILURE": "SIG_CRYPTO_FAILURE",
        "TIMESTAMP_BROKEN": "HASH_FAILURE",
        # what the signer, the law or we demand of a signature
        "FORBIDDEN_MODIFICATION": "SIG_CONSTRAINTS_FAILURE",
        "DOCMDP_VIOLATION": "SIG_CONSTRAINTS_FAILURE",
        "NO_TIMESTAMP": "SIG_CONSTRAINTS_FAILURE",
        "LONG_TERM_STRIPPED": "SIG_CONSTRAINTS_FAILURE",
        "SIGNER_IMPERSONATES": "SIG_CONSTRAINTS_FAILURE",
        "NOT_ENTITLED": "SIG_CONSTRAINTS_FAILURE",
        "WEAK_ALGORITHM": "CRYPTO_CONSTRAINTS_FAILURE",
        # the certificate
        "NO_CERTIFICATE_CHAIN_FOUND": "NO_CERTIFICATE_CHAIN_FOUND",
        "ANCHOR_NOT_IN_FORCE": "NO_CERTIFICATE_CHAIN_FOUND",
        "CHAIN_CONSTRAINTS_FAILURE": "CHAIN_CONSTRAINTS_FAILURE",
        "KEY_USAGE": "CHAIN_CONSTRAINTS_FAILURE",
        "CERTIFICATE_EXPIRED": "EXPIRED",
        "CERTIFICATE_NOT_YET_VALID": "NOT_YET_VALID",
        "REVOKED": "REVOKED",
        "REVOKED_NO_POE": "REVOKED_NO_POE",
        "OUT_OF_BOUNDS_NO_POE": "OUT_OF_BOUNDS_NO_POE",
        "REVOCATION_UNKNOWN": "TRY_LATER",
        # proofs of time
        "NOT_PROVEN": "NO_POE",
        "TIMESTAMP_UNTRUSTED": "NO_POE",
        "TIMESTAMP_IN_FUTURE": "TIMESTAMP_ORDER_FAILURE",
        "NOT_YET_SIGNED": "NO_POE",
    }
)


def sub_indication(code: str) -> str:
    """Give the standard's word for why the verdict is not VALID; nothing for a code that leaves it VALID."""
    row = CODES.get(code)
    if row is not None and row.decides not in ("INVALID", "INDETERMINATE"):
        return ""
    return _NAMES.get(code, CUSTOM)
