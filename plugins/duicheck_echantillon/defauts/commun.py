"""Where the defects are written down, and what several of them use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from msgspec import Struct

from duicheck_echantillon.fichiers import Echantillon, Ligne
from duicheck_echantillon.personnes import Reglages

__all__ = ["DEFAUTS", "Changement", "Defaut", "de_type", "defaut", "jour", "ratio", "toute"]

Changement = Callable[[Echantillon], None]


class Defaut(Struct, frozen=True):
    """How a defect comes about: a change of the written files, or a setting of the invention itself."""

    changement: Changement
    reglages: Reglages


DEFAUTS: dict[str, Defaut] = {}
"""Every defect that can be planted, by the rule that should find it."""


def defaut(regle: str, **reglages: bool) -> Callable[[Changement], Changement]:
    """Declare what a rule should find; `reglages` are settings of the invention."""

    def inscrire(changement: Changement) -> Changement:
        DEFAUTS[regle] = Defaut(changement, Reglages(**reglages))
        return changement

    return inscrire


def toute(_: Ligne) -> bool:
    """Any row."""
    return True


def de_type(nature: str) -> Callable[[Ligne], bool]:
    """Rows of the log of one type that name a dossier."""
    return lambda ligne: ligne["type"] == nature and ligne["id_dossier"] != ""


def ratio(ligne: Ligne) -> bool:
    """Rows of the export that have a denominator."""
    return ligne["denominateur"] not in ("", "0")


def jour(texte: str, jours: int) -> str:
    """An ISO day, that many days later."""
    return (date.fromisoformat(texte) + timedelta(jours)).isoformat()
