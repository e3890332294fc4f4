"""Paths below a source, the same on every system: exact first, then letter case aside."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from enum import Enum

__all__ = ["Index", "Match", "relative"]


class Match(Enum):
    """How a path was found."""

    EXACT = "exact"
    CASE = "case"
    NAME = "name"


class Index:
    """The files of a source; a system that ignores letter case must not hide what another will not find."""

    def __init__(self, files: Iterable[str]) -> None:
        self._exact = frozenset(files)
        self._folded: dict[str, list[str]] = {}
        self._named: dict[str, list[str]] = {}
        for chemin in sorted(self._exact):
            self._folded.setdefault(chemin.casefold(), []).append(chemin)
            self._named.setdefault(posixpath.basename(chemin).casefold(), []).append(chemin)

    def find(self, folder: str, href: str) -> tuple[str, Match] | None:
        """The file that `href` names from a folder; None: nothing there, or it leaves the source."""
        asked = href.replace("\\", "/")
        if asked.startswith("/") or ":" in asked:
            return None
        chemin = posixpath.normpath(posixpath.join(folder, asked))
        if chemin in self._exact:
            return chemin, Match.EXACT
        near = self._folded.get(chemin.casefold(), ())
        return (near[0], Match.CASE) if len(near) == 1 else None

    def named(self, href: str, among: frozenset[str]) -> tuple[str, Match] | None:
        """The only file of that name among some, wherever it is."""
        name = posixpath.basename(href.replace("\\", "/"))
        near = [chemin for chemin in self._named.get(name.casefold(), ()) if chemin in among]
        exact = [chemin for chemin in near if posixpath.basename(chemin) == name]
        if len(exact) == 1:
            return exact[0], Match.NAME
        return (near[0], Match.CASE) if len(near) == 1 else None


def relative(target: str, folder: str) -> str:
    """How a file is named from a folder, both below the same one."""
    return posixpath.relpath(target, folder or ".")
