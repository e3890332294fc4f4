"""A compiled schema: patterns, rules, assertions; and `compile`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from duicheck_cda.schematron.errors import SchematronError
from duicheck_cda.schematron.resources import Resources
from duicheck_cda.schematron.source import SCH, load

if TYPE_CHECKING:
    from duicheck_cda.schematron.report import Report

__all__ = ["Assertion", "Let", "Pattern", "Rule", "Schema", "compile"]

_S = f"{{{SCH}}}"
_BINDINGS = frozenset({"xslt2", "xpath2"})
_SAYS_NOTHING = frozenset(
    f"{_S}{name}" for name in ("p", "title", "param", "diagnostics", "diagnostic", "properties", "property", "phase")
)


@dataclass(frozen=True, slots=True)
class Let:
    """A variable; its value is computed where it is read, and only then. `scope` is what it may read itself."""

    name: str
    expression: str
    scope: Mapping[str, Let] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Assertion:
    """An assert, or a report where `report`; `text` is its sentence without what it would quote."""

    test: str
    text: str
    report: bool
    role: str | None
    see: str | None
    line: int
    scope: Mapping[str, Let] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """A context, and the assertions on each node that it matches. `items` waits: most rules never fire."""

    context: str
    id: str | None
    line: int
    build: Callable[[], Sequence[Assertion]] = field(repr=False, compare=False)


class Pattern(Struct, frozen=True):
    """Rules of which the first that matches a node takes it."""

    id: str | None
    rules: Sequence[Rule]
    lets: Mapping[str, Let]


@dataclass(frozen=True, slots=True)
class Schema:
    """A compiled schema; documents are validated one after the other, in any order."""

    name: str
    title: str
    patterns: Sequence[Pattern]
    namespaces: Mapping[str, str]
    lets: Mapping[str, Let]
    resources: Resources
    cache: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def validate(self, tree: Any) -> Report:  # noqa: ANN401 -- lxml ships no types
        """Validate a document.

        Args:
            tree: an lxml ElementTree, which nothing else changes meanwhile.
        """
        from duicheck_cda.schematron.running import run  # noqa: PLC0415 -- elementpath costs 200 ms

        return run(self, tree)


def compile(  # noqa: A001 -- re.compile has the name too
    path: Path,
    *,
    base: Path | None = None,
    root: Path | None = None,
    find: Callable[[str], Path | None] | None = None,
    resources: Resources | None = None,
) -> Schema:
    """Read and compile a schema. Expressions are compiled when a rule first needs them.

    Args:
        path: the main schema.
        base: where `doc()` and `document()` start from; by default the folder of the schema.
        root: the folder that they never leave, and `find`: another way to find a file (see `Resources`).
        find: as above.
        resources: files shared with other schemas, instead of the three above.

    Raises:
        SchematronError: not a schema that can be run; one sentence.
    """
    found = load(path)
    binding = found.get("queryBinding", "xslt")
    if binding not in _BINDINGS:
        message = f"{path.name} : queryBinding « {binding} » n'est pas pris en charge (xslt2 ou xpath2)"
        raise SchematronError(message)
    foreign = {each.tag for each in found.iter() if isinstance(each.tag, str) and not each.tag.startswith(_S)}
    instructions = sorted(tag for tag in foreign if tag.startswith("{http://www.w3.org/1999/XSL/Transform}"))
    if instructions:
        message = (
            f"{path.name} : des instructions XSLT ({instructions[0].rpartition('}')[2]}) ne sont pas exécutées ici"
        )
        raise SchematronError(message)
    files = resources or Resources(base or path.parent, root, find)
    namespaces = {each.get("prefix", ""): each.get("uri", "") for each in found.iter(f"{_S}ns")}
    shared = _lets(found, {})
    everywhere = dict(shared)
    patterns = list(found.iter(f"{_S}pattern"))
    for pattern in patterns:
        for name, let in _lets(pattern, everywhere).items():
            everywhere.setdefault(name, let)
    # A let sees what is declared anywhere: they are one set of global variables.
    abstract = {rule.get("id"): rule for rule in found.iter(f"{_S}rule") if rule.get("abstract") == "true"}
    title = found.find(f"{_S}title")
    return Schema(
        path.name,
        "" if title is None else _sentence(title),
        [_pattern(each, everywhere, abstract, path.name) for each in patterns],
        {prefix: uri for prefix, uri in namespaces.items() if prefix != "xml"},
        everywhere,
        files,
    )


def _lets(parent: Any, scope: Mapping[str, Let]) -> dict[str, Let]:  # noqa: ANN401
    """The variables that an element declares, by name; they share one scope that they are in."""
    found = {}
    for each in parent.findall(f"{_S}let"):
        name = each.get("name", "").strip()
        found[name] = Let(name, each.get("value") or _literal(each), scope)
    return found


def _literal(element: Any) -> str:  # noqa: ANN401
    """The content of a let without a value, as an XPath string."""
    return "'" + "".join(element.itertext()).replace("'", "''") + "'"


def _pattern(
    element: Any,  # noqa: ANN401
    everywhere: Mapping[str, Let],
    abstract: Mapping[str, Any],
    name: str,
) -> Pattern:
    own = _lets(element, everywhere)
    scope = {**everywhere, **own}
    rules = []
    for rule in element.findall(f"{_S}rule"):
        if rule.get("abstract") == "true":
            continue
        if rule.get("context") is None:
            message = f"{name}, ligne {rule.sourceline} : une règle n'a pas de contexte"
            raise SchematronError(message)
        _check_extends(rule, abstract, name, ())
        build = _builder(rule, abstract, scope)
        rules.append(Rule(rule.get("context").strip(), rule.get("id"), rule.sourceline, build))
    return Pattern(element.get("id"), rules, own)


def _check_extends(rule: Any, abstract: Mapping[str, Any], name: str, seen: tuple[str, ...]) -> None:  # noqa: ANN401
    for extends in rule.findall(f"{_S}extends"):
        wanted = extends.get("rule")
        if wanted not in abstract or wanted in seen:
            why = "n'existe pas" if wanted not in abstract else "s'étend elle-même"
            message = f"{name}, ligne {extends.sourceline} : la règle abstraite « {wanted} » {why}"
            raise SchematronError(message)
        _check_extends(abstract[wanted], abstract, name, (*seen, wanted))


def _builder(
    rule: Any,  # noqa: ANN401
    abstract: Mapping[str, Any],
    scope: Mapping[str, Let],
) -> Callable[[], Sequence[Assertion]]:
    """What reads the assertions of a rule, once, when it first fires."""
    kept: list[Sequence[Assertion]] = []

    def build() -> Sequence[Assertion]:
        if not kept:
            found: list[Assertion] = []
            _flatten(rule, abstract, dict(scope), found)
            kept.append(found)
        return kept[0]

    return build


def _flatten(
    rule: Any,  # noqa: ANN401
    abstract: Mapping[str, Any],
    scope: dict[str, Let],
    found: list[Assertion],
) -> dict[str, Let]:
    """The assertions of a rule in their order, those that it extends in their place; the scope that follows them."""
    for item in rule:
        if not isinstance(item.tag, str) or item.tag in _SAYS_NOTHING:
            continue
        if item.tag == f"{_S}let":
            name = item.get("name", "").strip()
            # A later declaration hides an earlier one for what follows it, and only there.
            scope = {**scope, name: Let(name, item.get("value") or _literal(item), scope)}
        elif item.tag == f"{_S}extends":
            scope = _flatten(abstract[item.get("rule")], abstract, scope, found)
        elif item.tag in {f"{_S}assert", f"{_S}report"}:
            found.append(
                Assertion(
                    item.get("test", ""),
                    _sentence(item),
                    item.tag == f"{_S}report",
                    item.get("role") or rule.get("role"),
                    item.get("see") or rule.get("see"),
                    item.sourceline,
                    scope,
                )
            )
    return scope


def _sentence(element: Any) -> str:  # noqa: ANN401
    """The text of an element on one line; what it would compute from the document is « … »."""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            parts.append("…" if child.tag in {f"{_S}value-of", f"{_S}name"} else _sentence(child))
        parts.append(child.tail or "")
    return " ".join("".join(parts).split())
