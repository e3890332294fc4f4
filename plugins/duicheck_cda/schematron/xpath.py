"""XPath 2 expressions as Schematron's `xslt2` binding has them: with `document()`, and files through `Resources`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from typing import Any

from elementpath import XPath2Parser, XPathContext
from elementpath.collations import UNICODE_CODEPOINT_COLLATION
from elementpath.datatypes import QName, UntypedAtomic
from elementpath.namespaces import XML_NAMESPACE
from elementpath.xpath_nodes import ElementNode, XPathNode

from duicheck_cda.schematron.resources import Missing, Resources

__all__ = ["CONCEPTS", "Context", "Expression", "Parser", "parser"]

CONCEPTS = re.compile(
    r"\bdocument\(\s*\$([\w.-]+)\s*\)\s*//\s*svs:Concept\s*\[\s*@code\s*=\s*\$([\w.-]+)\s+and\s+@codeSystem\s*=\s*"
    r"\$([\w.-]+)\s*\]"
)
"""How the national schemas ask whether a value set lists a code. The index answers instead of a walk."""

_WRONG_TYPE, _NO_QNAME, _NO_PREFIX = "XPTY0004", "FOCA0002", "FONS0004"  # error codes of XPath
_NCNAME = re.compile(r"[^\W\d][\w.\-\u00b7]*")


class Context(XPathContext):
    """A context that knows where files are. One is enough for a document: `at` moves it."""

    def __init__(self, root: Any, resources: Resources) -> None:  # noqa: ANN401 -- a tree of elementpath
        super().__init__(root)
        self.resources = resources

    def at(self, item: Any, variables: dict[str, Any]) -> Context:  # noqa: ANN401
        """Put it on a node. Whatever an evaluation left behind is forgotten."""
        self.item = item
        self.axis = None
        self.position = self.size = 1
        self.variables = variables
        return self


class Parser(XPath2Parser):
    """XPath 2, the functions that XSLT adds to it, and one of ours."""


def _path(token: Any, context: Any) -> str | None:  # noqa: ANN401
    """The one argument of `doc` or `document`, as text; None for nothing."""
    values = list(token[0].select(copy(context)))
    if len(values) > 1:
        raise token.error(_WRONG_TYPE)
    return _text(values[0]).strip() if values else None


def _text(value: Any) -> str:  # noqa: ANN401
    """The string value of a node or an atomic value."""
    return str(value.string_value if isinstance(value, XPathNode) else value)


def evaluate_doc(self: Any, context: Any = None) -> Any:  # noqa: ANN401
    """`doc` and `document`: a file of the resources."""
    if context is None:
        raise self.missing_context()
    href = _path(self, context)
    return [] if href is None else context.resources.node(href)


def evaluate_available(self: Any, context: Any = None) -> Any:  # noqa: ANN401
    """`doc-available`: true, or `Missing`."""
    if context is None:
        raise self.missing_context()
    href = _path(self, context)
    if href is None:
        return False
    if not context.resources.has(href):
        # A schema that skips what it cannot read would otherwise be green.
        raise Missing(href)
    return True


def evaluate_concept(self: Any, context: Any = None) -> Any:  # noqa: ANN401
    """Whether a value set lists a code: what `CONCEPTS` becomes."""
    if context is None:
        raise self.missing_context()
    href = _path(self, context)
    if href is None:
        return False
    codes, systems = ([str(each) for each in self[place].atomization(context)] for place in (1, 2))
    # Asked even without a code, so that a missing value set is said.
    return any(context.resources.holds(href, code, system) for code in codes or [""] for system in systems or [""])


def evaluate_resolve_qname(self: Any, context: Any = None) -> Any:  # noqa: ANN401
    """`resolve-QName`, whose first argument is here most often an attribute (`@xsi:type`): untyped, so a string."""
    if context is None:
        raise self.missing_context()
    names, elements = list(self[0].select(copy(context))), list(self[1].select(copy(context)))
    if not names:
        return []
    if len(names) > 1 or len(elements) != 1 or not isinstance(element := elements[0], ElementNode):
        raise self.error(_WRONG_TYPE)
    prefix, colon, local = _text(names[0]).strip().rpartition(":")
    if not _NCNAME.fullmatch(local) or (colon and not _NCNAME.fullmatch(prefix)):
        raise self.error(_NO_QNAME)
    scope: Any = element.value  # an lxml element
    known: dict[str | None, str] = {**scope.nsmap, "xml": XML_NAMESPACE}
    if prefix and prefix not in known:
        raise self.error(_NO_PREFIX)
    uri = known.get(prefix or None, "")
    return QName(uri or None, f"{prefix}:{local}" if prefix else local)


def _function(name: str, evaluate: Any, arguments: int | tuple[int, int]) -> None:  # noqa: ANN401
    Parser.symbol_table.pop(name, None)
    types = ("item()*",) * ((arguments if isinstance(arguments, int) else arguments[1]) + 1)
    Parser.method(Parser.function(name, nargs=arguments, sequence_types=types))(evaluate)


_function("resolve-QName", evaluate_resolve_qname, 2)
_function("doc", evaluate_doc, 1)
_function("document", evaluate_doc, 1)
_function("doc-available", evaluate_available, 1)
_function("duicheck-concept", evaluate_concept, 3)


def _ordered(symbol: str) -> None:
    """Let `<` and its like compare two untyped values as strings, as XPath 2 says; elementpath compares numbers."""
    base: Any = Parser.symbol_table[symbol]

    def iter_comparison_data(self: Any, context: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
        for left, right in base.iter_comparison_data(self, context):
            if isinstance(left, UntypedAtomic) and isinstance(right, UntypedAtomic):
                yield left.value, right.value
            else:
                yield left, right

    Parser.symbol_table[symbol] = type(base)(base.__name__, (base,), {"iter_comparison_data": iter_comparison_data})


for _symbol in ("<", "<=", ">", ">="):
    _ordered(_symbol)


class Expression:
    """One compiled expression, and the variables that it reads."""

    __slots__ = ("_token", "source", "variables")

    def __init__(self, source: str, parser: Parser) -> None:
        """Compile. Raises ElementPathError where the source is no XPath 2."""
        self.source = source
        text = CONCEPTS.sub(r"duicheck-concept($\1, $\2, $\3)", source)
        self._token: Any = parser.parse(text)
        self.variables = frozenset(str(token.value) for token in self._token.iter("$"))

    def value(self, context: Context) -> Any:  # noqa: ANN401 -- any XPath value
        """The value, as elementpath gives it: a list, a node or an atomic value."""
        found = self._token.evaluate(context)
        return list(found) if isinstance(found, Iterator) else found

    def holds(self, context: Context) -> bool:
        """The effective boolean value."""
        return bool(self._token.boolean_value(self._token.select(context)))

    def nodes(self, context: Context) -> list[Any]:
        """The nodes selected, in document order."""
        return list(self._token.select(context))


def parser(namespaces: dict[str, str]) -> Parser:
    """A parser whose collation does not depend on the machine's language."""
    return Parser(namespaces, default_collation=UNICODE_CODEPOINT_COLLATION)
