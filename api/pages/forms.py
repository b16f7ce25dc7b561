"""Forms that people send: their fields, shaped as the API wants them."""

from __future__ import annotations

from typing import Annotated, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from api.pages.words import word
from api.problems import Refused
from archive.errors import Problem

Shape = TypeVar("Shape", bound=BaseModel)


async def _filled(request: Request) -> FormData:
    """The form's fields (its size is bounded by the guards)."""
    return await request.form(max_files=0, max_fields=200)


Filled = Annotated[FormData, Depends(_filled)]


def text(form: FormData, name: str) -> str:
    """The text of one field, with line ends as we keep them; empty when it is missing."""
    value = form.get(name, "")
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def key_of(form: FormData) -> str:
    """The name of this request, drawn when the page was made: sent twice it is one request. Raises Refused."""
    key = text(form, "key")
    if not key.isalnum() or len(key) > 64:
        raise Refused("INVALID_REQUEST")
    return key


def shaped(shape: type[Shape], **values: object) -> Shape:
    """The values in the API's shape. Raises Problem INVALID_REQUEST that names the wrong ones."""
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        names = {str(part) for one in error.errors() for part in one["loc"] if isinstance(part, str)}
        vi, en = (", ".join(sorted(word("field", name, lang) for name in names)) for lang in ("vi", "en"))
        raise Problem("INVALID_REQUEST", f"Giá trị sai: {vi}", f"Wrong values: {en}") from None
