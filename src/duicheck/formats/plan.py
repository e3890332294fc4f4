"""A row schema, unfolded: one case per value of the property that its if/then/else look at.

Only what is understood entirely is unfolded. A keyword that is not known here makes the plan empty,
so that every row of that schema goes to the JSON Schema validator: slower, never looser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct, field

from duicheck.formats.columns import Column, columns_of
from duicheck.formats.patterns import ASCII_PRINTABLE, Unsupported
from duicheck.formats.schemas import load_schema

__all__ = ["Case", "Plan", "alternatives", "plan_of"]

_NOTES = frozenset({"$schema", "$id", "$comment", "title", "description", "examples", "default"})
_ROW = frozenset({"type", "required", "properties", "allOf"})
_VALUE = {
    "string": frozenset({"type", "format", "pattern", "minLength", "maxLength", "enum", "const"}),
    "integer": frozenset({"type", "minimum", "maximum"}),
    "number": frozenset({"type", "minimum"}),
    "boolean": frozenset({"type"}),
}
_LARGEST_FAST = 10**15 - 1  # what the fast pattern of an integer can hold

Write = Callable[[Column, Mapping[str, Any]], str]
"""(column, its schema) -> the regex of a value that is there, for one format and alphabet."""


class Case(Struct, frozen=True):
    """What a row must be when the discriminator has this value (None: no discriminator)."""

    value: str | None
    required: frozenset[str]
    allowed: Mapping[str, tuple[str, ...]]  # further enums, by column


class Plan(Struct, frozen=True):
    """The columns of a row schema, and its cases; no case when the schema is not understood."""

    columns: tuple[Column, ...]
    discriminator: str | None
    cases: tuple[Case, ...]
    known_values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The values that matter, by column that a condition looks at or constrains."""

    def value_pattern(self, column: Column, case: Case, write: Write) -> str:
        """The regex of a value of that column in that case.

        Raises:
            Unsupported: no regex says it soundly.
        """
        chosen = case.allowed.get(column.name)
        if column.name == self.discriminator and case.value is not None:
            chosen = (case.value,)
        if chosen is None:
            return write(column, column.schema)
        usable = [value for value in chosen if _accepts(column, value)]
        if not usable:
            raise Unsupported(column.name)
        return write(column, {"type": "string", "enum": usable})


def _accepts(column: Column, value: str) -> bool:
    """Whether the property itself accepts one of the values that a condition allows."""
    if "enum" in column.schema:
        return value in column.schema["enum"]
    try:
        return re.fullmatch(column.kind.fast(ASCII_PRINTABLE, column.schema), value) is not None
    except Unsupported:
        return False


def _understood(schema: Mapping[str, Any], known: frozenset[str]) -> bool:
    return all(key in known or key in _NOTES or key.startswith("x-") for key in schema)


def _value_understood(schema: Mapping[str, Any]) -> bool:
    kind = schema.get("type")
    if not isinstance(kind, str) or kind not in _VALUE or not _understood(schema, _VALUE[kind]):
        return False
    if schema.get("format", "date") not in ("date", "date-time"):
        return False
    if "format" in schema and not _understood(schema, frozenset({"type", "format"})):
        return False
    return bool(schema.get("minimum", 0) <= 0 and schema.get("maximum", _LARGEST_FAST) >= _LARGEST_FAST)


def _condition(schema: object) -> tuple[str, frozenset[str]]:
    """The property and the values that an `if` asks for; it must require the property, or absence would match.

    Raises:
        Unsupported: the `if` says anything else.
    """
    if not isinstance(schema, Mapping) or not _understood(schema, frozenset({"properties", "required"})):
        raise Unsupported
    properties = schema.get("properties", {})
    if len(properties) != 1 or schema.get("required") != list(properties):
        raise Unsupported
    ((name, wanted),) = properties.items()
    return name, frozenset(_values(wanted))


