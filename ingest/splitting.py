"""Where documents begin and end in a batch. Pure: pages with their roles in, parts out (ADR 0015).

A file of several pages is cut at separator and cover sheets. A sheet that came as a picture of its own opens a document
made of the single pages behind it in the same folder or ZIP. Without sheets every file is one document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archive.roles import Role
from ingest.signs import dossier_of


@dataclass(frozen=True)
class Sheet:
    """One scanned page: what it is, and what its symbol holds."""

    role: Role
    payload: str = ""

    @property
    def dossier(self) -> str:
        """The dossier code on it, or nothing."""
        return dossier_of(self.payload) if self.role.parts else ""


@dataclass(frozen=True)
class File:
    """One file of a batch, in order. ``folder``: where it lay, a ZIP counts as one.

    ``whole``: never cut and never joined: signed, or no scan. ``lost``: it was refused, or came in before and is
    another document's: its pages are not here. Without sheets it is nothing (a file of this batch once more).
    """

    folder: str
    sheets: tuple[Sheet, ...]
    whole: bool = False
    lost: bool = False

    @property
    def loose(self) -> bool:
        """Whether it is one page of a paper or a sheet between papers."""
        return len(self.sheets) == 1 and not self.whole


@dataclass(frozen=True)
class Part:
    """A document to be: its pages as (index of the file, index of the page in it), and the dossier on the cover.

    ``gap``: a file between its pages, right before or behind them was lost; a page may be missing.
    """

    pages: tuple[tuple[int, int], ...]
    dossier: str = ""
    gap: bool = False


def split(files: Sequence[File]) -> tuple[Part, ...]:
    """The documents of a batch, in the order of their first pages."""
    parts: list[Part] = []
    for run in _folders(files):
        parts += _folder(files, run)
    return tuple(sorted(parts, key=lambda part: part.pages[0]))


def _folders(files: Sequence[File]) -> Iterable[list[int]]:
    runs: dict[str, list[int]] = {}
    for index, file in enumerate(files):
        runs.setdefault(file.folder, []).append(index)
    return runs.values()


class _Open:
    """The document whose pages are being gathered, and what was said on the sheets before it."""

    def __init__(self, dossier: str = "") -> None:
        self.parted, self.dossier = False, dossier
        self.parts: list[Part] = []
        self._pages: list[tuple[int, int, Role]] = []
        self._gap = False

    def sheet(self, sheet: Sheet) -> None:
        """A sheet ends the document before it; a dossier's code holds until the next one."""
        self.close()
        self.parted, self.dossier = True, sheet.dossier or self.dossier

    def page(self, file: int, number: int, role: Role) -> None:
        # What is blank right behind a sheet is the sheet's back.
        if self._pages or role is not Role.BLANK or not self.parted:
            self._pages.append((file, number, role))

    def lost(self) -> None:
        self._gap = self.parted

    def close(self) -> None:
        if self._pages:
            pages = tuple((file, number) for file, number, _ in self._pages)
            self.parts.append(Part(pages, self.dossier, self._gap))
        self._pages, self._gap = [], False


def _folder(files: Sequence[File], run: Sequence[int]) -> list[Part]:
    """The documents of one folder or ZIP."""
    loose = _Open()
    parts: list[Part] = []
    for index in run:
        file = files[index]
        if file.lost:
            loose.lost()
        elif file.loose and file.sheets[0].role.parts:
            loose.sheet(file.sheets[0])
        elif file.loose:
            loose.page(index, 0, file.sheets[0].role)
            if not loose.parted:
                loose.close()
        elif file.sheets:
            loose.close()
            parts += _file(index, file, loose.dossier)
    loose.close()
    return parts + loose.parts


def _file(index: int, file: File, dossier: str) -> list[Part]:
    """The documents of one file of several pages."""
    within = _Open(dossier)
    for number, sheet in enumerate(file.sheets):
        if sheet.role.parts and not file.whole:
            within.sheet(sheet)
        else:
            within.page(index, number, sheet.role)
    within.close()
    return within.parts
