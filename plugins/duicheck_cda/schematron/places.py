"""Where a node stands, for somebody who opens the document."""

from __future__ import annotations

from typing import Any

__all__ = ["element_of", "line_of", "path_of", "pointer_of"]


def element_of(node: Any) -> Any:  # noqa: ANN401 -- an lxml element, or None for the document
    """The element of an XPath node: its own, or the one that carries it."""
    while node is not None:
        value = getattr(node, "value", None)
        if isinstance(getattr(value, "tag", None), str):  # a comment has a function there
            return value
        node = getattr(node, "parent", None)
    return None


def line_of(node: Any) -> int | None:  # noqa: ANN401
    """The physical line of a node; of the root element for the document."""
    element = element_of(node)
    if element is None:
        root = node.value.getroot() if hasattr(getattr(node, "value", None), "getroot") else None
        return None if root is None else root.sourceline
    return int(element.sourceline) if element.sourceline else None


def pointer_of(node: Any) -> str:  # noqa: ANN401
    """The XPath of a node, as `path_of` writes it."""
    element = element_of(node)
    if element is None:
        return "/"
    name = getattr(node, "name", None)
    if element is getattr(node, "value", None) or not isinstance(name, str):
        return path_of(element)
    return f"{path_of(element)}/@{name.rpartition('}')[2]}"


def path_of(element: Any) -> str:  # noqa: ANN401
    """The XPath of an element: local names, and ranks where several brothers share one.

    Namespaces are left out: `/ClinicalDocument/recordTarget/patientRole/id[2]` is what a reader looks for.
    """
    steps = []
    while element is not None and isinstance(element.tag, str):
        name = element.tag.rpartition("}")[2]
        parent = element.getparent()
        if parent is not None:
            rank = 1 + sum(1 for _ in element.itersiblings(element.tag, preceding=True))
            if rank > 1 or next(element.itersiblings(element.tag), None) is not None:
                name += f"[{rank}]"
        steps.append(name)
        element = parent
    return "/" + "/".join(reversed(steps))