def _values(schema: object) -> tuple[str, ...]:
    """The strings of an `enum` or a `const` that says nothing else."""
    if not isinstance(schema, Mapping) or not _understood(schema, frozenset({"enum", "const"})):
        raise Unsupported
    values = tuple(schema["enum"]) if "enum" in schema else (schema.get("const"),)
    if ("enum" in schema and "const" in schema) or not all(isinstance(value, str) for value in values):
        raise Unsupported
    return values


def _consequence(schema: object) -> tuple[frozenset[str], dict[str, tuple[str, ...]]]:
    """What a `then` or an `else` adds: required properties, and enums by property."""
    if not isinstance(schema, Mapping) or not _understood(schema, frozenset({"properties", "required"})):
        raise Unsupported
    return frozenset(schema.get("required", ())), {
        name: _values(each) for name, each in schema.get("properties", {}).items()
    }


_Consequence = tuple[frozenset[str], dict[str, tuple[str, ...]]]


def _case(
    value: str, base: frozenset[str], conditions: Sequence[tuple[str, frozenset[str], _Consequence, _Consequence]]
) -> Case:
    """What a row must be when the discriminator has this value."""
    required, allowed = set(base), dict[str, tuple[str, ...]]()
    for _, wanted, then, otherwise in conditions:
        more, enums = then if value in wanted else otherwise
        required |= more
        for name, choice in enums.items():
            allowed[name] = tuple(each for each in allowed.get(name, choice) if each in choice)
    return Case(value, frozenset(required), allowed)


def _unfold(schema: Mapping[str, Any], columns: Sequence[Column]) -> Plan:
    """The plan of a schema that is understood.

    Raises:
        Unsupported: some of it is not.
    """
    readable = _understood(schema, _ROW) and schema.get("type") == "object"
    if not readable or not all(_value_understood(column.schema) for column in columns):
        raise Unsupported
    base = frozenset(schema.get("required", ()))
    by_name = {column.name: column for column in columns}
    conditions = []
    for each in schema.get("allOf", ()):
        if not _understood(each, frozenset({"if", "then", "else"})) or "if" not in each:
            raise Unsupported
        name, wanted = _condition(each["if"])
        conditions.append((name, wanted, _consequence(each.get("then", {})), _consequence(each.get("else", {}))))
    names = {name for name, *_ in conditions}
    if not names:
        return Plan(tuple(columns), None, (Case(None, base, {}),))
    if len(names) > 1:
        raise Unsupported
    discriminator = names.pop()
    values = by_name[discriminator].schema.get("enum")
    if not by_name[discriminator].required or not values:
        raise Unsupported
    cases = tuple(_case(value, base, conditions) for value in values)
    touched: dict[str, set[str]] = {discriminator: set(values)}
    for _, _, then, otherwise in conditions:
        for name, choice in (*then[1].items(), *otherwise[1].items()):
            touched.setdefault(name, set()).update(choice)
    if any(by_name[name].schema.get("type") != "string" or "format" in by_name[name].schema for name in touched):
        raise Unsupported
    return Plan(tuple(columns), discriminator, cases, {name: frozenset(each) for name, each in touched.items()})


@cache
def plan_of(name: str) -> Plan:
    """The plan of the row schema of that name."""
    schema = load_schema(name)
    columns = columns_of(schema)
    try:
        return _unfold(schema, columns)
    except Unsupported:
        return Plan(columns, None, ())


def alternatives(rows: Sequence[Sequence[str]]) -> str:
    """One regex for several sequences of regexes, with what they begin with in common written once.

    Sequences that go on alike are joined where they differ: `a(?:b|c)d` for `abd` and `acd`.
    """
    if not rows or not rows[0]:
        return ""
    groups: dict[str, list[Sequence[str]]] = {}
    for row in rows:
        groups.setdefault(row[0], []).append(row[1:])
    heads: dict[str, list[str]] = {}
    for head, rest in groups.items():
        heads.setdefault(alternatives(rest), []).append(head)
    branches = [(first[0] if len(first) == 1 else f"(?:{'|'.join(first)})") + rest for rest, first in heads.items()]
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
