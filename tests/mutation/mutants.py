"""Mutants of a file: the same text with one small mistake, in Python (by cosmic-ray) or in SQL (by ours)."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sql_mutants import sql_mutants

__all__ = ["Mutant", "mutants"]

_QUERY = re.compile(r"\s*(SELECT|WITH)\b")

Span = tuple[tuple[int, int], tuple[int, int]]
"""(line from 1, column in characters) of the beginning and of the end."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake: `module` is relative to the project, `change` says it ("before → after"), `text` is the whole file.

    `change` is what an argument in SURVIVANTS.toml names: it holds no line number, so that edits elsewhere in the file
    leave it alone. The same change made in another place of the file is told apart by a number ("… (2)").
    """

    module: str
    line: int
    change: str
    text: str


def mutants(root: Path, module: str, left_out: Sequence[str]) -> list[Mutant]:
    """Every mutant of one file.

    Args:
        root: the tree to read it from.
        module: path of the file from there.
        left_out: regular expressions; cosmic-ray operators whose whole name matches one are not used.
    """
    text = (root / module).read_text(encoding="utf-8")
    if module.endswith(".sql"):
        found = [Mutant(module, line, change, new) for line, change, new in sql_mutants(text)]
    else:
        found = [*_of_python(module, text, left_out), *_of_queries(module, text)]
    return list(_numbered(sorted(found, key=lambda one: one.line)))


def _numbered(found: Iterable[Mutant]) -> Iterator[Mutant]:
    seen: dict[str, int] = {}
    for one in found:
        seen[one.change] = number = seen.get(one.change, 0) + 1
        yield one if number == 1 else replace(one, change=f"{one.change} ({number})")


def _of_python(module: str, text: str, left_out: Sequence[str]) -> Iterator[Mutant]:
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.operators.provider import OperatorProvider

    provider = OperatorProvider()
    excluded = [re.compile(pattern) for pattern in left_out]
    idle = list(_idle(ast.parse(text)))
    lines = text.splitlines()
    for name in sorted(provider):
        operator = provider[name]
        if operator.arguments() or any(pattern.fullmatch(name) for pattern in excluded):
            continue
        places = [place for node in ast_nodes(get_ast(text)) for place in operator().mutation_positions(node)]
        for occurrence, (start, end) in enumerate(places):
            if any(first <= start and end <= last for first, last in idle):
                continue
            mutated = mutate_code(text, operator(), occurrence)
            if mutated is not None and mutated != text and _compiles(mutated):
                yield Mutant(module, start[0], _difference(lines, mutated.splitlines()), mutated)


def _compiles(text: str) -> bool:
    """Not so where the `*` before keyword arguments was taken for a product."""
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(text, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def _idle(tree: ast.AST) -> Iterator[Span]:
    """Where a change is none for who runs the program: annotations, options of records, caches, imports for types."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            yield _span(node.annotation)
        if isinstance(node, ast.FunctionDef) and node.returns is not None:
            yield _span(node.returns)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield _span(node)
        if isinstance(node, ast.ClassDef) and "Struct" in map(ast.unparse, node.bases):
            yield from (_span(option.value) for option in node.keywords)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                if ast.unparse(decorator).startswith(("cache", "dataclass(")):
                    (line, column), end = _span(decorator)
                    yield (line, column - 1), (end[0] + 1, 0)


def _span(node: ast.expr | ast.stmt) -> Span:
    # Columns of ast are bytes: the lines concerned here are ASCII up to the node.
    return (node.lineno, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or 0)


def _difference(before: Sequence[str], after: Sequence[str]) -> str:
    """The lines that differ, in one line."""
    first = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    last = next(
        (n for n, (a, b) in enumerate(zip(reversed(before), reversed(after), strict=False)) if a != b),
        0,
    )
    old, new = before[first : len(before) - last], after[first : len(after) - last]
    return f"{_one_line(old)} → {_one_line(new)}"


def _one_line(lines: Iterable[str]) -> str:
    return re.sub(r"\s+", " ", " ".join(lines)).strip() or "(rien)"


def _of_queries(module: str, text: str) -> Iterator[Mutant]:
    """Mutants of the queries that a module holds as plain strings (one with placeholders of Python is left alone)."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()))
    raw = text.encode()
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str) and _QUERY.match(node.value)):
            continue
        begin = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        if raw[begin : begin + 1] not in {b'"', b"'"}:
            continue  # a part of an f-string
        for _, change, new in sql_mutants(node.value):
            mutated = raw[:begin] + f"({new!r})".encode() + raw[end:]
            yield Mutant(module, node.lineno, change, mutated.decode())
