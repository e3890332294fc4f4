"""JSON as the standard means it: no key twice, no NaN, numbers as they were written."""

from __future__ import annotations

import codecs
import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NoReturn

from duicheck.discretion import mask_heading
from duicheck.formats.problems import UNREADABLE, Problem

__all__ = ["JsonFault", "RepeatedKey", "TooDeep", "loads", "read_document"]

_LARGEST = 256 << 20  # bytes: documents are envelopes, not tables


class JsonFault(Exception):  # noqa: N818 -- says what is wrong; it becomes a Problem
    """A text that is not strict JSON. `cause` is French; `line` counts from 1 in that text."""

    def __init__(self, cause: str, line: int | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.line = line


class RepeatedKey(JsonFault):
    """An object that has a key twice."""


class TooDeep(JsonFault):
    """More nested objects and arrays than can be followed."""

    def __init__(self) -> None:
        super().__init__("JSON trop profondément imbriqué")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in found if keys.count(key) > 1)
        shown = mask_heading("".join(char for char in twice if char.isprintable()))[:80]
        message = f"la clé « {shown} » est répétée dans un même objet"
        raise RepeatedKey(message)
    return found


def _constant(name: str) -> NoReturn:
    message = f"« {name} » n'est pas une valeur JSON"
    raise JsonFault(message)


def _number(text: str) -> Decimal:
    """A number with a point or an exponent, exactly as written."""
    try:
        return Decimal(text)
    except InvalidOperation as error:
        message = "un nombre est hors de toute mesure"
        raise JsonFault(message) from error


def loads(text: str) -> Any:  # noqa: ANN401 -- any JSON value
    """Parse strict JSON; numbers with a point or an exponent become Decimal.

    Raises:
        JsonFault: it is not strict JSON; `line` is None when the place is not known.
    """
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_number)
    except json.JSONDecodeError as error:
        ended = not text[error.pos :].strip()
        cause = "JSON tronqué : la fin manque" if ended else f"JSON mal formé, colonne {error.colno}"
        raise JsonFault(cause, error.lineno) from error
    except RecursionError as error:
        raise TooDeep from error
    except ValueError as error:  # an integer of thousands of digits
        message = "un nombre entier est hors de toute mesure"
        raise JsonFault(message) from error


def _whole(text: str) -> str:
    """The text, which must be one that UTF-8 can write: an escape may name half a character.

    Raises:
        JsonFault: it is not.
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = "un texte contient la moitié d'un caractère (échappement \\ud800 à \\udfff isolé)"
        raise JsonFault(message) from error
    return text


def _plain(value: Any) -> Any:  # noqa: ANN401 -- any JSON value
    """The value with floats in place of Decimal, which no reader of an envelope expects."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, dict):
        return {_whole(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value


def _plain_or_too_deep(value: Any) -> Any:  # noqa: ANN401 -- any JSON value
    """The plain value; the parser follows containers deeper than Python code can.

    Raises:
        JsonFault: they are too deep, or half a character stands in a text.
    """
    try:
        return _plain(value)
    except RecursionError as error:
        raise TooDeep from error


def read_document(path: Path) -> tuple[Any, list[Problem]]:
    """Read one JSON document strictly: UTF-8 (a BOM is tolerated), no repeated key, no NaN.

    Returns:
        (value, []) or (None, [the reason why there is no value]).
    """

    def refused(cause: str, line: int | None = None) -> tuple[None, list[Problem]]:
        return None, [Problem(UNREADABLE, line, facts={"cause": cause})]

    if path.stat().st_size > _LARGEST:
        return refused(f"document de plus de {_LARGEST >> 20} Mio")
    raw = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    if not raw.strip():
        return refused("le fichier est vide")
    if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return refused("texte enregistré en UTF-16 : enregistrez-le en UTF-8")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return refused("ce n'est pas de l'UTF-8, seul encodage de JSON", raw[: error.start].count(b"\n") + 1)
    try:
        return _plain_or_too_deep(loads(text)), []
    except JsonFault as fault:
        return refused(fault.cause, fault.line)
