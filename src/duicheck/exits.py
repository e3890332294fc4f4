"""Exit codes of the program: typed, documented, never a count."""

from __future__ import annotations

from enum import IntEnum
from typing import Self

__all__ = ["ExitCode"]


class ExitCode(IntEnum):
    """What the process tells the shell. `doc` is the French sentence of the documentation."""

    doc: str

    def __new__(cls, value: int, doc: str) -> Self:
        """Make a member that is its number and knows its sentence."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.doc = doc
        return member

    CONFORME = 0, "la livraison est conforme, ou le dossier complet"
    NON_CONFORME = (
        1,
        (
            "la livraison n'est pas conforme (avec --exiger-cibles : ou une cible n'est pas atteinte), "
            "ou le dossier incomplet"
        ),
    )
    USAGE = 2, "la commande est mal formée, ou une option ne convient pas"
    INDETERMINE = (
        3,
        "le verdict est indéterminé, ou le dossier incertain : un contrôle obligatoire n'a pas pu être fait",
    )
    ILLISIBLE = 4, "la livraison ne peut pas être ouverte"
    INUTILISABLE = 5, "un texte, une extension ou un paquet de règles est inutilisable"
    DIFFERENT = 6, "les deux rapports ne disent pas la même chose (duicheck diff)"
    INTERNE = 70, "erreur interne de duicheck"
