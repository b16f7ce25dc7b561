"""What an authority's answer to a timestamp request must be before anything is built on it (RFC 3161 2.4.2).

Whom the authority's certificate leads to is asked later, of all timestamps alike; what can be seen in the answer itself
is asked here, while another authority can still be asked instead.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from asn1crypto import cms, tsp
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from signing.checks.chain import CLOCK_TOLERANCE
from signing.checks.integrity import DIGESTS, digests_of

GRANTED = frozenset({"granted", "granted_with_mods"})
"""Only these come with a token."""


def token(data: bytes, request: tsp.TimeStampReq, now: datetime) -> cms.ContentInfo:
    """Give the token in an answer to exactly this request: dated `now` but for what clocks may differ, signed by the
    certificate that came along, in that certificate's days, with nothing weaker than SHA-256.

    Raises:
        ValueError: it is not. Bytes that are no answer make asn1crypto and pyHanko raise other things too.
    """
    response = tsp.TimeStampResp.load(data, strict=True)
    status = response["status"]
    if status["status"].native not in GRANTED:
        said = status["status_string"].native or [""]
        raise ValueError(f"{status['status'].native}: {status['fail_info'].native or ''} {said[0]}")
    found: cms.ContentInfo = response["time_stamp_token"]
    info = found["content"]["encap_content_info"]["content"].parsed
    if not isinstance(info, tsp.TSTInfo):
        raise ValueError("no TSTInfo in the token")
    if info["message_imprint"].native != request["message_imprint"].native:
        raise ValueError("the token is for another message")
    if info["nonce"].native != request["nonce"].native:
        raise ValueError("the token has another nonce")
    if abs(info["gen_time"].native - now) > CLOCK_TOLERANCE:
        raise ValueError(f"its clock says {info['gen_time'].native.isoformat()}, ours {now.isoformat()}")
    _signed(found["content"], info["gen_time"].native)
    return found


def _signed(signed: cms.SignedData, at: datetime) -> None:
    if weak := digests_of(signed) - DIGESTS:
        raise ValueError(f"the token is signed with {', '.join(sorted(weak))}")
    (signer,) = signed["signer_infos"]
    own = extract_certificate_info(signed).signer_cert
    if not own.not_valid_before <= at <= own.not_valid_after:
        raise ValueError(f"its certificate ends {own.not_valid_after.isoformat()}")
    content = bytes(signed["encap_content_info"]["content"])
    digest = hashlib.new(signer["digest_algorithm"]["algorithm"].native, content).digest()
    if validate_sig_integrity(signer, own, "tst_info", digest) != (True, True):
        raise ValueError("the token's signature does not hold")
