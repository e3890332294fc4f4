"""The settings that there are, and how each is written in the environment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from duicheck.errors import UsageError
from duicheck.langue import read_day

__all__ = ["SETTINGS", "Kind", "Setting", "from_variable"]


class Kind(StrEnum):
    """What a setting holds; the two last ones gather what every source says, name by name."""

    WORD = "mot"
    DAY = "jour"
    SWITCH = "oui ou non"
    PATH = "chemin"
    PAIRS = "paires"
    NAMES = "noms"

    @property
    def gathers(self) -> bool:
        """Whether sources add up instead of one replacing the other."""
        return self in {Kind.PAIRS, Kind.NAMES}


class Setting(Struct, frozen=True):
    """One setting: its key in `[tool.duicheck]`, its option, its variable, its value where nobody says any.

    `default` is None where the delivery's manifest decides, or nothing. `choices` are the values of a closed list.
    """

    name: str
    kind: Kind
    option: str
    variable: str
    default: Any = None
    choices: tuple[str, ...] = ()


SETTINGS: Final[Mapping[str, Setting]] = {
    setting.name: setting
    for setting in (
        Setting("texte", Kind.WORD, "--texte", "DUICHECK_TEXTE"),
        Setting("date_mesure", Kind.DAY, "--date-mesure", "DUICHECK_DATE_MESURE"),
        Setting("premiere_mesure", Kind.SWITCH, "--premiere-mesure", "DUICHECK_PREMIERE_MESURE"),
        Setting("phase", Kind.WORD, "--phase", "DUICHECK_PHASE", None, ("projet", "maintenance")),
        Setting(
            "role",
            Kind.WORD,
            "--role",
            "DUICHECK_ROLE",
            "indicateurs",
            ("indicateurs", "journal", "registre", "decompte", "cda", "tddui", "traces"),
        ),
        Setting("hypotheses", Kind.PAIRS, "--hypothese", "DUICHECK_HYPOTHESES"),
        Setting("mode", Kind.WORD, "--mode", "DUICHECK_MODE", "controle", ("controle", "dossier")),
        Setting("precedent", Kind.PATH, "--precedent", "DUICHECK_PRECEDENT"),
        Setting("date_du_jour", Kind.DAY, "--date-du-jour", "DUICHECK_DATE_DU_JOUR"),
        Setting("baseline", Kind.PATH, "--baseline", "DUICHECK_BASELINE"),
        Setting("moteur", Kind.WORD, "--moteur", "DUICHECK_MOTEUR", "duicheck", ("duicheck", "saxon")),
        Setting("exiger_cibles", Kind.SWITCH, "--exiger-cibles", "DUICHECK_EXIGER_CIBLES", default=False),
        Setting("strict", Kind.SWITCH, "--duicheck-strict", "DUICHECK_STRICT", default=False),
        Setting("sans_extensions", Kind.NAMES, "-p", "DUICHECK_DISABLED_PLUGINS"),
        Setting("extensions_exigees", Kind.NAMES, "--exiger-extension", "DUICHECK_EXIGER_EXTENSIONS"),
    )
}
"""By name, in the order in which they are listed. Shape of the file: schemas/reglages.schema.json."""

_WORDS: Final = {
    **dict.fromkeys(("1", "oui", "vrai", "true", "yes"), True),
    **dict.fromkeys(("0", "non", "faux", "false", "no"), False),
}


def from_variable(setting: Setting, text: str) -> Any:  # noqa: ANN401 -- what the setting holds
    """The value that a variable says; names and pairs are separated by commas.

    Raises:
        UsageError: it says none; the sentence gives the variable and what it may be.
    """
    text = text.strip()
    if setting.kind is Kind.DAY:
        return _or_refused(setting, read_day(text), "une date, par exemple 2025-09-15 ou 15/09/2025")
    if setting.kind is Kind.SWITCH:
        return _or_refused(setting, _WORDS.get(text.lower()), "« 1 » ou « 0 » (ou « oui », « non »)")
    if setting.kind is Kind.PATH:
        return Path(text)
    if setting.kind.gathers:
        members = [member.strip() for member in text.split(",") if member.strip()]
        return members if setting.kind is Kind.NAMES else _pairs(setting, members)
    if setting.choices and text not in setting.choices:
        return _or_refused(setting, None, "une de ces valeurs : " + ", ".join(setting.choices))
    return text


def _pairs(setting: Setting, members: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for member in members:
        name, _, value = member.partition("=")
        one = found.setdefault(name.strip(), value.strip()) == value.strip()  # not two values for one name
        wanted = "des paires NOM=VALEUR séparées par des virgules, une valeur par nom"
        _or_refused(setting, (name.strip() and value.strip() and one) or None, wanted)
    return found


def _or_refused(setting: Setting, value: Any, wanted: str) -> Any:  # noqa: ANN401 -- what the setting holds
    if value is None:
        message = f"variable {setting.variable} : il faut {wanted}"
        raise UsageError(message)
    return value
