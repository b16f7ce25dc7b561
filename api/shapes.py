"""Shapes that several resources share: text as it may come in, reasons and pages as they go out."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from archive.written import MOST_NAME, MOST_REASON

_EDGE = r"[^\s\x00-\x1f\x7f-\x9f]"
_INSIDE = r"[^\x00-\x1f\x7f-\x9f]"
LINE = rf"^{_EDGE}({_INSIDE}*{_EDGE})?$"
"""One line of text: no control characters, no white space at its ends."""

Text = Annotated[str, Field(min_length=1, max_length=MOST_NAME, pattern=LINE)]
LongText = Annotated[str, Field(min_length=1, max_length=MOST_REASON, pattern=LINE)]
AgencyCode = Annotated[str, Field(max_length=35, pattern=r"^[A-Y][0-9]{2}(\.[A-Y0-9]{2,3})*$")]
DocumentId = Annotated[str, Path(max_length=20, pattern=r"^doc-[0-9a-z]{12}$")]
CopyId = Annotated[str, Path(max_length=20, pattern=r"^copy-[0-9a-z]{12}$")]
AnswerId = Annotated[str, Path(max_length=20, pattern=r"^answer-[0-9a-z]{12}$")]
BatchId = Annotated[str, Path(max_length=20, pattern=r"^batch-[0-9a-z]{12}$")]
DossierId = Annotated[str, Path(max_length=20, pattern=r"^dossier-[0-9a-z]{12}$")]
ConsentId = Annotated[str, Path(max_length=20, pattern=r"^consent-[0-9a-z]{12}$")]
GrantId = Annotated[str, Path(max_length=20, pattern=r"^grant-[0-9a-z]{12}$")]
ProcedureCode = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
HolderNumber = Annotated[str, Field(max_length=20, pattern=r"^[0-9][0-9 -]*[0-9]$")]
"""A 12-digit personal number or a tax code; whether it holds together is checked after."""
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]

Row = TypeVar("Row")


class Asked(BaseModel):
    """A body that comes in; what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Reason(BaseModel):
    """Why: a stable code and a sentence in two languages."""

    code: str
    vi: str
    en: str


class Page(BaseModel, Generic[Row]):
    """Some rows of a list; ``next`` is the cursor of the page behind, null at the end."""

    rows: list[Row]
    next: str | None
