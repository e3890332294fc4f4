"""Mutants of a query: one node of its syntax tree is another, or is gone.

What is tried is what one gets wrong in such queries: the side and the strictness of a comparison, an end of a window,
a condition forgotten, a code, a 0 or a 1, what is distinct, which way two relations are joined, the order and the
groups of a window function, the branches of a CASE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlglot
from sqlglot import exp

__all__ = ["sql_mutants"]

_OTHERS: dict[type[exp.Expression], type[exp.Expression]] = {
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.GT: exp.GTE,
    exp.GTE: exp.GT,
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.NullSafeEQ: exp.EQ,
    exp.Max: exp.Min,
    exp.Min: exp.Max,
    exp.Sum: exp.Max,
}
"""The nearest mistake: a comparison turned around, AND for OR, are caught wherever these are."""

Change = tuple[exp.Expression, exp.Expression | None]
"""A node of the tree, and what stands there instead (None: nothing)."""


def sql_mutants(query: str) -> Iterator[tuple[int, str, str]]:
    """(line in the query, "before → after", the whole query) of each mutant.

    Raises:
        sqlglot.errors.ParseError: it is no query of DuckDB.
    """
    tree = sqlglot.parse_one(query, dialect="duckdb")
    said = {tree.sql(dialect="duckdb", comments=False)}
    for place in range(sum(1 for _ in tree.walk())):
        for number in range(len(list(_changes(_node(tree, place))))):
            copy = tree.copy()
            old, new = list(_changes(_node(copy, place)))[number]
            change = f"{_within(old)} → {'(rien)' if new is None else _said(new)}"
            line = _line(old)
            if new is None:
                old.pop()
            elif old is copy:
                copy = new
            else:
                old.replace(new)
            mutated = copy.sql(dialect="duckdb", comments=False)
            if mutated not in said:
                said.add(mutated)
                yield line, change, mutated


def _node(tree: exp.Expression, place: int) -> exp.Expression:
    return next(node for number, node in enumerate(tree.walk()) if number == place)


def _said(node: exp.Expression) -> str:
    text = node.sql(dialect="duckdb", comments=False)
    return text if len(text) <= 120 else f"{text[:80]} … {text[-36:]}"


def _within(node: exp.Expression) -> str:
    """A lone literal says nothing: show what it stands in."""
    before = _said(node)
    if node.parent is not None and len(before) < 12 and not isinstance(node.parent, exp.Select):
        return f"[{_said(node.parent)}] {before}"
    return before


def _line(node: exp.Expression) -> int:
    return next((part.meta["line"] for part in node.walk() if "line" in part.meta), 1)


def _changes(node: exp.Expression) -> Iterator[Change]:
    other = _OTHERS.get(type(node))
    # Where it is one condition of several, to forget it is the harder mistake to see.
    if other is not None and not (other in {exp.NEQ, exp.EQ} and isinstance(node.parent, exp.And | exp.Join)):
        yield node, other(**{name: _copied(value) for name, value in node.args.items()})
    for known, change in _CHANGES.items():
        if isinstance(node, known):
            yield from change(node)


def _copied(value: object) -> object:
    return value.copy() if isinstance(value, exp.Expression) else value


def _operands(node: exp.Expression) -> Iterator[Change]:
    """A condition forgotten."""
    yield node, node.left.copy()
    yield node, node.right.copy()


def _between(node: exp.Expression) -> Iterator[Change]:
    this, low, high = (node.args[name] for name in ("this", "low", "high"))
    for lower, upper in ((exp.GT, exp.LTE), (exp.GTE, exp.LT)):
        above = lower(this=this.copy(), expression=low.copy())
        below = upper(this=this.copy(), expression=high.copy())
        yield node, exp.Paren(this=exp.And(this=above, expression=below))


def _in(node: exp.Expression) -> Iterator[Change]:
    """A code forgotten."""
    items = node.args.get("expressions") or []
    for number in range(len(items)):
        kept = [item.copy() for place, item in enumerate(items) if place != number]
        yield node, exp.In(this=node.this.copy(), expressions=kept) if kept else exp.false()


def _literal(node: exp.Expression) -> Iterator[Change]:
    if node.is_string:
        # One of another spelling. The code of an output column is one too.
        yield node, exp.Literal.string(f"{node.this}x")
    elif node.is_int:
        yield node, exp.Literal.number(1 if node.this == "0" else int(node.this) - 1)
        if node.this not in {"0", "1"}:
            yield node, exp.Literal.number(int(node.this) + 1)


def _boolean(node: exp.Expression) -> Iterator[Change]:
    yield node, exp.Boolean(this=not node.this)


def _select(node: exp.Expression) -> Iterator[Change]:
    if node.args.get("distinct"):
        without = node.copy()
        without.set("distinct", None)
        yield node, without


def _count(node: exp.Expression) -> Iterator[Change]:
    if isinstance(node.this, exp.Distinct):
        yield node, exp.Count(this=node.this.expressions[0].copy())
    elif not isinstance(node.this, exp.Star):
        yield node, exp.Count(this=exp.Star())


def _union(node: exp.Expression) -> Iterator[Change]:
    other = node.copy()
    other.set("distinct", not node.args.get("distinct"))
    yield node, other
    yield node, node.left.copy()
    yield node, node.right.copy()


def _join(node: exp.Expression) -> Iterator[Change]:
    if not node.args.get("on"):
        return
    other = node.copy()
    if node.args.get("side") == "LEFT":
        other.set("side", None)
        other.set("kind", "INNER")
    else:
        other.set("side", "LEFT")
        other.set("kind", None)
    yield node, other


def _not(node: exp.Expression) -> Iterator[Change]:
    yield node, node.this.copy()


def _null(node: exp.Expression) -> Iterator[Change]:
    yield node, exp.Not(this=node.copy())


def _case(node: exp.Expression) -> Iterator[Change]:
    """A branch forgotten."""
    for number in range(len(node.args["ifs"])):
        without = node.copy()
        del without.args["ifs"][number]
        if without.args["ifs"]:
            yield node, without
        elif node.args.get("default") is not None:
            yield node, node.args["default"].copy()


def _coalesce(node: exp.Expression) -> Iterator[Change]:
    yield node, node.this.copy()


def _ordered(node: exp.Expression) -> Iterator[Change]:
    turned = node.copy()
    turned.set("desc", not node.args.get("desc"))
    turned.set("nulls_first", not node.args.get("nulls_first"))
    yield node, turned
    if node.parent is not None and len(node.parent.expressions) > 1:
        yield node, None


def _window(node: exp.Expression) -> Iterator[Change]:
    for key in node.args.get("partition_by") or []:
        yield key, None


def _where(node: exp.Expression) -> Iterator[Change]:
    """All conditions forgotten."""
    yield node, None


Kinds = type[exp.Expression] | tuple[type[exp.Expression], ...]

_CHANGES: dict[Kinds, Callable[[exp.Expression], Iterator[Change]]] = {
    (exp.And, exp.Or): _operands,
    exp.Between: _between,
    exp.In: _in,
    exp.Literal: _literal,
    exp.Boolean: _boolean,
    exp.Select: _select,
    exp.Count: _count,
    exp.Union: _union,
    exp.Join: _join,
    exp.Not: _not,
    (exp.Is, exp.Exists): _null,
    exp.Case: _case,
    exp.Coalesce: _coalesce,
    exp.Ordered: _ordered,
    exp.Window: _window,
    (exp.Where, exp.Having): _where,
}
