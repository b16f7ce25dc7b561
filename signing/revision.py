"""The revision as it was signed: what the signer had before him, cut out of a file that grew since."""

from __future__ import annotations

from datetime import datetime

from signing.checks import form
from signing.checks.integrity import as_signed
from signing.errors import NotSealed
from signing.report import Status
from signing.trust import Trust
from signing.verify import verify


class NoRevision(NotSealed):
    """The file has no such signature, or not the bytes that it was made over."""


def revision(pdf: bytes, field: str, at: datetime) -> bytes:
    """Give the file as it stood when the signature in `field` was made: the bytes up to the end of what it covers.

    Says nothing about trust. `at` is the time of the check, aware.

    Raises:
        NoRevision: the reason why the file cannot be read; NO_SUCH_SIGNATURE; HASH_FAILURE and its like when the
            bytes were changed, so that they are not what was signed.
    """
    form_check = form.file_form(pdf)[-1]
    if form_check.status is not Status.PASSED:
        raise NoRevision(form_check.code, form_check.detail)
    found = [one for one in form.fields(form.open_strictly(pdf)).signed if str(one.field_name) == field]
    seen = [one for one in verify(pdf, Trust(()), at=at).signatures if one.field == field]
    if len(found) != 1 or len(seen) != 1:
        raise NoRevision("NO_SUCH_SIGNATURE", field)
    if not seen[0].intact:
        raise NoRevision(seen[0].code if seen[0].code != "OK" else "HASH_FAILURE", field)
    return as_signed(pdf, found[0])
