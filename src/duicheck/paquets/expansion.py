"""A Schematron as one file: what it includes is brought in, once, when the pack is added.

Includes that differ by letter case from the file they mean are followed and said; a schema that includes what is
nowhere is set aside. Abstract patterns are left to whoever runs the schema: they are a matter of language.
"""

from __future__ import annotations

import copy
import posixpath
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from duicheck.errors import PackError
from duicheck.model import ReparationPaquet
from duicheck.paquets.paths import Index, Match
from duicheck.paquets.xml import SCH, parse

__all__ = ["Expander", "Missing"]

_INCLUDE: Final = f"{{{SCH}}}include"
_EXTENDS: Final = f"{{{SCH}}}extends"
_XML_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"
_DEPTH: Final = 40  # files that include one another this deep include themselves
_ELEMENTS: Final = 2_000_000  # in one expanded schema: the largest that was seen has 50,000


class Missing(Exception):  # noqa: N818 -- a state of the source that the lock file tells
    """Files that a schema includes and that are nowhere: the paths as they were asked for."""

    def __init__(self, asked: list[str]) -> None:
        super().__init__()
        self.asked = asked


class Expander:
    """Brings in the includes of the schemas of one source; each file is read once."""

    def __init__(self, files: Mapping[str, Path], index: Index) -> None:
        self._files = files
        self._index = index
        self._trees: dict[str, Any] = {}
        self.repairs: dict[tuple[str, str], ReparationPaquet] = {}

    def expand(self, chemin: str) -> Any:  # noqa: ANN401 -- an lxml element; lxml ships no types
        """The root element of a schema, with nothing left to include.

        Raises:
            Missing: it includes what is nowhere.
            PackError: a file is no safe XML, or includes go round in a circle.
        """
        missing: list[str] = []
        self._size = 0
        root = copy.deepcopy(self._tree(chemin))
        self._include(root, chemin, 0, missing)
        if missing:
            raise Missing(missing)
        return root

    def _tree(self, chemin: str) -> Any:  # noqa: ANN401
        if chemin not in self._trees:
            self._trees[chemin] = parse(self._files[chemin]).getroot()
        return self._trees[chemin]

    def _include(self, root: Any, chemin: str, depth: int, missing: list[str]) -> None:  # noqa: ANN401
        """Replace each include, and each `extends href`, by what it names."""
        if depth > _DEPTH:
            message = f"{chemin} : des fichiers s'incluent l'un l'autre sans fin"
            raise PackError(message)
        for element in [each for each in root.iter(_INCLUDE, _EXTENDS) if each.get("href") is not None]:
            found = self._found(element, chemin, missing)
            if found is None:
                continue
            target, brought = found
            brought = copy.deepcopy(brought)
            self._size += sum(1 for _ in brought.iter())
            if self._size > _ELEMENTS:
                message = f"{chemin} : ce Schematron se déplie au-delà de {_ELEMENTS} éléments"
                raise PackError(message)
            self._include(brought, target, depth + 1, missing)
            # `extends href` brings in what the rule holds, `include` the element itself.
            _replace(element, list(brought) if element.tag == _EXTENDS else [brought])

    def _found(self, element: Any, chemin: str, missing: list[str]) -> tuple[str, Any] | None:  # noqa: ANN401
        href, _, fragment = element.get("href").partition("#")
        match = self._index.find(posixpath.dirname(chemin), href) if href else (chemin, Match.EXACT)
        if match is None:
            missing.append(element.get("href"))
            return None
        target, how = match
        if how is Match.CASE:
            text = f"le fichier inclus « {href} » a été retrouvé sous « {target} », à la casse près"
            self.repairs[chemin, href] = ReparationPaquet("casse", chemin, text)
        root = self._tree(target)
        if fragment:
            root = next((each for each in root.iter() if fragment in {each.get("id"), each.get(_XML_ID)}), None)
            if root is None:
                missing.append(element.get("href"))
                return None
        return target, root


def _replace(element: Any, bringing: list[Any]) -> None:  # noqa: ANN401
    parent, tail = element.getparent(), element.tail
    place = parent.index(element)
    parent.remove(element)
    for offset, each in enumerate(bringing):
        each.tail = None if offset < len(bringing) - 1 else tail
        parent.insert(place + offset, each)
