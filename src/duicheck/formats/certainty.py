"""Whether a document is certainly valid, without jsonschema: the fast path of the envelopes.

The contract is that of the line regex: a yes is as good as the validator's, a no only means « ask the
validator ». Any keyword that is not understood here is a no.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from duicheck.formats.schemas import is_date, matches

__all__ = ["surely_valid"]

_ANNOTATIONS = frozenset({"$schema", "$id", "$comment", "title", "description", "examples", "default"})
_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
}


def surely_valid(schema: Mapping[str, Any], value: Any) -> bool:  # noqa: ANN401 -- any JSON value
    """True when the schema certainly accepts the value; False when the validator has to say.

    Only for a schema that gives each place it describes a `type`, an `enum` or a `const`.
    """
    keywords = schema.keys() - _ANNOTATIONS
    if not keywords & {"type", "enum", "const"}:
        return False
    return all(keyword in _KEYWORDS and _KEYWORDS[keyword](schema, value) for keyword in keywords)


def _same(wanted: object, value: object) -> bool:
    """Equal as JSON has it: `true` is not 1."""
    return type(wanted) is type(value) and wanted == value


def _properties(schema: Mapping[str, Any], value: Any) -> bool:  # noqa: ANN401
    known = schema["properties"]
    return all(surely_valid(known[name], item) for name, item in value.items() if name in known)


def _others(schema: Mapping[str, Any], value: Any) -> bool:  # noqa: ANN401
    rest = [item for name, item in value.items() if name not in schema.get("properties", {})]
    allowed = schema["additionalProperties"]
    return not rest if allowed is False else all(surely_valid(allowed, item) for item in rest)


# Applied only beside `type`, `enum` or `const`; a value of another type makes the lookup raise or
# answer no, never yes: `_typed` guards the keywords that presume one.
def _typed(kind: type, check: Callable[[Mapping[str, Any], Any], bool]) -> Callable[[Mapping[str, Any], Any], bool]:
    return lambda schema, value: isinstance(value, kind) and check(schema, value)


_KEYWORDS: Mapping[str, Callable[[Mapping[str, Any], Any], bool]] = {
    "type": lambda schema, value: (
        isinstance(schema["type"], str) and schema["type"] in _TYPES and _TYPES[schema["type"]](value)
    ),
    "enum": lambda schema, value: any(_same(wanted, value) for wanted in schema["enum"]),
    "const": lambda schema, value: _same(schema["const"], value),
    "required": _typed(dict, lambda schema, value: all(name in value for name in schema["required"])),
    "properties": _typed(dict, _properties),
    "additionalProperties": _typed(dict, _others),
    "items": _typed(list, lambda schema, value: all(surely_valid(schema["items"], item) for item in value)),
    "minItems": _typed(list, lambda schema, value: len(value) >= schema["minItems"]),
    "minLength": _typed(str, lambda schema, value: len(value) >= schema["minLength"]),
    "pattern": _typed(str, lambda schema, value: matches(schema["pattern"], value)),
    "format": _typed(str, lambda schema, value: schema["format"] == "date" and is_date(value)),
}
