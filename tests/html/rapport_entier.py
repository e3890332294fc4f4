"""A report that has everything its schema allows, each value its own: what a page must not leave out.

It is built from the schema, so that a property added there is asked of the page the same day.
"""

from __future__ import annotations

import copy
import hashlib
import itertools
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from duicheck.formats import load_schema
from duicheck.render.french import day, integer

__all__ = ["Path", "doctorings", "leaves", "put", "unshown", "whole_report"]

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


def put(report: dict[str, Any], path: Path, value: object) -> dict[str, Any]:
    """The report with another value in one place."""
    doctored = copy.deepcopy(report)
    target: Any = doctored
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return doctored


def doctorings() -> list[tuple[Path, object]]:
    """What the whole report may say otherwise: each scalar changed, each word of a closed list in turn."""
    schema = load_schema("rapport")
    enums = {name: one["enum"] for name, one in schema["$defs"]["indicateur"]["properties"].items() if "enum" in one}
    enums |= {
        "verdict": ["conforme", "non_conforme", "indetermine"],
        "cibles": schema["properties"]["cibles"]["enum"],
        "resultat": schema["$defs"]["regle"]["properties"]["resultat"]["enum"],
        "gravite": schema["$defs"]["constat"]["properties"]["gravite"]["enum"],
        "etat": schema["$defs"]["derogation"]["properties"]["etat"]["enum"],
        "declaree_dans": schema["$defs"]["derogation"]["properties"]["declaree_dans"]["enum"],
        "qui": schema["$defs"]["travail"]["properties"]["qui"]["enum"],
        "cause": ["absent", "a_completer", "lignes_rejetees"],
    }
    found: list[tuple[Path, object]] = []
    for path, value in leaves(whole_report()):
        if path != ("format",):
            # cible_sur is null where nothing is judged: not here, where it is.
            others = [one for one in enums.get(str(path[-1]), [_changed(value)]) if one is not None and one != value]
            found += [(path, other) for other in others]
    return found


_WORDED = {"cibles", "cible_sur", "declaree_dans", "etat", "gravite", "resultat", "verdict", "qui", "cause"}
"""Closed vocabularies, shown by words of ours."""


def unshown(report: dict[str, Any], text: str, flat: Callable[[str], str]) -> list[tuple[str, Any]]:
    """The numbers and names of a report that a text does not hold as people write them; answers are words of ours.

    The text is `flat`: without what typography changes.
    """
    missing = []
    for path, value in leaves(report):
        if isinstance(value, bool) or value is None or path[-1] in {"format", "derogation", *_WORDED}:
            continue
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            forms = [day(value)]
        elif isinstance(value, str):
            forms = [value.rstrip(".")]
        else:
            forms = [str(value).replace(".", ","), integer(value) if isinstance(value, int) else str(value)]
        if not any(flat(form) in text for form in forms):
            missing.append((".".join(map(str, path)), value))
    return missing


def _changed(value: Any) -> Any:
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
