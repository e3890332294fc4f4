"""The JSON Schemas that duicheck ships: found, loaded, and made to judge strictly."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

__all__ = ["instant", "is_date", "is_date_time", "load_schema", "matches", "schema_dir", "schema_names", "validator"]

_SUFFIX = ".schema.json"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))",
    re.ASCII,
)


@cache
def schema_dir() -> Path:
    """The folder of the schemas: the one inside the installed package, else the one of the source tree.

    Raises:
        FileNotFoundError: neither is there, which only a broken installation explains.
    """
    package = Path(str(files("duicheck")))
    for folder in (package / "schemas", package.parents[1] / "schemas"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(package / "schemas")


def schema_names() -> list[str]:
    """Every schema of the folder, sorted: `journal`, `registre` and others."""
    return sorted(path.name.removesuffix(_SUFFIX) for path in schema_dir().glob(f"*{_SUFFIX}"))


@cache
def load_schema(name: str) -> dict[str, Any]:
    """The schema of that name, parsed. Treat it as read-only: it is shared.

    Raises:
        FileNotFoundError: there is no such schema.
    """
    text = (schema_dir() / f"{name}{_SUFFIX}").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def is_date(text: str) -> bool:
    """Whether this is an RFC 3339 `full-date` of the calendar, year 1 to 9999."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def instant(text: str) -> datetime | None:
    """The naive UTC instant of an RFC 3339 `date-time`, cut to the microsecond; None if it is not one.

    A second 60 is refused: RFC 3339 §5.7 has it for announced leap seconds only, and none was announced
    since 2016, before the programme began.
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return None
    day, time, fraction, sign, hours, minutes = match.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{time}.{(fraction or '0')[:6]:0<6}")
        if sign:
            if int(hours) >= 24 or int(minutes) >= 60:  # noqa: PLR2004 -- hours of a day, minutes of an hour
                return None
            offset = timedelta(hours=int(hours), minutes=int(minutes))
            moment = moment - offset if sign == "+" else moment + offset
    except (ValueError, OverflowError):
        return None
    return moment


def is_date_time(text: str) -> bool:
    """Whether this is a strict RFC 3339 `date-time` (offset included) that a calendar can hold."""
    return instant(text) is not None


@lru_cache(maxsize=256)
def _ecma(pattern: str) -> re.Pattern[str]:
    """A JSON Schema pattern as ECMA-262 means it: `$` is the very end, and classes of digits or letters are ASCII."""
    ended = re.sub(r"(\\.|\[(?:\\.|[^\]\\])*\])|\$", lambda m: m[1] or r"\Z", pattern, flags=re.DOTALL)
    return re.compile(ended, re.ASCII)


def matches(pattern: str, text: str) -> bool:
    """Whether a JSON Schema pattern is found in a text, as ECMA-262 means it."""
    return _ecma(pattern).search(text) is not None


def _pattern(
    checker: Draft202012Validator, pattern: str, instance: object, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """The keyword `pattern`, without Python's tolerance for a final newline and for foreign digits."""
    from jsonschema.exceptions import ValidationError as Refusal  # noqa: PLC0415 -- jsonschema is slow to import

    del schema
    if checker.is_type(instance, "string") and not matches(pattern, str(instance)):
        yield Refusal(f"does not match {pattern!r}")


@cache
def _machinery() -> tuple[type[Draft202012Validator], Any, Any]:
    """The validator class, the format checker and the registry of all schemas; imported when first needed."""
    import jsonschema  # noqa: PLC0415 -- 90 ms
    from jsonschema.validators import extend  # noqa: PLC0415
    from referencing import Registry, Resource  # noqa: PLC0415

    formats = jsonschema.FormatChecker(formats=())

    @formats.checks("date")
    def _date(value: object) -> bool:
        return not isinstance(value, str) or is_date(value)

    @formats.checks("date-time")
    def _date_time(value: object) -> bool:
        return not isinstance(value, str) or is_date_time(value)

    strict: Any = extend(  # type: ignore[no-untyped-call]
        jsonschema.Draft202012Validator, {"pattern": _pattern}
    )
    resources = [Resource.from_contents(load_schema(name)) for name in schema_names()]
    registry: Any = Registry().with_resources([(str(each.id()), each) for each in resources])
    return strict, formats, registry


def validator(name: str, *, part: Mapping[str, Any] | None = None) -> Draft202012Validator:
    """A validator for the schema of that name (or for a `part` of it) that really checks dates and instants.

    Raises:
        FileNotFoundError: there is no such schema.
    """
    strict, formats, registry = _machinery()
    return strict(dict(load_schema(name) if part is None else part), format_checker=formats, registry=registry)
