"""Who wins: the command, then the environment, then the file, then the default."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from duicheck.reglages.known import SETTINGS, Kind, Setting, from_variable

if TYPE_CHECKING:
    from duicheck.harness import Options
    from duicheck.reglages.file import SettingsFile

__all__ = ["VARIABLES", "Choice", "Origin", "Reglages", "choose"]

VARIABLES: Final = (
    *(setting.variable for setting in SETTINGS.values()),
    "DUICHECK_DEBUG",
    "DUICHECK_FINESS",
    "DUICHECK_LANG",
    "DUICHECK_MOT_DE_PASSE",
    "DUICHECK_PAQUETS",
    "DUICHECK_HTTP_LOCAL",
)
"""Every variable of the environment that the program reads."""


class Origin(StrEnum):
    """Where a value comes from, the strongest first."""

    CALL = "appel"
    VARIABLE = "variable"
    FILE = "fichier"
    DEFAULT = "defaut"


class Choice(Struct, frozen=True):
    """One value and where it comes from.

    `member` is the name within a setting that gathers; `line` that of the file.
    """

    setting: Setting
    value: Any
    origin: Origin
    member: str | None = None
    line: int | None = None

    @property
    def name(self) -> str:
        """As in the file: `texte`, `hypotheses.denominateur`."""
        return self.setting.name if self.member is None else f"{self.setting.name}.{self.member}"


class Reglages(Struct, frozen=True):
    """Every setting with its value and its origin; one that gathers has as many choices as members."""

    choices: tuple[Choice, ...]
    file: SettingsFile | None

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 -- what the setting holds
        """The value of a setting: a dict of pairs, a list of names, or the one value."""
        found = [choice for choice in self.choices if choice.setting.name == name]
        kind = SETTINGS[name].kind
        if not kind.gathers:
            return found[0].value
        members = [choice for choice in found if choice.member is not None]
        if kind is Kind.NAMES:
            return [choice.member for choice in members]
        return {choice.member: choice.value for choice in members}

    @property
    def taken(self) -> list[Choice]:
        """What neither the caller nor a default says: it must not go unsaid."""
        return [choice for choice in self.choices if choice.origin in {Origin.VARIABLE, Origin.FILE}]

    def options(self) -> Options:
        """The options of a check."""
        from duicheck.harness import Options  # noqa: PLC0415 -- `duicheck config` checks nothing

        return Options(
            texte=self["texte"],
            date_mesure=self["date_mesure"],
            premiere_mesure=self["premiere_mesure"],
            phase=self["phase"],
            hypotheses=self["hypotheses"],
            role=self["role"],
            mode=self["mode"],
            precedent=self["precedent"],
            date_du_jour=self["date_du_jour"],
            moteur=self["moteur"],
        )


def choose(said: Mapping[str, Any], environ: Mapping[str, str], file: SettingsFile | None = None) -> Reglages:
    """The settings that hold.

    Args:
        said: what the caller says, by name; None and what is not there are not said.
        environ: the environment; an empty variable says nothing.
        file: what `find_settings` found.

    Raises:
        UsageError: a variable says what it cannot.
    """
    spoken = {name: value for name, value in said.items() if value is not None}
    variables = {
        setting.name: from_variable(setting, text)
        for setting in SETTINGS.values()
        if (text := environ.get(setting.variable, "").strip())
    }
    sources: list[tuple[Origin, Mapping[str, Any]]] = [
        (Origin.CALL, spoken),
        (Origin.VARIABLE, variables),
        (Origin.FILE, {} if file is None else file.values),
    ]
    return Reglages(tuple(choice for each in SETTINGS.values() for choice in _choices(each, sources, file)), file)


def _choices(
    setting: Setting, sources: Iterable[tuple[Origin, Mapping[str, Any]]], file: SettingsFile | None
) -> Iterator[Choice]:
    said = [(origin, values[setting.name]) for origin, values in sources if setting.name in values]
    if not setting.kind.gathers:
        origin, value = said[0] if said else (Origin.DEFAULT, setting.default)
        yield Choice(setting, value, origin, line=_line(file, origin, setting.name))
        return
    members: dict[str, tuple[Origin, Any]] = {}
    for origin, value in said:
        for member in value:
            members.setdefault(member, (origin, value[member] if setting.kind is Kind.PAIRS else True))
    if not members:
        yield Choice(setting, {} if setting.kind is Kind.PAIRS else [], Origin.DEFAULT)
    for member, (origin, value) in sorted(members.items()):
        yield Choice(setting, value, origin, member, _line(file, origin, setting.name, member))


def _line(file: SettingsFile | None, origin: Origin, *steps: str) -> int | None:
    return file.line(*steps) if file is not None and origin is Origin.FILE else None
