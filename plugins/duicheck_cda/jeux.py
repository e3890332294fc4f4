"""Value sets and terminologies as indexes: read once, a set of codes each, nothing else kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

__all__ = ["JeuxDeValeurs", "Terminologies"]

_SVS = "{urn:ihe:iti:svs:2008}"
_NOTATION = "{http://www.w3.org/2004/02/skos/core#}notation"
_GROS = 256 * 2**20  # bytes of a terminology above which it is not read


class JeuxDeValeurs:
    """The value sets of a package by OID, in the two shapes that it ships: IHE SVS, and ART-DECOR's."""

    def __init__(self, fichiers: Iterable[Path]) -> None:
        self._fichiers = sorted(fichiers)
        self._connus: dict[str, frozenset[tuple[str, str]] | None] = {}

    def jeu(self, oid: str) -> frozenset[tuple[str, str]] | None:
        """The (code, codeSystem) of a value set; None where the package does not have it."""
        if oid not in self._connus:
            self._connus[oid] = next((jeu for nom, jeu in self._lire(oid) if nom == oid), None)
        return self._connus[oid]

    def _lire(self, oid: str) -> Iterator[tuple[str, frozenset[tuple[str, str]]]]:
        """The sets of the files that name it: a text search first, thousands of files being read for nothing."""
        cherche = oid.encode("ascii")
        for fichier in self._fichiers:
            try:
                octets = fichier.read_bytes()
            except OSError:
                continue
            if b'"' + cherche + b'"' in octets or b"'" + cherche + b"'" in octets:
                yield from _jeux(octets)


def _jeux(octets: bytes) -> Iterator[tuple[str, frozenset[tuple[str, str]]]]:
    from lxml import etree  # noqa: PLC0415

    try:
        racine = etree.fromstring(octets, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError:
        return
    for jeu in racine.iter(f"{_SVS}ValueSet", "valueSet"):
        concepts = list(jeu.iter(f"{_SVS}Concept", "concept"))
        if concepts and jeu.get("id"):
            yield jeu.get("id"), frozenset((_dit(each, "code"), _dit(each, "codeSystem")) for each in concepts)


def _dit(element: Any, nom: str) -> str:  # noqa: ANN401 -- lxml ships no types
    return str(element.get(nom, ""))


class Terminologies:
    """The terminologies of a package (SKOS, one file per OID): the codes that each knows."""

    def __init__(self, fichiers: Iterable[Path]) -> None:
        self._fichiers = {fichier.stem: fichier for fichier in sorted(fichiers)}
        self._codes: dict[str, frozenset[str] | None] = {}

    def __len__(self) -> int:
        return len(self._fichiers)

    def codes(self, oid: str) -> frozenset[str] | None:
        """The codes of a system; None where the package has no file of it, or one that cannot be read."""
        if oid not in self._codes:
            fichier = self._fichiers.get(oid)
            self._codes[oid] = None if fichier is None else _notations(fichier)
        return self._codes[oid]


def _notations(fichier: Path) -> frozenset[str] | None:
    from lxml import etree  # noqa: PLC0415

    try:
        if fichier.stat().st_size > _GROS:
            return None
        found = set()
        context = etree.iterparse(
            str(fichier), events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
        )
        for _, element in context:
            if element.tag == _NOTATION and element.text:
                found.add(element.text)
            if element.getparent() is context.root:
                # Siblings already read are let go: a terminology is large, its codes are not.
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except (OSError, etree.XMLSyntaxError):
        return None
    return frozenset(found)
