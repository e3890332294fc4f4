"""One schema over one document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from elementpath import ElementPathError, get_node_tree

from duicheck_cda.schematron.contexts import Match
from duicheck_cda.schematron.places import line_of, pointer_of
from duicheck_cda.schematron.report import Failure, Report, Unchecked
from duicheck_cda.schematron.resources import Missing
from duicheck_cda.schematron.schema import Assertion, Let, Rule, Schema
from duicheck_cda.schematron.xpath import Context, Expression, parser

__all__ = ["run"]

_BROKEN = "expression que duicheck ne sait pas évaluer"


def run(schema: Schema, tree: Any) -> Report:  # noqa: ANN401 -- lxml ships no types
    """Validate; see `Schema.validate`."""
    return _Run(schema, tree).report()


class _Run:
    """The state of one validation."""

    def __init__(self, schema: Schema, tree: Any) -> None:  # noqa: ANN401
        self._schema = schema
        self._tree = tree
        self._root = get_node_tree(tree, fragment=None)
        self._context = Context(self._root, schema.resources)
        self._parser = _kept(schema, "parser", lambda: parser(dict(schema.namespaces)))
        self._globals: dict[int, Any] = {}
        self._failures: list[tuple[int, int, int, Failure]] = []
        self._unchecked: dict[tuple[str, str], Unchecked] = {}
        self._missing: dict[str, None] = {}
        self._fired: Counter[tuple[int, int]] = Counter()

    def report(self) -> Report:
        for position, pattern in enumerate(self._schema.patterns):
            taken: set[int] = set()
            for rank, rule in enumerate(pattern.rules):
                for node in self._matched(rule, {**self._schema.lets, **pattern.lets}):
                    if id(node) in taken:
                        continue
                    taken.add(id(node))
                    self._fired[position, rank] += 1
                    self._fire(position, rule, node)
        self._failures.sort(key=lambda each: each[:3])
        return Report(
            self._schema.name,
            self._fired.total(),
            tuple(failure for *_, failure in self._failures),
            tuple(self._unchecked.values()),
            tuple(self._missing),
            dict(self._fired),
        )

    def _matched(self, rule: Rule, scope: Mapping[str, Let]) -> Iterator[Any]:
        """The nodes that a rule's context matches; a context that cannot be evaluated matches none, and it is said."""
        try:
            match = _kept(
                self._schema,
                ("context", rule.context),
                lambda: Match(rule.context, self._schema.namespaces, self._parser),
            )
            variables = self._values(match.variables, scope, self._root, self._globals)
            yield from list(match.nodes(self._tree, self._root, self._context, variables))
        except Missing as missing:
            self._missing[str(missing)] = None
            self._say(f"le contexte de la ligne {rule.line} de {self._schema.name}", f"fichier absent : {missing}")
        except (ElementPathError, RecursionError, ValueError, TypeError, ArithmeticError) as error:
            self._say(f"le contexte de la ligne {rule.line} de {self._schema.name}", _why(error))

    def _fire(self, position: int, rule: Rule, node: Any) -> None:  # noqa: ANN401
        local: dict[int, Any] = {}
        for order, assertion in enumerate(rule.build()):
            try:
                holds = self._holds(assertion, node, local)
            except Missing as missing:
                self._missing[str(missing)] = None
                self._say(assertion.text, f"fichier absent : {missing}", node)
            except (ElementPathError, RecursionError, ValueError, TypeError, ArithmeticError) as error:
                self._say(assertion.text, _why(error), node)
            else:
                if holds is assertion.report:
                    self._failures.append((position, node.position, order, _failure(rule, assertion, node)))

    def _holds(self, assertion: Assertion, node: Any, local: dict[int, Any]) -> bool:  # noqa: ANN401
        expression = self._expression(assertion.test)
        variables = self._values(expression.variables, assertion.scope, node, local)
        return expression.holds(self._context.at(node, variables))

    def _values(
        self,
        names: frozenset[str],
        scope: Mapping[str, Let],
        node: Any,  # noqa: ANN401
        local: dict[int, Any],
    ) -> dict[str, Any]:
        """The values of variables; a name that nothing declares is left to the expression (`for $x in`)."""
        return {name: self._value(scope[name], node, local) for name in names if name in scope}

    def _value(self, let: Let, node: Any, local: dict[int, Any]) -> Any:  # noqa: ANN401
        """The value of one variable: of the document for a global one, of the node for a rule's."""
        if let.name in self._schema.lets and self._is_global(let):
            node, local = self._root, self._globals
        if id(let) not in local:
            expression = self._expression(let.expression)
            variables = self._values(expression.variables, let.scope, node, local)
            local[id(let)] = expression.value(self._context.at(node, variables))
        return local[id(let)]

    def _is_global(self, let: Let) -> bool:
        known = _kept(self._schema, "globals", self._global_lets)
        return id(let) in known

    def _global_lets(self) -> set[int]:
        lets = [*self._schema.lets.values(), *(let for each in self._schema.patterns for let in each.lets.values())]
        return {id(let) for let in lets}

    def _expression(self, source: str) -> Expression:
        found: Expression = _kept(self._schema, ("expression", source), lambda: Expression(source, self._parser))
        return found

    def _say(self, what: str, reason: str, node: Any = None) -> None:  # noqa: ANN401
        """Keep the first place of each thing that cannot be evaluated."""
        if (what, reason) not in self._unchecked:
            line, pointer = (None, None) if node is None else (line_of(node), pointer_of(node))
            self._unchecked[what, reason] = Unchecked(what, reason, line, pointer)


def _failure(rule: Rule, assertion: Assertion, node: Any) -> Failure:  # noqa: ANN401
    return Failure(
        assertion.text,
        " ".join(assertion.test.split()),
        line_of(node),
        pointer_of(node),
        assertion.role,
        assertion.see,
        rule.id,
        assertion.report,
    )


def _why(error: Exception) -> str:
    """The kind of an error: its text may quote the document."""
    code = getattr(error, "code", None)
    return f"{_BROKEN} ({str(code).removeprefix('err:') if code else type(error).__name__})"


def _kept(schema: Schema, key: object, build: Any) -> Any:  # noqa: ANN401
    """What a schema compiles once, errors included."""
    found = schema.cache.get(key)
    if found is None:
        try:
            found = build()
        except (ElementPathError, RecursionError, ValueError, TypeError) as error:
            found = error
        schema.cache[key] = found
    if isinstance(found, Exception):
        raise found
    return found
