"""Text that a PDF brings along: what it says it is, whether the picture bears it out, and what of it is used."""

from __future__ import annotations

from ocr.textlayer.values import Given, GivenWord, given_from_json, given_to_json

__all__ = ["Given", "GivenWord", "given_from_json", "given_to_json"]
