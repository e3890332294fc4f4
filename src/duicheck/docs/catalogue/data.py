"""Messages of the TOML files that plugins ship: the values of the keys that are shown to people."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from duicheck.docs.catalogue.message import Message

__all__ = ["SHOWN", "messages_of_data"]

SHOWN: Final[Mapping[str, frozenset[str]]] = {
    "duicheck_cda/conventions.toml": frozenset({"dit", "essai"}),
    "duicheck_segur/exigences.toml": frozenset({"avertissement", "portee", "raison", "resume", "titre"}),
}
"""File -> the keys whose texts, or whose tables of texts, are shown, wherever they stand in it, but in `sources`."""

_REFERENCES: Final = "sources"
"""Titles of documents of other people: never translated."""


def messages_of_data(package: Path) -> Iterator[Message]:
    """The messages of the data files of an import package, in the order of each file."""
    for path in sorted(package.rglob("*.toml")):
        name = path.relative_to(package.parent).as_posix()
        if name in SHOWN:
            value = tomllib.loads(path.read_text(encoding="utf-8"))
            yield from (Message(text, None, name) for text in _texts(value, SHOWN[name]))


def _texts(value: Any, keys: frozenset[str]) -> Iterator[str]:  # noqa: ANN401 -- what TOML holds
    if isinstance(value, list):
        for one in value:
            yield from _texts(one, keys)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key in keys and isinstance(one, str):
                yield one
            elif key in keys and isinstance(one, dict):
                yield from (text for text in one.values() if isinstance(text, str))
            elif key != _REFERENCES:
                yield from _texts(one, keys)
