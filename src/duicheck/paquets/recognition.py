"""What a folder given as a pack holds, told by the content of its files and not by their place.

The publisher's package, an older version of it, and copies that people make of it do not share one layout.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from msgspec import Struct, field

from duicheck.errors import PackError
from duicheck.model import ReparationPaquet
from duicheck.paquets.xml import SCH, SVS, Sniff, sniff

__all__ = ["KEPT", "Source", "look"]

KEPT: Final = frozenset({".sch", ".xml", ".xsd", ".dtd", ".rdf"})
"""Suffixes of what may be part of a pack; nothing else of the source is read."""

_MOST: Final = 50_000  # files: a folder that holds more is no pack
_TOOLS: Final = frozenset({"moteur", "rapports"})  # what the publisher's own program leaves behind, schemas included
_VOCABULARY: Final = "urn:hl7-org:v3 valueSets"
_CDA: Final = ("CDA_extended.xsd", "CDA.xsd")  # the one with the extensions first


class Source(Struct, frozen=True):
    """The files of a source by their path below it (POSIX), and what each kind is made of.

    `schematrons`: the main ones. `value_sets`: path -> OID. `vocabularies`: other lists that schemas read.
    `xsd`: the main schema of CDA. `terminologies`: RDF files, and UCUM.
    """

    folder: Path
    files: Mapping[str, Path]
    schematrons: tuple[str, ...] = ()
    value_sets: Mapping[str, str] = field(default_factory=dict)
    vocabularies: tuple[str, ...] = ()
    xsd: str | None = None
    terminologies: tuple[str, ...] = ()
    aside: tuple[ReparationPaquet, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether it holds nothing that a rule could use."""
        return not (self.schematrons or self.value_sets or self.xsd or self.terminologies)


def look(folder: Path) -> Source:
    """Look at a folder.

    Raises:
        PackError: it cannot be read, or holds far too many files.
    """
    try:
        files = dict(sorted(_walk(folder)))
    except OSError as error:
        message = f"{folder.name} : lecture impossible ({error.strerror})"
        raise PackError(message) from None
    sniffed = {chemin: sniff(path) for chemin, path in files.items() if path.suffix.lower() in {".sch", ".xml"}}
    tools = {chemin for chemin in files if _TOOLS & {part.lower() for part in PurePosixPath(chemin).parts[:-1]}}
    schemas = [chemin for chemin, found in sniffed.items() if found.root == f"{SCH} schema" and chemin not in tools]
    value_sets = {
        chemin: found.attributes.get("id", "")
        for chemin, found in sniffed.items()
        if found.root == f"{SVS} RetrieveValueSetResponse" and found.child == f"{SVS} ValueSet"
    }
    vocabularies = tuple(chemin for chemin, found in sniffed.items() if found.root == _VOCABULARY)
    return Source(
        folder,
        files,
        tuple(schemas),
        value_sets,
        vocabularies,
        next((chemin for name in _CDA for chemin in files if PurePosixPath(chemin).name == name), None),
        tuple(chemin for chemin in files if _is_terminology(chemin, sniffed.get(chemin))),
        tuple(_aside(sniffed, files)),
    )


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """The files that may matter; links are not followed, hidden folders not entered."""
    count = 0

    def stop(error: OSError) -> None:
        raise error

    for root, folders, names in os.walk(folder, onerror=stop):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__MACOSX")
        for name in sorted(names):
            path = Path(root, name)
            if path.suffix.lower() not in KEPT or name.startswith(".") or path.is_symlink():
                continue
            count += 1
            if count > _MOST:
                message = f"{folder.name} : plus de {_MOST} fichiers XML, ce n'est pas un paquet de règles"
                raise PackError(message)
            yield path.relative_to(folder).as_posix(), path


def _is_terminology(chemin: str, found: Sniff | None) -> bool:
    """RDF, or the units of UCUM as the publisher writes them: rows, in a file named after an OID."""
    path = PurePosixPath(chemin)
    if path.suffix.lower() == ".rdf":
        return True
    named = path.stem.replace(".", "").isdigit() and path.stem.count(".") > 2  # noqa: PLR2004 -- an OID
    return named and found is not None and found.root == "root" and found.child == "row"


def _aside(sniffed: Mapping[str, Sniff], files: Mapping[str, Path]) -> Iterator[ReparationPaquet]:
    for chemin, found in sniffed.items():
        if found.doctype:
            yield ReparationPaquet("ecarte", chemin, "écarté, car le fichier commence par un DOCTYPE")
        elif found.root is None:
            why = "ce n'est pas du XML bien formé" if files[chemin].stat().st_size else "le fichier est vide"
            yield ReparationPaquet("ecarte", chemin, f"écarté, car {why}")
