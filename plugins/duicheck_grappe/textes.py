"""Where a text says something, and what it leaves to the thresholds of overseas and Corsica."""

from __future__ import annotations

import re
from datetime import date

from duicheck.rulebook import Rulebook

__all__ = ["TERRITOIRES", "clause", "etablissements", "jour", "lignes_illisibles", "seuil"]

_OUVRE, _FERME = re.compile(r"«\s*"), re.compile(r"\s*»")
"""What a title quotes gets the marks of the second level, in a title that is quoted."""

TERRITOIRES = {True: "outre-mer et Corse", False: "Hexagone"}
"""What a threshold is called, by whether it is the reduced one."""


def clause(texte: Rulebook, parametre: str) -> str:
    """Where the text says it: 2025-40, « 4.2 … > D. … ».

    Raises:
        ParameterNotSet: it does not say it.
    """
    section = texte.parameter(parametre).source.section
    return f"{texte.id}, « {_FERME.sub('”', _OUVRE.sub('“', section))} »"


def seuil(texte: Rulebook, nom: str, *, reduit: bool) -> int:
    """A threshold of the text, in its unit: the ordinary one, or that of overseas and Corsica.

    Raises:
        ParameterNotSet: the text does not set it.
    """
    value: int = texte[f"{nom}_outre_mer_corse"] if reduit else texte[nom]
    return value


def etablissements(nombre: int) -> str:
    """So many establishments, as a sentence has them."""
    return "un établissement" if nombre == 1 else f"{nombre} établissements"


def lignes_illisibles(nombre: int) -> str:
    """So many rows of the list could not be read, as a sentence has it."""
    if nombre == 1:
        return "une ligne n'a pas pu être lue"
    return f"{nombre} lignes n'ont pas pu être lues"


def jour(day: date) -> str:
    """A date as a sentence has it."""
    return f"{day:%d/%m}/{day.year:04}"
