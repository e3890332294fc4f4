"""Which nodes a rule's context matches.

A context is an XSLT pattern: it matches a node that some expression selects from above. `//pattern` selects exactly
these. lxml does it in compiled XPath 1, fifty times faster than XPath 2 in Python; it gets only the patterns whose
meaning is the same in both, and XPath 2 gets the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from duicheck_cda.schematron.xpath import Context, Expression, Parser

__all__ = ["Match", "alternatives"]

_TOKEN = re.compile(
    r"""\s+|"[^"]*"|'[^']*'|//?|\.\.|\.|::|!=|[@\[\]()=|*]|[A-Za-z_][\w.-]*(?::(?:[A-Za-z_][\w.-]*|\*))?"""
)
_SAME = frozenset({"not", "and", "or", "true", "false"})
"""Words before a bracket or between operands whose meaning is the same in XPath 1 and 2."""


def alternatives(pattern: str) -> list[str]:
    """The branches of a pattern at its outermost level, `a | b[c | d]` being two."""
    branches, depth, quote, start = [], 0, "", 0
    for place, char in enumerate(pattern):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "[(":
            depth += 1
        elif char in "])":
            depth -= 1
        elif char == "|" and depth == 0:
            branches.append(pattern[start:place].strip())
            start = place + 1
    branches.append(pattern[start:].strip())
    return branches


def _plain(pattern: str) -> bool:
    """Whether XPath 1 gives the same elements: steps, predicates of existence and of equality with strings.

    Numbers, arithmetic, functions and order are left out: XPath 2 compares and converts otherwise.
    """
    place, words = 0, []
    while place < len(pattern):
        found = _TOKEN.match(pattern, place)
        if found is None:
            return False
        place = found.end()
        if found[0].strip():
            words.append(found[0])
    for word, after in zip(words, [*words[1:], ""], strict=True):
        if after == "(" and word not in _SAME and (word[0].isalpha() or word[0] == "_"):
            return False
    last = re.split(r"/(?![^\[]*\])", pattern)[-1].strip()
    return not last.startswith(("@", "attribute")) and "(" not in words[-1:]


class Match:
    """The nodes that one context matches."""

    def __init__(self, pattern: str, namespaces: Mapping[str, str], parser: Parser) -> None:
        """Compile.

        Raises:
            ElementPathError: the pattern is no XPath 2.
        """
        self._root = False
        self._fast: list[Any] = []
        self._slow: list[Expression] = []
        for branch in alternatives(pattern):
            if branch == "/":
                self._root = True
                continue
            anywhere = branch if branch.startswith("/") else f"//{branch}"
            if (fast := self._compiled(anywhere, namespaces)) is not None:
                self._fast.append(fast)
            else:
                self._slow.append(Expression(anywhere, parser))

    @staticmethod
    def _compiled(pattern: str, namespaces: Mapping[str, str]) -> Any:  # noqa: ANN401 -- an lxml XPath, or None
        from lxml import etree  # noqa: PLC0415

        if not _plain(pattern):
            return None
        try:
            return etree.XPath(pattern, namespaces=dict(namespaces), smart_strings=False, regexp=False)
        except etree.XPathSyntaxError:
            return None  # `a/(b|c)`, `*:name`: XPath 2

    @property
    def variables(self) -> frozenset[str]:
        """The variables that it reads."""
        return frozenset().union(*(each.variables for each in self._slow))

    def nodes(self, tree: Any, root: Any, context: Context, variables: dict[str, Any]) -> Iterator[Any]:  # noqa: ANN401
        """The nodes of a document (as elementpath's), each branch in document order; some may come twice."""
        if self._root:
            yield root
        elements = root.elements
        for fast in self._fast:
            for element in fast(tree):
                yield elements[element]
        for slow in self._slow:
            yield from slow.nodes(context.at(root, dict(variables)))
