"""What a JSON Schema error means, in French: the keyword, the place, and what was expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

__all__ = ["Explanation", "explain"]

_TYPES = {
    "string": "un texte",
    "integer": "un nombre entier",
    "number": "un nombre",
    "boolean": "oui ou non (vrai ou faux)",
    "object": "un objet",
    "array": "une liste",
    "null": "rien (null)",
}
_FORMATS = {
    "date": "une date du calendrier, AAAA-MM-JJ (ou JJ/MM/AAAA dans un tableur)",
    "date-time": "un instant RFC 3339 avec son décalage horaire, par exemple 2025-09-18T18:25:18+02:00",
}

_PHRASES = {  # {0} is the keyword's value, {1} the mark of the plural
    "pattern": "un texte de la forme {0}",
    "minLength": "au moins {0} caractère{1}",
    "maxLength": "au plus {0} caractère{1}",
    "minimum": "un nombre au moins égal à {0}",
    "maximum": "un nombre au plus égal à {0}",
    "exclusiveMinimum": "un nombre supérieur à {0}",
    "exclusiveMaximum": "un nombre inférieur à {0}",
    "multipleOf": "un multiple de {0}",
    "minItems": "au moins {0} élément{1}",
    "maxItems": "au plus {0} élément{1}",
    "uniqueItems": "des éléments tous différents",
    "contains": "au moins un élément de la forme prévue",
    "minProperties": "au moins {0} propriété{1}",
    "maxProperties": "au plus {0} propriété{1}",
    "propertyNames": "un autre nom de propriété",
    "anyOf": "une des formes que le schéma permet",
    "oneOf": "une seule des formes que le schéma permet",
    "not": "autre chose que la forme que le schéma exclut",
}


class Explanation(Struct, frozen=True):
    """One thing that a schema refuses. `pointer` and `column` say where; never what stands there."""

    pointer: str
    column: str | None
    mot_cle: str
    attendu: str


def _quoted(value: object) -> str:
    return f"« {value} »" if not isinstance(value, bool) else ("vrai" if value else "faux")


def _several(values: Iterable[object]) -> str:
    return ", ".join(_quoted(value) for value in values)


def _types(value: object) -> str:
    names = value if isinstance(value, list) else [value]
    return " ou ".join(_TYPES.get(str(name), str(name)) for name in names)


def _phrase(keyword: str, value: Any, schema: Mapping[str, Any]) -> str:  # noqa: ANN401 -- any JSON value
    """What the keyword asks for."""
    if keyword in ("pattern", "minLength", "maxLength") and "x-attendu" in schema:
        return str(schema["x-attendu"])
    if keyword == "type":
        return _types(value)
    if keyword == "enum":
        return f"une de ces valeurs : {_several(value)}"
    if keyword == "const":
        return _quoted(value)
    if keyword == "format":
        return _FORMATS.get(value, f"le format « {value} »")
    template = _PHRASES.get(keyword, f"ce que demande le mot-clé « {keyword} » du schéma")
    return template.format(value, "s" if isinstance(value, int) and value > 1 else "")


def _circumstance(error: ValidationError, root: object) -> str:
    """« quand « type » vaut « x » », for what only holds under a condition."""
    node: Any = root
    for step in error.absolute_schema_path:
        if step in ("then", "else") and isinstance(node, Mapping) and isinstance(node.get("if"), Mapping):
            for name, wanted in node["if"].get("properties", {}).items():
                if isinstance(wanted, Mapping) and ("const" in wanted or "enum" in wanted):
                    values = wanted.get("enum", [wanted.get("const")])
                    verb = "vaut" if step == "then" else "ne vaut pas"
                    return f" quand « {name} » {verb} {' ou '.join(_quoted(value) for value in values)}"
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return ""
    return ""


def _pointer(path: Iterable[object]) -> str:
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def _explained(error: ValidationError, root: object) -> Iterator[Explanation]:
    path = list(error.absolute_path)
    keyword = str(error.validator)
    column = next((str(step) for step in reversed(path) if isinstance(step, str)), None)
    when = _circumstance(error, root)
    instance: Any = error.instance
    if keyword in ("required", "dependentRequired"):
        wanted: Any = error.validator_value
        names = wanted if isinstance(wanted, list) else [n for key in wanted if key in instance for n in wanted[key]]
        for name in names:
            if name not in instance:
                yield Explanation(_pointer(path), str(name), keyword, f"une valeur : elle est obligatoire{when}")
    elif keyword in ("additionalProperties", "unevaluatedProperties"):
        known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
        patterns = error.schema.get("patternProperties") if isinstance(error.schema, Mapping) else None
        for name in instance:
            if name not in known and not patterns:
                phrase = f"rien à ce nom ; propriétés connues : {_several(known)}"
                yield Explanation(_pointer([*path, name]), str(name), keyword, phrase)
        if patterns:
            yield Explanation(_pointer(path), column, keyword, "aucune propriété d'un autre nom")
    elif error.schema is False or keyword == "None":
        yield Explanation(_pointer(path), column, "false", f"rien à cet endroit{when}")
    else:
        schema = error.schema if isinstance(error.schema, Mapping) else {}
        yield Explanation(_pointer(path), column, keyword, _phrase(keyword, error.validator_value, schema) + when)


def explain(errors: Iterable[ValidationError], root: Mapping[str, Any] | None = None) -> list[Explanation]:
    """Errors of a JSON Schema validator as French expectations, each said once.

    Args:
        errors: what `iter_errors` gave.
        root: the schema that was applied; with it, conditional expectations say under which condition.
    """
    found = [each for error in errors for each in _explained(error, root)]
    return list(dict.fromkeys(found))
