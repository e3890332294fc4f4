"""The files that a schema reads while it runs: found, moved with it, rebuilt from another that says the same, missing.

A reference is a string in an expression that ends in `.xml`. Its start is the folder of the main schema.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct, field

from duicheck.model import ReparationPaquet
from duicheck.paquets.paths import Index, Match, relative
from duicheck.paquets.recognition import Source

__all__ = ["SCHEMATRONS", "TERMINOLOGIES", "VALUE_SETS", "Placed", "References"]

SCHEMATRONS: Final = "schematrons"
VALUE_SETS: Final = "jeuxDeValeurs"
TERMINOLOGIES: Final = "terminologies"
"""Folders of a pack. The names are the publisher's, so that most references hold as they are."""

_LITERAL: Final = re.compile(r"""(['"])([^'"<>|*]+\.xml)\1""", re.IGNORECASE)
_VOCABULARY: Final = re.compile(r"voc-([0-9.]+)-DYNAMIC\.xml", re.IGNORECASE)
_COMPUTED: Final = re.compile(r"""(['"])([^'"]*terminologie[^'"]*/)\1""", re.IGNORECASE)


class Placed(Struct):
    """Where files go: path in the pack -> path in the source; and what is built: path in the pack -> OID."""

    copied: dict[str, str] = field(default_factory=dict)
    built: dict[str, str] = field(default_factory=dict)


class References:
    """Finds what the schemas of one source read, and rewrites the paths that do not lead there any more.

    Args:
        source: what was recognised.
        index: its files.
        destination: where each value set goes in the pack, by its path in the source.
        terminologies: the same for terminologies.
    """

    def __init__(
        self, source: Source, index: Index, destination: Mapping[str, str], terminologies: Mapping[str, str]
    ) -> None:
        self._index = index
        self._terminologies = frozenset(map(posixpath.basename, terminologies.values()))
        self._destination = destination
        self._readable = frozenset({*source.value_sets, *source.vocabularies})
        self._by_oid = {oid: chemin for chemin, oid in sorted(source.value_sets.items(), reverse=True) if oid}
        self.placed = Placed()
        self.repairs: dict[tuple[str, str], ReparationPaquet] = {}
        self.followed: dict[str, int] = {}

    def settle(self, root: Any, chemin: str, target: str) -> None:  # noqa: ANN401 -- an lxml element
        """Make an expanded schema read its files from where it goes.

        Args:
            root: the schema; its attributes are changed in place.
            chemin: its path in the source.
            target: its path in the pack.
        """
        computed = any(_COMPUTED.search(value) for element in root.iter() for value in element.attrib.values())
        if computed and not self._terminologies:
            text = "les terminologies ne sont pas dans la source : ce que ce Schematron y cherche ne sera pas vérifié"
            self.repairs[target, TERMINOLOGIES] = ReparationPaquet("manquant", target, text)
        folder = relative(TERMINOLOGIES, posixpath.dirname(target))

        def settle(found: re.Match[str]) -> str:
            if computed and "/" not in found[2]:  # a name that the schema puts after the folder of terminologies
                return self._terminology(found, target)
            return self._settle(found, chemin, target)

        for element in root.iter():
            for name, value in element.attrib.items():
                settled = _LITERAL.sub(settle, value) if ".xml" in value.lower() else value
                if computed and self._terminologies:
                    settled = _COMPUTED.sub(lambda found: f"{found[1]}{folder}/{found[1]}", settled)
                if settled != value:
                    element.set(name, settled)

    def _terminology(self, found: re.Match[str], target: str) -> str:
        if self._terminologies and found[2] not in self._terminologies:
            self._missing(found[2], target)
        return found[0]

    def _missing(self, href: str, target: str) -> None:
        text = f"« {href} » est demandé et n'est nulle part dans la source ; ce qui en dépend ne sera pas vérifié"
        self.repairs.setdefault((target, href), ReparationPaquet("manquant", target, text))

    def _settle(self, found: re.Match[str], chemin: str, target: str) -> str:
        quote, href = found[1], found[2]
        if "://" in href:
            return found[0]
        goes = self._goes(href, chemin, target)
        return found[0] if goes is None else f"{quote}{relative(goes, posixpath.dirname(target))}{quote}"

    def _goes(self, href: str, chemin: str, target: str) -> str | None:
        """Where in the pack the file that a schema asks for is; None: nowhere."""
        match = self._index.find(posixpath.dirname(chemin), href)
        if match is None or match[0] not in self._readable:
            match = self._index.named(href, self._readable)
        if match is None:
            return self._rebuilt(href, target)
        file, how = match
        if how is Match.CASE:
            text = f"« {posixpath.basename(href)} » a été retrouvé sous « {file} », à la casse près"
            self.repairs[href, file] = ReparationPaquet("casse", target, text)
        elif how is Match.NAME:
            self.followed[target] = self.followed.get(target, 0) + 1
        if file in self._destination:
            return self._destination[file]
        return self._beside(href, target, file)

    def _beside(self, href: str, target: str, file: str) -> str:
        """A list that is no value set stays where the schema looks for it, as long as that is among the schemas."""
        goes = posixpath.normpath(posixpath.join(posixpath.dirname(target), href.replace("\\", "/")))
        if not goes.startswith(f"{SCHEMATRONS}/") or self.placed.copied.get(goes, file) != file:
            goes = f"{SCHEMATRONS}/include/{posixpath.basename(file)}"
        self.placed.copied[goes] = file
        return goes

    def _rebuilt(self, href: str, target: str) -> str | None:
        """A list of the header's schema that is missing, rebuilt from the value set of the same OID."""
        name = posixpath.basename(href)
        named = _VOCABULARY.fullmatch(name)
        oid = None if named is None else named[1]
        if oid is None or oid not in self._by_oid:
            self._missing(href, target)
            return None
        goes = posixpath.normpath(posixpath.join(posixpath.dirname(target), href))
        if not goes.startswith(f"{SCHEMATRONS}/"):
            goes = f"{SCHEMATRONS}/include/{name}"
        self.placed.built[goes] = oid
        origin = self._by_oid[oid]
        text = f"« {name} » manque dans la source : reconstruit depuis « {origin} », le jeu de valeurs de même OID"
        self.repairs[goes, oid] = ReparationPaquet("reconstruit", goes, text)
        return goes

    def value_set(self, oid: str) -> str:
        """The value set of an OID, by its path in the source."""
        return self._by_oid[oid]
