"""Roots made up for tests: a whole authority of its own in a folder, to be trusted or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing import anchor_changes, anchors
from signing.anchor_changes import Author, Change
from signing.anchors import LISTS, Version
from signing.trust import Anchor
from tests.signing.office import now


def der_of(path: Path) -> bytes:
    return x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(Encoding.DER)


def root_in(authority: Path, kind: str = "public root (NEAC)", **terms: Any) -> Anchor:
    """The root of the authority in that folder, with terms."""
    return replace(anchor_changes.root_of(der_of(authority / "root.crt"), kind), **terms)


def trusting(store: Path, authority: Path, at: datetime | None = None, **terms: Any) -> Version:
    """Trust the other authority too: its root, its intermediate, its lists."""
    (store / LISTS).mkdir(exist_ok=True)
    for name in ("root", "intermediate"):
        (store / LISTS / f"{authority.name}-{name}.crl").write_bytes((authority / f"{name}.crl").read_bytes())
    changed(store, anchor_changes.with_intermediate(der_of(authority / "intermediate.crt")), at)
    return changed(store, anchor_changes.with_anchor(root_in(authority, **terms)), at)


def changed(store: Path, change: Change, at: datetime | None = None) -> Version:
    return anchor_changes.change(store, Author("Người Thử", at or now(), "thử"), "test", change)


def terms(store: Path, name: str, made: Callable[[Anchor], Anchor]) -> Version:
    return changed(store, anchor_changes.with_terms(name, made))


def newest(store: Path) -> Version:
    return anchors.versions(store)[-1]
