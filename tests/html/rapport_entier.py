"""A report that has everything its schema allows, each value its own: what a page must not leave out.

It is built from the schema, so that a property added there is asked of the page the same day.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from duicheck.formats import load_schema

__all__ = ["Path", "changed", "leaves", "whole_report"]

Path = tuple[str | int, ...]

SEVERAL = 2
"""Items of a list, and keys of an open object."""


class _Builder:
    def __init__(self) -> None:
        self.schema = load_schema("rapport")
        self.numbers = itertools.count(2001)

    def build(self, node: dict[str, Any]) -> Any:
        if "$ref" in node:
            return self.build(self.schema["$defs"][node["$ref"].rpartition("/")[2]])
        if "anyOf" in node:
            return self.build(next(one for one in node["anyOf"] if one.get("type") != "null"))
        if "const" in node:
            return node["const"]
        if "enum" in node:
            return next(value for value in node["enum"] if value is not None)
        kind = node["type"]
        kind = next(each for each in kind if each != "null") if isinstance(kind, list) else kind
        return getattr(self, f"_{kind}")(node)

    def _object(self, node: dict[str, Any]) -> Any:
        found = {name: self.build(one) for name, one in node.get("properties", {}).items()}
        if isinstance(more := node.get("additionalProperties"), dict) and not found:
            if isinstance(more.get("type"), list):  # any scalar
                return {
                    f"nom_{next(self.numbers)}": value for value in (f"fait {next(self.numbers)}", 17.25, True, None)
                }
            found = {f"nom_{next(self.numbers)}": self.build(more) for _ in range(SEVERAL)}
        return found

    def _array(self, node: dict[str, Any]) -> Any:
        return [self.build(node["items"]) for _ in range(node.get("minItems", SEVERAL) or SEVERAL)]

    def _integer(self, node: dict[str, Any]) -> Any:
        return next(self.numbers)

    def _number(self, node: dict[str, Any]) -> Any:
        return next(self.numbers) + 0.25

    def _boolean(self, node: dict[str, Any]) -> Any:
        return True

    def _string(self, node: dict[str, Any]) -> Any:
        number = next(self.numbers)
        pattern = node.get("pattern", "")
        if "0-9a-f" in pattern:
            return hashlib.sha256(str(number).encode()).hexdigest()
        if pattern.startswith("^[0-9]{4}"):
            return (date(2001, 1, 1) + timedelta(days=number)).isoformat()
        if "/" in pattern:
            return f"groupe/regle-{number}"
        return f"code_{number}" if pattern else f"Mot {number}."


def whole_report() -> dict[str, Any]:
    """The report; valid against its schema."""
    report: dict[str, Any] = _Builder().build(load_schema("rapport"))
    concluded, undone = report["regles"]
    concluded |= {"resultat": "enfreinte", "raison": None}
    undone |= {"resultat": "non_verifiee", "constats": 0}
    for finding in report["constats"]:
        finding["regle"] = concluded["id"]
    for waiver, rule in zip(report["derogations"], report["regles"], strict=True):
        waiver["regle"] = rule["id"]
    return report


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every scalar of a JSON value, with its path."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, (*path, name))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from leaves(one, (*path, number))
    else:
        yield path, value


def changed(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if value is None:
        return "autre"
    if len(value) == 64:
        return value[::-1]
    if value[:4].isdigit() and value[4:5] == "-":
        return (date.fromisoformat(value) + timedelta(days=1)).isoformat()
    return f"{value}-bis"
