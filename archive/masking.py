"""Names of people as strangers may see them: enough to compare, too little to learn. Pure."""

from __future__ import annotations


def masked(name: str) -> str:
    """``Trần Văn Bình`` as ``T** V** B***``: first letters, and how long each word is."""
    return " ".join(word[0] + "*" * (len(word) - 1) for word in name.split())


def shown_name(name: str, organisation: bool) -> str:
    """An organisation's name whole, a person's masked."""
    return name if organisation else masked(name)
