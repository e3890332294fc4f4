"""`[tool.duicheck]` in pyproject.toml: where it is looked for, and how it is read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from duicheck.errors import UsageError
from duicheck.reglages.known import SETTINGS, Kind

__all__ = ["FILE", "SettingsFile", "find_settings", "read_settings"]

FILE: Final = "pyproject.toml"
TABLE: Final = ("tool", "duicheck")
_REPOSITORY: Final = (".git", ".hg")


class SettingsFile(Struct, frozen=True):
    """The settings of one file: values by name, and their lines.

    A setting that gathers has one line for each member.
    """

    path: Path
    values: Mapping[str, Any]
    lines: Mapping[tuple[str, ...], int]

    def line(self, *steps: str) -> int:
        """The line where a setting, or one of its members, is said."""
        return self.lines[steps]


def find_settings(start: Path, delivery: Path | None = None) -> SettingsFile | None:
    """The settings that hold for a check, if there are any.

    The nearest pyproject.toml that has the table wins alone; it is looked for upwards from the delivery when that is
    in the repository of `start`, else from `start`, and never above the repository, nor, outside of one, above the
    first pyproject.toml. What was delivered does not say how it is checked: nothing within the delivery is looked at.

    Args:
        start: the folder where the program runs.
        delivery: what is checked.

    Raises:
        UsageError: a file that names the table cannot be used; the sentence gives the line and the key.
    """
    delivered = None if delivery is None else delivery.absolute()
    for folder in _folders(start.absolute(), delivered):
        path = folder / FILE
        if path.is_file() and (found := read_settings(path)) is not None:
            return found
    return None


def _folders(start: Path, delivered: Path | None) -> Iterator[Path]:
    root = next((each for each in (start, *start.parents) if any((each / mark).exists() for mark in _REPOSITORY)), None)
    if root is not None and delivered is not None and delivered.is_relative_to(root) and delivered != root:
        start = delivered.parent
    for folder in (start, *start.parents):
        if delivered is None or not folder.is_relative_to(delivered):
            yield folder
        if folder == root or (root is None and (folder / FILE).is_file()):
            return


def read_settings(path: Path) -> SettingsFile | None:
    """The settings of a pyproject.toml; None where it has no such table.

    Raises:
        UsageError: as `find_settings`.
    """
    from duicheck.bundle.tomlfile import position, sentences, without_dates  # noqa: PLC0415 -- most have no such table
    from duicheck.formats.tomllines import line_of  # noqa: PLC0415

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return None  # no TOML file, and not ours to say so
    except OSError as error:
        message = f"{path} : lecture impossible ({error.strerror})"
        raise UsageError(message) from None
    if TABLE[-1] not in text:
        return None
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        message = f"{path}{position(error)} : ce n'est pas du TOML lisible"
        raise UsageError(message) from None
    table = content.get(TABLE[0])
    if not isinstance(table, Mapping) or TABLE[1] not in table:
        return None
    said = without_dates(table[TABLE[1]])
    if found := sentences(str(path), text, said, "reglages", TABLE):
        raise UsageError(" ; ".join(found))
    values = {name: _value(name, value, path.parent) for name, value in said.items()}
    steps: list[tuple[str, ...]] = [(name,) for name in values]
    steps += [(name, member) for name, value in values.items() if SETTINGS[name].kind.gathers for member in value]
    lines = {way: line_of(text, (*TABLE, *_in_file(way, said))) for way in steps}
    return SettingsFile(path, values, lines)


def _in_file(way: tuple[str, ...], said: Mapping[str, Any]) -> tuple[str | int, ...]:
    """The way to a member in the file, where names are a list."""
    if len(way) > 1 and SETTINGS[way[0]].kind is Kind.NAMES:
        return way[0], said[way[0]].index(way[1])
    return way


def _value(name: str, value: Any, folder: Path) -> Any:  # noqa: ANN401 -- what the setting holds
    kind = SETTINGS[name].kind
    if kind is Kind.DAY:
        return date.fromisoformat(value)
    return folder / value if kind is Kind.PATH else value
