"""Where two JSON values differ, by JSON pointer (RFC 6901)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from duicheck.preuve.reading import shown

__all__ = ["Difference", "differences"]

Difference = tuple[str, str, str]
"""(pointer, one side, the other side), the sides as short JSON or one of the two words below."""

_ABSENT: Final = "absent"


def differences(one: Any, other: Any, pointer: str = "") -> Iterator[Difference]:  # noqa: ANN401 -- any JSON value
    """The deepest places where two values differ, in the order of the first."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*one, *other]):
            below = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            yield from _at(below, one.get(key, _MISSING), other.get(key, _MISSING))
    elif isinstance(one, list) and isinstance(other, list):
        for number in range(max(len(one), len(other))):
            left, right = (each[number] if number < len(each) else _MISSING for each in (one, other))
            yield from _at(f"{pointer}/{number}", left, right)
    elif type(one) is not type(other) or one != other:
        yield pointer or "/", _short(one), _short(other)


_MISSING: Final = object()


def _at(pointer: str, one: object, other: object) -> Iterator[Difference]:
    if one is _MISSING or other is _MISSING:
        yield pointer, _short(one), _short(other)
    else:
        yield from differences(one, other, pointer)


def _short(value: object) -> str:
    if value is _MISSING:
        return _ABSENT
    return shown(json.dumps(value, ensure_ascii=False))
