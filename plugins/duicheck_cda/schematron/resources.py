"""The files that a schema asks for while it runs: value sets, vocabularies. Read once, and never outside a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

__all__ = ["Missing", "Resources"]


class Missing(LookupError):  # noqa: N818 -- a state of the world that the report tells
    """A file that a schema asks for and that is not there, or is no XML; its argument is what was asked for."""


class Resources:
    """What `doc()` and `document()` may read.

    Args:
        base: the folder that relative paths start from: the main schema's.
        root: the folder that no path leaves; by default nothing above the parent of the base's parent.
        find: another way to find what is not at its place (a repaired package); given the path as it was asked for.
    """

    def __init__(self, base: Path, root: Path | None = None, find: Callable[[str], Path | None] | None = None) -> None:
        self.base = base.resolve()
        self._root = self.base.parent.parent if root is None else root.resolve()
        self._find = find
        self._nodes: dict[str, Any] = {}
        self._concepts: dict[str, frozenset[tuple[str, str]]] = {}

    def node(self, href: str) -> Any:  # noqa: ANN401 -- a document node of elementpath
        """The document, as a tree of XPath nodes.

        Raises:
            Missing: it is not there, is outside the folder, or is no safe XML.
        """
        if href not in self._nodes:
            from elementpath import get_node_tree  # noqa: PLC0415 -- 200 ms

            self._nodes[href] = get_node_tree(self._tree(href))
        return self._nodes[href]

    def has(self, href: str) -> bool:
        """Whether `doc` would find it."""
        return self._path(href) is not None

    def holds(self, href: str, code: str, system: str) -> bool:
        """Whether a value set (IHE SVS) lists a code of a system: an index instead of a walk through the tree.

        Raises:
            Missing: as `node`.
        """
        if href not in self._concepts:
            concepts = self._tree(href).iter("{urn:ihe:iti:svs:2008}Concept")
            pairs = ((concept.get("code"), concept.get("codeSystem")) for concept in concepts)
            # A Concept without one of the two attributes equals nothing.
            self._concepts[href] = frozenset((a, b) for a, b in pairs if a is not None and b is not None)
        return (code, system) in self._concepts[href]

    def _tree(self, href: str) -> Any:  # noqa: ANN401
        from lxml import etree  # noqa: PLC0415

        path = self._path(href)
        if path is None:
            raise Missing(href)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            return etree.ElementTree(etree.fromstring(path.read_bytes(), parser))
        except (OSError, etree.XMLSyntaxError):
            raise Missing(href) from None

    def _path(self, href: str) -> Path | None:
        asked = unquote(href.partition("#")[0]).replace("\\", "/")
        if not asked or "://" in asked or asked.startswith("file:"):
            return None
        path = (self.base / asked).resolve()
        if path.is_relative_to(self._root) and path.is_file():
            return path
        return None if self._find is None else self._find(asked)
