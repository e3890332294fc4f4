"""TOML files that people write: read whole, held against their schema, refused in one French sentence."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from duicheck.errors import DeliveryError

if TYPE_CHECKING:
    from pathlib import Path

    from duicheck.formats import Explanation

__all__ = ["position", "read_toml", "sentences", "without_dates"]


class _Fault(Struct, frozen=True):
    """What a schema refuses: the steps that lead to it, the key as people write it (empty: the whole), why."""

    steps: tuple[str, ...]
    key: str
    said: str


def read_toml(path: Path, schema: str) -> dict[str, Any]:
    """The content of a TOML file, valid against a schema; dates as ISO text.

    Raises:
        DeliveryError: not UTF-8, not TOML, or not of the schema; the sentence names the key.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        message = f"{path.name} : ce n'est pas du texte UTF-8 ; enregistrez-le en UTF-8"
        raise DeliveryError(message) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        message = f"{path.name} : ce n'est pas du TOML lisible{position(error)}"
        raise DeliveryError(message) from None
    except OSError as error:
        message = f"{path.name} : lecture impossible ({error.strerror})"
        raise DeliveryError(message) from None
    value: dict[str, Any] = without_dates(content)
    _validate(value, path.name, schema)
    return value


def position(error: Exception) -> str:
    """Where the TOML reader stopped, in French: its own words are English and may quote a value."""
    if found := re.search(r"\(at line (\d+), column (\d+)\)", str(error)):
        return f", ligne {found[1]}, colonne {found[2]}"
    return " (fin du fichier atteinte trop tôt)" if "end of document" in str(error) else ""


def without_dates(value: Any) -> Any:  # noqa: ANN401 -- any TOML value
    """TOML has dates, JSON Schema has strings."""
    if isinstance(value, dict):
        return {key: without_dates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_dates(item) for item in value]
    if isinstance(value, date | time):
        return value.isoformat()
    return value


def _validate(value: Any, name: str, schema: str) -> None:  # noqa: ANN401
    found = _faults(value, schema)
    if found:
        raise DeliveryError(f"{name} : " + " ; ".join(f"{fault.key or 'le fichier'} : {fault.said}" for fault in found))


def _faults(value: Any, schema_name: str) -> list[_Fault]:  # noqa: ANN401 -- any TOML value, dates as text
    """What a schema refuses in a value, each thing once; nothing for a valid one."""
    from duicheck.formats import explain, load_schema, surely_valid, validator  # noqa: PLC0415 -- start-up

    schema = load_schema(schema_name)
    if surely_valid(schema, value):
        return []
    explained = explain(validator(schema_name).iter_errors(value), schema)
    return [_Fault(_steps(error), _key(error), _said(error, schema)) for error in explained]


def sentences(where: str, text: str, value: Any, schema: str, above: tuple[str, ...] = ()) -> list[str]:  # noqa: ANN401
    """What a schema refuses in a value that was read from TOML, one sentence each: the file, the line, the key.

    Args:
        where: the file as the sentence names it.
        text: the file.
        value: the part that is judged, dates as text.
        schema: its name.
        above: the steps from the file to that part.
    """
    from duicheck.formats.tomllines import line_of  # noqa: PLC0415 -- only for a mistake

    return [
        f"{where}, ligne {line_of(text, (*above, *fault.steps))} : "
        f"{'.'.join(filter(None, (*above, fault.key))) or 'le fichier'} : {fault.said}"
        for fault in _faults(value, schema)
    ]


def _steps(error: Explanation) -> tuple[str, ...]:
    """The way to what is wrong; a key that is missing has none of its own."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in error.pointer.split("/")[1:])


def _key(error: Explanation) -> str:
    """The key as a person writes it, `fichiers.2.role`: entries counted from 1."""
    steps = [str(int(step) + 1) if step.isdigit() else step for step in error.pointer.split("/")[1:]]
    if error.mot_cle == "required" and error.column is not None:
        steps.append(error.column)
    return ".".join(steps)


def _said(error: Explanation, schema: Mapping[str, Any]) -> str:
    """What is wrong, with the nearest known key for a key that is not."""
    if error.mot_cle == "required":
        return "cette clé est obligatoire"
    if error.mot_cle == "additionalProperties":
        import difflib  # noqa: PLC0415 -- only for a mistake

        near = difflib.get_close_matches(error.column or "", list(dict.fromkeys(_keys(schema))), 1)
        return f"clé inconnue{f', peut-être « {near[0]} »' if near else ''}"
    return f"il faut {error.attendu}"


def _keys(schema: Any) -> Iterator[str]:  # noqa: ANN401 -- any part of a schema
    """Every key that a schema knows, at any depth."""
    if isinstance(schema, Mapping):
        for name, part in schema.get("properties", {}).items():
            yield name
            yield from _keys(part)
        yield from _keys(schema.get("items"))
