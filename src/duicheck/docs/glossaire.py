"""docs/glossaire.md: what every property of a schema and every fact of a finding means.

The properties are described in the schemas; the facts in `faits.toml`, beside this module.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from duicheck.docs.regles import shipped_rules
from duicheck.docs.typographie import francais
from duicheck.formats import load_schema, schema_names

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["PAGE", "Definition", "facts", "facts_in_message", "generate", "properties"]

PAGE = Path("docs/glossaire.md")

_ORDER = (
    "manifest",
    "configuration",
    "indicateurs",
    "journal",
    "registre",
    "decompte",
    "tableau_de_bord",
    "structures",
    "projet",
    "referencement",
    "solutions",
    "exigences",
    "rulebook",
    "rapport",
    "cas",
)
"""The schemas in the order of the page; others come last."""

_CONSTRAINTS = frozenset({"if", "then", "else", "not", "examples", "default", "enum", "const"})
"""Keywords below which a schema defines nothing: it only restricts, or shows."""

_HEAD = """\
<!-- Page générée par `python -m duicheck.docs` : ne pas l'éditer, modifier les schémas
     ou src/duicheck/docs/faits.toml. -->

# Le glossaire

Les noms sont une interface : ceux des fichiers livrés, des rulebooks, du rapport, et des faits que porte un constat.
Un nom a un seul sens dans un même fichier, et un fait qui reprend le nom d'une propriété en garde le sens.

## Les faits des constats

Un fait prouve un constat ; il ne désigne jamais une personne.

| Fait | Définition | Règles |
|---|---|---|
"""


class Definition(Struct, frozen=True):
    """What one name means. `example` is JSON, or None; `source` says which text the meaning comes from."""

    text: str
    title: str | None = None
    example: str | None = None
    source: str | None = None


def generate() -> str:
    """The whole page."""
    rules = shipped_rules()
    rows = [_fact_row(name, definition, rules) for name, definition in facts().items()]
    blocks = [_HEAD + "\n".join(rows) + "\n"]
    for name in sorted(schema_names(), key=_rank):
        schema = load_schema(name)
        blocks.append(f"## {schema['title']}\n")
        blocks.append(f"`schemas/{name}.schema.json` — {_cell(schema['description'])}\n")
        blocks.append("| Propriété | Définition | Exemple |\n|---|---|---|")
        for key, definitions in properties(name).items():
            blocks += [_property_row(key, definition) for definition in definitions]
        blocks.append("")
    return francais("\n".join(blocks).rstrip("\n") + "\n")


def facts() -> dict[str, Definition]:
    """The facts that findings carry, by name, sorted."""
    text = files("duicheck.docs").joinpath("faits.toml").read_text(encoding="utf-8")
    table: Mapping[str, Any] = tomllib.loads(text)["faits"]
    entries = {name: entry if isinstance(entry, dict) else {"definition": entry} for name, entry in table.items()}
    return {
        name: Definition(entry["definition"], source=entry.get("source")) for name, entry in sorted(entries.items())
    }


def facts_in_message(rule: Rule) -> frozenset[str]:
    """The facts that a rule's message needs."""
    return frozenset(name for _, name, _, _ in Formatter().parse(rule.message) if name)


def properties(schema: str) -> dict[str, list[Definition]]:
    """The properties of a schema by name, sorted; several definitions where the name serves several objects.

    A name that the schema never describes has an empty list.
    """
    found: dict[str, dict[str, Definition]] = {}
    root = load_schema(schema)
    for name, content in _walk(root):
        described = found.setdefault(name, {})
        definition = _definition(_resolved(content, root))
        if definition is not None:
            described.setdefault(definition.text, definition)
    return {name: list(described.values()) for name, described in sorted(found.items())}


def _walk(node: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every property below a schema, with its own schema."""
    if isinstance(node, list):
        for item in node:
            yield from _walk(item)
    elif isinstance(node, dict):
        for keyword, value in node.items():
            if keyword == "properties":
                for name, content in value.items():
                    yield name, content
                    yield from _walk(content)
            elif keyword == "$defs":
                yield from _walk(list(value.values()))
            elif keyword not in _CONSTRAINTS:
                yield from _walk(value)


def _resolved(content: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of a property with what its local reference says, its own words first."""
    reference = content.get("$ref", "")
    if not reference.startswith("#/"):
        return content
    target: Any = root
    for step in reference[2:].split("/"):
        target = target[step]
    return {**target, **content}


def _definition(content: Mapping[str, Any]) -> Definition | None:
    if "description" not in content:
        return None
    examples = content.get("examples")
    example = json.dumps(examples[0], ensure_ascii=False) if examples else None
    return Definition(content["description"], content.get("title"), example)


def _rank(schema: str) -> tuple[int, str]:
    return (_ORDER.index(schema) if schema in _ORDER else len(_ORDER), schema)


def _fact_row(name: str, definition: Definition, rules: Iterable[Rule]) -> str:
    users = [f"[`{rule.id}`](regles.md#{rule.id.replace('/', '')})" for rule in rules if name in facts_in_message(rule)]
    source = f" Source : {definition.source}." if definition.source else ""
    return f"| `{name}` | {_cell(definition.text)}{_cell(source)} | {', '.join(users) or '—'} |"


def _property_row(name: str, definition: Definition) -> str:
    title = f"**{_cell(definition.title)}.** " if definition.title else ""
    return f"| `{name}` | {title}{_cell(definition.text)} | {_example(definition.example)} |"


def _example(example: str | None) -> str:
    """An example that fits in a table; a long one is left to the schema."""
    longest = 60
    if example is None or len(example) > longest:
        return "—"
    return f"`{_cell(example)}`"


def _cell(text: str) -> str:
    """A text that stays in its table cell."""
    return " ".join(text.split()).replace("|", "\\|")
