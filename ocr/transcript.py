"""A reading as JSON, the form in which it is kept beside the record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ocr.values import Box, Cell, Field, PageReading, PenMark, Word

FORMAT = "hoso-reading/1"


def page_to_dict(page: PageReading) -> dict[str, Any]:
    """Plain values; confidences rounded to three places, boxes as ``[x0, y0, x1, y1]``."""
    return {
        "width": page.width, "height": page.height, "dpi": round(page.dpi, 2), "rotation": page.rotation,
        "skew": round(page.skew, 3), "blank": page.blank, "text": page.text,
        "words": [
            {"text": word.text, "conf": round(word.confidence, 3), "box": [*word.box], "line": word.line}
            | ({} if word.raw is None else {"raw": word.raw})
            | ({} if word.cell is None else {"cell": [*word.cell]})
            for word in page.words
        ],
        "steps": list(page.steps), "engine": page.engine,
        "coverage": round(page.coverage, 3),
        "cells": [{"at": [one.table, one.row, one.column], "box": [*one.box]} for one in page.cells],
        "pen": [{"slot": mark.slot, "box": [*mark.box]} for mark in page.pen],
    }  # fmt: skip


def page_from_dict(kept: Mapping[str, Any]) -> PageReading:
    """The reverse of ``page_to_dict``. Raises KeyError or TypeError for what it never wrote."""
    return PageReading(
        kept["width"], kept["height"], kept["dpi"], kept["rotation"], kept["skew"], kept["blank"], kept["text"],
        tuple(
            Word(
                word["text"], word["conf"], Box(*word["box"]), word["line"], word.get("raw"),
                tuple(word["cell"]) if "cell" in word else None,
            )
            for word in kept["words"]
        ),
        tuple(kept["steps"]), kept["engine"],
        kept.get("coverage", 1.0),  # readings kept by earlier releases tell of no coverage, tables or pen
        tuple(Cell(one["at"][0], one["at"][1], one["at"][2], Box(*one["box"])) for one in kept.get("cells", ())),
        tuple(PenMark(one["slot"], Box(*one["box"])) for one in kept.get("pen", ())),
    )  # fmt: skip


def page_to_json(page: PageReading) -> bytes:
    """One page, compact UTF-8."""
    return json.dumps(page_to_dict(page), ensure_ascii=False, separators=(",", ":")).encode()


def page_from_json(data: bytes) -> PageReading:
    """The page that ``page_to_json`` wrote."""
    return page_from_dict(json.loads(data))


def field_to_dict(field: Field) -> dict[str, Any]:
    """Value, confidence, page and box of a field, as the commands show them."""
    return {
        "value": list(field.value) if isinstance(field.value, tuple) else field.value,
        "confidence": round(field.confidence, 3),
        "page": field.page,
        "box": None if field.box is None else [*field.box],
        **({} if field.read is None else {"read": field.read}),
    } | ({"by_hand": True} if field.by_hand else {})


def fields_to_dict(fields: tuple[Field, ...]) -> dict[str, dict[str, Any]]:
    """Fields by name."""
    return {field.name: field_to_dict(field) for field in fields}
