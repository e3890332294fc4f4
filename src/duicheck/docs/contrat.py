"""docs/contrat.md: what a vendor sends. The prose is `contrat.modele.md`, beside this module; schemas make the tables.

A line `{{ … }}` of the model stands for a table: `colonnes SCHEMA`, `conditions SCHEMA`, `proprietes SCHEMA [LISTE]`,
`roles`. A schema that says something that no table can show is an error, never an omission.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from duicheck.docs.typographie import francais
from duicheck.formats import load_schema, schema_names

__all__ = ["PAGE", "generate"]

PAGE = Path("docs/contrat.md")

_PLACE = re.compile(r"^\{\{ (?P<what>\w+)(?: (?P<names>[\w ]+))? \}\}$", re.MULTILINE)
_FENCED = re.compile(r"(^```.*?^```$|^<!--.*?-->$)", re.MULTILINE | re.DOTALL)

_TYPES = {
    "string": "texte",
    "integer": "entier",
    "number": "nombre",
    "boolean": "oui ou non",
    "array": "liste",
    "object": "table",
}
_FORMATS = {"date": "date", "date-time": "instant RFC 3339 avec son décalage horaire"}
_CONDITIONAL = {"required", "properties"}


def generate() -> str:
    """The whole page."""
    model = files("duicheck.docs").joinpath("contrat.modele.md").read_text(encoding="utf-8")
    filled = _PLACE.sub(lambda place: "\n".join(_table(place["what"], (place["names"] or "").split())), model)
    parts = _FENCED.split(filled)  # prose, code, prose…
    parts[::2] = [francais(part) for part in parts[::2]]
    return "".join(parts)


def _table(what: str, names: Iterable[str]) -> Iterator[str]:
    tables: Mapping[str, Callable[..., Iterator[str]]] = {
        "colonnes": _columns,
        "conditions": _conditions,
        "proprietes": _properties,
        "roles": _roles,
    }
    return tables[what](*names)


def _columns(name: str) -> Iterator[str]:
    """The columns of a table: the name, whether a row needs it, what it says, what is expected."""
    yield from _rows("colonne", load_schema(name))
    yield f"\nSchéma : [{name}.schema.json](../schemas/{name}.schema.json)."


def _properties(name: str, inner: str | None = None) -> Iterator[str]:
    """The keys of a document, or of the entries of one of its lists."""
    schema = load_schema(name)
    yield from _rows("clé", schema if inner is None else schema["properties"][inner]["items"])
    if inner is None:
        yield f"\nSchéma : [{name}.schema.json](../schemas/{name}.schema.json)."


def _rows(head: str, schema: Mapping[str, Any]) -> Iterator[str]:
    required = frozenset(schema.get("required", ()))
    depending = {name for branch in _branches(schema) for name in branch[1].get("required", ())} - required
    yield f"| {head} | présence | ce qui est attendu | définition |\n|---|---|---|---|"
    for name, content in schema["properties"].items():
        need = "obligatoire" if name in required else "selon le cas" if name in depending else ""
        yield f"| `{name}` | {need} | {_expected(content)} | {_cell(content['description'])} |"


def _expected(content: Mapping[str, Any]) -> str:
    """In a few words; the schema says all."""
    if "enum" in content:
        return " ".join(_code(value) for value in content["enum"])
    if "const" in content:
        return _code(content["const"])
    if "x-longueur" in content:
        return _cell(content["x-attendu"])
    if "format" in content:
        return _FORMATS[content["format"]]
    bounds = ", au moins {}".format(content["minimum"]) if "minimum" in content else ""
    unit = f", en {content['x-unite']}" if "x-unite" in content else ""
    return _TYPES[content["type"]] + bounds + unit


def _code(value: object) -> str:
    return "tabulation" if value == "\t" else f"`{value}`".replace("|", "\\|")


def _conditions(name: str) -> Iterator[str]:
    """What a row needs when one of its columns has a certain value."""
    yield "| quand | alors |\n|---|---|"
    said: dict[str, list[str]] = {}
    for when, then in _branches(load_schema(name)):
        if unknown := then.keys() - _CONDITIONAL:
            message = f"schemas/{name}.schema.json: no table can show a condition on {sorted(unknown)}"
            raise NotImplementedError(message)
        values = {key: content["enum"] for key, content in then.get("properties", {}).items()}
        for column in dict.fromkeys([*then.get("required", ()), *values]):
            need = " est obligatoire" if column in then.get("required", ()) else ""
            among = " : " + " ".join(map(_code, values[column])) if column in values else ""
            said.setdefault(when, []).append(f"`{column}`{need}{among}")
    for when, needs in said.items():
        yield f"| {when} | {'<br>'.join(needs)} |"


def _branches(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each condition of a schema in words, with what it asks for."""
    for each in schema.get("allOf", ()):
        ((column, wanted),) = each["if"]["properties"].items()
        value = _code(wanted["const"])
        for keyword, verb in (("then", "vaut"), ("else", "ne vaut pas")):
            if keyword in each:
                yield f"`{column}` {verb} {value}", each[keyword]


def _roles() -> Iterator[str]:
    yield "| rôle | contenu | schéma |\n|---|---|---|"
    known = frozenset(schema_names())
    for role in load_schema("manifest")["properties"]["fichiers"]["items"]["properties"]["role"]["enum"]:
        if role in known:
            yield f"| `{role}` | {_cell(load_schema(role)['title'])} | [{role}](../schemas/{role}.schema.json) |"
        else:
            yield f"| `{role}` | {_OF_OTHERS[role]} | celui de sa source |"


_OF_OTHERS: Mapping[str, str] = {
    "finess": "Extrait du fichier FINESS",
    "cda": "Documents CDA",
    "tddui": "Transferts de données DUI",
    "traces": "Traces MSSanté et DMP",
}
"""The roles whose shape is set by somebody else; a new role without a schema needs its line here."""


def _cell(text: str) -> str:
    """A text that stays in its table cell."""
    return " ".join(text.split()).replace("|", "\\|")
